//! What will break, and the answer to one offline question, as JSON.

use crate::preflight::Preflight;
use crate::verify::Verified;
use serde_json::{Value, json};

/// What is foreseen for the boxes of a case as one JSON document, indented.
pub fn preflight(preflight: &Preflight) -> String {
    document(&json!({ "schema": "waytrace/preflight/1", "preflight": preflight }))
}

/// The answer to one question as one JSON document, indented.
pub fn verified(verified: &Verified) -> String {
    document(&json!({ "schema": "waytrace/verify/1", "verify": verified }))
}

fn document(value: &Value) -> String {
    format!("{value:#}\n")
}
