//! The question of a handshake, asked offline: a chain, a trust store, a name and a time.

use crate::foreseen::{About, Foreseen, foreseen};
use chrono::{DateTime, Utc};
use serde::Serialize;
use waytrace_evidence::certificate::{Certificate, Certificates};
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Verdict};
use waytrace_signatures::Catalogue;

/// A file of certificates, and what people call it.
#[derive(Debug, Clone, Copy)]
pub struct NamedFile<'a> {
    /// Its path.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Offline<'a> {
    /// What the server presents, its own certificate first.
    pub chain: NamedFile<'a>,
    /// What the box trusts.
    pub stores: &'a [NamedFile<'a>],
    /// The name or address that is asked for; without one no name is checked.
    pub name: Option<&'a str>,
    /// The port, for the words of findings.
    pub port: Option<u16>,
    /// The time of the handshake.
    pub at: DateTime<Utc>,
}

/// What OpenSSL and Traffic Server answer.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Verified {
    /// The name that was asked for.
    pub name: Option<String>,
    /// The time.
    pub at: DateTime<Utc>,
    /// What was presented.
    pub chain: Vec<Certificate>,
    /// Certificates in the trust store.
    pub trusted: usize,
    /// What could not be read.
    pub malformed: Vec<Unreadable>,
    /// Something before the first certificate of the chain could not be read: it may have been the server's own.
    pub leaf_is_doubtful: bool,
    /// Private keys that lay in the files. They were not read.
    pub private_keys: usize,
    /// The verdict of OpenSSL 1.1.1, then that of 3.x.
    pub verdicts: Vec<Verdict>,
    /// The findings that a box with enforcement would have, in the order in which they show up.
    pub findings: Vec<Foreseen>,
}

/// Something in a file that looks like a certificate and cannot be read.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Unreadable {
    /// The file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The byte where it begins, from 0.
    pub offset: usize,
    /// Why not.
    pub reason: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file}: no certificate that can be read is in it{why}; give PEM, DER or PKCS#7, the server's own certificate first"
)]
pub struct NothingToVerify {
    file: String,
    why: String,
}

impl Offline<'_> {
    /// Asks. `language` is that of the fixes.
    ///
    /// # Errors
    /// If there is no certificate in the chain, or in none of the stores.
    pub fn ask(&self, catalogue: &Catalogue, language: &str) -> Result<Verified, NothingToVerify> {
        let presented = Certificates::read(self.chain.bytes);
        let first = presented.found.first().map(|located| located.place.offset);
        let leaf_is_doubtful = presented.malformed.first().is_some_and(|one| Some(one.place.offset) < first);
        let mut malformed = Vec::new();
        let mut private_keys = 0;
        let mut take = |file: &NamedFile<'_>, certificates: Certificates| {
            private_keys += certificates.private_keys;
            malformed.extend(certificates.malformed.iter().map(|one| Unreadable {
                file: file.name.to_owned(),
                line: one.place.line,
                offset: one.place.offset,
                reason: one.reason.clone(),
            }));
            certificates.into_certificates()
        };
        let chain = take(&self.chain, presented);
        let stores = self.stores.iter().flat_map(|file| take(file, Certificates::read(file.bytes)));
        let trusted: Vec<Certificate> = stores.collect();
        let nothing = |file: &str| {
            let first = malformed.iter().find(|one| one.file == file);
            let why = first.map_or_else(String::new, |one| format!(" (line {}: {})", one.line, one.reason));
            Err(NothingToVerify { file: file.to_owned(), why })
        };
        if chain.is_empty() {
            return nothing(self.chain.name);
        }
        if trusted.is_empty() {
            return nothing(self.stores.first().map_or("trust store", |store| store.name));
        }
        let (trusted, store) = (trusted.len(), TrustStore::new(trusted));
        let question = Question::new(&chain, &store, self.at);
        let question = self.name.map_or(question, |name| question.name(name));
        let verdicts: Vec<Verdict> =
            [Dialect::OpenSsl111, Dialect::OpenSsl3].map(|dialect| question.dialect(dialect).ask()).into();
        // Without a name, the certificate says what it is called.
        let host = self.name.unwrap_or_else(|| chain[0].title());
        let about = About { host, port: self.port, node: "this Expressway" };
        let mut findings: Vec<Foreseen> = Vec::new();
        for verdict in &verdicts {
            for one in foreseen(verdict, about, catalogue, language) {
                if !findings.iter().any(|known| known.id == one.id) {
                    findings.push(one);
                }
            }
        }
        let (name, at) = (self.name.map(str::to_owned), self.at);
        Ok(Verified {
            name,
            at,
            chain,
            trusted,
            malformed,
            leaf_is_doubtful,
            private_keys,
            verdicts,
            findings,
        })
    }
}

impl Verified {
    /// Whether one of the two refuses it.
    pub fn is_refused(&self) -> bool {
        let refused =
            |verdict: &Verdict| matches!(verdict.outcome, Outcome::Refused(_) | Outcome::NameMismatch);
        self.verdicts.iter().any(refused)
    }

    /// Whether something could not be read or checked, so that the answer may be another.
    pub fn is_incomplete(&self) -> bool {
        let unknown = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Unknown(_));
        !self.malformed.is_empty() || self.verdicts.iter().any(unknown)
    }
}
