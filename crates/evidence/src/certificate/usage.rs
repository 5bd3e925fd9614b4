//! What a certificate may be used for: key usage, extended key usage and basic constraints.

use serde::Serialize;
use std::fmt;

/// Key usage (RFC 5280 section 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage {
    flags: u16,
}

impl KeyUsage {
    /// Bits as the extension counts them, from 0.
    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];
    pub(crate) const DIGITAL_SIGNATURE: u16 = 1;
    pub(crate) const KEY_ENCIPHERMENT: u16 = 1 << 2;
    pub(crate) const KEY_AGREEMENT: u16 = 1 << 4;
    pub(crate) const CERT_SIGN: u16 = 1 << 5;

    pub(crate) fn new(flags: u16) -> Self {
        Self { flags }
    }

    /// Names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.flags >> bit & 1 == 1)
            .map(|(_, name)| name)
    }

    /// Tells whether the key may sign certificates.
    pub fn signs_certificates(self) -> bool {
        self.any_of(Self::CERT_SIGN)
    }

    /// Tells whether one of these bits is set.
    pub(crate) fn any_of(self, bits: u16) -> bool {
        self.flags & bits != 0
    }
}

/// Key usage is written as the list of its names.
impl Serialize for KeyUsage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

/// One purpose of the extended key usage (RFC 5280 section 4.2.1.12).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Purpose {
    /// Server of a TLS connection.
    ServerAuth,
    /// Client of a TLS connection.
    ClientAuth,
    /// Signing of programs.
    CodeSigning,
    /// E-mail.
    EmailProtection,
    /// Time stamps.
    TimeStamping,
    /// OCSP answers.
    OcspSigning,
    /// Any purpose. OpenSSL does not take it for serverAuth (`check_purpose_ssl_server`, crypto/x509/v3_purp.c).
    Any,
    /// Server gated cryptography, of Netscape or Microsoft; OpenSSL takes it for serverAuth.
    ServerGated,
    /// Another one, by its object identifier.
    Other(String),
}

impl Purpose {
    /// The purpose of an object identifier.
    pub(crate) fn of(id: String) -> Self {
        match id.as_str() {
            "1.3.6.1.5.5.7.3.1" => Self::ServerAuth,
            "1.3.6.1.5.5.7.3.2" => Self::ClientAuth,
            "1.3.6.1.5.5.7.3.3" => Self::CodeSigning,
            "1.3.6.1.5.5.7.3.4" => Self::EmailProtection,
            "1.3.6.1.5.5.7.3.8" => Self::TimeStamping,
            "1.3.6.1.5.5.7.3.9" => Self::OcspSigning,
            "2.5.29.37.0" => Self::Any,
            "1.3.6.1.4.1.311.10.3.3" | "2.16.840.1.113730.4.1" => Self::ServerGated,
            _ => Self::Other(id),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServerAuth => "serverAuth",
            Self::ClientAuth => "clientAuth",
            Self::CodeSigning => "codeSigning",
            Self::EmailProtection => "emailProtection",
            Self::TimeStamping => "timeStamping",
            Self::OcspSigning => "OCSPSigning",
            Self::Any => "anyExtendedKeyUsage",
            Self::ServerGated => "serverGatedCrypto",
            Self::Other(id) => id,
        })
    }
}

/// Basic constraints (RFC 5280 section 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// Whether it is the certificate of a CA.
    pub ca: bool,
    /// How many intermediates may follow below it.
    pub path_length: Option<u32>,
}
