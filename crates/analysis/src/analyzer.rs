//! Whole inputs in, one report out.

use crate::events::{Filter, Listing, Sink};
use crate::gather::{Way, gather};
use crate::parallel::gather_all;
use crate::report::Report;
use crate::session::{Gathering, Nobody, Session};
use crate::story::{Collector, Story, StoryId};
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use waytrace_bundle::{Options, Source, parts};
use waytrace_signatures::{Catalogue, Nearest};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing that could be read was a log.
    #[error("{0}")]
    NoLog(String),
    /// The catalogue has no entry with this id.
    #[error("no problem has the id `{0}`")]
    UnknownEntry(String),
    /// A reader failed before anything of it was read.
    #[error("{name}: {source}")]
    Read {
        /// The input.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

/// What kind of error it is, for programs that act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing that could be read was a log: ask for another file.
    NoLog,
    /// The catalogue has no such entry: ask for another id.
    UnknownEntry,
    /// A reader failed; [`std::error::Error::source`] has what the system says.
    Read,
}

impl Error {
    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoLog(_) => ErrorKind::NoLog,
            Self::UnknownEntry(_) => ErrorKind::UnknownEntry,
            Self::Read { .. } => ErrorKind::Read,
        }
    }
}

/// Reads whole inputs.
#[derive(Debug, Clone)]
pub struct Analyzer {
    catalogue: Arc<Catalogue>,
    language: String,
    reading: Options,
    threads: NonZeroUsize,
    learning: bool,
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
        let mut reading = Options::default();
        // Inflating takes about as long as the analysis, and there is a second core nearly everywhere.
        reading.ahead = true;
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { catalogue, language: "en".to_owned(), reading, threads, learning: false }
    }

    /// The same, with the words of problems in this language (`es`, `de-AT`), where the catalogue has it.
    #[must_use]
    pub fn speaking(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    /// The same, learning the names that stand in what is read, so that the report can be redacted
    /// ([`crate::redact::Redactor::of`]).
    #[must_use]
    pub fn learning_names(mut self) -> Self {
        self.learning = true;
        self
    }

    /// The same, reading sources in another way: with other ceilings for archives, on one thread only, with
    /// somebody who watches how far it is or who may stop it.
    #[must_use]
    pub fn reading(mut self, options: Options) -> Self {
        self.reading = options;
        self
    }

    /// The same on so many threads; by default as many as the machine runs at once. What is found never depends on it.
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self.reading.ahead &= threads.get() > 1;
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
        report(gather_all(sources, &self.reading, self.threads, &|| self.session()).report())
    }

    /// Reads files, folders and standard input as one case, like [`Analyzer::analyze`], but needs no log among them:
    /// for certificates and captures alone.
    pub fn look(&self, sources: &[Source]) -> Report {
        gather_all(sources, &self.reading, self.threads, &|| self.session()).report()
    }

    /// Shows every record that passes a filter to a sink, in the order read. The report says what was read; problems
    /// are not looked for.
    ///
    /// # Errors
    /// As [`Analyzer::analyze`].
    pub fn events(&self, sources: &[Source], filter: Filter, sink: &mut dyn Sink) -> Result<Report, Error> {
        let mut session = self.session();
        session.only_show();
        finish(self.gather(session, sources, &mut Listing { filter, sink, done: false }))
    }

    /// Tells the story of one transaction, of a TrackingID, or of a SIP Call-ID: one story for each transaction that
    /// has this number, one for all nodes that saw the TrackingID or the Call-ID.
    ///
    /// # Errors
    /// As [`Analyzer::analyze`].
    pub fn stories(&self, sources: &[Source], id: &StoryId) -> Result<(Vec<Story>, Report), Error> {
        let mut collector = Collector::new(id);
        let report = finish(self.gather(self.session(), sources, &mut collector))?;
        Ok((collector.tell(&report), report))
    }

    /// Tells what of some sources came nearest to firing an entry, and the names of the inputs.
    ///
    /// # Errors
    /// [`Error::UnknownEntry`] if there is no such entry, else as [`Analyzer::analyze`].
    pub fn why(&self, sources: &[Source], id: &str) -> Result<(Nearest, Vec<String>), Error> {
        let mut session = self.session();
        if !session.watch(id) {
            return Err(Error::UnknownEntry(id.to_owned()));
        }
        let session = self.gather(session, sources, &mut Nobody);
        if session.coverage().recognised == 0 {
            return Err(finish(session).err().unwrap_or_else(|| Error::NoLog("nothing to read".to_owned())));
        }
        Ok(session.nearest())
    }

    /// Reads everything in one session, in the order given: for those who look on.
    fn gather(&self, mut session: Session, sources: &[Source], watcher: &mut dyn Gathering) -> Session {
        for part in parts(sources, &self.reading) {
            session = gather(session, &part, &self.reading, Way::Watched(watcher));
        }
        session
    }

    fn session(&self) -> Session {
        let mut session = Session::with_catalogue(Arc::clone(&self.catalogue));
        session.speak(&self.language);
        if self.learning {
            session.learn_names();
        }
        session
    }
}

fn finish(session: Session) -> Result<Report, Error> {
    report(session.finish())
}

fn report(report: Report) -> Result<Report, Error> {
    // A capture may show a problem without any log.
    let nothing = report.has_no_log() && report.findings.is_empty();
    if nothing { Err(Error::NoLog(no_log(&report))) } else { Ok(report) }
}

fn no_log(report: &Report) -> String {
    if report.unread.is_empty() && !report.traffic.is_empty() {
        return "no log was given, and the captures alone show no problem; `waytrace certs` lists what is in them"
            .to_owned();
    }
    if report.unread.is_empty() {
        return "nothing to read: no input has any text".to_owned();
    }
    let reasons: Vec<_> =
        report.unread.iter().map(|unread| format!("{}: {}", unread.name, unread.reason)).collect();
    reasons.join("\n")
}
