//! What an engine found, settled: nothing of it waits for further lines. Several of them, of different boxes, make
//! one outcome.

use super::across::Across;
use super::calls::Calls;
use super::file::{self, Fault};
use super::findings::Findings;
use super::live::Following;
use super::node::Node;
use super::watch::Told;
use super::{Engine, NodeSummary, Outcome, ServerSummary, TransactionCounts, fold};
use crate::catalogue::Catalogue;
use crate::finding::{Finding, Line, Member};
use chrono::DateTime;
use std::collections::HashMap;
use std::sync::Arc;
use waytrace_evidence::NodeFacts;

/// Everything found in some inputs, ready to be joined with what was found in others.
#[derive(Debug)]
pub struct Settled {
    catalogue: Arc<Catalogue>,
    findings: Vec<Finding>,
    nodes: Vec<NodeSummary>,
    servers: Vec<ServerSummary>,
    transactions: TransactionCounts,
    across: Across,
    calls: Calls,
    facts: HashMap<String, NodeFacts>,
    /// What is wrong with files of certificates.
    of_files: Findings,
    dropped_proofs: u64,
    homeless: u64,
}

impl Settled {
    /// Settles what waits in an engine.
    pub(super) fn of(mut engine: Engine) -> Self {
        let (nodes, mut out) = engine.split();
        for node in nodes.values_mut() {
            node.settle(i64::MAX, true, &mut out);
            node.collection.tell(&node.host, out.catalogue, out.findings);
        }
        let mut transactions = engine.following.as_ref().map(Following::let_go).unwrap_or_default();
        for node in engine.nodes.values() {
            transactions.total += node.counts.total;
            transactions.failed += node.counts.failed;
            transactions.evicted += node.counts.evicted;
            transactions.open += node.transactions.len() as u64;
        }
        Self {
            nodes: engine.nodes.values().map(summary).collect(),
            servers: engine.nodes.values().flat_map(servers).collect(),
            dropped_proofs: engine.findings.dropped,
            findings: engine.findings.into_all(),
            catalogue: engine.catalogue,
            across: engine.across,
            calls: engine.calls,
            facts: HashMap::new(),
            of_files: Findings::default(),
            homeless: engine.homeless,
            transactions,
        }
    }

    /// Takes what was found in other inputs, of other boxes. `first` is the number that the first of those inputs has
    /// among all; until now it was 0.
    pub fn join(&mut self, mut other: Self, first: Member) {
        for finding in &mut other.findings {
            finding.renumber(first);
        }
        let room = Findings::MAX.saturating_sub(self.findings.len());
        self.dropped_proofs +=
            other.findings.iter().skip(room).map(|finding| finding.evidence_count).sum::<u64>();
        self.findings.extend(other.findings.into_iter().take(room));
        self.nodes.extend(other.nodes);
        self.servers.extend(other.servers);
        self.transactions.total += other.transactions.total;
        self.transactions.failed += other.transactions.failed;
        self.transactions.open += other.transactions.open;
        self.transactions.evicted += other.transactions.evicted;
        self.across.join(other.across, first);
        self.calls.join_all(&other.calls);
        self.facts.extend(other.facts);
        self.dropped_proofs += other.dropped_proofs;
        self.homeless += other.homeless;
    }

    /// Takes what the dumps of a box say. `host` is its name in the log. Entries that ask for a release or a setting
    /// are held against it.
    pub fn know(&mut self, host: &str, facts: NodeFacts) {
        self.facts.insert(host.to_owned(), facts);
    }

    /// Takes one thing that is wrong with a file of certificates of a box, with the places that show it. Entries of
    /// the catalogue that know it make it a finding.
    pub fn examine(&mut self, host: &str, fault: &Fault<'_>, places: &[Line]) {
        let mut told = Told { catalogue: &self.catalogue, findings: &mut self.of_files, node: host };
        file::tell(fault, places, &mut told);
    }

    /// What is known of the boxes from their logs.
    pub fn nodes(&self) -> &[NodeSummary] {
        &self.nodes
    }

    /// Hosts whose records were taken, in the order first seen.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.host.as_str())
    }

    /// Puts everything together: asks the boxes, folds what says less under what says more.
    pub fn finish(self) -> Outcome {
        let Self { mut findings, nodes, mut servers, across, calls, of_files, .. } = self;
        let dropped = of_files.dropped;
        findings.extend(of_files.into_all());
        let inside: HashMap<&str, bool> =
            nodes.iter().map(|node| (node.host.as_str(), node.behind_tunnel)).collect();
        for finding in &mut findings {
            finding.calls = calls.once(&finding.calls);
            finding.inside = inside.get(finding.node.as_str()).copied().unwrap_or_default();
        }
        let contradicted = fold::ask_gates(&mut findings, &self.facts, &self.catalogue);
        servers.sort_by(|a, b| {
            (b.answered + b.failed)
                .cmp(&(a.answered + a.failed))
                .then_with(|| (&a.node, &a.host, a.port).cmp(&(&b.node, &b.host, b.port)))
        });
        Outcome {
            dropped_proofs: self.dropped_proofs + dropped,
            contradicted,
            homeless: self.homeless,
            servers,
            transactions: self.transactions,
            clocks: across.clocks(),
            findings: fold::fold(findings, &across, &self.catalogue),
            nodes,
        }
    }
}

fn servers(node: &Node) -> Vec<ServerSummary> {
    let all = node.servers.iter().map(|(host, port, server)| ServerSummary {
        node: node.host.clone(),
        host: host.to_owned(),
        port,
        answered: server.answered,
        failed: server.failed,
    });
    all.collect()
}

fn summary(node: &Node) -> NodeSummary {
    let time = |moment| DateTime::from_timestamp_millis(moment);
    NodeSummary {
        host: node.host.clone(),
        behind_tunnel: node.is_behind_tunnel(),
        hands_on: node.hands_on,
        first: node.first.and_then(time),
        last: node.last.and_then(time),
        records: node.records,
    }
}
