//! `Module="network.h323"`: RAS, H.225 and H.245 messages, and their dumps in ASN.1 notation (log grammar, a3, a4).

use super::address::Peer;
use super::line::{Head, Line};
use crate::event::Event;

/// An H.323 message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct H323<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// `Received` or `Sent`; the DEBUG line leaves it out.
    pub action: &'b str,
    /// The other end.
    pub peer: Peer<'b>,
    /// The message.
    pub message: H323Message<'b>,
}

/// What is said of an H.323 message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum H323Message<'b> {
    /// A message of RAS, between gatekeepers or with an endpoint.
    Ras {
        /// Short name, such as `LRQ` or `SCI`.
        name: &'b str,
        /// Number that joins a request, its repetitions and its answer.
        sequence: Option<u32>,
        /// Whether it is sent again.
        retransmit: bool,
        /// Whether no answer came.
        timeout: bool,
    },
    /// The whole message in ASN.1 value notation.
    Pdu {
        /// The protocol, such as `H.245`.
        protocol: &'b str,
        /// Which message, such as `openLogicalChannelReject`.
        name: &'b str,
        /// The notation, as it stands.
        text: &'b str,
    },
    /// The name of another message, such as `Sending H.245 OpenLogicalChannelRejResponse`.
    Other(&'b str),
}

impl H323Message<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ras { .. } => "h323.ras",
            Self::Pdu { .. } => "h323.pdu",
            Self::Other(_) => "h323.other",
        }
    }
}

/// Reads a line of `network.h323`; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let message = pdu(line.continuation).unwrap_or_else(|| {
        let said = line.said();
        ras(said).unwrap_or(H323Message::Other(said))
    });
    Event::H323(H323 { head: line.head(), action: line.text("Action"), peer: line.other_end(), message })
}

/// `Sending RAS LRQ  SeqNum=52320 Retransmit=True`
fn ras(said: &str) -> Option<H323Message<'_>> {
    let (_, rest) = said.split_once(" RAS ")?;
    let mut words = rest.split_ascii_whitespace();
    let name = words.next()?;
    let mut message = (None, false, false);
    for word in words {
        match word.split_once('=') {
            Some(("SeqNum", number)) => message.0 = number.parse().ok(),
            Some(("Retransmit", flag)) => message.1 = flag.eq_ignore_ascii_case("true"),
            Some(("Timeout", flag)) => message.2 = flag.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }
    let (sequence, retransmit, timeout) = message;
    Some(H323Message::Ras { name, sequence, retransmit, timeout })
}

/// `Sending H.245 PDU:`, then `value Type ::= choice : name :` and the rest in braces.
fn pdu(continuation: &str) -> Option<H323Message<'_>> {
    let (before, text) = continuation.split_once("PDU:")?;
    let protocol = before.split_ascii_whitespace().next_back().unwrap_or("");
    let notation = text.split_once("::=")?.1;
    let choices = notation.split(['{', '\n']).next().unwrap_or("");
    let mut names = choices.split(':').map(str::trim).filter(|name| !name.is_empty());
    Some(H323Message::Pdu {
        protocol,
        name: names.next_back().unwrap_or(""),
        text: text.trim_start_matches('\n'),
    })
}
