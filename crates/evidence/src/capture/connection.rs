//! What is known of one TCP connection when it is told.

use super::tls::Tls;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::net::SocketAddr;

/// One TCP connection that was seen in a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Connection {
    /// Who opened it.
    pub client: SocketAddr,
    /// Who was called.
    pub server: SocketAddr,
    /// How it is known which of the two is the client.
    pub roles: Roles,
    /// Time of its first packet.
    pub first: DateTime<Utc>,
    /// Time of its last packet.
    pub last: DateTime<Utc>,
    /// How it was opened.
    pub opening: Opening,
    /// Its TLS handshake, if there was any sign of TLS.
    pub tls: Option<Tls>,
    /// What was said where it is not TLS.
    pub plain: Option<Plain>,
    /// FIN and RST, at most one of each from each side, in the order of their time.
    pub endings: Vec<Ending>,
    /// What the client sent.
    pub sent_by_client: Sent,
    /// What the server sent.
    pub sent_by_server: Sent,
    /// Files in which it was seen, and with which packets; at most [`Connection::MAX_SEEN`].
    pub seen: Vec<Seen>,
    /// It was told before its end, because a ceiling was reached.
    pub given_up: bool,
}

impl Connection {
    /// Most files that are noted of a connection.
    pub const MAX_SEEN: usize = 64;

    /// Gives files other numbers.
    pub(super) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        self.seen.iter_mut().for_each(|seen| seen.file = file(seen.file));
        self.endings.iter_mut().for_each(|ending| ending.frame.file = file(ending.frame.file));
        let alerts = self.tls.iter_mut().flat_map(|tls| &mut tls.alerts);
        alerts.for_each(|alert| alert.frame.file = file(alert.frame.file));
    }

    /// What one side sent.
    pub fn sent_by(&self, side: Side) -> &Sent {
        match side {
            Side::Client => &self.sent_by_client,
            Side::Server => &self.sent_by_server,
        }
    }

    /// Whether bytes of the server are missing that may have held its certificate: it showed none, the handshake did
    /// not go without one, and what it sent is not there as a whole.
    pub fn lacks_certificate(&self) -> bool {
        let sent = &self.sent_by_server;
        let unsure = sent.lost || sent.beginning_unseen || sent.cut_off || self.given_up;
        let tls = self.tls.as_ref();
        tls.is_some_and(|tls| tls.chain.is_empty() && !tls.resumed && !tls.encrypted_certificate) && unsure
    }
}

/// One of the two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Who opened the connection.
    Client,
    /// Who was called.
    Server,
}

/// How it is known which end is the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Roles {
    /// The packets that open the connection are there.
    Opening,
    /// A message of the handshake says so.
    Handshake,
    /// Inferred: the lower port is called the server's.
    Ports,
}

/// How a connection was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// The client asked (SYN), and the server said yes (SYN and ACK), or went on as if it had.
    Complete,
    /// The client asked and nobody answered.
    Unanswered,
    /// The client asked and the server refused with RST.
    Refused,
    /// The capture does not have the beginning.
    Unseen,
}

/// The beginning of something that is not TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plain {
    /// Who sent it; the server's, if both sent something else than TLS.
    pub by: Side,
    /// Its first bytes, up to a line end, at most [`Plain::MAX`]; not escaped.
    pub start: Vec<u8>,
    /// The status, if it is an answer of HTTP.
    pub http_status: Option<u16>,
}

impl Plain {
    /// Most bytes that are kept of the beginning.
    pub const MAX: usize = 128;
}

/// How one side ended the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ending {
    /// Who ended it.
    pub by: Side,
    /// With what.
    pub how: How,
    /// When.
    pub at: DateTime<Utc>,
    /// With which packet.
    pub frame: Frame,
}

/// The two ways to end a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// In order.
    Fin,
    /// At once.
    Rst,
}

/// What one side sent, as far as the capture has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fault of its own; any of them may hold with any other"
)]
pub struct Sent {
    /// Packets.
    pub packets: u64,
    /// Bytes of payload in the packets, with what was sent more than once.
    pub bytes: u64,
    /// Bytes are missing among those that were looked at: later ones are there, or the other side acknowledged them.
    pub lost: bool,
    /// The first byte is not known; the capture begins later.
    pub beginning_unseen: bool,
    /// What was looked at ends inside a record or a message of TLS, or where it came in too many pieces.
    pub cut_off: bool,
    /// Packets were captured only in part (snap length).
    pub truncated: bool,
    /// A place was sent twice with different bytes. The first ones count.
    pub contradicted: bool,
}

/// In which packets of a file a connection was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// Number of the file, from 0, in the order in which they were read.
    pub file: u32,
    /// Number of the first packet, from 1, as other programs count them.
    pub first: u64,
    /// Number of the last packet.
    pub last: u64,
}

/// A packet by its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Frame {
    /// Number of the file, from 0.
    pub file: u32,
    /// Number of the packet in it, from 1.
    pub number: u64,
}

/// When something arrived, and with which packet. The packet counts first where two are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) frame: Frame,
    pub(super) micros: i64,
}

impl Moment {
    /// The time, or the nearest that the calendar has.
    pub(super) fn time(self) -> DateTime<Utc> {
        let least = DateTime::<Utc>::MIN_UTC.timestamp_micros();
        let most = DateTime::<Utc>::MAX_UTC.timestamp_micros();
        DateTime::from_timestamp_micros(self.micros.clamp(least, most)).unwrap_or_default()
    }
}
