//! Why a signature did not fire: the subject that came nearest to it, clause by clause.

use crate::catalogue::{Signature, Trigger};
use crate::field::{Kind, Subject};
use crate::finding::Line;
use crate::predicate::{Clause, Condition, Test};
use std::fmt;

/// What came nearest to firing a signature.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Nearest {
    /// Subjects of the kinds it asks about.
    pub seen: u64,
    /// Subjects of which every clause of a condition held. A signature can still keep silent: for a count, or for
    /// what stands around the record.
    pub held: u64,
    /// The best of them.
    pub best: Option<Attempted>,
}

/// One subject, and how each clause of the condition it fitted best answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attempted {
    /// Kind of the subject.
    pub kind: String,
    /// Its line, or the first of them.
    pub line: Option<Line>,
    /// The clauses in the order of the file.
    pub clauses: Vec<Answer>,
}

/// A clause and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The clause in words.
    pub clause: String,
    /// Whether it held.
    pub held: bool,
    /// What the subject has there; `None` if it has nothing.
    pub value: Option<String>,
}

/// Watches one signature while a log is read.
#[derive(Debug)]
pub(crate) struct Watching {
    pub(crate) signature: usize,
    pub(crate) nearest: Nearest,
}

impl Watching {
    /// Tries the signature's conditions on a subject and keeps it if it comes nearer than those before.
    pub(crate) fn look(
        &mut self,
        signature: &Signature,
        subject: &dyn Subject,
        line: impl FnOnce() -> Option<Line>,
    ) {
        let (Trigger::Conditions(conditions) | Trigger::Records(conditions, _)) = &signature.trigger else {
            return;
        };
        let fits = |condition: &&Condition| condition.kind.fits(subject.kind());
        let tried = conditions.iter().filter(fits).map(|condition| answers(condition, subject));
        let Some(clauses) = tried.max_by(|a, b| share(a).total_cmp(&share(b))) else { return };
        self.nearest.seen += 1;
        self.nearest.held += u64::from(clauses.iter().all(|answer| answer.held));
        if self.nearest.best.as_ref().is_none_or(|best| share(&clauses) > share(&best.clauses)) {
            self.nearest.best = Some(Attempted { kind: kind_name(subject.kind()), line: line(), clauses });
        }
    }
}

fn answers(condition: &Condition, subject: &dyn Subject) -> Vec<Answer> {
    let answer = |clause: &Clause| Answer {
        clause: clause.to_string(),
        held: clause.holds(subject),
        value: clause.field.of(subject).map(|value| value.to_string()),
    };
    condition.all.iter().map(answer).collect()
}

/// The share of clauses that held.
fn share(answers: &[Answer]) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let held = answers.iter().filter(|answer| answer.held).count();
    if answers.is_empty() { 1.0 } else { count(held) / count(answers.len()) }
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::Record(name) => name.to_owned(),
        other => {
            Kind::TABLE.iter().find(|(known, ..)| *known == other).map_or("", |(_, name, _)| name).to_owned()
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.not { "not " } else { "" };
        write!(f, "{not}{} {}", self.field.name(), self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextOneOf(texts) if texts.len() == 1 => write!(f, "is \"{}\"", texts[0]),
            Self::TextOneOf(texts) => write!(f, "is one of {texts:?}"),
            Self::Contains(text) => write!(f, "contains \"{text}\""),
            Self::Starts(text) => write!(f, "starts with \"{text}\""),
            Self::Ends(text) => write!(f, "ends with \"{text}\""),
            Self::Matches(pattern) => write!(f, "matches {pattern}"),
            Self::NumberOneOf(numbers) if numbers.len() == 1 => write!(f, "is {}", numbers[0]),
            Self::NumberOneOf(numbers) => write!(f, "is one of {numbers:?}"),
            Self::Below(limit) => write!(f, "is below {limit}"),
            Self::Above(limit) => write!(f, "is above {limit}"),
            Self::Flag(wanted) => write!(f, "is {wanted}"),
            Self::Present(true) => f.write_str("is there"),
            Self::Present(false) => f.write_str("is not there"),
        }
    }
}
