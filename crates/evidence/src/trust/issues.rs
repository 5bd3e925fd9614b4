//! What is wrong with a trust store.

use super::store::{Mention, TrustStore};
use crate::certificate::{Certificate, Checked, Digest, KeyKind, Name, PublicKey};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// One thing that is wrong with a trust store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "issue", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreIssue {
    /// The same certificate is there more than once.
    Duplicate {
        /// Which one.
        certificate: Mention,
        /// How often.
        count: usize,
    },
    /// Several certificates have one name and different keys. The first match in the list decides
    /// (CSCwa12905, CSCun30200).
    SameNameOtherKey {
        /// The name.
        common_name: String,
        /// Whether the whole subjects are the same, not only the common names.
        same_subject: bool,
        /// Whether key identifiers tell them apart, so that OpenSSL finds the right one.
        told_apart: bool,
        /// The certificates, in the order of the file.
        certificates: Vec<Mention>,
    },
    /// A certificate is not valid any more.
    Expired {
        /// Which one.
        certificate: Mention,
        /// Whether it is a root.
        root: bool,
        /// When it ended.
        not_after: DateTime<Utc>,
    },
    /// A certificate ends within the days that were asked for.
    ExpiresSoon {
        /// Which one.
        certificate: Mention,
        /// Whether it is a root.
        root: bool,
        /// When it ends.
        not_after: DateTime<Utc>,
        /// How many whole days are left.
        days: i64,
    },
    /// A certificate is not valid yet.
    NotYetValid {
        /// Which one.
        certificate: Mention,
        /// When it begins.
        not_before: DateTime<Utc>,
    },
    /// An intermediate whose issuer is not in the store: OpenSSL does not trust it by itself.
    MissingIssuer {
        /// The intermediate.
        certificate: Mention,
        /// Who is missing.
        issuer: Name,
        /// Whether there is one with that name, whose key did not sign it.
        other_key: bool,
    },
    /// A certificate that is neither a CA nor signed by itself. OpenSSL never trusts it by itself.
    NoCa {
        /// Which one.
        certificate: Mention,
    },
    /// A key that is too weak by today's rules.
    WeakKey {
        /// Which certificate.
        certificate: Mention,
        /// Its key.
        key: WeakKey,
    },
    /// A signature over a digest for which collisions can be made. Not told of roots: theirs is never verified.
    WeakDigest {
        /// Which certificate.
        certificate: Mention,
        /// The digest.
        digest: Digest,
    },
}

/// A key that is too weak: RSA below 2048 bits, a curve below 256 bits, or DSA (NIST SP 800-131A, RFC 9142).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WeakKey {
    /// Its kind.
    pub kind: KeyKind,
    /// Its size in bits.
    pub bits: u32,
}

impl WeakKey {
    /// Says of a key that it is weak; nothing where it is not.
    pub fn of(key: &PublicKey) -> Option<Self> {
        let bits = key.bits?;
        let weak = match key.kind {
            KeyKind::Rsa | KeyKind::RsaPss => bits < 2048,
            KeyKind::Ec => bits < 256,
            KeyKind::Dsa => true,
            KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::Other => false,
        };
        weak.then_some(Self { kind: key.kind, bits })
    }
}

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            KeyKind::Rsa | KeyKind::RsaPss => "RSA",
            KeyKind::Ec => "ECDSA",
            KeyKind::Dsa => "DSA",
            KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::Other => "key",
        };
        write!(f, "{kind} with {} bits", self.bits)
    }
}

impl StoreIssue {
    /// What it is called in JSON and in the catalogue.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "duplicate",
            Self::SameNameOtherKey { .. } => "same_name_other_key",
            Self::Expired { .. } => "expired",
            Self::ExpiresSoon { .. } => "expires_soon",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::MissingIssuer { .. } => "missing_issuer",
            Self::NoCa { .. } => "no_ca",
            Self::WeakKey { .. } => "weak_key",
            Self::WeakDigest { .. } => "weak_digest",
        }
    }

    /// The certificates that it is about, in the order of the file.
    pub fn certificates(&self) -> &[Mention] {
        match self {
            Self::SameNameOtherKey { certificates, .. } => certificates,
            Self::Duplicate { certificate, .. }
            | Self::Expired { certificate, .. }
            | Self::ExpiresSoon { certificate, .. }
            | Self::NotYetValid { certificate, .. }
            | Self::MissingIssuer { certificate, .. }
            | Self::NoCa { certificate }
            | Self::WeakKey { certificate, .. }
            | Self::WeakDigest { certificate, .. } => std::slice::from_ref(certificate),
        }
    }

    /// Identifiers of Cisco's bug reports about it.
    pub fn bugs(&self) -> &'static [&'static str] {
        match self {
            Self::SameNameOtherKey { .. } => &["CSCwa12905", "CSCun30200"],
            _ => &[],
        }
    }
}

impl fmt::Display for StoreIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |root: &bool| if *root { "root" } else { "intermediate" };
        match self {
            Self::Duplicate { certificate, count } => write!(f, "{certificate} is there {count} times"),
            Self::SameNameOtherKey { common_name, same_subject, told_apart, certificates } => {
                let what = if *same_subject { "subject" } else { "common name" };
                let count = certificates.len();
                write!(f, "{count} certificates with different keys have the {what} of '{common_name}'")?;
                match told_apart {
                    true => f.write_str("; their key identifiers tell them apart for OpenSSL"),
                    false => f.write_str("; the first that matches decides, the others are not used"),
                }
            }
            Self::Expired { certificate, root, not_after } => {
                write!(f, "the {} {certificate} expired on {}", kind(root), not_after.date_naive())
            }
            Self::ExpiresSoon { certificate, root, not_after, days } => {
                let day = not_after.date_naive();
                write!(f, "the {} {certificate} expires on {day}, in {days} days", kind(root))
            }
            Self::NotYetValid { certificate, not_before } => {
                write!(f, "{certificate} is not valid before {}", not_before.date_naive())
            }
            Self::MissingIssuer { certificate, issuer, other_key: false } => {
                write!(f, "the issuer '{issuer}' of {certificate} is not in the store")
            }
            Self::MissingIssuer { certificate, issuer, other_key: true } => {
                write!(
                    f,
                    "'{issuer}' is in the store, but with another key than the one that signed {certificate}"
                )
            }
            Self::NoCa { certificate } => {
                write!(f, "{certificate} is no CA and not signed by itself: it has no effect in the store")
            }
            Self::WeakKey { certificate, key } => write!(f, "{certificate} has a weak key: {key}"),
            Self::WeakDigest { certificate, digest } => write!(f, "{certificate} is signed over {digest}"),
        }
    }
}

/// What a store is checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreChecks {
    /// The time at which it is looked at.
    pub now: DateTime<Utc>,
    /// Within how many days an end is soon.
    pub soon_days: i64,
}

impl StoreChecks {
    /// How many issuers of one name are tried for one certificate. A verification takes up to a tenth of a
    /// millisecond, and a file may hold thousands of one name; real stores hold two or three.
    pub const MAX_TRIED: usize = 64;

    /// Checks a store. The issues stand in the order of the file, those of several certificates first.
    pub fn check(&self, store: &TrustStore) -> Vec<StoreIssue> {
        let mut issues = duplicates(store);
        issues.extend(same_names(store));
        let mut seen = HashSet::new();
        for certificate in store.certificates() {
            // A second copy has nothing new to say.
            if seen.insert(certificate.der()) {
                self.one(store, certificate, &mut issues);
            }
        }
        issues
    }

    fn one(&self, store: &TrustStore, certificate: &Certificate, issues: &mut Vec<StoreIssue>) {
        let mention = || Mention::of(certificate);
        let root = is_root(certificate);
        let not_after = certificate.not_after;
        let days = certificate.days_left(self.now);
        if not_after <= self.now {
            issues.push(StoreIssue::Expired { certificate: mention(), root, not_after });
        } else if days < self.soon_days {
            issues.push(StoreIssue::ExpiresSoon { certificate: mention(), root, not_after, days });
        }
        if certificate.not_before > self.now {
            let not_before = certificate.not_before;
            issues.push(StoreIssue::NotYetValid { certificate: mention(), not_before });
        }
        if !root {
            if !certificate.is_ca() {
                issues.push(StoreIssue::NoCa { certificate: mention() });
            }
            issues.extend(missing_issuer(store, certificate));
            if let Some(digest) = certificate.signature.digest.filter(|digest| digest.is_weak()) {
                issues.push(StoreIssue::WeakDigest { certificate: mention(), digest });
            }
        }
        if let Some(key) = WeakKey::of(&certificate.key) {
            issues.push(StoreIssue::WeakKey { certificate: mention(), key });
        }
    }
}

/// A root is signed with its own key; where that cannot be verified, the names decide.
fn is_root(certificate: &Certificate) -> bool {
    certificate.self_issued && certificate.self_signed != Checked::No
}

fn missing_issuer(store: &TrustStore, certificate: &Certificate) -> Option<StoreIssue> {
    let named: Vec<_> =
        store.named(&certificate.issuer).filter(|issuer| !issuer.same_as(certificate)).collect();
    let mut tried = named.iter().take(StoreChecks::MAX_TRIED);
    let found = tried.any(|issuer| certificate.signed_by(&issuer.key) != Checked::No);
    if found || named.len() > StoreChecks::MAX_TRIED {
        return None;
    }
    let (issuer, other_key) = (certificate.issuer.clone(), !named.is_empty());
    Some(StoreIssue::MissingIssuer { certificate: Mention::of(certificate), issuer, other_key })
}

fn duplicates(store: &TrustStore) -> Vec<StoreIssue> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for certificate in store.certificates() {
        *counts.entry(certificate.der()).or_default() += 1;
    }
    // Told at the first copy, so that the order is that of the file.
    let repeated = store.certificates().iter().filter_map(|certificate| {
        let count = counts.remove(certificate.der()).filter(|count| *count > 1)?;
        Some(StoreIssue::Duplicate { certificate: Mention::of(certificate), count })
    });
    repeated.collect()
}

/// Certificates that share a common name but not the key. Where none has a common name, nothing is said.
fn same_names(store: &TrustStore) -> Vec<StoreIssue> {
    let mut groups: Vec<(String, Vec<&Certificate>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut seen = HashSet::new();
    for certificate in store.certificates().iter().filter(|certificate| seen.insert(certificate.der())) {
        let Some(name) = certificate.subject.common_name() else { continue };
        let at = *places.entry(name.to_lowercase()).or_insert(groups.len());
        if at == groups.len() {
            groups.push((name.to_owned(), Vec::new()));
        }
        groups[at].1.push(certificate);
    }
    groups.into_iter().filter_map(|(name, group)| same_name(name, &group)).collect()
}

fn same_name(common_name: String, group: &[&Certificate]) -> Option<StoreIssue> {
    let (first, others) = group.split_first()?;
    if others.iter().all(|other| other.key.same_as(&first.key)) {
        return None;
    }
    let same_subject = others.iter().any(|other| other.subject.same_as(&first.subject));
    let mut keys: Vec<_> = group.iter().map(|certificate| &certificate.subject_key_id).collect();
    keys.sort();
    keys.dedup();
    // A CA is found by what others say about its key. What is no CA is its own issuer, and must say so itself.
    let says = |certificate: &&&Certificate| certificate.is_ca() || certificate.authority_key_id.is_some();
    let told_apart = keys.len() == group.len()
        && keys.iter().all(|key| key.is_some())
        && group.iter().filter(says).count() == group.len();
    let certificates = group.iter().map(|certificate| Mention::of(certificate)).collect();
    Some(StoreIssue::SameNameOtherKey { common_name, same_subject, told_apart, certificates })
}
