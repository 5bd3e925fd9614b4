//! Typed conditions over the fields of a subject.

use crate::field::{Field, Subject, Value};
use regex::bytes::Regex;

/// One question about one field.
#[derive(Debug, Clone)]
pub(crate) struct Clause {
    pub(crate) field: Field,
    pub(crate) test: Test,
    /// Turns the answer round.
    pub(crate) not: bool,
}

/// What is asked. A field that is absent answers no to everything but `Present(false)`; `not` turns that round too.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    TextOneOf(Vec<String>),
    Contains(String),
    Starts(String),
    Ends(String),
    Matches(Regex),
    NumberOneOf(Vec<i64>),
    Below(i64),
    Above(i64),
    Flag(bool),
    Present(bool),
}

/// Clauses that must all hold for a subject of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) kind: crate::field::Kind,
    pub(crate) all: Vec<Clause>,
    /// Counts only where no other condition claims the subject.
    pub(crate) fallback: bool,
}

impl Clause {
    pub(crate) fn holds(&self, subject: &dyn Subject) -> bool {
        let value = subject.get(self.field);
        let answer = match (&self.test, value) {
            (Test::Present(wanted), value) => value.is_some() == *wanted,
            (Test::TextOneOf(texts), Some(Value::Text(text))) => texts.iter().any(|known| known == text),
            (Test::Contains(part), Some(Value::Text(text))) => text.contains(part.as_str()),
            (Test::Starts(part), Some(Value::Text(text))) => text.starts_with(part.as_str()),
            (Test::Ends(part), Some(Value::Text(text))) => text.ends_with(part.as_str()),
            (Test::Matches(pattern), Some(Value::Text(text))) => pattern.is_match(text.as_bytes()),
            (Test::NumberOneOf(numbers), Some(Value::Number(number))) => numbers.contains(&number),
            (Test::Below(limit), Some(Value::Number(number))) => number < *limit,
            (Test::Above(limit), Some(Value::Number(number))) => number > *limit,
            (Test::Flag(wanted), Some(Value::Flag(flag))) => flag == *wanted,
            _ => false,
        };
        answer != self.not
    }
}

impl Condition {
    pub(crate) fn holds(&self, subject: &dyn Subject) -> bool {
        self.kind == subject.kind() && self.all.iter().all(|clause| clause.holds(subject))
    }
}
