//! The report as SARIF 2.1.0: problems as results of rules, requests as code flows.
//!
//! The format is that of OASIS: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. There is no time of
//! the run and no random name in it: the same input gives the same bytes.

mod flow;
mod place;
mod rule;

use super::voice::Voice;
use super::words;
use crate::escape::Escaped;
use crate::report::{Problem, Report, Unread};
use indexmap::IndexSet;
use place::{location, uri};
use serde_json::{Value, json};
use waytrace_signatures::{Catalogue, Role, Severity};

/// Where the schema of the format is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report as one SARIF document, indented. The texts of the rules are those of the catalogue in this language.
///
/// # Panics
/// Never: plain data has a JSON form.
pub fn render(report: &Report, catalogue: &Catalogue, language: &str) -> String {
    let ids: IndexSet<&str> = report.findings.iter().map(|problem| problem.id.as_str()).collect();
    let rules: Vec<_> = ids.iter().map(|id| rule::of(catalogue, id, language)).collect();
    let results =
        report.findings.iter().map(|problem| result(report, problem, ids.get_index_of(&*problem.id)));
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "waytrace",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                // What was not read may hold more problems.
                "executionSuccessful": !report.is_partial(),
                "toolExecutionNotifications": notifications(report),
            }],
            "artifacts": report.inputs.iter().map(|input| json!({
                "location": { "uri": uri(&input.name) },
                "length": input.bytes,
                "mimeType": "text/plain",
            })).collect::<Vec<_>>(),
            "results": results.collect::<Vec<_>>(),
        }],
    });
    let mut text = serde_json::to_string_pretty(&document).expect("plain data has a JSON form");
    text.push('\n');
    text
}

fn result(report: &Report, problem: &Problem, rule: Option<usize>) -> Value {
    let proofs: Vec<_> = problem.evidence.iter().filter(|line| line.role == Role::Proof).collect();
    let target = &problem.target;
    let nodes = if problem.nodes.is_empty() {
        vec![problem.node.as_str()]
    } else {
        problem.nodes.iter().map(|held| held.node.as_str()).collect()
    };
    let port = target.port.map_or_else(String::new, |port| port.to_string());
    let ip = target.ip.map_or_else(String::new, |ip| ip.to_string());
    json!({
        "ruleId": problem.id,
        "ruleIndex": rule,
        "kind": "fail",
        "level": level(problem.severity),
        "message": message(&problem.text.title),
        // Several would mean that each of them must be changed; the other proofs are related.
        "locations": proofs.iter().take(1).map(|line| location(report, line)).collect::<Vec<_>>(),
        "relatedLocations": proofs.iter().skip(1).map(|line| location(report, line)).collect::<Vec<_>>(),
        "codeFlows": flow::of(report, problem),
        // What tells it from the other problems of its run, so that a later run can be compared.
        "partialFingerprints": {
            "waytraceProblem/v1": format!("{}|{}|{}|{ip}|{port}", problem.id, problem.node, target.host),
        },
        "occurrenceCount": problem.evidence_count.max(1),
        "properties": {
            "severity": words::severity(problem.severity),
            "confidence": words::confidence(problem.confidence),
            "nodes": nodes,
            "seenOn": problem.seen_on,
            "users": problem.users,
            "requests": problem.transaction_count,
            "target": {
                "host": target.host,
                "ip": target.ip.map(|ip| ip.to_string()),
                "port": target.port,
                "service": target.service,
            },
            "alsoSeenAs": problem.also,
        },
    })
}

/// What was not read, and what else must be known.
fn notifications(report: &Report) -> Vec<Value> {
    let notes = report.notes.iter().map(|note| json!({ "level": "note", "message": message(note) }));
    report.unread.iter().map(notification).chain(notes).collect()
}

fn notification(unread: &Unread) -> Value {
    json!({
        "level": if unread.may_hold_log { "error" } else { "note" },
        "message": message(&words::unread(&Voice::default(), unread)),
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&unread.name) } } }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

/// A message that shows this text: braces in it name no argument, and nothing in it becomes a link.
fn message(text: &str) -> Value {
    let text = Escaped(text).to_string().replace('{', "{{").replace('}', "}}").replace("](", "] (");
    json!({ "text": text })
}
