//! Whole inputs in, one report out.

use crate::report::{Report, Unread};
use crate::session::Session;
use std::io::{self, Read};
use std::sync::Arc;
use waytrace_bundle::{Kind, Member, Source, Visitor, visit};
use waytrace_signatures::Catalogue;

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
        Self { catalogue }
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
        let mut gather = Gather { session: self.session() };
        visit(sources, &mut gather);
        finish(gather.session)
    }

    fn session(&self) -> Session {
        Session::with_catalogue(Arc::clone(&self.catalogue))
    }
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

struct Gather {
    session: Session,
}

impl Visitor for Gather {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        if member.kind != Kind::Text {
            self.session.note_unread(not_text(member));
            return Ok(());
        }
        self.session.begin(&member.name);
        let result = self.session.read_from(content);
        // The last record of an input counts only once the input has ended.
        let read = self.session.end_of_input().cloned().unwrap_or_default();
        if read.stamped == 0 && result.is_ok() {
            let reason = format!(
                "this is no Expressway log: none of its {} lines begins with a time stamp; \
                 give the loggingsnapshot_*.txt of a diagnostic log",
                read.lines
            );
            let (name, named) = (member.name.clone(), member.named);
            self.session.note_unread(Unread { name, reason, named, may_hold_log: named, partly_read: false });
        }
        result
    }

    fn unread(&mut self, unread: waytrace_bundle::Unread) {
        let read = self.session.current().filter(|input| input.name == unread.name);
        let partly_read = read.is_some_and(|input| input.bytes > 0);
        let waytrace_bundle::Unread { name, reason, named, .. } = unread;
        self.session.note_unread(Unread { name, reason, named, may_hold_log: true, partly_read });
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
        kind => (format!("{kind}: not read by this version"), member.named),
    };
    Unread { name: member.name.clone(), reason, named: member.named, may_hold_log, partly_read: false }
}
