//! The engine: records in, findings out.
//!
//! It keeps one state for each node (host name) and joins what belongs together there; the catalogue says what of it
//! is a problem. It reads no files and prints nothing.

mod across;
mod attribution;
mod calls;
mod collection;
mod contrast;
mod file;
mod findings;
mod fold;
mod handshake;
mod lines;
mod live;
mod node;
mod record;
mod server;
mod settle;
mod settled;
mod subject;
mod targets;
mod transaction;
mod twins;
mod unit;
mod watch;

pub use across::ClockDifference;
pub use file::Fault;
pub use live::Standing;
pub use settled::Settled;
pub(crate) use subject::names;

use crate::catalogue::Catalogue;
use crate::finding::{Finding, Member};
use crate::nearest::{Nearest, Watching};
use across::Across;
use calls::Calls;
use chrono::{DateTime, Utc};
use findings::Findings;
use indexmap::IndexMap;
use lines::At;
use live::Following;
use node::Node;
use settle::Out;
use std::sync::Arc;
use waytrace_logparse::{Event, Record};

/// Takes records and finds problems.
#[derive(Debug)]
pub struct Engine {
    catalogue: Arc<Catalogue>,
    nodes: IndexMap<String, Node>,
    findings: Findings,
    watching: Option<Watching>,
    calls: Calls,
    across: Across,
    /// Position of the node of the last record.
    last: usize,
    /// Records without a host: they belong to no node.
    pub(crate) homeless: u64,
    /// The log is followed while it is written.
    following: Option<Following>,
}

/// What is known of a node from its log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeSummary {
    /// Host name as the log has it.
    pub host: String,
    /// Requests reach it from the local end of the tunnel, as on an Expressway-C.
    pub behind_tunnel: bool,
    /// It sends requests on into the tunnel, as an Expressway-E does.
    pub hands_on: bool,
    /// First and last stamp.
    pub first: Option<DateTime<Utc>>,
    /// First and last stamp.
    pub last: Option<DateTime<Utc>>,
    /// Records it wrote.
    pub records: u64,
}

/// How many transactions were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TransactionCounts {
    /// All of them.
    pub total: u64,
    /// Answered with a 5xx by the proxy itself.
    pub failed: u64,
    /// Still without an answer when the log ended.
    pub open: u64,
    /// Given up because more were open than are kept, or because nothing was heard of them for minutes of a log that
    /// is followed.
    pub evicted: u64,
}

/// What became of the requests to one server and port.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSummary {
    /// Host name of the node whose log shows it.
    pub node: String,
    /// Name or address that was asked for.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Requests that the server answered.
    pub answered: u64,
    /// Requests that the proxy answered with a server error.
    pub failed: u64,
}

/// A finding that was not told, because what is known of the box contradicts its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradicted {
    /// Id of the entry.
    pub id: String,
    /// Host name of the box.
    pub node: String,
    /// What the entry asks for, and what is so.
    pub why: String,
}

/// Everything the engine found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// Findings in the order they were first proven.
    pub findings: Vec<Finding>,
    /// Nodes in the order first seen.
    pub nodes: Vec<NodeSummary>,
    /// Transactions of all nodes.
    pub transactions: TransactionCounts,
    /// What became of the requests to each server, busiest first.
    pub servers: Vec<ServerSummary>,
    /// How far the clocks of the nodes are apart, where requests passed two of them.
    pub clocks: Vec<ClockDifference>,
    /// Proofs that were not kept because there are too many findings.
    pub dropped_proofs: u64,
    /// Findings that what is known of the box contradicts.
    pub contradicted: Vec<Contradicted>,
    /// Records that belong to no node: without a host, or of more hosts than are kept.
    pub homeless: u64,
}

impl Engine {
    /// Ceiling on the nodes of one run: a stray log cannot fill the memory with host names.
    pub const MAX_NODES: usize = 1024;

    /// An engine that looks for the problems of this catalogue.
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        Self {
            catalogue,
            nodes: IndexMap::new(),
            findings: Findings::default(),
            watching: None,
            calls: Calls::default(),
            across: Across::default(),
            last: 0,
            homeless: 0,
            following: None,
        }
    }

    /// Keeps the details of this many transactions with each finding, instead of [`Finding::MAX_TRANSACTIONS`].
    pub fn keep_transactions(&mut self, count: usize) {
        self.findings.keep_transactions = count;
    }

    /// Watches what comes nearest to firing this signature (its position in the catalogue); told by [`Engine::nearest`].
    pub fn watch(&mut self, signature: usize) {
        self.watching = Some(Watching { signature, nearest: Nearest::default() });
    }

    /// The nodes, and where what they find goes.
    fn split(&mut self) -> (&mut IndexMap<String, Node>, Out<'_>) {
        let Self { catalogue, nodes, findings, watching, across, .. } = self;
        (nodes, Out { catalogue, findings, across, watching: watching.as_mut() })
    }

    /// Settles what is left and tells what came nearest to the watched signature.
    pub fn nearest(mut self) -> Nearest {
        let (nodes, mut out) = self.split();
        for node in nodes.values_mut() {
            node.settle(i64::MAX, true, &mut out);
        }
        self.watching.map(|watching| watching.nearest).unwrap_or_default()
    }

    /// Takes one record. Records of one member come in file order.
    pub fn feed(&mut self, record: &Record<'_>, member: Member) {
        let host = record.envelope.host;
        // Another product's record proves nothing about an Expressway.
        let at = if record.envelope.foreign.is_some() { None } else { self.place(host) };
        let Some(at) = at else {
            self.homeless += 1;
            return;
        };
        self.last = at;
        if let Event::Sip(message) = &record.event {
            self.calls.learn(message, record.frame.continuation());
        }
        let heard = self.following.as_ref().map(Following::heard);
        let (nodes, mut out) = self.split();
        let Some((_, node)) = nodes.get_index_mut(at) else { return };
        let at = At::of(record, member);
        let due = node.tick(at.moment, heard);
        node.settle_due(due, &mut out);
        node.take(record, &at, &mut out);
    }

    /// The node with this name, a new one if there is room. Most records are of the node of the one before.
    fn place(&mut self, host: &str) -> Option<usize> {
        if self.nodes.get_index(self.last).is_some_and(|(name, _)| name == host) {
            return Some(self.last);
        }
        if let Some(at) = self.nodes.get_index_of(host) {
            return Some(at);
        }
        if !host.is_empty() && self.nodes.len() >= Self::MAX_NODES && self.following.is_some() {
            self.let_nodes_go();
        }
        let is_room = !host.is_empty() && self.nodes.len() < Self::MAX_NODES;
        is_room.then(|| self.nodes.insert_full(host.to_owned(), Node::new(host)).0)
    }

    /// Lets time pass without a record, for a log that is followed live: what waits for later lines is settled when
    /// they would have come.
    pub fn pause(&mut self, milliseconds: i64) {
        let (nodes, mut out) = self.split();
        for node in nodes.values_mut() {
            let due = node.pause(milliseconds);
            node.settle_due(due, &mut out);
        }
    }

    /// Findings that are new since the last call, as they stand now.
    pub fn news(&mut self) -> Vec<Finding> {
        let news = self.findings.news();
        news.into_iter().map(|at| self.findings.all()[at].clone()).collect()
    }

    /// The catalogue it works with.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Settles what is left, so that it can be joined with what was found in the logs of other boxes.
    pub fn settle(self) -> Settled {
        Settled::of(self)
    }

    /// Settles what is left and gives everything found.
    pub fn finish(self) -> Outcome {
        self.settle().finish()
    }
}
