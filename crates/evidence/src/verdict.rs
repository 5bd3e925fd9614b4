//! What OpenSSL says to a chain, before anybody asks it.
//!
//! A [`Question`] holds what a server presented, what the box trusts, the name that was asked for and a time; its
//! [`Verdict`] is what `X509_verify_cert` gives, with Traffic Server's own check of the name. The steps follow
//! crypto/x509/x509_vfy.c of 1.1.1w and 3.3.1 in their order, because only the first error is printed where the
//! connection is refused: the chain is built, then come extensions and purposes, security levels, signatures and times
//! from the root to the leaf, the name, and at last name constraints.
//!
//! Left out: revocation, policies, DANE, proxy certificates, RFC 3779 and trust settings of single certificates. The
//! box uses none of them.

mod build;
mod checks;
mod constraints;
mod error;
mod facts;
mod host;
mod level;
mod signatures;

pub use error::{Failure, VerifyError};
pub use host::matches as host_matches;

use crate::certificate::{Certificate, Name};
use crate::trust::TrustStore;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;

/// Whose behaviour and texts are predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenSSL 1.1.1 (1.1.1w was read), as Traffic Server 8 of X14 uses it.
    #[serde(rename = "1.1.1")]
    OpenSsl111,
    /// OpenSSL 3.x; texts of 3.0.8 to 3.5.
    #[serde(rename = "3.x")]
    OpenSsl3,
}

/// The part that the certificate's owner plays in the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Side {
    /// The server: purpose `sslserver`.
    Server,
    /// The client of mutual TLS: purpose `sslclient`.
    Client,
}

/// What is to be predicted.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Question<'a> {
    /// What was presented, in the order in which it was sent: the first is the leaf.
    pub presented: &'a [Certificate],
    /// What the box trusts.
    pub store: &'a TrustStore,
    /// The time of the connection, by the clock of the box.
    pub at: DateTime<Utc>,
    /// The name or address that was asked for. Without one, no name is checked.
    pub name: Option<&'a str>,
    /// Whose behaviour is predicted.
    pub dialect: Dialect,
    /// Whose certificate it is.
    pub side: Side,
    /// OpenSSL's security level, from 0 to 5.
    pub level: u8,
    /// How many intermediates a chain may have.
    pub depth: usize,
}

impl<'a> Question<'a> {
    /// The security level that OpenSSL is built with, if nobody changes it (ssl/ssl_lib.c; 1 up to 3.1).
    pub const LEVEL: u8 = 1;
    /// The depth that Traffic Server sets (8.1.11 iocore/net/SSLConfig.cc:341).
    pub const DEPTH: usize = 7;
    /// How many presented certificates are looked at. TLS stacks send fewer than ten.
    pub const MAX_PRESENTED: usize = 128;

    /// Asks about a server that presented this chain, with the settings of Traffic Server.
    pub fn new(presented: &'a [Certificate], store: &'a TrustStore, at: DateTime<Utc>) -> Self {
        Self {
            presented,
            store,
            at,
            name: None,
            dialect: Dialect::OpenSsl111,
            side: Side::Server,
            level: Self::LEVEL,
            depth: Self::DEPTH,
        }
    }

    /// Asks for this name too.
    #[must_use]
    pub fn name(self, name: &'a str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// Asks for the behaviour of this OpenSSL.
    #[must_use]
    pub fn dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Predicts the result.
    pub fn ask(&self) -> Verdict {
        let Some(leaf) = self.presented.first() else {
            return Verdict::nothing(self.dialect);
        };
        let mut log = Log::default();
        level::leaf(self, leaf, &mut log);
        let chain = build::chain(self, leaf, &mut log);
        checks::extensions(self, &chain, &mut log);
        level::chain(self, &chain, &mut log);
        signatures::check(self, &chain, &mut log);
        constraints::check(self, &chain, &mut log);
        Verdict::of(self.dialect, &chain, log)
    }
}

/// A chain as it was built: the leaf first.
#[derive(Debug)]
struct Chain<'a> {
    certificates: Vec<&'a Certificate>,
    /// How many of them, from the leaf on, are as they were presented. The others are of the store.
    presented: usize,
    /// Whether it ends in something that is trusted.
    trusted: bool,
}

/// What the steps find, in their order.
#[derive(Debug, Default)]
struct Log {
    steps: Vec<Step>,
}

impl Log {
    fn fail(&mut self, question: &Question<'_>, error: VerifyError, depth: usize) {
        self.steps.push(Step::Failure(Failure::new(question.dialect, error, depth)));
    }

    fn unknown(&mut self, depth: usize, why: impl Into<String>) {
        self.steps.push(Step::Unknown(Unknown { depth, why: why.into() }));
    }
}

/// What could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unknown {
    /// Of which certificate of the chain: 0 is the leaf.
    pub depth: usize,
    /// Why not.
    pub why: String,
}

/// One thing that OpenSSL or Traffic Server finds wrong, or that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// An error of OpenSSL.
    Failure(Failure),
    /// The leaf lacks the name; Traffic Server prints `SNI (…) not in certificate`.
    NameMismatch,
    /// It depends on something that could not be checked here.
    Unknown(Unknown),
}

/// The result where the connection ends with the first error (`Action=Terminate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The certificate is accepted.
    Accepted,
    /// OpenSSL refuses it, with this error.
    Refused(Failure),
    /// OpenSSL accepts the chain, and Traffic Server refuses the name.
    NameMismatch,
    /// It cannot be said.
    Unknown(Unknown),
}

/// One certificate of the chain that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Link {
    /// Its subject.
    pub subject: Name,
    /// Its fingerprint.
    pub sha256: String,
    /// Whether it was taken from the trust store.
    pub from_store: bool,
}

/// What OpenSSL and Traffic Server say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whose verdict it is.
    pub dialect: Dialect,
    /// The result where the first error ends the connection.
    pub outcome: Outcome,
    /// Everything found, in the order in which a connection that goes on (`Action=Continue`) reports it.
    pub steps: Vec<Step>,
    /// The chain that was built, from the leaf on.
    pub chain: Vec<Link>,
    /// The name of the issuer that neither the server sent nor the store has.
    pub missing: Option<Name>,
}

impl Verdict {
    /// The answer where nothing was presented.
    fn nothing(dialect: Dialect) -> Self {
        let unknown = Unknown { depth: 0, why: "no certificate was presented".to_owned() };
        let steps = vec![Step::Unknown(unknown.clone())];
        Self { dialect, outcome: Outcome::Unknown(unknown), steps, chain: Vec::new(), missing: None }
    }

    fn of(dialect: Dialect, chain: &Chain<'_>, log: Log) -> Self {
        let links = chain.certificates.iter().enumerate().map(|(depth, certificate)| Link {
            subject: certificate.subject.clone(),
            sha256: certificate.sha256.clone(),
            from_store: depth >= chain.presented,
        });
        let without_issuer = log.steps.iter().any(|step| match step {
            Step::Failure(failure) => failure.error.says_issuer_missing(),
            _ => false,
        });
        let last = chain.certificates.last().filter(|_| without_issuer);
        let missing = last.map(|certificate| certificate.issuer.clone());
        let outcome = match log.steps.first() {
            None => Outcome::Accepted,
            Some(Step::Failure(failure)) => Outcome::Refused(failure.clone()),
            Some(Step::NameMismatch) => Outcome::NameMismatch,
            Some(Step::Unknown(unknown)) => Outcome::Unknown(unknown.clone()),
        };
        Self { dialect, outcome, steps: log.steps, chain: links.collect(), missing }
    }

    /// Tells whether the certificate is accepted.
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }

    /// The error that OpenSSL gives first, if it gives one.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Refused(failure) => Some(failure),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Accepted => f.write_str("accepted"),
            Outcome::Refused(failure) => write!(f, "refused: {failure}"),
            Outcome::NameMismatch => f.write_str("refused: the name is not in the certificate"),
            Outcome::Unknown(unknown) => {
                write!(f, "could not be checked at depth {}: {}", unknown.depth, unknown.why)
            }
        }
    }
}
