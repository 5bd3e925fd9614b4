//! `Module="developer.ssl"`: the handshakes of `tvcs` in detail (log grammar, a4 and c0).

use super::address::Socket;
use super::line::{Head, Line};
use crate::event::Event;
use crate::openssl::SslError;

/// A line about one handshake. The lines of one connection share the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SslLine<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What it says.
    pub step: SslStep<'b>,
}

/// What a line of `developer.ssl` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SslStep<'b> {
    /// OpenSSL wants more bytes.
    InProgress,
    /// The handshake is done.
    Succeeded,
    /// The handshake failed; why is in [`SslStep::ConnectionFailed`] and in the TLS event.
    Failed {
        /// OpenSSL's state, such as `want error ssl`.
        reason: &'b str,
    },
    /// A name that the peer's certificate carries.
    PeerName {
        /// Whether it is the common name; otherwise it is an alternative name.
        is_common: bool,
        /// The name.
        name: &'b str,
    },
    /// The connection could not be made, with OpenSSL's error. Boxes of 2015 write the sentence only.
    ConnectionFailed(Failure<'b>),
    /// Anything else, as written.
    Other(&'b str),
}

/// How a TLS connection failed, from the sentence of `TTSSL_continueHandshake`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure<'b> {
    /// What OpenSSL's call returned: 0 where the peer ended it, -1 where this box did.
    pub result: Option<i32>,
    /// OpenSSL's class of error: 1 is TLS, 5 is the connection itself.
    pub error: Option<i32>,
    /// Whether this box is the TLS server.
    pub is_server: Option<bool>,
    /// This box's end.
    pub local: Option<Socket<'b>>,
    /// The other end.
    pub remote: Option<Socket<'b>>,
    /// OpenSSL's error as written. Some boxes leave it out.
    pub reason: &'b str,
}

impl<'b> Failure<'b> {
    /// OpenSSL's error, read.
    pub fn ssl_error(&self) -> Option<SslError<'b>> {
        SslError::read(self.reason)
    }
}

impl SslStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InProgress => "ssl.in_progress",
            Self::Succeeded => "ssl.succeeded",
            Self::Failed { .. } => "ssl.failed",
            Self::PeerName { .. } => "ssl.peer_name",
            Self::ConnectionFailed(_) => "ssl.connection_failed",
            Self::Other(_) => "ssl.other",
        }
    }
}

/// Reads a line of `developer.ssl`; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let step = match said {
        "Handshake in progress" => SslStep::InProgress,
        "Handshake succeeded" => SslStep::Succeeded,
        _ if said.eq_ignore_ascii_case("Handshake failed") => SslStep::Failed { reason: line.text("Reason") },
        "Found common name in peer certificate" => {
            SslStep::PeerName { is_common: true, name: line.text("CommonName") }
        }
        "Found DNS alt-name in peer certificate" => {
            SslStep::PeerName { is_common: false, name: line.text("AltName") }
        }
        _ if said.contains("Failed to establish SSL connection") => SslStep::ConnectionFailed(failure(line)),
        other => SslStep::Other(other),
    };
    Event::Ssl(SslLine { head: line.head(), step })
}

fn failure<'b>(line: &Line<'b>) -> Failure<'b> {
    let fields = &line.fields;
    Failure {
        result: fields.number("iResult"),
        error: fields.number("error"),
        is_server: fields.number("bServer"),
        local: fields.get("localAddress").and_then(Socket::read),
        remote: fields.get("remoteAddress").and_then(Socket::read),
        reason: fields.text("ssl_error_reason"),
    }
}
