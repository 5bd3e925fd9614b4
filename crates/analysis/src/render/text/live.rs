//! The short lines of a live run: what came again, what was settled, what is over.

use crate::escape::Escaped;
use crate::live::{Again, Update};
use crate::render::words;
use crate::report::{Problem, ProblemTarget};

/// Problems of which a line of repeats tells; the others are counted.
const NAMED: usize = 4;

/// An update in one line, without colours; none for a new problem, which is told whole ([`super::problem`]), and for one
/// that was settled as it was told.
pub fn update(update: &Update) -> Option<String> {
    match update {
        Update::New { .. } | Update::Settled { changed: false, .. } => None,
        Update::Settled { problem, .. } => {
            Some(format!("settled: {}: {} now", short(problem), words::confidence(problem.confidence)))
        }
        Update::Withdrawn { problem } => Some(format!(
            "taken back: {}: lines that came later give the proof to another server or request",
            short(problem)
        )),
        Update::Over { problem } => {
            Some(format!("over: {}: {}", short(problem), Escaped(&problem.text.title)))
        }
        Update::Again(all) => Some(again(all)),
    }
}

/// `TLS-001 cucm.example.com:6972 again 37 times, 12 users`
fn again(all: &[Again]) -> String {
    let one = |again: &Again| {
        let times = count(again.times, "time");
        let users = match again.users {
            0 => String::new(),
            users => format!(", {}", count(users as u64, "user")),
        };
        format!("{} again {times}{users}", place(&again.id, &again.node, &again.target))
    };
    let mut parts: Vec<String> = all.iter().take(NAMED).map(one).collect();
    if all.len() > NAMED {
        let left = &all[NAMED..];
        let times = left.iter().map(|again| again.times).sum();
        parts.push(format!("{} again {}", count(left.len() as u64, "other problem"), count(times, "time")));
    }
    parts.join("; ")
}

fn short(problem: &Problem) -> String {
    place(&problem.id, &problem.node, &problem.target)
}

fn place(id: &str, node: &str, target: &ProblemTarget) -> String {
    let host = match (&target.host, target.ip) {
        (host, _) if !host.is_empty() => host.clone(),
        (_, Some(ip)) => ip.to_string(),
        _ => format!("on {node}"),
    };
    let port = target.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{id} {}{port}", Escaped(&host))
}

fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
