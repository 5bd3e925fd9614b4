//! The story of one request or call: every line of it in order, with the time between them.

use crate::report::Report;
use crate::session::Gathering;
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::str::FromStr;
use waytrace_logparse::{Event, Record};
use waytrace_signatures::{ClockDifference, Confidence};

use crate::events::Row;

/// What a story is asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoryId {
    /// The proxy's counter.
    Txn(u64),
    /// A TrackingID or a SIP Call-ID.
    Text(String),
}

impl FromStr for StoryId {
    type Err = std::convert::Infallible;

    /// A number is a Txn-id; anything else a TrackingID or a Call-ID.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Txn))
    }
}

/// One request or call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Story {
    /// What it is the story of.
    pub title: String,
    /// Its lines, by time; lines of the same millisecond in the order read.
    pub lines: Vec<StoryLine>,
    /// Lines beyond [`Story::MAX_LINES`].
    pub left_out: u64,
    /// How far the clocks of its boxes are apart: the lines stand in the order of true time, whatever they show.
    pub clocks: Vec<ClockDifference>,
}

impl Story {
    /// Ceiling on the lines of one story.
    pub const MAX_LINES: usize = 2000;
}

/// A line of a story. Texts are a stranger's: escape them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StoryLine {
    /// Name of the input.
    pub member: String,
    /// Number of its line there.
    pub line: u64,
    /// The box's stamp.
    pub time: Option<DateTime<FixedOffset>>,
    /// The writer's clock, in UTC.
    pub utc: Option<NaiveDateTime>,
    /// Host name.
    pub host: String,
    /// Kind of the event.
    pub kind: &'static str,
    /// What it says in short.
    pub summary: String,
    /// Milliseconds since the line before.
    pub gap: Option<i64>,
    /// How sure it is that the line belongs here, if it carries no id of its own.
    pub joined: Option<Confidence>,
}

/// Keeps the lines that may belong to a story while the log is read.
pub(crate) struct Collector<'i> {
    id: &'i StoryId,
    /// Lines that carry the id, by process for a Txn-id.
    own: BTreeMap<(String, u32), (Vec<StoryLine>, u64)>,
    /// Txn-ids of the transactions of a TrackingID: their other lines belong too.
    transactions: HashSet<(String, u32, u64)>,
    /// Lines of Traffic Server without an id, until the analysis has told whose they are.
    loose: Vec<StoryLine>,
}

impl<'i> Collector<'i> {
    /// Lines without an id that are kept. Beyond it a story may lack some of them.
    const MAX_LOOSE: usize = 20_000;

    pub(crate) fn new(id: &'i StoryId) -> Self {
        Self { id, own: BTreeMap::new(), transactions: HashSet::new(), loose: Vec::new() }
    }

    fn is_own(&mut self, record: &Record<'_>) -> bool {
        let pid = record.envelope.pid.unwrap_or(0);
        match (self.id, &record.event) {
            (StoryId::Txn(id), Event::Http(step)) => step.txn_id == *id,
            (StoryId::Text(id), Event::Http(step)) => {
                let key = (record.envelope.host.to_owned(), pid, step.txn_id);
                if step.tracking_id == id {
                    self.transactions.insert(key);
                    return true;
                }
                self.transactions.contains(&key)
            }
            (StoryId::Text(id), Event::Sip(message)) => {
                message.call_id() == Some(id) || record.frame.text.contains(id.as_str())
            }
            (StoryId::Text(id), _) => record.frame.text.contains(id.as_str()),
            _ => false,
        }
    }

    /// Puts the stories together, with the lines that the analysis joined to their transactions.
    pub(crate) fn tell(self, report: &Report) -> Vec<Story> {
        let Self { id, own, transactions, loose } = self;
        let ahead = ClockDifference::offsets(&report.clocks);
        let stories = own.into_iter().map(|((host, pid), (mut lines, left_out))| {
            let wanted = |node: &str, process: u32, txn: u64| match id {
                StoryId::Txn(id) => node == host && process == pid && txn == *id,
                StoryId::Text(_) => {
                    transactions.iter().any(|t| (t.0.as_str(), t.1, t.2) == (node, process, txn))
                }
            };
            lines.extend(joined(report, &loose, &wanted));
            let title = match id {
                StoryId::Txn(id) => format!("transaction {id} of traffic_server[{pid}] on {host}"),
                StoryId::Text(id) => id.clone(),
            };
            let lines = ordered(lines, &ahead);
            let is_here = |host: &String| lines.iter().any(|line| line.host == *host);
            let clocks =
                report.clocks.iter().filter(|clock| is_here(&clock.node) && is_here(&clock.reference));
            Story { title, clocks: clocks.cloned().collect(), lines, left_out }
        });
        stories.collect()
    }
}

impl Gathering for Collector<'_> {
    fn record(&mut self, record: &Record<'_>, member: &str) -> ControlFlow<()> {
        if self.is_own(record) {
            let process = match self.id {
                StoryId::Txn(_) => (record.envelope.host.to_owned(), record.envelope.pid.unwrap_or(0)),
                StoryId::Text(_) => (String::new(), 0),
            };
            let (lines, left_out) = self.own.entry(process).or_default();
            if lines.len() < Story::MAX_LINES {
                lines.push(line(record, member));
            } else {
                *left_out += 1;
            }
        } else if matches!(record.event, Event::Diagnostic(_)) && self.loose.len() < Self::MAX_LOOSE {
            self.loose.push(line(record, member));
        }
        ControlFlow::Continue(())
    }
}

fn line(record: &Record<'_>, member: &str) -> StoryLine {
    let row = Row::of(record, member);
    StoryLine {
        member: member.to_owned(),
        line: row.line,
        time: row.time,
        utc: row.utc,
        host: row.host.to_owned(),
        kind: row.kind,
        summary: row.summary,
        gap: None,
        joined: None,
    }
}

/// The lines without an id that the analysis gave to the wanted transactions.
fn joined(report: &Report, loose: &[StoryLine], wanted: &dyn Fn(&str, u32, u64) -> bool) -> Vec<StoryLine> {
    let mut lines = Vec::new();
    for problem in &report.findings {
        let touched = problem.transactions.iter().filter(|t| wanted(&t.node, t.pid, t.txn_id));
        for proof in touched.flat_map(|touched| &touched.proof) {
            let place =
                |line: &&StoryLine| line.line == proof.line && line.member == report.input(proof.member);
            if let Some(found) = loose.iter().find(place) {
                lines.push(StoryLine { joined: Some(proof.confidence), ..found.clone() });
            }
        }
    }
    lines
}

/// Sorts by true time and place, drops doubles, and measures the gaps. `ahead` says by how many milliseconds the clock
/// of a box is ahead.
fn ordered(mut lines: Vec<StoryLine>, ahead: &HashMap<String, i64>) -> Vec<StoryLine> {
    let truly = |line: &StoryLine| {
        let ahead = ahead.get(&line.host).copied().unwrap_or(0);
        line.time.map(|time| time - TimeDelta::milliseconds(ahead))
    };
    lines.sort_by(|a, b| (truly(a), &a.member, a.line).cmp(&(truly(b), &b.member, b.line)));
    lines.dedup_by(|a, b| a.line == b.line && a.member == b.member);
    for at in 1..lines.len() {
        let (before, this) = (truly(&lines[at - 1]), truly(&lines[at]));
        lines[at].gap = before.zip(this).map(|(before, this)| (this - before).num_milliseconds());
    }
    lines
}
