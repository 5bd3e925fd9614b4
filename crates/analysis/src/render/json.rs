//! The report as JSON, version 1 (`docs/output-json.md`).
//!
//! These structs are the format. Other programs depend on their names, so they are apart from the report's own types:
//! a renaming inside can never change what is written.

mod certificate;
mod finding;
mod live;
mod node;
mod preflight;

use crate::groups;
use crate::inventory::Inventory;
use crate::report::{self, Report};
use chrono::{DateTime, SecondsFormat, Utc};
use finding::Finding;
use indexmap::IndexMap;
use node::Node;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

pub use live::{lines, summary_line, update_line};
pub use preflight::{preflight, verified};

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

/// Every certificate of a case as one JSON document, indented.
///
/// # Panics
/// Never, as [`render`].
pub fn inventory(inventory: &Inventory) -> String {
    let document = serde_json::json!({ "schema": "waytrace/certificates/1", "certificates": inventory });
    format!("{document:#}\n")
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    left_out: usize,
    transactions: Transactions,
    servers: Vec<Server<'a>>,
    coverage: Coverage<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Input<'a> {
    name: &'a str,
    bytes: u64,
    lines: u64,
    records: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Member<'a> {
    name: &'a str,
    kind: &'a str,
    bytes: Option<u64>,
    treatment: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Contradicted<'a> {
    id: &'a str,
    node: &'a str,
    why: &'a str,
}

/// Findings that one repair concerns.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Clock<'a> {
    node: &'a str,
    reference: &'a str,
    ahead_ms: i64,
    uncertain_ms: i64,
    requests: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Transactions {
    total: u64,
    failed: u64,
    open: u64,
    evicted: u64,
}

/// A finding that the site's rules silence.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Silenced<'a> {
    finding: Finding<'a>,
    reason: &'a str,
    until: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Server<'a> {
    node: &'a str,
    host: &'a str,
    port: u16,
    answered: u64,
    failed: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Coverage<'a> {
    bytes: u64,
    lines: u64,
    records: u64,
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, u64>"))]
    events: &'a IndexMap<&'static str, u64, FxBuildHasher>,
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
        Self {
            schema: SCHEMA,
            tool: Tool { name: "waytrace", version: env!("CARGO_PKG_VERSION") },
            inputs: report.inputs.iter().map(Input::of).collect(),
            members: report.members.iter().map(Member::of).collect(),
            nodes: report.nodes.iter().map(Node::of).collect(),
            findings: report.findings.iter().map(|problem| Finding::of(problem, &input)).collect(),
            problems: report.groups().into_iter().map(|group| Group::of(group, report)).collect(),
            clocks: report.clocks.iter().map(Clock::of).collect(),
            contradicted: report.contradicted.iter().map(Contradicted::of).collect(),
            silenced: report.silenced.iter().map(|silenced| Silenced::of(silenced, &input)).collect(),
            notes: &report.notes,
            left_out: report.left_out,
            transactions: Transactions::of(report),
            servers: report.servers.iter().map(Server::of).collect(),
            coverage: Coverage::of(report),
        }
    }
}

impl Transactions {
    fn of(report: &Report) -> Self {
        let counts = report.transactions;
        Self { total: counts.total, failed: counts.failed, open: counts.open, evicted: counts.evicted }
    }
}

impl<'a> Input<'a> {
    fn of(input: &'a report::Input) -> Self {
        Self { name: &input.name, bytes: input.bytes, lines: input.lines, records: input.records }
    }
}

impl<'a> Member<'a> {
    fn of(member: &'a report::Member) -> Self {
        let treatment = member.treatment.word();
        Self { name: &member.name, kind: &member.kind, bytes: member.bytes, treatment }
    }
}

impl<'a> Group<'a> {
    fn of(group: groups::Group, report: &'a Report) -> Self {
        Self {
            title: group.findings.first().map_or("", |at| &report.findings[*at].text.title),
            host: filled(&group.host).map(str::to_owned),
            ports: group.ports,
            certificate: group.certificate,
            users: group.users,
            requests: group.requests,
            findings: group.findings,
        }
    }
}

impl<'a> Clock<'a> {
    fn of(clock: &'a waytrace_signatures::ClockDifference) -> Self {
        Self {
            node: &clock.node,
            reference: &clock.reference,
            ahead_ms: clock.ahead,
            uncertain_ms: clock.uncertain,
            requests: clock.requests,
        }
    }
}

impl<'a> Contradicted<'a> {
    fn of(finding: &'a waytrace_signatures::Contradicted) -> Self {
        Self { id: &finding.id, node: &finding.node, why: &finding.why }
    }
}

impl<'a> Silenced<'a> {
    fn of(silenced: &'a crate::site::Silenced, input: &dyn Fn(u32) -> &'a str) -> Self {
        Self {
            finding: Finding::of(&silenced.problem, input),
            reason: &silenced.reason,
            until: silenced.until.to_string(),
        }
    }
}

impl<'a> Server<'a> {
    fn of(server: &'a waytrace_signatures::ServerSummary) -> Self {
        Self {
            node: &server.node,
            host: &server.host,
            port: server.port,
            answered: server.answered,
            failed: server.failed,
        }
    }
}

impl<'a> Coverage<'a> {
    fn of(report: &'a Report) -> Self {
        let coverage = &report.coverage;
        Self {
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
            members_unread: report.unread.iter().map(Unread::of).collect(),
        }
    }
}

impl<'a> Unread<'a> {
    fn of(unread: &'a report::Unread) -> Self {
        Self {
            name: &unread.name,
            reason: &unread.reason,
            partly_read: unread.partly_read,
            may_hold_log: unread.may_hold_log,
        }
    }
}

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
