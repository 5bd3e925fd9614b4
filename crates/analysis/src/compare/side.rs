//! A report as far as a comparison needs it: from an analysis of now, or from the JSON of an earlier one.

use super::Gone;
use crate::boxes::{host_in_name, short};
use crate::render::{json::SCHEMA, words};
use crate::report::{Problem, Report};
use serde_json::Value;
use std::collections::BTreeSet;
use waytrace_signatures::Line;

/// One of the two reports that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Side {
    /// Its problems, the gravest first.
    pub problems: Vec<Compared>,
    /// Whether something that may hold log text was not read for it.
    pub partial: bool,
    nodes: BTreeSet<String>,
    servers: Vec<Server>,
    /// Boxes of which files of certificates were given, by their short names.
    files: BTreeSet<String>,
}

/// A problem in a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compared {
    /// Id of the entry.
    pub id: String,
    /// The word for how bad it is.
    pub severity: String,
    /// The problem in one line.
    pub title: String,
    /// Server it is about; empty if none is known.
    pub host: String,
    /// Address of the server.
    pub ip: Option<String>,
    /// Port of the server.
    pub port: Option<u16>,
    /// Nodes it holds for.
    pub nodes: BTreeSet<String>,
    /// Users it touched.
    pub users: u64,
    /// Requests it touched.
    pub requests: u64,
    /// It rests on files of certificates, and not on a log.
    of_files: bool,
}

/// What became of the requests of a node to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Server {
    node: String,
    host: String,
    port: u16,
    answered: u64,
    failed: u64,
}

/// Why a text is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAReport {
    /// It is no JSON.
    #[error("no JSON: {0}")]
    NotJson(String),
    /// It is something else in JSON, or a report of a version that this program does not know.
    #[error("no report of waytrace: its `schema` is not `{SCHEMA}`")]
    OtherSchema,
}

impl Compared {
    /// Whether it is the same problem of the same server.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let target = |problem: &Self| match problem.host.as_str() {
            "" => (problem.ip.clone(), problem.port),
            host => (Some(host.to_owned()), problem.port),
        };
        self.id == other.id && target(self) == target(other)
    }

    fn of(problem: &Problem, report: &Report) -> Self {
        // Of a log, records were read.
        let is_file =
            |line: &Line| report.inputs.get(line.member as usize).is_some_and(|one| one.records == 0);
        let mut nodes: BTreeSet<_> = problem.nodes.iter().map(|held| held.node.clone()).collect();
        nodes.insert(problem.node.clone());
        let target = &problem.target;
        Self {
            id: problem.id.clone(),
            severity: words::severity(problem.severity).to_owned(),
            title: problem.text.title.clone(),
            host: target.host.clone(),
            ip: target.ip.map(|ip| ip.to_string()),
            port: target.port,
            nodes,
            users: problem.users.len() as u64,
            requests: problem.transaction_count,
            of_files: !problem.evidence.is_empty() && problem.evidence.iter().all(is_file),
        }
    }

    /// A finding of a JSON report. What is missing counts as unknown: keys may be added, and this needs few.
    fn read(finding: &Value, report: &Value) -> Self {
        let is_file = |line: &Value| {
            list(report, "inputs").any(|one| one["name"] == line["member"] && number(&one["records"]) == 0)
        };
        let mut evidence = list(finding, "evidence").peekable();
        let target = &finding["target"];
        let mut nodes: BTreeSet<_> = list(finding, "nodes").map(|held| text(&held["node"])).collect();
        nodes.insert(text(&finding["node"]));
        Self {
            id: text(&finding["id"]),
            severity: text(&finding["severity"]),
            title: text(&finding["title"]),
            host: text(&target["host"]),
            ip: target["ip"].as_str().map(str::to_owned),
            port: port(&target["port"]),
            nodes,
            users: number(&finding["counts"]["users"]),
            requests: number(&finding["counts"]["transactions"]),
            of_files: evidence.peek().is_some() && evidence.all(is_file),
        }
    }
}

impl Side {
    /// What an analysis gave.
    pub fn of(report: &Report) -> Self {
        let servers = report.servers.iter().map(|server| Server {
            node: server.node.clone(),
            host: server.host.clone(),
            port: server.port,
            answered: server.answered,
            failed: server.failed,
        });
        let nodes = report.nodes.iter().filter(|node| node.records > 0).map(|node| node.host.clone());
        Self {
            problems: report.findings.iter().map(|problem| Compared::of(problem, report)).collect(),
            partial: report.is_partial(),
            nodes: nodes.collect(),
            servers: servers.collect(),
            files: report.certificates.iter().filter_map(|file| Some(short(file.node.as_ref()?))).collect(),
        }
    }

    /// What an earlier analysis wrote with `--format json`.
    ///
    /// # Errors
    /// [`NotAReport`] if the text is no such report.
    pub fn read(json: &str) -> Result<Self, NotAReport> {
        // Some shells write this mark before everything they write into a file.
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let report: Value =
            serde_json::from_str(json).map_err(|error| NotAReport::NotJson(error.to_string()))?;
        if report["schema"] != SCHEMA {
            return Err(NotAReport::OtherSchema);
        }
        let servers = list(&report, "servers").filter_map(|server| {
            Some(Server {
                node: text(&server["node"]),
                host: text(&server["host"]),
                port: port(&server["port"])?,
                answered: number(&server["answered"]),
                failed: number(&server["failed"]),
            })
        });
        let nodes = list(&report, "nodes").filter(|node| number(&node["records"]) > 0);
        // Whose file it is only its name tells here.
        let is_store = |kind: &str| kind == "trust store" || kind.contains("certificate");
        let certificates =
            list(&report, "members").filter(|member| member["kind"].as_str().is_some_and(is_store));
        let unread = || list(&report["coverage"], "members_unread");
        Ok(Self {
            problems: list(&report, "findings").map(|finding| Compared::read(finding, &report)).collect(),
            partial: unread().any(|unread| unread["may_hold_log"] == true),
            nodes: nodes.map(|node| text(&node["host"])).collect(),
            servers: servers.collect(),
            files: certificates.filter_map(|member| host_in_name(&text(&member["name"]))).collect(),
        })
    }

    /// What this report says of a problem that it has not.
    pub(super) fn says_of(&self, problem: &Compared) -> Gone {
        if problem.of_files {
            let missing = problem.nodes.iter().filter(|node| !self.files.contains(&short(node)));
            let missing: Vec<_> = missing.cloned().collect();
            return if missing.is_empty() { Gone::NotSeen } else { Gone::NoFiles(missing) };
        }
        let missing: Vec<_> = problem.nodes.difference(&self.nodes).cloned().collect();
        if !missing.is_empty() {
            return Gone::NoLog(missing);
        }
        let Some(port) = problem.port.filter(|_| !problem.host.is_empty()) else { return Gone::NotSeen };
        let same = |server: &&Server| {
            server.host == problem.host && server.port == port && problem.nodes.contains(&server.node)
        };
        let servers = || self.servers.iter().filter(same);
        let answered_on = |node: &String| {
            servers().any(|server| server.node == *node && server.answered > 0 && server.failed == 0)
        };
        if problem.nodes.iter().all(answered_on) {
            Gone::Answered(servers().map(|server| server.answered).sum())
        } else {
            Gone::Untried
        }
    }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn port(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|port| u16::try_from(port).ok())
}
