//! `Module="network.tcp"`: TCP connections coming and going (log grammar, a4).

use super::address::Peer;
use super::line::{Head, broken, detail_below};
use crate::event::Event;
use crate::keyval::{Pairs, Values};

/// One turn in the life of a TCP connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpConnection<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// Who opened it. The address may be missing.
    pub src: Peer<'b>,
    /// Whom it was opened to.
    pub dst: Peer<'b>,
    /// What happened.
    pub state: TcpState<'b>,
    /// Why it closed or failed; the words of the TLS error if that ended it.
    pub reason: &'b str,
}

/// What happened to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TcpState<'b> {
    /// The first packet came or went.
    Connecting,
    /// Both sides agreed.
    Established,
    /// It ended.
    Closed,
    /// It never came to be.
    Failed,
    /// Another `Detail`.
    Other(&'b str),
}

impl TcpState<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connecting => "tcp.connecting",
            Self::Established => "tcp.established",
            Self::Closed => "tcp.closed",
            Self::Failed => "tcp.failed",
            Self::Other(_) => "tcp.other",
        }
    }
}

/// The pairs of a line.
#[derive(Debug, PartialEq)]
pub(super) struct TcpPairs<'b> {
    head: Head<'b>,
    src: Peer<'b>,
    dst: Peer<'b>,
    detail: Option<&'b str>,
    reason: &'b str,
}

impl<'b> Values<'b> for TcpPairs<'b> {
    #[inline]
    fn read(pairs: &mut impl Pairs<'b>) -> Self {
        Self {
            head: Head::next(pairs, r#"Module="network.tcp""#),
            src: Peer::of(pairs.next("Src-ip"), pairs.next("Src-port")),
            dst: Peer::of(pairs.next("Dst-ip"), pairs.next("Dst-port")),
            detail: pairs.next("Detail"),
            reason: pairs.next("Reason").unwrap_or(""),
        }
    }
}

/// Reads a line of `network.tcp`. Without `Detail` it says nothing.
pub(super) fn read<'b>(body: &'b str, continuation: &'b str) -> Event<'b> {
    let TcpPairs { head, src, dst, detail, reason } = TcpPairs::of(body);
    let Some(detail) = detail.or_else(|| detail_below(continuation)) else {
        return broken(body, "Detail=");
    };
    let state = match detail {
        "TCP Connecting" => TcpState::Connecting,
        "TCP Connection Established" => TcpState::Established,
        "TCP Connection Closed" => TcpState::Closed,
        "TCP Connection Failed" => TcpState::Failed,
        other => TcpState::Other(other),
    };
    Event::Tcp(TcpConnection { head, src, dst, state, reason })
}
