//! Whole inputs in, one report out.

use crate::events::{Filter, Listing, Sink};
use crate::report::{Input, Report, Unread};
use crate::session::{Gathering, Nobody, Session};
use crate::story::{Collector, Story, StoryId};
use std::io::{self, Read};
use std::sync::Arc;
use waytrace_bundle::{Kind, Member, Options, Source, Visitor, visit_one};
use waytrace_signatures::{Catalogue, Nearest};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing that could be read was a log.
    #[error("{0}")]
    NoLog(String),
    /// A reader failed before anything of it was read.
    #[error("{name}: {source}")]
    Read {
        /// The input.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

/// Reads whole inputs.
#[derive(Debug, Clone)]
pub struct Analyzer {
    catalogue: Arc<Catalogue>,
    language: String,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// An analyzer with the built-in catalogue.
    pub fn new() -> Self {
        Self::with_catalogue(Arc::new(Catalogue::built_in()))
    }

    /// An analyzer that looks for the problems of this catalogue.
    pub fn with_catalogue(catalogue: Arc<Catalogue>) -> Self {
        Self { catalogue, language: "en".to_owned() }
    }

    /// The same, with the words of problems in this language (`es`, `de-AT`), where the catalogue has it.
    #[must_use]
    pub fn speaking(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    /// Analyses one reader. `name` stands for it in the report.
    ///
    /// # Errors
    /// [`Error::Read`] if the reader fails at once, [`Error::NoLog`] if nothing in it has the form of a log.
    pub fn analyze_reader(&self, name: &str, source: impl Read) -> Result<Report, Error> {
        let mut session = self.session();
        session.begin(name);
        if let Err(source) = session.read_from(source) {
            if session.coverage().records == 0 {
                return Err(Error::Read { name: name.to_owned(), source });
            }
            session.note_unread_input(name, &source.to_string());
        }
        finish(session)
    }

    /// Analyses files, folders and standard input as one case.
    ///
    /// # Errors
    /// [`Error::NoLog`] if no source could be read as a log; its text names each source and the reason.
    pub fn analyze(&self, sources: &[Source]) -> Result<Report, Error> {
        finish(gather(self.session(), sources, &mut Nobody))
    }

    /// Shows every record that passes a filter to a sink, in the order read. The report says what was read; problems
    /// are not looked for.
    ///
    /// # Errors
    /// As [`Analyzer::analyze`].
    pub fn events(&self, sources: &[Source], filter: Filter, sink: &mut dyn Sink) -> Result<Report, Error> {
        let mut session = self.session();
        session.only_show();
        finish(gather(session, sources, &mut Listing { filter, sink, done: false }))
    }

    /// Tells the story of one transaction, of a TrackingID, or of a SIP Call-ID: one story for each transaction that
    /// has this number, one for all nodes that saw the TrackingID or the Call-ID.
    ///
    /// # Errors
    /// As [`Analyzer::analyze`].
    pub fn stories(&self, sources: &[Source], id: &StoryId) -> Result<(Vec<Story>, Report), Error> {
        let mut collector = Collector::new(id);
        let report = finish(gather(self.session(), sources, &mut collector))?;
        Ok((collector.tell(&report), report))
    }

    /// Tells what of some sources came nearest to firing an entry, and the names of the inputs.
    ///
    /// # Errors
    /// [`Error::NoLog`] if there is no such entry.
    pub fn why(&self, sources: &[Source], id: &str) -> Result<(Nearest, Vec<String>), Error> {
        let mut session = self.session();
        if !session.watch(id) {
            return Err(Error::NoLog(format!("no problem has the id `{id}`")));
        }
        let session = gather(session, sources, &mut Nobody);
        if session.coverage().recognised == 0 {
            return Err(finish(session).err().unwrap_or_else(|| Error::NoLog("nothing to read".to_owned())));
        }
        Ok(session.nearest())
    }

    fn session(&self) -> Session {
        let mut session = Session::with_catalogue(Arc::clone(&self.catalogue));
        session.speak(&self.language);
        session
    }
}

fn gather(session: Session, sources: &[Source], watcher: &mut dyn Gathering) -> Session {
    let mut gather = Gather { session, watcher };
    let mut options = Options::default();
    // Inflating goes on beside the analysis: there is a second core nearly everywhere.
    options.ahead = true;
    for source in sources {
        let _ = visit_one(source, &options, &mut gather);
    }
    gather.session
}

fn finish(session: Session) -> Result<Report, Error> {
    let report = session.finish();
    if report.has_no_log() { Err(Error::NoLog(no_log(&report))) } else { Ok(report) }
}

fn no_log(report: &Report) -> String {
    if report.unread.is_empty() {
        return "nothing to read: no input has any text".to_owned();
    }
    let reasons: Vec<_> =
        report.unread.iter().map(|unread| format!("{}: {}", unread.name, unread.reason)).collect();
    reasons.join("\n")
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
    watcher: &'w mut dyn Gathering,
}

impl Visitor for Gather<'_> {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        // Whoever names a text means that it is a log, whatever it looks like.
        if !(member.kind.is_log() || member.named && member.kind == Kind::OtherText) {
            self.session.note_unread(not_text(member));
            return Ok(());
        }
        self.session.begin(&member.name);
        let result = self.session.read_with(content, self.watcher);
        // The last record of an input counts only once the input has ended.
        let read = self.session.end_with(self.watcher).cloned().unwrap_or_default();
        if read.recognised == 0 && result.is_ok() {
            let reason = no_log_reason(&read);
            let (name, named) = (member.name.clone(), member.named);
            self.session.note_unread(Unread { name, reason, named, may_hold_log: named, partly_read: false });
        }
        result
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

fn not_text(member: &Member) -> Unread {
    let (reason, may_hold_log) = match member.kind {
        Kind::Archive(kind) => (
            format!("this is a {kind}, which this version does not open; unpack it and give the folder"),
            true,
        ),
        Kind::Empty => ("the file is empty".to_owned(), member.named),
        Kind::Binary => {
            ("this is binary data, not a log; give the loggingsnapshot_*.txt".to_owned(), member.named)
        }
        Kind::OtherText => (
            "a web page, a table or a trace of another product, by its form; name the file to have it read as a log"
                .to_owned(),
            false,
        ),
        Kind::PrivateKey => ("private key: never read; it should not leave the box".to_owned(), false),
        kind => (format!("{kind}: not read by this version"), member.named),
    };
    Unread { name: member.name.clone(), reason, named: member.named, may_hold_log, partly_read: false }
}
