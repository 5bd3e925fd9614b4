//! What was read and settled: parts of it, read side by side, are joined here and become one report.

use crate::boxes::{self, Boxes};
use crate::captured;
use crate::checks::Known;
use crate::coverage::Coverage;
use crate::faults;
use crate::papers::{CapturedTraffic, Papers};
use crate::presented::{Bearing, presented, weigh};
use crate::redact::Names;
use crate::report::{ClusterPeer, Input, Member, NodeReport, PeerCheck, PeerState, Problem, Report, Unread};
use crate::speech::{Language, Speech};
use crate::wording;
use std::collections::HashMap;
use std::sync::Arc;
use waytrace_evidence::Role;
use waytrace_signatures::{Catalogue, Finding, NodeSummary, ServerSummary, Settled};

/// Some inputs, read to their end.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) settled: Settled,
    pub(crate) inputs: Vec<Input>,
    pub(crate) members: Vec<Member>,
    pub(crate) coverage: Coverage,
    pub(crate) boxes: Boxes,
    pub(crate) papers: Papers,
    pub(crate) unread: Vec<Unread>,
    pub(crate) language: String,
    /// Names that stand in what was read, where somebody wants them.
    pub(crate) names: Option<Names>,
}

impl Gathered {
    /// Hosts whose records were read.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &str> {
        self.settled.hosts()
    }

    /// Takes what was read of other boxes.
    pub(crate) fn join(&mut self, other: Self) {
        let first = u32::try_from(self.inputs.len()).unwrap_or(u32::MAX);
        self.settled.join(other.settled, first);
        self.inputs.extend(other.inputs);
        self.members.extend(other.members);
        self.coverage.join(&other.coverage);
        self.boxes.join(other.boxes);
        self.papers.join(other.papers);
        self.unread.extend(other.unread);
        if let Some(names) = other.names {
            self.names.get_or_insert_default().absorb(names);
        }
    }

    /// Puts everything into one report.
    pub(crate) fn report(mut self) -> Report {
        let logs = self.inputs.iter().filter_map(|input| Some((input.host.clone()?, input.name.clone())));
        let logs: Vec<_> = logs.collect();
        let hosts: Vec<String> = self.settled.hosts().map(str::to_owned).collect();
        let (facts, mut aside) = self.boxes.by_host(&logs, &hosts);
        aside.extend(twice(&self.inputs));
        let (certificates, traffic) = self.papers.by_host(&logs);
        aside.extend(traffic.iter().filter_map(cut_short));
        for (host, facts) in &facts {
            self.settled.know(host, facts.clone());
        }
        let mut nodes: Vec<_> = self.settled.nodes().iter().map(node).collect();
        boxes::complete(&mut nodes, &facts);
        let known = Known { files: &certificates, nodes: &nodes, facts: &facts };
        faults::examine(known, &mut self.settled, &mut self.inputs);
        let outcome = self.settled.finish();
        self.coverage.homeless = outcome.homeless;
        self.coverage.dropped_proofs = outcome.dropped_proofs;
        let words = |finding| wording::problem(finding, &self.catalogue, &self.language);
        let mut findings: Vec<Problem> = Vec::new();
        for finding in &outcome.findings {
            let mut problem = words(finding.clone());
            problem.presented = presented(&problem, &certificates, &traffic);
            if let Some(port) = port_of_capture(&problem, &outcome.findings) {
                let mut finding = finding.clone();
                finding.target.port = Some(port);
                problem = Problem { presented: problem.presented, ..words(finding) };
            }
            let most = self.catalogue.get(&problem.id).map_or(problem.confidence, |entry| entry.confidence);
            weigh(&mut problem, most);
            problem.fine_on = fine_on(&problem, &outcome.servers);
            problem.checklist = checklist(&problem, &nodes);
            findings.push(problem);
        }
        let known = captured::Known {
            catalogue: &self.catalogue,
            language: &self.language,
            nodes: &nodes,
            facts: &facts,
            files: &certificates,
            traffic: &traffic,
        };
        captured::add(&mut findings, &known);
        for problem in findings.iter_mut().filter(|problem| problem.checklist.is_empty()) {
            problem.checklist = checklist(problem, &nodes);
        }
        if self.coverage.recognised == 0 && !findings.is_empty() {
            aside.push("no log was given: what is told rests on the other files alone".to_owned());
        }
        findings.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| place(a).cmp(&place(b))));
        Report {
            inputs: self.inputs,
            nodes,
            members: self.members,
            contradicted: outcome.contradicted,
            certificates,
            traffic,
            findings,
            clocks: outcome.clocks,
            transactions: outcome.transactions,
            servers: outcome.servers,
            coverage: self.coverage,
            unread: self.unread,
            silenced: Vec::new(),
            left_out: 0,
            notes: aside,
            names: self.names,
            speech: Speech { language: Language::of(&self.language), ..Speech::new() },
            facts,
        }
    }
}

/// The port that a capture gives to a finding without one, unless another finding says the same of that port.
fn port_of_capture(problem: &Problem, findings: &[Finding]) -> Option<u16> {
    let presented = problem.presented.as_ref().filter(|known| known.bearing == Some(Bearing::GivesPort))?;
    let port = presented.server.port();
    let same = |finding: &&Finding| {
        (&finding.id, &finding.node, &finding.target.host)
            == (&problem.id, &problem.node, &problem.target.host)
            && finding.target.port == Some(port)
    };
    (!findings.iter().any(|finding| same(&finding))).then_some(port)
}

/// What of a capture was left out, because it is larger than what is kept.
fn cut_short(traffic: &CapturedTraffic) -> Option<String> {
    let summary = &traffic.summary;
    let name = traffic.members.first()?;
    (summary.dropped > 0).then(|| {
        format!(
            "{} connections of the capture that begins with {name} were left out: too many. Give the files of the time \
             of the problem alone",
            summary.dropped
        )
    })
}

/// Logs that were given twice, such as packed and unpacked: what they show counts twice.
fn twice(inputs: &[Input]) -> Vec<String> {
    let file = |input: &Input| {
        let name = boxes::file_name(&input.name);
        let name = name.rsplit_once('.').map_or(name, |(stem, end)| if end == "gz" { stem } else { name });
        (name.to_owned(), input.bytes, input.lines, input.host.clone())
    };
    let mut seen: HashMap<_, &str> = HashMap::new();
    let mut notes = Vec::new();
    for input in inputs.iter().filter(|input| input.recognised > 0) {
        if let Some(first) = seen.get(&file(input)) {
            notes.push(format!(
                "{} and {first} seem to be the same log: what it shows is counted twice",
                input.name
            ));
        } else {
            seen.insert(file(input), &input.name);
        }
    }
    notes
}

/// What makes a problem come first: how bad it is, whom and how much it hit.
fn weight(problem: &Problem) -> (waytrace_signatures::Severity, usize, u64, u64) {
    (problem.severity, problem.users.len(), problem.transaction_count, problem.evidence_count)
}

/// Order of problems of the same weight: the same in every run.
fn place(problem: &Problem) -> (Option<chrono::DateTime<chrono::Utc>>, &str, &str, &str, Option<u16>) {
    (problem.first, &problem.id, &problem.node, &problem.target.host, problem.target.port)
}

/// Other nodes for which the server and port of a problem answered.
fn fine_on(problem: &Problem, servers: &[ServerSummary]) -> Vec<(String, u64)> {
    let ill = |node: &str| node == problem.node || problem.nodes.iter().any(|held| held.node == node);
    let same = |server: &&ServerSummary| {
        problem.about_certificate
            && server.host == problem.target.host
            && Some(server.port) == problem.target.port
            && server.answered > 0
            && !ill(&server.node)
            && !problem.seen_on.contains(&server.node)
    };
    servers.iter().filter(same).map(|server| (server.node.clone(), server.answered)).collect()
}

/// Peer by peer what a problem is like there, if its repair concerns every one of them.
fn checklist(problem: &Problem, nodes: &[NodeReport]) -> Vec<PeerCheck> {
    let cluster = nodes.iter().find(|node| node.host == problem.node).and_then(|node| node.cluster.as_ref());
    let Some(cluster) = cluster.filter(|_| problem.on_every_peer) else { return Vec::new() };
    let state = |node: Option<&NodeReport>| {
        let Some(node) = node.filter(|node| node.records > 0) else { return PeerState::NoLog };
        if node.host == problem.node || problem.nodes.iter().any(|held| held.node == node.host) {
            return PeerState::Affected;
        }
        let fine = problem.fine_on.iter().find(|(host, _)| *host == node.host);
        fine.map_or(PeerState::Untold, |(_, answered)| PeerState::Fine(*answered))
    };
    let check = |peer: &ClusterPeer| PeerCheck {
        state: state(nodes.iter().find(|node| Some(&node.host) == peer.node.as_ref())),
        peer: peer.clone(),
    };
    cluster.peers.iter().map(check).collect()
}

fn node(node: &NodeSummary) -> NodeReport {
    NodeReport {
        role: match (node.behind_tunnel, node.hands_on) {
            (true, _) => Some(Role::Control),
            (false, true) => Some(Role::Edge),
            (false, false) => None,
        },
        first: node.first,
        last: node.last,
        records: node.records,
        ..NodeReport::named(&node.host)
    }
}
