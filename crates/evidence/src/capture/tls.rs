//! TLS handshakes, as far as they can be read without keys.

mod message;
mod names;
mod side;

use super::connection::{Frame, Side};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
pub(super) use side::{RECORD, Record, Told, read};
use std::fmt;

/// What is known of the TLS handshake of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tls {
    /// The client's first hello.
    pub client_hello: Option<ClientHello>,
    /// The server's hello.
    pub server_hello: Option<ServerHello>,
    /// The chain that the server presented, in DER, as it was sent: its own certificate first. Empty if none was read.
    pub chain: Vec<Vec<u8>>,
    /// The server asked the client for a certificate.
    pub certificate_request: Option<CertificateRequest>,
    /// The chain that the client presented. `Some` of an empty chain if it answered that it has none.
    pub client_chain: Option<Vec<Vec<u8>>>,
    /// Alerts of both sides, in the order of their packets.
    pub alerts: Vec<Alert>,
    /// The handshake went on from an earlier session, without certificates.
    pub resumed: bool,
    /// TLS 1.3: certificates and later alerts are encrypted, so nobody can read them here.
    pub encrypted_certificate: bool,
    /// Both sides have changed to encryption, or sent data: the handshake went through, as far as can be seen. In
    /// TLS 1.3 an alert may still be hidden.
    pub established: bool,
}

impl Tls {
    /// The version that the server chose.
    pub fn version(&self) -> Option<Version> {
        self.server_hello.as_ref().map(|hello| hello.version)
    }

    /// Alerts that one side sent.
    pub fn alerts_of(&self, side: Side) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(move |alert| alert.by == side)
    }

    /// Joins what both sides said.
    pub(super) fn join(client: Told, server: Told) -> Self {
        let mut alerts: Vec<_> = client
            .alerts
            .into_iter()
            .map(|alert| alert.by(Side::Client))
            .chain(server.alerts.into_iter().map(|alert| alert.by(Side::Server)))
            .collect();
        alerts.sort_by_key(|alert| alert.frame);
        let unreadable = server.server_hello.as_ref().is_some_and(|hello| hello.version.hides_certificates());
        let chain = server.chain.unwrap_or_default();
        Self {
            resumed: server.server_hello.is_some() && chain.is_empty() && server.changed_first && !unreadable,
            established: (client.changed || client.data) && (server.changed || server.data),
            client_hello: client.client_hello,
            server_hello: server.server_hello,
            chain,
            certificate_request: server.request,
            client_chain: client.chain,
            alerts,
            encrypted_certificate: unreadable,
        }
    }
}

/// The first message of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientHello {
    /// The server's name that it asks for (SNI).
    pub server_name: Option<String>,
    /// The version in the message itself; 1.2 at most, also where newer ones are offered.
    pub version: Version,
    /// The versions it offers in the extension for them, without those that only test servers (GREASE).
    pub versions: Vec<Version>,
    /// The cipher suites it offers.
    pub ciphers: Vec<Cipher>,
    /// The protocols it offers (ALPN).
    pub protocols: Vec<String>,
}

/// The answer of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServerHello {
    /// The version it chose.
    pub version: Version,
    /// The cipher suite it chose.
    pub cipher: Cipher,
    /// The protocol it chose, where it says so in the clear.
    pub protocol: Option<String>,
}

/// What a server asks of the client's certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateRequest {
    /// The names of authorities it accepts, in DER. Empty if it accepts any.
    pub authorities: Vec<Vec<u8>>,
}

/// An alert of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Alert {
    /// Who sent it.
    pub by: Side,
    /// What it says; `None` if it is encrypted.
    pub said: Option<Said>,
    /// When it was complete.
    pub at: DateTime<Utc>,
    /// The packet that completed it.
    pub frame: Frame,
}

/// What an alert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Said {
    /// 1 is a warning, 2 is fatal.
    pub level: u8,
    /// Its number.
    pub number: u8,
}

impl Said {
    /// Whether the connection ends with it.
    pub fn is_fatal(self) -> bool {
        self.level == 2
    }

    /// Its name in the standard, such as `unknown_ca`.
    pub fn name(self) -> Option<&'static str> {
        names::alert(self.number)
    }
}

/// A version of the protocol, by its number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// TLS 1.2.
    pub const TLS12: Self = Self(0x0303);
    /// TLS 1.3.
    pub const TLS13: Self = Self(0x0304);

    /// Whether certificates are encrypted in it: 1.3 and its drafts.
    pub fn hides_certificates(self) -> bool {
        self >= Self::TLS13 && self.0 >> 8 != 0xfe
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0x0300 => f.write_str("SSL 3.0"),
            0x0301 => f.write_str("TLS 1.0"),
            0x0302 => f.write_str("TLS 1.1"),
            0x0303 => f.write_str("TLS 1.2"),
            0x0304 => f.write_str("TLS 1.3"),
            other => write!(f, "0x{other:04x}"),
        }
    }
}

impl Serialize for Version {
    /// Writes it as it is shown: `TLS 1.2`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A cipher suite, by its number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cipher(pub u16);

impl Cipher {
    /// Its name at IANA, such as `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    pub fn name(self) -> Option<&'static str> {
        names::cipher(self.0)
    }
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:04x}", self.0),
        }
    }
}

impl Serialize for Cipher {
    /// Writes its name, or its number where it has none.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
