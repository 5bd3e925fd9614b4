//! What the schema says of values whose types belong to other crates.

use schemars::JsonSchema;

/// How grave a problem is, as [`waytrace_signatures::Severity`] is written.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its names are asked for")]
pub(super) enum Severity {
    Info,
    Warning,
    Error,
    Critical,
}

/// How sure a claim is, as [`waytrace_signatures::Confidence`] is written.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its names are asked for")]
pub(super) enum Confidence {
    Possible,
    Likely,
    Certain,
}

/// Which Expressway a box is, as [`waytrace_evidence::Role`] is written.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its names are asked for")]
pub(super) enum Role {
    ExpresswayC,
    ExpresswayE,
}

/// What an entry rests on, as [`waytrace_signatures::Reference`] is written.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its fields are asked for")]
pub(super) struct Reference {
    id: String,
    title: String,
}

/// What OpenSSL and Traffic Server say to a chain. Its fields may grow; `docs/output-json.md` names them.
pub(super) type Verdict = serde_json::Map<String, serde_json::Value>;
