//! A finding in JSON.

use super::certificate::Handshake;
use super::node::Peer;
use super::{filled, time};
use crate::report::{PeerCheck, PeerState, Problem, ProblemTarget};
use serde::Serialize;
use waytrace_signatures::{Confidence, Line, Reference, Role as LineRole, Severity, Touched};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Check<'a> {
    #[serde(flatten)]
    peer: Peer<'a>,
    state: &'static str,
    answered: Option<u64>,
}

impl<'a> Check<'a> {
    fn of(check: &'a PeerCheck) -> Self {
        let (state, answered) = match check.state {
            PeerState::Affected => ("affected", None),
            PeerState::Fine(answered) => ("fine", Some(answered)),
            PeerState::Untold => ("untold", None),
            PeerState::NoLog => ("no-log", None),
        };
        Self { peer: Peer::of(&check.peer), state, answered }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Held<'a> {
    node: &'a str,
    #[cfg_attr(test, schemars(with = "crate::render::json::schema::Confidence"))]
    confidence: Confidence,
    evidence: u64,
    transactions: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fine<'a> {
    node: &'a str,
    answered: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Finding<'a> {
    id: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "crate::render::json::schema::Severity"))]
    severity: Severity,
    #[cfg_attr(test, schemars(with = "crate::render::json::schema::Confidence"))]
    confidence: Confidence,
    node: &'a str,
    nodes: Vec<Held<'a>>,
    seen_on: &'a [String],
    fine_on: Vec<Fine<'a>>,
    checklist: Vec<Check<'a>>,
    presented: Option<Handshake<'a>>,
    target: Target<'a>,
    counts: Counts,
    first: Option<String>,
    last: Option<String>,
    users: &'a [String],
    calls: &'a [String],
    transactions: Vec<Transaction<'a>>,
    evidence: Vec<Evidence<'a>>,
    cause: String,
    fix: &'a [String],
    verify: &'a [String],
    next: &'a [String],
    also: &'a [String],
    caveats: &'a [String],
    #[cfg_attr(test, schemars(with = "Vec<crate::render::json::schema::Reference>"))]
    references: &'a [Reference],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Target<'a> {
    host: &'a str,
    ip: Option<String>,
    port: Option<u16>,
    service: Option<&'a str>,
}

impl<'a> Target<'a> {
    pub(super) fn of(target: &'a ProblemTarget) -> Self {
        Self {
            host: &target.host,
            ip: target.ip.map(|ip| ip.to_string()),
            port: target.port,
            service: target.service.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Counts {
    evidence: u64,
    transactions: u64,
    users: u64,
    unattributed: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Transaction<'a> {
    node: &'a str,
    pid: u32,
    txn_id: u64,
    tracking_id: Option<&'a str>,
    user: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
    url: &'a str,
    status: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "crate::render::json::schema::Confidence"))]
    confidence: Confidence,
    /// Input in which it begins; `lines` are numbers there.
    member: &'a str,
    lines: Vec<u64>,
    /// Lines of proof that were tied to it; they carry no Txn-id of their own.
    proof: Vec<u64>,
    /// Lines in other inputs, where a transaction crosses the end of a file.
    elsewhere: Vec<Place<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place<'a> {
    member: &'a str,
    line: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Evidence<'a> {
    member: &'a str,
    line: u64,
    offset: u64,
    time: Option<String>,
    text: &'a str,
    role: &'static str,
}

impl<'a> Finding<'a> {
    pub(super) fn of(problem: &'a Problem, input: &dyn Fn(u32) -> &'a str) -> Self {
        let transactions = problem.transactions.iter().map(|touched| Transaction::of(touched, input));
        Self {
            id: &problem.id,
            title: &problem.text.title,
            severity: problem.severity,
            confidence: problem.confidence,
            node: &problem.node,
            nodes: held_on(problem),
            seen_on: &problem.seen_on,
            fine_on: problem
                .fine_on
                .iter()
                .map(|(node, answered)| Fine { node, answered: *answered })
                .collect(),
            checklist: problem.checklist.iter().map(Check::of).collect(),
            presented: problem.presented.as_ref().map(Handshake::of),
            target: Target::of(&problem.target),
            counts: Counts {
                evidence: problem.evidence_count,
                transactions: problem.transaction_count,
                users: problem.users.len() as u64,
                unattributed: problem.unattributed,
            },
            first: time(problem.first),
            last: time(problem.last),
            users: &problem.users,
            calls: &problem.calls,
            transactions: transactions.collect(),
            evidence: problem.evidence.iter().map(|line| Evidence::of(line, input)).collect(),
            cause: problem.text.cause.join("\n\n"),
            fix: &problem.text.fix,
            verify: &problem.text.verify,
            next: &problem.text.next,
            also: &problem.also,
            caveats: &problem.text.doubts,
            references: &problem.references,
        }
    }
}

/// The nodes a problem holds for, at least the one.
fn held_on(problem: &Problem) -> Vec<Held<'_>> {
    let alone = Held {
        node: &problem.node,
        confidence: problem.confidence,
        evidence: problem.evidence_count,
        transactions: problem.transaction_count,
    };
    if problem.nodes.is_empty() {
        return vec![alone];
    }
    let held = problem.nodes.iter().map(|held| Held {
        node: &held.node,
        confidence: held.confidence,
        evidence: held.evidence_count,
        transactions: held.transaction_count,
    });
    held.collect()
}

impl<'a> Transaction<'a> {
    fn of(touched: &'a Touched, input: &dyn Fn(u32) -> &'a str) -> Self {
        let home = touched.lines.first().map_or(0, |(member, _)| *member);
        let here = |place: &&(u32, u64)| place.0 == home;
        let proof: Vec<_> = touched.proof.iter().map(|proof| (proof.member, proof.line)).collect();
        let elsewhere = touched.lines.iter().chain(&proof).filter(|place| !here(place));
        Self {
            node: &touched.node,
            pid: touched.pid,
            txn_id: touched.txn_id,
            tracking_id: filled(&touched.tracking_id),
            user: filled(&touched.user),
            host: &touched.host,
            port: touched.port,
            url: &touched.url,
            status: filled(&touched.status),
            confidence: touched.confidence,
            member: input(home),
            lines: touched.lines.iter().filter(here).map(|(_, line)| *line).collect(),
            proof: proof.iter().filter(here).map(|(_, line)| *line).collect(),
            elsewhere: elsewhere
                .map(|(member, line)| Place { member: input(*member), line: *line })
                .collect(),
        }
    }
}

impl<'a> Evidence<'a> {
    fn of(line: &'a Line, input: &dyn Fn(u32) -> &'a str) -> Self {
        Self {
            member: input(line.member),
            line: line.line,
            offset: line.offset,
            time: time(line.time.map(|time| time.to_utc())),
            text: &line.text,
            role: match line.role {
                LineRole::Proof => "proof",
                _ => "context",
            },
        }
    }
}
