//! The cluster database (`developer.clusterdb.*`), its tables and the replication of the configuration.

use super::line::{Head, Line};
use crate::event::Event;

/// A line of the cluster database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterLine<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// Which part writes, such as `developer.clusterdb.cdb`.
    pub module: &'b str,
    /// What it says.
    pub step: ClusterStep,
    /// The node that writes: the first `Node` of the line.
    pub node: &'b str,
    /// The node that is spoken of: the second `Node`.
    pub peer: &'b str,
    /// Process inside the database, such as `<0.159.0>`.
    pub pid: &'b str,
    /// What happened, in the box's words.
    pub detail: &'b str,
    /// Why: an Erlang term or free text.
    pub reason: &'b str,
}

/// What a line of the cluster database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterStep {
    /// The database lost a peer (`mnesia_down`).
    PeerDown,
    /// The peers' databases went different ways.
    Inconsistent,
    /// A call to a peer failed (`badrpc`).
    CallFailed,
    /// Names of peers that could not be resolved are tried again.
    PeerNamesRetried,
    /// Replication of the configuration, normal or not.
    Replication,
    /// Anything else.
    Other,
}

impl ClusterStep {
    /// Name of the event's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::PeerDown => "cluster.peer_down",
            Self::Inconsistent => "cluster.inconsistent",
            Self::CallFailed => "cluster.call_failed",
            Self::PeerNamesRetried => "cluster.peer_names_retried",
            Self::Replication => "cluster.replication",
            Self::Other => "cluster.other",
        }
    }
}

/// Reads a line of the cluster database; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>, module: &'b str) -> Event<'b> {
    let detail = line.said();
    let reason = line.text("Reason");
    let mut nodes = line.fields.iter().filter(|(key, _)| *key == "Node").map(|(_, node)| node.trim());
    let step = if detail.contains("mnesia_down") {
        ClusterStep::PeerDown
    } else if detail.eq_ignore_ascii_case("Inconsistent Database") {
        ClusterStep::Inconsistent
    } else if reason.contains("badrpc") || detail.contains("badrpc") {
        ClusterStep::CallFailed
    } else if detail.contains("peers which failed DNS") {
        ClusterStep::PeerNamesRetried
    } else if module.starts_with("developer.replication") {
        ClusterStep::Replication
    } else {
        ClusterStep::Other
    };
    Event::Cluster(ClusterLine {
        head: line.head(),
        module,
        step,
        node: nodes.next().unwrap_or(""),
        peer: nodes.next().unwrap_or(""),
        pid: line.text("PID"),
        detail,
        reason,
    })
}
