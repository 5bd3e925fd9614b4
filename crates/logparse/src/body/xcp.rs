//! The XMPP processes (`XCP_JABBERD`, `XCP_CM2`), which write `Module="Jabber"` (log grammar, a6 and c3).

use super::address::Peer;
use super::line::{Head, Line, between};
use crate::event::Event;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A line of an XMPP process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XcpLine<'b> {
    /// Clock, level without its padding, thread.
    pub head: Head<'b>,
    /// Where in the program, or the name of a channel such as `stanza.component.out`.
    pub location: &'b str,
    /// What it says.
    pub step: XcpStep<'b>,
    /// All of it, as written; may hold XML with single quotes.
    pub detail: &'b str,
}

/// What a line of an XMPP process says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum XcpStep<'b> {
    /// A connection is tried.
    Connecting {
        /// To whom.
        peer: Peer<'b>,
    },
    /// A connection could not be made.
    ConnectFailed {
        /// To whom.
        peer: Peer<'b>,
        /// The system's words, such as `Connection refused`.
        reason: &'b str,
    },
    /// The connection between two components failed.
    ComponentFailed {
        /// The component that was to be reached.
        component: &'b str,
    },
    /// No name could be found for an address.
    ReverseLookupFailed {
        /// The address.
        address: &'b str,
    },
    /// The certificate of the other side was refused.
    CertificateRefused {
        /// The other side.
        host: &'b str,
        /// Why, such as `Invalid Hostname`.
        reason: &'b str,
    },
    /// The component that authenticates could not be asked.
    AuthUnavailable,
    /// Anything else.
    Other,
}

impl XcpStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connecting { .. } => "xcp.connecting",
            Self::ConnectFailed { .. } => "xcp.connect_failed",
            Self::ComponentFailed { .. } => "xcp.component_failed",
            Self::ReverseLookupFailed { .. } => "xcp.reverse_lookup_failed",
            Self::CertificateRefused { .. } => "xcp.certificate_refused",
            Self::AuthUnavailable => "xcp.auth_unavailable",
            Self::Other => "xcp.other",
        }
    }
}

/// Reads a line of an XMPP process; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let detail = line.said();
    Event::Xcp(XcpLine {
        head: Head { thread: line.text("ThreadID"), ..line.head() },
        location: line.text("CodeLocation"),
        step: step(detail).unwrap_or(XcpStep::Other),
        detail,
    })
}

fn step(detail: &str) -> Option<XcpStep<'_>> {
    // Stanzas are the most of these lines and none of the sentences begins like one.
    if detail.starts_with('<') {
        return None;
    }
    // Nearly every line is none of these: two searches tell, in place of one for each.
    if UNABLE.find(detail.as_bytes()).or_else(|| FAILED.find(detail.as_bytes())).is_none() {
        return connecting(detail);
    }
    if let Some((_, rest)) = detail.split_once("Unable to connect to host ") {
        let reason = rest.split_once(')').map_or("", |(_, reason)| reason.trim());
        return Some(XcpStep::ConnectFailed { peer: host_and_port(rest), reason });
    }
    if let Some(step) = connecting(detail) {
        return Some(step);
    }
    if let Some((_, rest)) = detail.split_once("Failed to connect to component ") {
        return Some(XcpStep::ComponentFailed { component: word(rest) });
    }
    if let Some((_, rest)) = detail.split_once("reverse DNS lookup failed for address=") {
        return Some(XcpStep::ReverseLookupFailed { address: word(rest) });
    }
    if let Some((_, rest)) = detail.split_once("Certificate verification failed for host=") {
        let reason = rest.split_once("additional info:").map_or("", |(_, reason)| reason.trim());
        return Some(XcpStep::CertificateRefused { host: word(rest), reason });
    }
    detail.starts_with("Failed to query auth component").then_some(XcpStep::AuthUnavailable)
}

static UNABLE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Unable to connect to host "));

/// What all the other sentences about failures have in common.
static FAILED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("ailed "));

fn connecting(detail: &str) -> Option<XcpStep<'_>> {
    let rest = detail.strip_prefix("Connecting ")?.split_once("to host ")?.1;
    Some(XcpStep::Connecting { peer: host_and_port(rest) })
}

/// `'host', port 7400`
fn host_and_port(text: &str) -> Peer<'_> {
    let ip = between(text, "'", "'").unwrap_or("");
    let port = text.split_once("port ").map(|(_, port)| port);
    let port = port.and_then(|port| port.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    Peer { ip, port }
}

fn word(text: &str) -> &str {
    text.split([' ', ',', ';']).next().unwrap_or("").trim_end_matches(['.', ':'])
}
