//! Faults of the collection: what makes a log say less than it seems to.
//!
//! A sign-in that began before logging did, a stretch without a line, lines of the proxy without its steps, a file
//! that breaks off: whoever reads "nothing found" must know of them.

use super::findings::{Findings, Proof};
use super::lines::At;
use super::transaction::Moment;
use crate::catalogue::{Catalogue, Confidence};
use crate::detectors::Detector;
use crate::finding::{Line, Member, Role, Target};
use waytrace_logparse::{Event, Record};

/// A stretch without any record is a gap from here on, in milliseconds. A box that does nothing still writes every
/// few seconds.
const GAP: Moment = 10 * 60_000;
/// So soon after the first record a request without its beginning tells that it began before.
const BEGINNING: Moment = 10_000;
/// Records a node must have before their absence means something.
const ENOUGH: u64 = 20;

/// What is noted of one node while its log is read.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    /// The longest stretch without a record, and the record that ended it.
    gap: Option<(Moment, Line)>,
    /// The record before: its file and its moment. Between two files a gap is the collector's, not the box's.
    before: Option<(Member, Moment)>,
    /// The first step seen of a request whose beginning is not in the log.
    headless: Option<Line>,
    /// Lines of the proxy that are not steps of requests.
    proxy_line: Option<Line>,
    steps: u64,
    records: u64,
    /// The last record, if its file breaks off inside it.
    cut: Option<Line>,
}

impl Collection {
    /// Notes one record.
    pub(crate) fn take(&mut self, record: &Record<'_>, at: &At<'_>) {
        self.records += 1;
        if let Some(now) = at.moment
            && let Some((member, before)) = self.before.replace((at.member, now))
            && member == at.member
        {
            let gap = now - before;
            if gap >= GAP && self.gap.as_ref().is_none_or(|(longest, _)| gap > *longest) {
                self.gap = Some((gap, at.keep(Role::Proof)));
            }
        }
        match &record.event {
            Event::Http(_) => self.steps += 1,
            Event::Access(_) | Event::Diagnostic(_) if self.proxy_line.is_none() => {
                self.proxy_line = Some(at.keep(Role::Proof));
            }
            _ => {}
        }
        if !record.frame.raw.ends_with(b"\n") && memchr::memchr_iter(b'"', record.frame.raw).count() % 2 == 1
        {
            self.cut = Some(at.keep(Role::Proof));
        }
    }

    /// Notes a step whose request was not seen to begin.
    pub(crate) fn headless(&mut self, at: &At<'_>, now: Moment, first: Option<Moment>) {
        if self.headless.is_none() && first.is_some_and(|first| now - first <= BEGINNING) {
            self.headless = Some(at.keep(Role::Proof));
        }
    }

    /// Tells what was found, at the end of the log.
    pub(crate) fn tell(&self, node: &str, catalogue: &Catalogue, findings: &mut Findings) {
        let mut tell = |detector, line: &Line, names: Vec<(String, String)>| {
            let Some(signature) = catalogue.detector(detector) else { return };
            let target = Target { host: String::new(), ip: None, port: None };
            let (confidence, lines) = (Confidence::Certain, std::slice::from_ref(line));
            findings.add(catalogue, Proof { signature, node, target, confidence, lines, names });
        };
        if let Some((gap, line)) = &self.gap {
            let names = vec![("minutes".to_owned(), (gap / 60_000).to_string())];
            tell(Detector::LogGap, line, names);
        }
        if let Some(line) = &self.headless {
            tell(Detector::LogStartsLate, line, Vec::new());
        }
        if let (Some(line), 0, true) = (&self.proxy_line, self.steps, self.records >= ENOUGH) {
            tell(Detector::LogLevelsLow, line, Vec::new());
        }
        if let Some(line) = &self.cut {
            tell(Detector::LogCutOff, line, Vec::new());
        }
    }
}
