//! Bytes in, problems out, as soon as each is proven.

use crate::beside::read_batches;
use crate::boxes::Boxes;
use crate::coverage::{Coverage, is_recognised};
use crate::gathered::Gathered;
use crate::papers::Papers;
use crate::redact::{Class, Names, Redactor};
use crate::report::{Input, Member, Problem, ProblemKey, Report, Unread};
use crate::wording;
use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use waytrace_evidence::NotADump;
use waytrace_logparse::frame::Piece;
use waytrace_logparse::{Framer, Record, parse_record};
use waytrace_signatures::{Catalogue, Engine, Nearest};

/// An analysis that is fed. How the bytes are portioned never changes what is found.
///
/// ```
/// let mut session = waytrace::Session::new();
/// session.begin("live");
/// session.push(b"2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in cer");
/// session.push(b"tificate. Action=Terminate server=192.0.2.7(192.0.2.7)\n");
/// session.pause(500);
/// assert_eq!(session.news()[0].id, "TLS-006");
/// let report = session.finish();
/// assert_eq!(report.coverage.records, 1);
/// ```
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    framer: Framer,
    coverage: Coverage,
    inputs: Vec<Input>,
    unread: Vec<Unread>,
    told: HashSet<ProblemKey>,
    callback: Callback,
    language: String,
    boxes: Boxes,
    papers: Papers,
    members: Vec<Member>,
    /// Records are only shown to whoever looks on, and not analysed.
    only_shown: bool,
    /// Learns the names that stand in what is read, so that the report can be redacted.
    learner: Option<Box<Redactor>>,
}

/// Whom a session tells each problem.
struct Callback(Option<Tell>);

type Tell = Box<dyn FnMut(&Problem) + Send>;

impl fmt::Debug for Callback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "Callback(somebody)" } else { "Callback(nobody)" })
    }
}

/// Sees every record on its way through a session.
pub(crate) trait Gathering {
    /// Takes a record and the name of its input; `Break` ends the reading.
    fn record(&mut self, record: &Record<'_>, member: &str) -> ControlFlow<()>;
}

/// Sees nothing.
pub(crate) struct Nobody;

impl Gathering for Nobody {
    #[inline]
    fn record(&mut self, _: &Record<'_>, _: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session with the built-in catalogue.
    pub fn new() -> Self {
        Self::with_catalogue(Arc::new(Catalogue::built_in()))
    }

    /// A session that looks for the problems of this catalogue.
    pub fn with_catalogue(catalogue: Arc<Catalogue>) -> Self {
        Self {
            engine: Engine::new(catalogue),
            framer: Framer::new(),
            coverage: Coverage::default(),
            inputs: Vec::new(),
            unread: Vec::new(),
            told: HashSet::new(),
            callback: Callback(None),
            language: "en".to_owned(),
            boxes: Boxes::default(),
            papers: Papers::default(),
            members: Vec::new(),
            only_shown: false,
            learner: None,
        }
    }

    /// Gives problems their words in this language (`es`, `de-AT`), where the catalogue has it; English elsewhere.
    pub fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// Has each problem told to somebody as soon as it is proven, once, instead of by [`Session::news`]: within
    /// [`Session::push`], [`Session::pause`] or [`Session::read_from`], and what only the end proves within
    /// [`Session::finish`]. On which thread that is, the caller decides by where these are called.
    pub fn on_problem(&mut self, tell: impl FnMut(&Problem) + Send + 'static) {
        self.callback = Callback(Some(Box::new(tell)));
    }

    /// Tells what is new, if somebody wants to be told.
    fn call_back(&mut self) {
        if let Some(mut tell) = self.callback.0.take() {
            for problem in self.news() {
                tell(&problem);
            }
            self.callback.0 = Some(tell);
        }
    }

    /// Watches what comes nearest to firing an entry; [`Session::nearest`] tells it instead of a report. Gives whether
    /// there is such an entry.
    pub fn watch(&mut self, id: &str) -> bool {
        let catalogue = Arc::clone(self.engine.catalogue());
        let at = catalogue.signatures().iter().position(|signature| signature.id.eq_ignore_ascii_case(id));
        at.map(|at| self.engine.watch(at)).is_some()
    }

    /// Ends the session and tells what came nearest to the watched entry, and the names of the inputs.
    pub fn nearest(mut self) -> (Nearest, Vec<String>) {
        self.end_of_input();
        (self.engine.nearest(), self.inputs.into_iter().map(|input| input.name).collect())
    }

    /// Learns the names that stand in what is read from here on: for redacting what it gives.
    pub fn learn_names(&mut self) {
        self.learner.get_or_insert_default();
    }

    /// The names learnt since the last call.
    pub fn take_names(&mut self) -> Names {
        self.learner.as_mut().map(|learner| learner.take_names()).unwrap_or_default()
    }

    /// Leaves records unanalysed: for listing them.
    pub(crate) fn only_show(&mut self) {
        self.only_shown = true;
    }

    /// Begins another input: what is pushed from here on is counted under this name, from line 1.
    pub fn begin(&mut self, name: &str) {
        self.end_of_input();
        self.inputs.push(Input { name: name.to_owned(), ..Input::default() });
    }

    /// Takes bytes of the current input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.framer.push(bytes);
        let _ = self.drain(&mut Nobody);
        self.call_back();
    }

    /// Reads the current input from a source, straight into the session's buffer, to its end.
    ///
    /// # Errors
    /// Those of the source. What was read before is part of the analysis.
    pub fn read_from(&mut self, mut source: impl std::io::Read) -> std::io::Result<()> {
        self.read_with(&mut source, &mut Nobody)
    }

    /// The same for a source that ends: many records at a time, and on two threads if that is allowed and it is long.
    pub(crate) fn read_batches(
        &mut self,
        source: &mut dyn std::io::Read,
        by_two: bool,
    ) -> std::io::Result<()> {
        let (_, mut taking) = self.split();
        let (lines, result) = read_batches(source, by_two, &mut |batch| {
            batch.records().iter().for_each(|record| taking.take(record));
        });
        self.coverage.lines += lines;
        if let Some(input) = self.inputs.last_mut() {
            input.lines += lines;
        }
        result
    }

    /// The same, while somebody looks on. Ends early, without an error, when he has seen enough.
    pub(crate) fn read_with<G: Gathering + ?Sized>(
        &mut self,
        source: &mut dyn std::io::Read,
        watcher: &mut G,
    ) -> std::io::Result<()> {
        const CHUNK: usize = 256 * 1024;
        loop {
            match source.read(self.framer.spare(CHUNK)) {
                Ok(0) => return Ok(()),
                Ok(count) => self.framer.filled(count),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            let enough = self.drain(watcher).is_break();
            self.call_back();
            if enough {
                return Ok(());
            }
        }
    }

    /// Says that the input pauses, and for how many milliseconds it did: the last record counts as complete, and
    /// what waits for later lines is settled when they would have come.
    pub fn pause(&mut self, milliseconds: u32) {
        let (framer, mut taking) = self.split();
        while let Some(frame) = framer.next_frame_at_pause() {
            taking.take(&parse_record(frame));
        }
        self.engine.pause(i64::from(milliseconds));
        self.call_back();
    }

    /// Problems proven since the last call, as far as they are known now.
    pub fn news(&mut self) -> Vec<Problem> {
        let catalogue = Arc::clone(self.engine.catalogue());
        let problems = self
            .engine
            .news()
            .into_iter()
            .map(|finding| wording::problem(finding, &catalogue, &self.language));
        let problems: Vec<_> = problems.collect();
        self.told.extend(problems.iter().map(Problem::key));
        problems
    }

    /// Keys of the problems that [`Session::news`] gave out.
    pub fn told(&self) -> HashSet<ProblemKey> {
        self.told.clone()
    }

    /// What has been read so far.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Notes something that could not be read, for the report.
    pub fn note_unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }

    /// Notes a member and what was done with it, for the report.
    pub(crate) fn note_member(&mut self, member: Member) {
        self.members.push(member);
    }

    /// Takes a configuration or status dump of a box: its release, its peers, its settings. `name` says beside which
    /// log it lies. Tells whether there was room for it.
    ///
    /// # Errors
    /// If there is no setting in it.
    pub fn dump(&mut self, name: &str, bytes: &[u8]) -> Result<bool, NotADump> {
        if let Some(learner) = &mut self.learner {
            learner.begin(true);
            learner.learn(&String::from_utf8_lossy(bytes));
            learner.begin(false);
        }
        self.boxes.take(name, bytes)
    }

    /// The certificates and captures that lie beside the logs.
    pub(crate) fn papers(&mut self) -> &mut Papers {
        &mut self.papers
    }

    /// Notes that the rest of an input could not be read, and why.
    pub fn note_unread_input(&mut self, name: &str, reason: &str) {
        let partly_read = self.inputs.iter().any(|input| input.name == name && input.bytes > 0);
        let (name, reason) = (name.to_owned(), reason.to_owned());
        self.note_unread(Unread { name, reason, named: true, may_hold_log: true, partly_read });
    }

    /// Counts of the current input.
    pub(crate) fn current(&self) -> Option<&Input> {
        self.inputs.last()
    }

    /// Ends the session: what is held counts as complete, and everything is settled.
    pub fn finish(mut self) -> Report {
        let callback = self.callback.0.take();
        let told = std::mem::take(&mut self.told);
        let report = self.gathered().report();
        if let Some(tell) = callback {
            let left = report.findings.iter().filter(|problem| !told.contains(&problem.key()));
            left.for_each(tell);
        }
        report
    }

    /// Settles everything, so that it can be joined with what was read elsewhere.
    pub(crate) fn gathered(mut self) -> Gathered {
        self.end_of_input();
        Gathered {
            catalogue: Arc::clone(self.engine.catalogue()),
            settled: self.engine.settle(),
            inputs: self.inputs,
            members: self.members,
            coverage: self.coverage,
            boxes: self.boxes,
            papers: self.papers,
            unread: self.unread,
            language: self.language,
            names: self.learner.map(|mut learner| learner.take_names()),
        }
    }

    /// Ends the current input: its last record counts as complete. Gives what was read of it.
    pub(crate) fn end_of_input(&mut self) -> Option<&Input> {
        self.end_with(&mut Nobody)
    }

    pub(crate) fn end_with<G: Gathering + ?Sized>(&mut self, watcher: &mut G) -> Option<&Input> {
        self.framer.finish();
        let _ = self.drain(watcher);
        let lines = std::mem::take(&mut self.framer).lines();
        self.coverage.lines += lines;
        let input = self.inputs.last_mut()?;
        input.lines += lines;
        Some(input)
    }

    fn drain<G: Gathering + ?Sized>(&mut self, watcher: &mut G) -> ControlFlow<()> {
        if self.inputs.is_empty() && self.framer.pending() > 0 {
            self.inputs.push(Input { name: "-".to_owned(), ..Input::default() });
        }
        let (framer, mut taking) = self.split();
        while let Some(frame) = framer.next_frame() {
            let record = parse_record(frame);
            taking.take(&record);
            watcher.record(&record, taking.inputs.last().map_or("-", |input| &input.name))?;
        }
        ControlFlow::Continue(())
    }

    /// Where records come from, and where they go.
    fn split(&mut self) -> (&mut Framer, Taking<'_>) {
        let Self { framer, engine, coverage, inputs, learner, only_shown, .. } = self;
        (framer, Taking { engine, coverage, inputs, learner, only_shown: *only_shown })
    }
}

/// What every record goes through, however it comes.
struct Taking<'s> {
    engine: &'s mut Engine,
    coverage: &'s mut Coverage,
    inputs: &'s mut [Input],
    learner: &'s mut Option<Box<Redactor>>,
    only_shown: bool,
}

impl Taking<'_> {
    #[inline]
    fn take(&mut self, record: &Record<'_>) {
        note(self.coverage, self.inputs, record);
        learn(self.learner, record);
        if !self.only_shown {
            self.engine.feed(record, current(self.inputs));
        }
    }
}

#[inline]
pub(crate) fn learn(learner: &mut Option<Box<Redactor>>, record: &Record<'_>) {
    if let Some(learner) = learner {
        if !record.envelope.host.is_empty() {
            learner.learn_name(Class::Host, record.envelope.host);
        }
        learner.learn(record.frame.text);
    }
}

fn current(inputs: &[Input]) -> u32 {
    u32::try_from(inputs.len().saturating_sub(1)).unwrap_or(u32::MAX)
}

pub(crate) fn note(coverage: &mut Coverage, inputs: &mut [Input], record: &Record<'_>) {
    coverage.count(record);
    if let Some(input) = inputs.last_mut() {
        input.bytes += record.frame.raw.len() as u64;
        input.records += u64::from(record.frame.piece != Piece::Rest);
        input.recognised += u64::from(is_recognised(record));
        input.forms.add(record);
        if input.host.is_none() && is_recognised(record) && !record.envelope.host.is_empty() {
            input.host = Some(record.envelope.host.to_owned());
        }
    }
}
