//! An entry of the catalogue as a rule.

use super::{level, message, words};
use crate::explain::explain;
use serde_json::{Value, json};
use waytrace_signatures::Catalogue;

/// The rule of an entry. What a log would fill in stands in angle brackets.
pub(super) fn of(catalogue: &Catalogue, id: &str, language: &str) -> Value {
    // An entry that is not in this catalogue has no more than its name.
    let Ok(entry) = explain(catalogue, id, language) else { return json!({ "id": id }) };
    let references =
        entry.references.iter().map(|reference| format!("{}: {}", reference.id, reference.title));
    json!({
        "id": entry.id,
        "shortDescription": message(&entry.text.title),
        "fullDescription": message(&entry.text.cause.join(" ")),
        "help": message(&steps(&entry.text.fix)),
        "defaultConfiguration": { "level": level(entry.severity) },
        "properties": {
            "severity": words::severity(entry.severity),
            "confidence": words::confidence(entry.confidence),
            "products": entry.products,
            "checks": entry.text.verify,
            "references": references.collect::<Vec<_>>(),
        },
    })
}

fn steps(texts: &[String]) -> String {
    let steps = texts.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1));
    steps.collect::<Vec<_>>().join(" ")
}
