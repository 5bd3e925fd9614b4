//! Certificates: what one says, read from PEM, DER or PKCS#7 (RFC 5280).
//!
//! [`Certificates::read`] reads whole files; [`Certificate`] is one certificate with everything anybody here asks of
//! it. Whether a chain is trusted is the question of [`verdict`](crate::verdict).

mod alternative;
mod bundle;
mod curves;
mod extensions;
mod key;
mod name;
mod pem;
mod pkcs7;
mod signature;
mod usage;

pub use alternative::AlternativeNames;
pub use bundle::{Certificates, Located, Malformed, Place};
pub use key::{KeyKind, PublicKey};
pub use name::Name;
pub use signature::{Checked, Digest, SignatureAlgorithm};
pub use usage::{BasicConstraints, KeyUsage, Purpose};

pub(crate) use alternative::General;
pub(crate) use extensions::{Authority, Constraints, Extensions};
pub(crate) use name::Part;

use chrono::{DateTime, Utc};
use ring::digest;
use serde::Serialize;
use std::fmt::Write as _;
use x509_parser::prelude::{FromDer, X509Certificate};

/// One certificate.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Certificate {
    /// Whose it is.
    pub subject: Name,
    /// Who signed it.
    pub issuer: Name,
    /// Its serial number in hexadecimal, without leading zeros.
    pub serial: String,
    /// Its version: 1, 2 or 3.
    pub version: u32,
    /// The alternative names of its subject.
    pub names: AlternativeNames,
    /// Its public key.
    pub key: PublicKey,
    /// What it is signed with.
    pub signature: SignatureAlgorithm,
    /// From when on it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid, that second included.
    pub not_after: DateTime<Utc>,
    /// Key usage, where it has the extension.
    pub key_usage: Option<KeyUsage>,
    /// Extended key usage, where it has the extension.
    pub purposes: Option<Vec<Purpose>>,
    /// Basic constraints, where it has the extension.
    pub basic_constraints: Option<BasicConstraints>,
    /// The identifier of its key, in hexadecimal.
    pub subject_key_id: Option<String>,
    /// The identifier of its issuer's key, in hexadecimal.
    pub authority_key_id: Option<String>,
    /// SHA-1 over the whole certificate, in hexadecimal. The box's web pages show this one.
    pub sha1: String,
    /// SHA-256 over the whole certificate, in hexadecimal.
    pub sha256: String,
    /// Whether subject and issuer are the same name.
    pub self_issued: bool,
    /// Whether it is signed with its own key, by cryptography.
    pub self_signed: Checked,
    /// Whether it carries what only certificates of public CAs carry: a policy of the CA/Browser Forum (Baseline
    /// Requirements, section 7.1.6.1) or proofs of publication (RFC 6962).
    pub public: bool,
    #[serde(skip)]
    pub(crate) extensions: Extensions,
    #[serde(skip)]
    inner: Inner,
}

/// The bytes of a certificate, and where the signed part and the signature stand in them.
#[derive(Debug, Clone)]
struct Inner {
    der: Vec<u8>,
    signed: Vec<u8>,
    signature: Vec<u8>,
    /// Whether both places that name the algorithm agree. If not, OpenSSL does not verify (`X509_verify`).
    consistent: bool,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no certificate that can be read: {why}")]
pub struct NotACertificate {
    why: String,
}

impl Certificate {
    /// The longest certificate that is read, in bytes. Real ones with hundreds of names stay below 64 KiB.
    pub const MAX_DER: usize = 256 * 1024;

    /// Reads one certificate in DER, with nothing behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, NotACertificate> {
        let refuse = |why: &str| Err(NotACertificate { why: why.to_owned() });
        if der.len() > Self::MAX_DER {
            return refuse("it is longer than 256 KiB");
        }
        match X509Certificate::from_der(der) {
            Ok(([], parsed)) => Self::of(&parsed, der),
            Ok(_) => refuse("something follows it"),
            Err(error) => Err(NotACertificate { why: reason(&error) }),
        }
    }

    fn of(parsed: &X509Certificate<'_>, der: &[u8]) -> Result<Self, NotACertificate> {
        let body = &parsed.tbs_certificate;
        let time = |seconds| {
            DateTime::from_timestamp(seconds, 0)
                .ok_or(NotACertificate { why: "a time out of range".to_owned() })
        };
        let (subject, issuer) = (Name::of(&body.subject), Name::of(&body.issuer));
        let extensions = Extensions::of(body);
        let mut certificate = Self {
            serial: serial(body.raw_serial()),
            version: body.version.0.saturating_add(1),
            names: extensions.names.clone(),
            key: PublicKey::of(&body.subject_pki),
            signature: SignatureAlgorithm::of(&parsed.signature_algorithm),
            not_before: time(body.validity.not_before.timestamp())?,
            not_after: time(body.validity.not_after.timestamp())?,
            key_usage: extensions.key_usage,
            purposes: extensions.purposes.clone(),
            basic_constraints: extensions.basic,
            subject_key_id: extensions.subject_key.clone(),
            authority_key_id: extensions.authority.as_ref().and_then(|authority| authority.key.clone()),
            sha1: hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref()),
            sha256: hex(digest::digest(&digest::SHA256, der).as_ref()),
            self_issued: subject.same_as(&issuer),
            self_signed: Checked::No,
            public: extensions.public,
            inner: Inner {
                der: der.to_vec(),
                signed: body.as_ref().to_vec(),
                signature: parsed.signature_value.data.to_vec(),
                consistent: parsed.signature_algorithm == body.signature,
            },
            subject,
            issuer,
            extensions,
        };
        // One that another name issued cannot be its own issuer.
        if certificate.self_issued {
            certificate.self_signed = certificate.signed_by(&certificate.key);
        }
        Ok(certificate)
    }

    /// Verifies whether the certificate was signed with this key.
    pub fn signed_by(&self, key: &PublicKey) -> Checked {
        if !self.inner.consistent {
            return Checked::No;
        }
        signature::verify(&self.signature, key, &self.inner.signed, &self.inner.signature)
    }

    /// The certificate as it was written.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// The certificate as PEM, ready to be uploaded (RFC 7468).
    pub fn pem(&self) -> String {
        pem::write(&self.inner.der)
    }

    /// What a person calls it: its common name, or its whole subject, or its first DNS name.
    pub fn title(&self) -> &str {
        match (self.subject.short(), self.names.dns.first()) {
            ("", Some(name)) => name,
            ("", None) => "(no name)",
            (name, _) => name,
        }
    }

    /// Tells whether basic constraints say that it is a CA.
    pub fn is_ca(&self) -> bool {
        self.basic_constraints.is_some_and(|basic| basic.ca)
    }

    /// Tells whether it may be used for this purpose as far as extended key usage says: without the extension, for
    /// everything.
    pub fn allows(&self, purpose: &Purpose) -> bool {
        self.purposes.as_ref().is_none_or(|purposes| purposes.contains(purpose))
    }

    /// How many whole days are left at a time; negative after the end.
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.not_after - now).num_seconds().div_euclid(86_400)
    }

    /// Tells whether both are the same certificate, byte for byte.
    pub fn same_as(&self, other: &Self) -> bool {
        self.inner.der == other.inner.der
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A serial number in hexadecimal, without the zero that only keeps it from being negative.
fn serial(bytes: &[u8]) -> String {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len().saturating_sub(1));
    hex(bytes.get(first..).unwrap_or_default())
}

/// What a parser's error says, in few words.
fn reason(error: &x509_parser::nom::Err<x509_parser::error::X509Error>) -> String {
    match error {
        x509_parser::nom::Err::Incomplete(_) => "it is cut off".to_owned(),
        x509_parser::nom::Err::Error(why) | x509_parser::nom::Err::Failure(why) => why.to_string(),
    }
}
