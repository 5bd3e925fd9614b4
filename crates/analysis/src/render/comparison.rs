//! A comparison of two reports, as text and as JSON (`docs/output-json.md`).

use super::voice::Voice;
use super::words;
use crate::compare::{Compared, Comparison, Gone};
use crate::escape::Escaped;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::{self, Write};

/// Name and version of the format.
pub const SCHEMA: &str = "waytrace/comparison/1";

fn count(number: u64, noun: &str) -> String {
    Voice::default().count(number, noun)
}

/// A comparison for people.
pub fn text(found: &Comparison) -> String {
    let mut out = String::new();
    let written = write_text(&mut out, found);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// A comparison as one JSON document, indented.
///
/// # Panics
/// Never: plain data has a JSON form.
pub fn json(found: &Comparison) -> String {
    let pair = |(was, is): &(Compared, Compared)| json!({ "before": problem(was), "after": problem(is) });
    let document = json!({
        "schema": SCHEMA,
        "counts": {
            "gone": found.gone.len(),
            "moved": found.moved.len(),
            "new": found.new.len(),
            "unchanged": found.unchanged.len(),
        },
        "gone": found.gone.iter().map(|(was, proof)| json!({
            "problem": problem(was),
            "proof": proof_word(proof),
            "answered": if let Gone::Answered(answered) = proof { Some(answered) } else { None },
            "no_log": if let Gone::NoLog(nodes) | Gone::NoFiles(nodes) = proof { nodes.as_slice() } else { &[] },
        })).collect::<Vec<_>>(),
        "moved": found.moved.iter().map(pair).collect::<Vec<_>>(),
        "new": found.new.iter().map(problem).collect::<Vec<_>>(),
        "unchanged": found.unchanged.iter().map(pair).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).expect("plain data has a JSON form");
    text.push('\n');
    text
}

fn problem(problem: &Compared) -> Value {
    json!({
        "id": problem.id,
        "title": problem.title,
        "severity": problem.severity,
        "target": { "host": problem.host, "ip": problem.ip, "port": problem.port },
        "nodes": problem.nodes,
        "counts": { "users": problem.users, "transactions": problem.requests },
    })
}

fn proof_word(gone: &Gone) -> &'static str {
    match gone {
        Gone::Answered(_) => "answered",
        Gone::Untried => "untried",
        Gone::NotSeen => "not-seen",
        Gone::NoLog(_) => "no-log",
        Gone::NoFiles(_) => "no-files",
    }
}

fn write_text(out: &mut String, found: &Comparison) -> fmt::Result {
    writeln!(out, "gone: {}", found.gone.len())?;
    for (was, proof) in &found.gone {
        write_problem(out, was)?;
        writeln!(out, "      {}", Escaped(&proof_words(was, proof)))?;
    }
    writeln!(out, "on other nodes than before: {}", found.moved.len())?;
    for (was, is) in &found.moved {
        write_problem(out, is)?;
        let changes = [("no more on", &was.nodes - &is.nodes), ("now also on", &is.nodes - &was.nodes)];
        for (what, nodes) in changes.iter().filter(|(_, nodes)| !nodes.is_empty()) {
            writeln!(out, "      {what} {}", Escaped(&names(nodes)))?;
        }
    }
    writeln!(out, "new: {}", found.new.len())?;
    for is in &found.new {
        write_problem(out, is)?;
    }
    writeln!(out, "unchanged: {}", found.unchanged.len())?;
    for (was, is) in &found.unchanged {
        write_problem(out, is)?;
        let (users, requests) = (count(is.users, "user"), count(is.requests, "request"));
        writeln!(out, "      {users} and {requests}; before: {} and {}", was.users, was.requests)?;
    }
    Ok(())
}

fn write_problem(out: &mut String, problem: &Compared) -> fmt::Result {
    let line = format!("{} {}: {} ({})", problem.severity, problem.id, problem.title, names(&problem.nodes));
    writeln!(out, "  {}", Escaped(&line))
}

fn names(nodes: &BTreeSet<String>) -> String {
    words::list(&nodes.iter().cloned().collect::<Vec<_>>())
}

/// How much it proves that the problem is not seen any more.
fn proof_words(was: &Compared, gone: &Gone) -> String {
    let place = || format!("{} port {}", was.host, was.port.unwrap_or_default());
    match gone {
        Gone::Answered(answered) => {
            format!("{} to {} answered, none failed", count(*answered, "request"), place())
        }
        Gone::Untried => {
            format!("not proven: no request to {} was answered; sign in again and compare anew", place())
        }
        Gone::NotSeen => "not seen any more; that is all a log can say of it".to_owned(),
        Gone::NoFiles(nodes) => {
            format!("not proven: no certificate files (ca_….pem, server_….pem) of {}", words::list(nodes))
        }
        Gone::NoLog(nodes) => format!("not proven: no log of {}", words::list(nodes)),
    }
}
