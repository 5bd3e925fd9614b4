//! Requests as code flows: one for each request, with a thread for each box that it passed.

use super::message;
use super::place::place;
use crate::report::{Problem, Report};
use indexmap::IndexMap;
use serde_json::{Value, json};
use waytrace_signatures::Touched;

/// The requests that a problem touched, as far as they are kept.
pub(super) fn of(report: &Report, problem: &Problem) -> Vec<Value> {
    let mut requests: IndexMap<String, Vec<&Touched>> = IndexMap::new();
    for (at, touched) in problem.transactions.iter().enumerate() {
        // Without a TrackingID nothing joins it to another box.
        let key = match touched.tracking_id.as_str() {
            "" => format!("#{at}"),
            id => id.to_owned(),
        };
        requests.entry(key).or_default().push(touched);
    }
    let flow = |legs: &Vec<&Touched>| {
        let threads = legs.iter().filter_map(|leg| thread(report, problem, leg)).collect::<Vec<_>>();
        let user = legs.iter().map(|leg| leg.user.as_str()).find(|user| !user.is_empty());
        let user = user.map_or_else(String::new, |user| format!(" of user {user}"));
        let text = format!("the request{user} to {}", legs[0].host);
        (!threads.is_empty()).then(|| json!({ "message": message(&text), "threadFlows": threads }))
    };
    requests.values().filter_map(flow).collect()
}

/// What one box wrote about a request, in the order of its log.
fn thread(report: &Report, problem: &Problem, leg: &Touched) -> Option<Value> {
    let own = leg.lines.iter().map(|(member, line)| (*member, *line, "important"));
    let proofs = leg.proof.iter().map(|proof| (proof.member, proof.line, "essential"));
    let mut lines: Vec<_> = own.chain(proofs).collect();
    lines.sort_unstable();
    lines.dedup_by_key(|(member, line, _)| (*member, *line));
    if lines.is_empty() {
        return None;
    }
    let places = lines.into_iter().map(|(member, line, importance)| {
        let kept = problem.evidence.iter().find(|kept| (kept.member, kept.line) == (member, line));
        json!({
            "location": place(report, member, line, kept.map(|kept| kept.text.as_str())),
            "importance": importance,
        })
    });
    let text = format!("Txn-id {} on {}: {}", leg.txn_id, leg.node, status(leg));
    Some(json!({ "message": message(&text), "locations": places.collect::<Vec<_>>() }))
}

fn status(leg: &Touched) -> &str {
    if leg.status.is_empty() { "no answer in the log" } else { &leg.status }
}
