//! Members in, one session fed: what is done with each kind of member.

use crate::papers::{CertificateKind, MAX_FILE};
use crate::report::{Input, Member as Noted, Treatment, Unread};
use crate::session::{Gathering, Session};
use std::io::{self, Read};
use waytrace_bundle::{Kind, Member, Options, Part, Visitor, visit_part};
use waytrace_evidence::capture::NotACapture;

/// Ceiling on one dump, in bytes. Those of large clusters have a few million.
const MAX_DUMP: usize = 64 << 20;

/// How the records of a log come into a session.
pub(crate) enum Way<'w> {
    /// One after another, while somebody looks on.
    Watched(&'w mut dyn Gathering),
    /// Many at a time; those of long logs by two threads, if that is allowed.
    Batches { by_two: bool },
}

/// Reads every member of a part into a session.
pub(crate) fn gather(session: Session, part: &Part, options: &Options, way: Way<'_>) -> Session {
    let mut gather = Gather { session, way };
    let _ = visit_part(part, options, &mut gather);
    gather.session
}

/// Why an input is no log, and what to give instead.
fn no_log_reason(read: &Input) -> String {
    if let Some((product, count)) = read.forms.products().max_by_key(|(_, count)| *count) {
        let name = product.name();
        return format!("this is a log of another product ({name}, {count} records), not of an Expressway");
    }
    format!(
        "this is no Expressway log: none of its {} lines begins like one (time stamp, host, process); \
         give the loggingsnapshot_*.txt of a diagnostic log",
        read.lines
    )
}

struct Gather<'w> {
    session: Session,
    way: Way<'w>,
}

impl Visitor for Gather<'_> {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        match member.kind {
            Kind::Configuration(_) | Kind::Status(_) => self.dump(member, content),
            Kind::Capture => self.capture(member, content),
            Kind::TrustStore | Kind::ServerCertificate | Kind::ClientCertificate | Kind::Certificates => {
                self.certificates(member, content)
            }
            // Whoever names a text means that it is a log, whatever it looks like.
            kind if kind.is_log() || member.named && kind == Kind::OtherText => self.log(member, content),
            _ => {
                self.pass_over(member);
                Ok(())
            }
        }
    }

    fn unread(&mut self, unread: waytrace_bundle::Unread) {
        // What was read of an archive is what was read of its members.
        let within = |name: &str| {
            name.strip_prefix(&*unread.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
        };
        let read = self.session.current().filter(|input| within(&input.name));
        let partly_read = read.is_some_and(|input| input.bytes > 0);
        let waytrace_bundle::Unread { name, reason, named, lost, .. } = unread;
        self.session.note_unread(Unread { name, reason, named, may_hold_log: lost, partly_read });
    }
}

impl Gather<'_> {
    fn log(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        self.session.begin(&member.name);
        // The last record of an input counts only once the input has ended.
        let (result, read) = match &mut self.way {
            Way::Watched(watcher) => {
                (self.session.read_with(content, *watcher), self.session.end_with(*watcher))
            }
            Way::Batches { by_two } => {
                (self.session.read_batches(content, *by_two), self.session.end_of_input())
            }
        };
        let read = read.cloned().unwrap_or_default();
        let is_log = read.recognised > 0;
        self.note(member, Some(read.bytes), if is_log { Treatment::Analysed } else { Treatment::Unread });
        if !is_log && result.is_ok() {
            let reason = no_log_reason(&read);
            self.note_unread(member, reason, member.named);
        }
        result
    }

    fn dump(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        let result = content.take(MAX_DUMP as u64 + 1).read_to_end(&mut bytes);
        let known = self.session.dump(&member.name, bytes.get(..MAX_DUMP).unwrap_or(&bytes));
        let treatment = if known.is_ok() { Treatment::Facts } else { Treatment::Unread };
        self.note(member, Some(bytes.len() as u64), treatment);
        if result.is_ok() {
            if let Err(error) = &known {
                self.note_unread(member, format!("{}: {error}", member.kind), member.named);
            } else if known == Ok(false) {
                let reason = format!("{}: too many boxes have dumps here; it is not used", member.kind);
                self.note_unread(member, reason, false);
            } else if bytes.len() > MAX_DUMP {
                let reason = format!("{}: only its first {} MiB were read", member.kind, MAX_DUMP >> 20);
                self.note_unread(member, reason, false);
            }
        }
        result.map(drop)
    }

    fn certificates(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        let result = content.take(MAX_FILE).read_to_end(&mut bytes);
        let kind = CertificateKind::of(member.kind).unwrap_or(CertificateKind::Other);
        let is_any = self.session.papers().certificates(&member.name, kind, &bytes);
        let treatment = if is_any { Treatment::Facts } else { Treatment::Unread };
        self.note(member, Some(bytes.len() as u64), treatment);
        if !is_any && result.is_ok() {
            self.note_unread(member, format!("{}: no certificate is in it", member.kind), member.named);
        }
        result.map(drop)
    }

    fn capture(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        match self.session.papers().capture(&member.name, content) {
            Ok(()) => self.note(member, member.size, Treatment::Facts),
            Err(NotACapture::Reading(error)) => {
                self.note(member, member.size, Treatment::Facts);
                return Err(error);
            }
            Err(other) => {
                self.note(member, member.size, Treatment::Unread);
                self.note_unread(member, format!("{}: {other}", member.kind), member.named);
            }
        }
        Ok(())
    }

    /// A member that nothing is read from: it is listed, and where somebody may miss it, he hears why.
    fn pass_over(&mut self, member: &Member) {
        let said = match member.kind {
            Kind::Archive(kind) => {
                Some((format!("this is a {kind}, which is not opened; unpack it and give the folder"), true))
            }
            Kind::Empty => Some(("the file is empty".to_owned(), member.named)),
            Kind::Binary => Some((
                "this is binary data, not a log; give the loggingsnapshot_*.txt".to_owned(),
                member.named,
            )),
            Kind::OtherText => Some((
                "a web page, a table or a trace of another product, by its form; name the file to have it read as a log"
                    .to_owned(),
                false,
            )),
            Kind::PrivateKey => {
                Some(("private key: never read; it should not leave the box".to_owned(), false))
            }
            kind => member.named.then(|| (format!("{kind}: not read by this version"), true)),
        };
        self.note(member, member.size, if said.is_some() { Treatment::Unread } else { Treatment::Listed });
        if let Some((reason, may_hold_log)) = said {
            self.note_unread(member, reason, may_hold_log);
        }
    }

    fn note(&mut self, member: &Member, bytes: Option<u64>, treatment: Treatment) {
        let (name, kind) = (member.name.clone(), member.kind.to_string());
        self.session.note_member(Noted { name, kind, bytes, treatment });
    }

    fn note_unread(&mut self, member: &Member, reason: String, may_hold_log: bool) {
        let (name, named) = (member.name.clone(), member.named);
        self.session.note_unread(Unread { name, reason, named, may_hold_log, partly_read: false });
    }
}
