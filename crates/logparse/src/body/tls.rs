//! `Event="Inbound TLS Negotiation Error"` and its siblings: a TLS handshake with the SIP side that failed.

use super::address::Peer;
use super::line::{Head, Line};
use crate::event::Event;

/// A failed handshake. Joins by the four addresses and the time to the lines of `developer.ssl` and `network.tcp`
/// about the same connection, in no fixed order (log grammar, b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsNegotiationError<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// Who opened the connection.
    pub direction: Direction,
    /// Protocol above, such as `SIP`.
    pub service: &'b str,
    /// Who opened it: the peer if inbound, this box if outbound.
    pub src: Peer<'b>,
    /// Whom it was opened to.
    pub dst: Peer<'b>,
    /// Why: OpenSSL's words, or the box's own for a name that does not fit.
    pub detail: &'b str,
    /// The name this box wanted to see; outbound only.
    pub common_name: &'b str,
}

/// Which side opened a connection, seen from the box that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// The peer.
    Inbound,
    /// This box.
    Outbound,
    /// The event's name does not say: the documented name without a direction.
    Unsaid,
}

/// Reads the event. Without `Detail` there is no error to speak of.
pub(super) fn read<'b>(line: &Line<'b>, direction: Direction) -> Event<'b> {
    let Some(detail) = line.detail() else { return line.broken("Detail=") };
    let (src, dst) = line.ends();
    Event::Tls(TlsNegotiationError {
        head: line.head(),
        direction,
        service: line.text("Service"),
        src,
        dst,
        detail,
        common_name: line.text("Common-name"),
    })
}
