//! Typed conditions over the fields of a subject.

use crate::field::{Asked, Field, Kind, Subject, Value};
use regex::bytes::Regex;
use std::borrow::Cow;

/// One question about one field.
#[derive(Debug, Clone)]
pub(crate) struct Clause {
    pub(crate) field: Asked,
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
    pub(crate) kind: Kind,
    pub(crate) all: Vec<Clause>,
    /// Counts only where no other condition claims the subject.
    pub(crate) fallback: bool,
}

impl Clause {
    pub(crate) fn holds(&self, subject: &dyn Subject) -> bool {
        let value = self.field.of(subject);
        let answer = match (&self.test, value) {
            (Test::Present(wanted), value) => value.is_some() == *wanted,
            (Test::TextOneOf(texts), Some(Value::Text(text))) => texts.iter().any(|known| known == text),
            (Test::Contains(part), Some(Value::Text(text))) => {
                memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
            }
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
        self.kind.fits(subject.kind()) && self.all.iter().all(|clause| clause.holds(subject))
    }
}

impl Clause {
    /// Text that every record must hold for this clause to hold, as it stands in the log.
    fn literal(&self) -> Option<Cow<'_, str>> {
        let raw = match &self.field {
            Asked::Pair(_) => true,
            Asked::Setting(_) => false,
            Asked::Field(field) => {
                use Field::{Dump, Event, Module, Text};
                matches!(field, Text | Dump | Event | Module)
            }
        };
        let text = match &self.test {
            Test::TextOneOf(texts) if texts.len() == 1 => Cow::from(texts.first()?),
            Test::Contains(text) | Test::Starts(text) | Test::Ends(text) => Cow::from(text),
            _ => return None,
        };
        (raw && !self.not && text.len() >= 3).then_some(text)
    }
}

impl Condition {
    /// The longest text that a record must hold, for the search that comes before every question.
    pub(crate) fn literal(&self) -> Option<Cow<'_, str>> {
        self.all.iter().filter_map(Clause::literal).max_by_key(|text| text.len())
    }

    /// Whether a text, in lower case, holds one of the longer texts this condition asks for: good enough to suggest
    /// the entry to somebody who pastes a message.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        /// Shorter words stand in too many messages.
        const TELLING: usize = 12;
        let told = |part: &String| part.len() >= TELLING && text.contains(&part.to_lowercase());
        self.all.iter().filter(|clause| !clause.not).any(|clause| match &clause.test {
            Test::TextOneOf(texts) => {
                texts.iter().any(|part| told(part) || told(&part.replace("self-signed", "self signed")))
            }
            Test::Contains(part) | Test::Starts(part) | Test::Ends(part) => told(part),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_a_condition_requires() {
        let clause = |field, test| Clause { field: Asked::Field(field), test, not: false };
        let code = || clause(Field::SipCode, Test::NumberOneOf(vec![405]));
        let method = || clause(Field::SipMethod, Test::TextOneOf(vec!["REGISTER".into()]));
        let dump = |text: &str| clause(Field::Dump, Test::Contains(text.to_owned()));
        let not = |clause| Clause { not: true, ..clause };
        let cases = [
            (vec![], None),
            // A code and a method are read from the message: they need no search.
            (vec![code(), method()], None),
            (vec![dump("Q.850"), code()], Some("Q.850")),
            (vec![dump("Q.850"), dump("cause=47")], Some("cause=47")),
            (vec![not(dump("Q.850"))], None),
        ];
        for (at, (all, literal)) in cases.into_iter().enumerate() {
            let condition = Condition { kind: Kind::AnyRecord, all, fallback: false };
            assert_eq!(condition.literal().as_deref(), literal, "case {at}");
        }
    }
}
