//! The report as JSON, version 1 (`docs/output-json.md`).
//!
//! These structs are the format. Other programs depend on their names, so they are apart from the report's own types:
//! a renaming inside can never change what is written.

use crate::report::{ClusterPeer, NodeReport, PeerCheck, PeerState, Problem, Report};
use chrono::{DateTime, SecondsFormat, Utc};
use indexmap::IndexMap;
use serde::Serialize;
use waytrace_evidence::Role;
use waytrace_signatures::{Confidence, Line, Reference, Role as LineRole, Severity, Touched};

/// Name and version of the format.
pub const SCHEMA: &str = "waytrace/report/1";

/// The report as one JSON document, indented.
///
/// # Panics
/// Never: the structs below hold nothing that JSON has no form for.
pub fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&Document::of(report)).expect("plain data has a JSON form");
    text.push('\n');
    text
}

/// One problem as one line of JSON, for streams. `input` names inputs by their number.
///
/// # Panics
/// Never, as [`render`].
pub fn problem_line<'a>(problem: &'a Problem, input: &dyn Fn(u32) -> &'a str) -> String {
    serde_json::to_string(&Finding::of(problem, input)).expect("plain data has a JSON form")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    inputs: Vec<Input<'a>>,
    members: Vec<Member<'a>>,
    nodes: Vec<Node<'a>>,
    findings: Vec<Finding<'a>>,
    problems: Vec<Group<'a>>,
    clocks: Vec<Clock<'a>>,
    contradicted: Vec<Contradicted<'a>>,
    silenced: Vec<Silenced<'a>>,
    notes: &'a [String],
    transactions: Transactions,
    servers: Vec<Server<'a>>,
    coverage: Coverage<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    bytes: u64,
    lines: u64,
    records: u64,
}

#[derive(Serialize)]
struct Node<'a> {
    host: &'a str,
    name: Option<&'a str>,
    role: Option<Role>,
    product: Option<&'a str>,
    release: Option<String>,
    cluster: Option<Cluster<'a>>,
    first: Option<String>,
    last: Option<String>,
    records: u64,
}

#[derive(Serialize)]
struct Cluster<'a> {
    name: Option<&'a str>,
    peers: Vec<Peer<'a>>,
}

#[derive(Serialize)]
struct Peer<'a> {
    address: &'a str,
    node: Option<&'a str>,
}

impl<'a> Peer<'a> {
    fn of(peer: &'a ClusterPeer) -> Self {
        Self { address: &peer.address, node: peer.node.as_deref() }
    }
}

#[derive(Serialize)]
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
struct Member<'a> {
    name: &'a str,
    kind: &'a str,
    bytes: Option<u64>,
    treatment: &'static str,
}

#[derive(Serialize)]
struct Contradicted<'a> {
    id: &'a str,
    node: &'a str,
    why: &'a str,
}

/// Findings that one repair concerns.
#[derive(Serialize)]
struct Group<'a> {
    title: &'a str,
    host: Option<String>,
    ports: Vec<u16>,
    certificate: Option<String>,
    users: u64,
    requests: u64,
    /// Positions in `findings`, from 0.
    findings: Vec<usize>,
}

#[derive(Serialize)]
struct Clock<'a> {
    node: &'a str,
    reference: &'a str,
    ahead_ms: i64,
    uncertain_ms: i64,
    requests: usize,
}

#[derive(Serialize)]
struct Held<'a> {
    node: &'a str,
    confidence: Confidence,
    evidence: u64,
    transactions: u64,
}

#[derive(Serialize)]
struct Fine<'a> {
    node: &'a str,
    answered: u64,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    confidence: Confidence,
    node: &'a str,
    nodes: Vec<Held<'a>>,
    seen_on: &'a [String],
    fine_on: Vec<Fine<'a>>,
    checklist: Vec<Check<'a>>,
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
    references: &'a [Reference],
}

#[derive(Serialize)]
struct Target<'a> {
    host: &'a str,
    ip: Option<String>,
    port: Option<u16>,
    service: Option<&'a str>,
}

#[derive(Serialize)]
struct Counts {
    evidence: u64,
    transactions: u64,
    users: u64,
    unattributed: u64,
}

#[derive(Serialize)]
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
struct Place<'a> {
    member: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct Evidence<'a> {
    member: &'a str,
    line: u64,
    offset: u64,
    time: Option<String>,
    text: &'a str,
    role: &'static str,
}

#[derive(Serialize)]
struct Transactions {
    total: u64,
    failed: u64,
    open: u64,
    evicted: u64,
}

/// A finding that the site's rules silence.
#[derive(Serialize)]
struct Silenced<'a> {
    finding: Finding<'a>,
    reason: &'a str,
    until: String,
}

#[derive(Serialize)]
struct Server<'a> {
    node: &'a str,
    host: &'a str,
    port: u16,
    answered: u64,
    failed: u64,
}

#[derive(Serialize)]
struct Coverage<'a> {
    bytes: u64,
    lines: u64,
    records: u64,
    events: &'a IndexMap<&'static str, u64>,
    forms: IndexMap<&'static str, u64>,
    foreign: IndexMap<&'static str, u64>,
    opaque: u64,
    broken: u64,
    over_long: u64,
    homeless: u64,
    dropped_proofs: u64,
    members_unread: Vec<Unread<'a>>,
}

#[derive(Serialize)]
struct Unread<'a> {
    name: &'a str,
    reason: &'a str,
    partly_read: bool,
    may_hold_log: bool,
}

fn time(time: Option<DateTime<Utc>>) -> Option<String> {
    time.map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let input = |member| report.input(member);
        let counts = report.transactions;
        let coverage = &report.coverage;
        let unread = report.unread.iter();
        Self {
            schema: SCHEMA,
            tool: Tool { name: "waytrace", version: env!("CARGO_PKG_VERSION") },
            inputs: report
                .inputs
                .iter()
                .map(|input| Input {
                    name: &input.name,
                    bytes: input.bytes,
                    lines: input.lines,
                    records: input.records,
                })
                .collect(),
            members: report
                .members
                .iter()
                .map(|member| Member {
                    name: &member.name,
                    kind: &member.kind,
                    bytes: member.bytes,
                    treatment: member.treatment.word(),
                })
                .collect(),
            nodes: report.nodes.iter().map(Node::of).collect(),
            findings: report.findings.iter().map(|problem| Finding::of(problem, &input)).collect(),
            problems: report
                .groups()
                .into_iter()
                .map(|group| Group {
                    title: group.findings.first().map_or("", |at| &report.findings[*at].text.title),
                    host: filled(&group.host).map(str::to_owned),
                    ports: group.ports,
                    certificate: group.certificate,
                    users: group.users,
                    requests: group.requests,
                    findings: group.findings,
                })
                .collect(),
            clocks: report
                .clocks
                .iter()
                .map(|clock| Clock {
                    node: &clock.node,
                    reference: &clock.reference,
                    ahead_ms: clock.ahead,
                    uncertain_ms: clock.uncertain,
                    requests: clock.requests,
                })
                .collect(),
            contradicted: report
                .contradicted
                .iter()
                .map(|finding| Contradicted { id: &finding.id, node: &finding.node, why: &finding.why })
                .collect(),
            silenced: report
                .silenced
                .iter()
                .map(|silenced| Silenced {
                    finding: Finding::of(&silenced.problem, &input),
                    reason: &silenced.reason,
                    until: silenced.until.to_string(),
                })
                .collect(),
            notes: &report.notes,
            transactions: Transactions {
                total: counts.total,
                failed: counts.failed,
                open: counts.open,
                evicted: counts.evicted,
            },
            servers: report
                .servers
                .iter()
                .map(|server| Server {
                    node: &server.node,
                    host: &server.host,
                    port: server.port,
                    answered: server.answered,
                    failed: server.failed,
                })
                .collect(),
            coverage: Coverage {
                bytes: coverage.bytes,
                lines: coverage.lines,
                records: coverage.records,
                events: &coverage.events,
                forms: coverage.forms.iter().map(|(form, count)| (form.name(), count)).collect(),
                foreign: coverage.forms.products().map(|(product, count)| (product.name(), count)).collect(),
                opaque: coverage.opaque,
                broken: coverage.broken,
                over_long: coverage.over_long,
                homeless: coverage.homeless,
                dropped_proofs: coverage.dropped_proofs,
                members_unread: unread
                    .map(|unread| Unread {
                        name: &unread.name,
                        reason: &unread.reason,
                        partly_read: unread.partly_read,
                        may_hold_log: unread.may_hold_log,
                    })
                    .collect(),
            },
        }
    }
}

impl<'a> Node<'a> {
    fn of(node: &'a NodeReport) -> Self {
        Self {
            host: &node.host,
            name: node.name.as_deref(),
            role: node.role,
            product: node.product.as_deref(),
            release: node.release.as_ref().map(ToString::to_string),
            cluster: node.cluster.as_ref().map(|cluster| Cluster {
                name: cluster.name.as_deref(),
                peers: cluster.peers.iter().map(Peer::of).collect(),
            }),
            first: time(node.first),
            last: time(node.last),
            records: node.records,
        }
    }
}

impl<'a> Finding<'a> {
    fn of(problem: &'a Problem, input: &dyn Fn(u32) -> &'a str) -> Self {
        let target = &problem.target;
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
            target: Target {
                host: &target.host,
                ip: target.ip.map(|ip| ip.to_string()),
                port: target.port,
                service: target.service.as_deref(),
            },
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
