//! The words of reports in every language. The sources write English; `labels/*.toml` says the same in another
//! language. What a file does not say stays English; a test sees to it that each says everything.

use crate::speech::{Language, Speech};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::fmt::Display;

/// Form of a moment where seconds are enough.
pub(crate) const SECONDS: &str = "%Y-%m-%d %H:%M:%S";

/// How a report speaks, ready to do so.
#[derive(Debug, Default)]
pub(crate) struct Voice {
    pub(crate) speech: Speech,
    texts: HashMap<String, String>,
}

impl Voice {
    pub(crate) fn new(speech: Speech) -> Self {
        Self { speech, texts: toml::from_str(file(speech.language)).unwrap_or_default() }
    }

    /// A label in the language of the report.
    pub(crate) fn t<'a>(&'a self, english: &'a str) -> &'a str {
        self.texts.get(english).map_or(english, String::as_str)
    }

    /// A sentence with values in it: `{0}` is the first of them.
    pub(crate) fn fill(&self, english: &str, values: &[&dyn Display]) -> String {
        let mut out = String::new();
        let mut rest = self.t(english);
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            let value = rest[at + 1..].split_once('}');
            let value =
                value.and_then(|(place, after)| Some((values.get(place.parse::<usize>().ok()?)?, after)));
            let Some((value, after)) = value else {
                out.push('{');
                rest = &rest[at + 1..];
                continue;
            };
            out.push_str(&value.to_string());
            rest = after;
        }
        out + rest
    }

    /// `1 request`, `2 requests`.
    pub(crate) fn count(&self, number: u64, noun: &str) -> String {
        format!("{number} {}", self.noun(number, noun))
    }

    /// `request`, or `requests` if there are several.
    pub(crate) fn noun(&self, number: u64, noun: &str) -> String {
        if number == 1 {
            return self.t(noun).to_owned();
        }
        let several = if noun.ends_with('x') { format!("{noun}es") } else { format!("{noun}s") };
        self.t(&several).to_owned()
    }

    /// A moment by the clock of the report, without the name of its zone.
    pub(crate) fn time(&self, time: DateTime<Utc>, form: &str) -> String {
        self.speech.zone.format(time, form)
    }

    /// The name of the report's zone at a moment.
    pub(crate) fn zone(&self, time: DateTime<Utc>) -> String {
        self.speech.zone.name_at(time)
    }
}

fn file(language: Language) -> &'static str {
    match language {
        Language::English => "",
        Language::Spanish => include_str!("labels/es.toml"),
        Language::French => include_str!("labels/fr.toml"),
        Language::German => include_str!("labels/de.toml"),
    }
}

#[cfg(test)]
mod tests;
