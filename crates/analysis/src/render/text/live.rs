//! The short lines of a live run: what came again, what was settled, what is over.

use super::Options;
use crate::escape::Escaped;
use crate::live::{Again, Update};
use crate::render::voice::Voice;
use crate::render::words;
use crate::report::{Problem, ProblemTarget};

/// Problems of which a line of repeats tells; the others are counted.
const NAMED: usize = 4;

/// An update in one line, without colours; none for a new problem, which is told whole ([`super::problem`]), and for one
/// that was settled as it was told.
pub fn update(update: &Update, options: &Options) -> Option<String> {
    if matches!(update, Update::New { .. } | Update::Settled { changed: false, .. }) {
        return None;
    }
    let v = &Voice::new(options.speech);
    match update {
        Update::New { .. } => None,
        Update::Settled { problem, .. } => {
            let now = v.t(words::confidence(problem.confidence));
            Some(v.fill("settled: {0}: {1} now", &[&short(v, problem), &now]))
        }
        Update::Withdrawn { problem } => Some(v.fill(
            "taken back: {0}: lines that came later give the proof to another server or request",
            &[&short(v, problem)],
        )),
        Update::Over { problem } => {
            Some(v.fill("over: {0}: {1}", &[&short(v, problem), &Escaped(&problem.text.title)]))
        }
        Update::Again(all) => Some(again(v, all)),
    }
}

/// What follows a new problem that lines of the next moments may still change.
pub fn so_far(options: &Options) -> String {
    let v = Voice::new(options.speech);
    v.t("so far: it is settled in a moment; if that changes it, another line says so").to_owned()
}

/// `TLS-001 cucm.example.com:6972 again 37 times, 12 users`
fn again(v: &Voice, all: &[Again]) -> String {
    let one = |again: &Again| {
        let place = place(v, &again.id, &again.node, &again.target);
        let times = v.fill("{0} again {1}", &[&place, &v.count(again.times, "time")]);
        match again.users {
            0 => times,
            users => format!("{times}, {}", v.count(users as u64, "user")),
        }
    };
    let mut parts: Vec<String> = all.iter().take(NAMED).map(one).collect();
    if all.len() > NAMED {
        let left = &all[NAMED..];
        let times = left.iter().map(|again| again.times).sum();
        let others = v.count(left.len() as u64, "other problem");
        parts.push(v.fill("{0} again {1}", &[&others, &v.count(times, "time")]));
    }
    parts.join("; ")
}

fn short(v: &Voice, problem: &Problem) -> String {
    place(v, &problem.id, &problem.node, &problem.target)
}

fn place(v: &Voice, id: &str, node: &str, target: &ProblemTarget) -> String {
    let host = match (&target.host, target.ip) {
        (host, _) if !host.is_empty() => host.clone(),
        (_, Some(ip)) => ip.to_string(),
        _ => v.fill("on {0}", &[&node]),
    };
    let port = target.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{id} {}{port}", Escaped(&host))
}
