//! `Module="network.cpl"`: the steps of the call policy script, one node a line (log grammar, a4).

use super::address::Peer;
use super::line::{Head, Line};
use crate::event::Event;

/// One node of the script that was visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CplStep<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// Who sent the request that is decided on.
    pub remote: Peer<'b>,
    /// Which node.
    pub node: CplNode<'b>,
    /// The node as written, from its `<`.
    pub text: &'b str,
}

/// A node of a call policy script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CplNode<'b> {
    /// `<rule …>`
    Rule {
        /// Whether the line says that it matched.
        matched: bool,
    },
    /// `<location …>`: where to.
    Location,
    /// `<proxy …>`: go on.
    Proxy,
    /// `<reject …>`: the request is refused.
    Reject,
    /// Another node, by its name.
    Other(&'b str),
}

impl CplNode<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rule { .. } => "cpl.rule",
            Self::Location => "cpl.location",
            Self::Proxy => "cpl.proxy",
            Self::Reject => "cpl.reject",
            Self::Other(_) => "cpl.other",
        }
    }
}

/// Reads a line of `network.cpl`; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let text = said.strip_prefix("CPL:").unwrap_or(said).trim();
    let name = text.trim_start_matches(['<', '/']);
    let name = name.split([' ', '>', '/']).next().unwrap_or("");
    let node = match name {
        "rule" => CplNode::Rule { matched: text.ends_with("matched") && !text.ends_with("not matched") },
        "location" => CplNode::Location,
        "proxy" => CplNode::Proxy,
        "reject" => CplNode::Reject,
        other => CplNode::Other(other),
    };
    let remote = line.peer("Remote-ip", "Remote-port");
    Event::Cpl(CplStep { head: line.head(), remote, node, text })
}
