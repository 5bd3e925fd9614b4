//! Logs that are followed while they are written: several streams at once, problems as they are proven, repeats
//! gathered, state that stays bounded for days.

mod streams;
mod update;

pub use streams::StreamId;
pub use update::{Again, Update};

use crate::boxes::Boxes;
use crate::coverage::Coverage;
use crate::gathered::Gathered;
use crate::papers::Papers;
use crate::redact::{Class, Redactor};
use crate::report::{Problem, ProblemKey, Report, Unread};
use crate::session::{learn, note};
use crate::wording;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use streams::Streams;
use waytrace_logparse::frame::{Frame, Slices};
use waytrace_logparse::parse_record;
use waytrace_signatures::{Catalogue, Confidence, Engine, Finding, Severity, Standing};

/// An analysis of logs that are being written. Whoever follows them says what time it is, on a clock of his own that
/// begins at zero and never goes back; nothing here looks at a clock.
///
/// ```
/// use std::time::Duration;
/// use waytrace::{Live, Update};
///
/// let mut live = Live::new();
/// let stream = live.open("expc.log");
/// live.push(stream, b"2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in certificate. Action=Terminate server=192.0.2.7(192.0.2.7)\n");
/// live.pass(Duration::from_millis(20));
/// live.pass(Duration::from_millis(80));
/// assert!(matches!(&live.updates()[0], Update::New { problem, .. } if problem.id == "TLS-006"));
/// ```
#[derive(Debug)]
pub struct Live {
    engine: Engine,
    /// Learns names, and replaces them in what is told.
    learner: Option<Box<Redactor>>,
    redactor: Option<Box<Redactor>>,
    streams: Streams,
    coverage: Coverage,
    unread: Vec<Unread>,
    language: String,
    now: Duration,
    /// What was told of each finding, by its number.
    told: HashMap<usize, Told>,
    keys: HashSet<ProblemKey>,
    /// What was told before it was settled.
    ahead: Vec<Ahead>,
    /// When repeats were last told.
    gathered: Duration,
    updates: Vec<Update>,
}

/// What was told of a finding.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    times: u64,
    over: bool,
}

/// A problem that was told before it was settled.
#[derive(Debug)]
struct Ahead {
    finding: Finding,
    problem: Problem,
    at: Duration,
}

/// A finding as it stands, for whoever counts.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Tally<'a> {
    /// Its number, for [`Live::problem`].
    pub number: usize,
    /// How sure the claim is.
    pub confidence: Confidence,
    /// Whether a later record says that it is over.
    pub over: bool,
    /// Id of the entry.
    pub id: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// Host name of the box.
    pub node: &'a str,
    /// Host or address it is about; empty if none.
    pub host: &'a str,
    /// Port, where known.
    pub port: Option<u16>,
    /// How often it was proven.
    pub times: u64,
    /// Requests it touched.
    pub requests: u64,
    /// Users it touched.
    pub users: usize,
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Live {
    /// A stream that gives nothing for this long pauses: its last record counts as complete.
    pub const PAUSE: Duration = Duration::from_millis(20);
    /// Repeats are told this often at most.
    pub const REPEATS: Duration = Duration::from_secs(5);
    /// What was told before it was settled is settled within this time, or taken back.
    const SETTLED: Duration = Duration::from_secs(2);
    /// Ceiling on what is told ahead and waits to be settled.
    const MAX_AHEAD: usize = 256;
    /// Ceiling on the notes about what could not be read; a sender may fail again and again.
    const MAX_UNREAD: usize = 1000;

    /// With the built-in catalogue.
    pub fn new() -> Self {
        Self::with_catalogue(Arc::new(Catalogue::built_in()))
    }

    /// Looks for the problems of this catalogue.
    pub fn with_catalogue(catalogue: Arc<Catalogue>) -> Self {
        let mut engine = Engine::new(catalogue);
        engine.follow();
        Self {
            engine,
            learner: None,
            redactor: None,
            streams: Streams::default(),
            coverage: Coverage::default(),
            unread: Vec::new(),
            language: "en".to_owned(),
            now: Duration::ZERO,
            told: HashMap::new(),
            keys: HashSet::new(),
            ahead: Vec::new(),
            gathered: Duration::ZERO,
            updates: Vec::new(),
        }
    }

    /// Gives problems their words in this language (`es`, `de-AT`), where the catalogue has it; English elsewhere.
    pub fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// Opens a stream. Streams of one name that follow one another are one input, whose lines are counted on.
    pub fn open(&mut self, name: &str) -> StreamId {
        self.open_stream(name, false)
    }

    /// Opens a stream that is an input of its own, with lines from 1, though there was one of this name: a file that
    /// was begun anew.
    pub fn open_anew(&mut self, name: &str) -> StreamId {
        self.open_stream(name, true)
    }

    fn open_stream(&mut self, name: &str, anew: bool) -> StreamId {
        let name = match &mut self.redactor {
            Some(redactor) => {
                redactor.learn_path(name);
                redactor.path(name)
            }
            None => name.to_owned(),
        };
        let stream = self.streams.open(&name, anew);
        let (input, first) = self.streams.source(stream);
        self.engine.same_source(input, first);
        stream
    }

    /// Name of the input with this number.
    pub fn input(&self, member: u32) -> &str {
        self.streams.inputs().get(member as usize).map_or("?", |input| &input.name)
    }

    /// Takes bytes of a stream, in any portions.
    pub fn push(&mut self, stream: StreamId, bytes: &[u8]) {
        self.engine.clock(milliseconds(self.now));
        let Some((framer, mut base)) = self.streams.lend(stream, self.now) else { return };
        framer.push(bytes);
        while let Some(frame) = framer.next_frame() {
            take(&mut self.engine, &mut self.coverage, &mut self.learner, &mut base, frame);
        }
        self.news();
    }

    /// Takes whole records, as one packet of syslog holds them: nothing of them comes later.
    pub fn message(&mut self, stream: StreamId, message: &[u8]) {
        self.engine.clock(milliseconds(self.now));
        let Some(mut base) = self.streams.counted(stream, self.now) else { return };
        let mut frames = Slices::new(message);
        let mut lines = 0;
        while let Some(frame) = frames.next_frame() {
            lines += lines_of(frame.raw);
            take(&mut self.engine, &mut self.coverage, &mut self.learner, &mut base, frame);
        }
        self.coverage.lines += lines;
        self.streams.count(stream, lines, message.len() as u64);
        self.news();
    }

    /// Ends a stream: its last record counts as complete.
    pub fn close(&mut self, stream: StreamId) {
        let Some((framer, mut base)) = self.streams.lend(stream, self.now) else { return };
        framer.finish();
        while let Some(frame) = framer.next_frame() {
            take(&mut self.engine, &mut self.coverage, &mut self.learner, &mut base, frame);
        }
        self.coverage.lines += self.streams.close(stream);
        self.news();
    }

    /// Says what time it is, and settles what is due. To be called often while [`Live::awaits`], else now and then.
    pub fn pass(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.engine.clock(milliseconds(self.now));
        for stream in self.streams.pausing(self.now) {
            self.engine.heard(milliseconds(self.streams.touched(stream)));
            let Some((framer, mut base)) = self.streams.lend_quietly(stream) else { continue };
            while let Some(frame) = framer.next_frame_at_pause() {
                take(&mut self.engine, &mut self.coverage, &mut self.learner, &mut base, frame);
            }
        }
        self.engine.pass();
        self.news();
        self.look_ahead();
        self.take_back();
        if self.now.saturating_sub(self.gathered) >= Self::REPEATS {
            self.gathered = self.now;
            self.repeats();
        }
    }

    /// Whether something waits that time alone may complete or prove.
    pub fn awaits(&self) -> bool {
        !self.ahead.is_empty() || self.streams.is_waiting() || self.engine.awaits()
    }

    /// What happened since the last call.
    pub fn updates(&mut self) -> Vec<Update> {
        let mut updates = std::mem::take(&mut self.updates);
        if !updates.is_empty()
            && let Some(redactor) = &mut self.redactor
        {
            redactor.absorb(self.learner.as_mut().map(|learner| learner.take_names()).unwrap_or_default());
            for update in &mut updates {
                redacted(update, redactor);
            }
        }
        updates
    }

    /// Replaces names by stand-ins in everything that [`Live::updates`] and [`Live::finish`] give, from here on: to be
    /// asked for before streams are opened. [`Live::problem`] and [`Live::tallies`] keep them.
    pub fn redact(&mut self) {
        self.learner.get_or_insert_default();
        self.redactor.get_or_insert_with(|| Box::new(Redactor::new().on_the_fly()));
    }

    /// Every finding so far, with its counts.
    pub fn tallies(&self) -> impl Iterator<Item = Tally<'_>> {
        self.engine.all_standing().map(|standing| tally(&standing))
    }

    /// A problem as it stands now, by the number that [`Update::New`] or [`Again`] gave.
    pub fn problem(&self, number: usize) -> Option<Problem> {
        let standing = self.engine.standing(number)?;
        Some(wording::problem(standing.finding.clone(), self.engine.catalogue(), &self.language))
    }

    /// What has been read so far.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Proofs that were not kept because there are too many findings.
    pub fn dropped_proofs(&self) -> u64 {
        self.engine.dropped_proofs()
    }

    /// Host names of the boxes, with the newest stamp of each in milliseconds since 1970.
    pub fn newest(&self) -> impl Iterator<Item = (&str, Option<i64>)> {
        self.engine.newest()
    }

    /// Notes that the rest of an input could not be read, and why.
    pub fn note_unread(&mut self, name: &str, reason: &str) {
        if self.unread.len() < Self::MAX_UNREAD {
            let partly_read = self.streams.inputs().iter().any(|known| known.name == name && known.bytes > 0);
            let (name, reason) = (name.to_owned(), reason.to_owned());
            self.unread.push(Unread { name, reason, named: true, may_hold_log: true, partly_read });
        }
    }

    /// Ends it: what is held counts as complete, everything is settled and told. Problems that were not told before
    /// are those of the report whose key is not in the set.
    pub fn finish(mut self) -> (Report, HashSet<ProblemKey>, Vec<Update>) {
        for stream in self.streams.all() {
            self.close(stream);
        }
        let updates = self.updates();
        self.keys.extend(self.ahead.iter().map(|ahead| ahead.problem.key()));
        let catalogue = Arc::clone(self.engine.catalogue());
        let gathered = Gathered {
            settled: self.engine.settle(),
            catalogue,
            inputs: self.streams.into_inputs(),
            members: Vec::new(),
            coverage: self.coverage,
            boxes: Boxes::default(),
            papers: Papers::default(),
            unread: self.unread,
            language: self.language,
            names: None,
        };
        let mut report = gathered.report();
        let told: Vec<bool> =
            report.findings.iter().map(|problem| self.keys.contains(&problem.key())).collect();
        if let Some(redactor) = &mut self.redactor {
            redactor.absorb(self.learner.as_mut().map(|learner| learner.take_names()).unwrap_or_default());
            redactor.learn_report(&report);
            redactor.report(&mut report);
        }
        let told =
            report.findings.iter().zip(told).filter(|(_, told)| *told).map(|(problem, _)| problem.key());
        let told = told.collect();
        (report, told, updates)
    }
}

fn redacted(update: &mut Update, redactor: &mut Redactor) {
    match update {
        Update::New { problem, .. }
        | Update::Settled { problem, .. }
        | Update::Withdrawn { problem }
        | Update::Over { problem } => redactor.problem(problem),
        Update::Again(all) => {
            for again in all {
                again.node = redactor.stand_in(Class::Host, &again.node);
                again.target.host = redactor.host(&again.target.host);
                again.target.ip = again.target.ip.map(|ip| redactor.address(ip));
            }
        }
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn lines_of(bytes: &[u8]) -> u64 {
    let ends = bytes.split(|byte| *byte == b'\n').count() as u64 - 1;
    ends + u64::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

/// Reads a record and gives it to the engine, under the numbers of its input.
fn take(
    engine: &mut Engine,
    coverage: &mut Coverage,
    learner: &mut Option<Box<Redactor>>,
    base: &mut streams::Base<'_>,
    frame: Frame<'_>,
) {
    let frame = Frame { line: frame.line + base.lines, offset: frame.offset + base.bytes, ..frame };
    let record = parse_record(frame);
    note(coverage, std::slice::from_mut(base.input), &record);
    learn(learner, &record);
    engine.feed(&record, base.member);
}

fn tally<'a>(standing: &Standing<'a>) -> Tally<'a> {
    let finding = standing.finding;
    Tally {
        number: standing.number,
        confidence: finding.confidence,
        over: standing.over,
        id: &finding.id,
        severity: finding.severity,
        node: &finding.node,
        host: &finding.target.host,
        port: finding.target.port,
        times: standing.times,
        requests: finding.transaction_count,
        users: finding.users.len(),
    }
}

#[cfg(test)]
mod tests;
