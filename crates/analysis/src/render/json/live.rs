//! The lines of a live run (`docs/output-watch.md`).

use super::finding::{Finding, Target};
use super::{Coverage, Transactions};
use crate::live::{Again, Update};
use crate::report::{Problem, Report};
use serde::Serialize;
use waytrace_signatures::{Confidence, Severity};

#[derive(Serialize)]
#[serde(tag = "update", rename_all = "lowercase")]
enum Line<'a> {
    Problem {
        so_far: bool,
        #[serde(flatten)]
        finding: Box<Finding<'a>>,
    },
    Settled {
        changed: bool,
        #[serde(flatten)]
        short: Short<'a>,
    },
    Withdrawn {
        #[serde(flatten)]
        short: Short<'a>,
    },
    Over {
        #[serde(flatten)]
        short: Short<'a>,
    },
    Again {
        problems: Vec<Repeated<'a>>,
    },
    Summary {
        problems: Vec<Short<'a>>,
        transactions: Transactions,
        coverage: Coverage<'a>,
    },
}

#[derive(Serialize)]
struct Short<'a> {
    id: &'a str,
    severity: Severity,
    confidence: Confidence,
    node: &'a str,
    target: Target<'a>,
    requests: u64,
    users: usize,
}

#[derive(Serialize)]
struct Repeated<'a> {
    id: &'a str,
    severity: Severity,
    node: &'a str,
    target: Target<'a>,
    times: u64,
    all_times: u64,
    requests: u64,
    users: usize,
}

impl<'a> Short<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            id: &problem.id,
            severity: problem.severity,
            confidence: problem.confidence,
            node: &problem.node,
            target: Target::of(&problem.target),
            requests: problem.transaction_count,
            users: problem.users.len(),
        }
    }
}

impl<'a> Repeated<'a> {
    fn of(again: &'a Again) -> Self {
        Self {
            id: &again.id,
            severity: again.severity,
            node: &again.node,
            target: Target::of(&again.target),
            times: again.times,
            all_times: again.all_times,
            requests: again.requests,
            users: again.users,
        }
    }
}

/// An update as one line of JSON, without its line end. `input` names inputs by their number.
///
/// # Panics
/// Never, as [`super::render`].
pub fn update_line<'a>(update: &'a Update, input: &dyn Fn(u32) -> &'a str) -> String {
    let line = match update {
        Update::New { problem, so_far } => {
            Line::Problem { so_far: *so_far, finding: Box::new(Finding::of(problem, input)) }
        }
        Update::Settled { problem, changed } => {
            Line::Settled { changed: *changed, short: Short::of(problem) }
        }
        Update::Withdrawn { problem } => Line::Withdrawn { short: Short::of(problem) },
        Update::Over { problem } => Line::Over { short: Short::of(problem) },
        Update::Again(all) => Line::Again { problems: all.iter().map(Repeated::of).collect() },
    };
    text(&line)
}

/// A whole report as lines of JSON in the form of a live run: each problem, then the summary.
///
/// # Panics
/// Never, as [`super::render`].
pub fn lines(report: &Report) -> String {
    let input = |member| report.input(member);
    let problems = report.findings.iter().map(|problem| {
        text(&Line::Problem { so_far: false, finding: Box::new(Finding::of(problem, &input)) }) + "\n"
    });
    problems.chain([summary_line(report) + "\n"]).collect()
}

/// The end of a live run as one line of JSON: everything found, and what was read.
///
/// # Panics
/// Never, as [`super::render`].
pub fn summary_line(report: &Report) -> String {
    text(&Line::Summary {
        problems: report.findings.iter().map(Short::of).collect(),
        transactions: Transactions::of(report),
        coverage: Coverage::of(report),
    })
}

fn text(line: &Line<'_>) -> String {
    serde_json::to_string(line).expect("plain data has a JSON form")
}
