//! What is wrong with a box's own certificate.

use super::issues::WeakKey;
use super::store::{Mention, TrustStore};
use crate::Role;
use crate::certificate::{Certificate, Checked, Digest, Name, Purpose};
use crate::verdict::{Dialect, Failure, Question, Step, VerifyError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;

/// Whose name it is that a certificate should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NameOf {
    /// The box's own full name.
    Own,
    /// The full name of its cluster.
    Cluster,
    /// A name that a peer verifies, such as the one a zone asks for.
    Peer,
}

/// One thing that is wrong with a box's own certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "issue", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServerIssue {
    /// There is none, or none that can be read.
    NoCertificate,
    /// It is signed with its own key, as the one that a box makes for itself.
    SelfSigned {
        /// Which one.
        certificate: Mention,
    },
    /// An issuer is neither in the file nor in the store.
    ChainIncomplete {
        /// Who is missing.
        missing: Name,
        /// How many issuers were found before.
        found: usize,
    },
    /// The chain is complete, but its root is not in the store.
    RootNotTrusted {
        /// The root.
        root: Name,
    },
    /// OpenSSL refuses the chain for another reason.
    ChainRefused(Failure),
    /// It is not valid any more.
    Expired {
        /// When it ended.
        not_after: DateTime<Utc>,
    },
    /// It ends within the days that were asked for.
    ExpiresSoon {
        /// When it ends.
        not_after: DateTime<Utc>,
        /// How many whole days are left.
        days: i64,
    },
    /// It is not valid yet.
    NotYetValid {
        /// When it begins.
        not_before: DateTime<Utc>,
    },
    /// It may not be used as that of a server.
    NoServerAuth,
    /// It may not be used as that of a client. Traversal zones, SSH tunnels and mutual TLS need it.
    NoClientAuth {
        /// Whether a public CA made it: they leave clientAuth out, so that asking again does not help.
        public: bool,
    },
    /// It may be used as that of a client and is from a public CA: its successor will not.
    ClientAuthEnds {
        /// Until when it may be used.
        not_after: DateTime<Utc>,
    },
    /// It lacks a name.
    NameMissing {
        /// The name.
        name: String,
        /// Whose it is.
        of: NameOf,
    },
    /// Only a wildcard stands for a name. Expressways do not support wildcard certificates.
    OnlyByWildcard {
        /// The name.
        name: String,
        /// The wildcard.
        wildcard: String,
    },
    /// An Expressway-E lacks a domain of its clients, both alone and with `collab-edge.` before it (JAB-001).
    DomainMissing {
        /// The domain.
        domain: String,
    },
    /// Its key is too weak.
    WeakKey {
        /// The key.
        key: WeakKey,
    },
    /// It is signed over a digest for which collisions can be made.
    WeakDigest {
        /// The digest.
        digest: Digest,
    },
}

impl ServerIssue {
    /// What it is called in JSON and in the catalogue.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::SelfSigned { .. } => "self_signed",
            Self::ChainIncomplete { .. } => "chain_incomplete",
            Self::RootNotTrusted { .. } => "root_not_trusted",
            Self::ChainRefused(_) => "chain_refused",
            Self::Expired { .. } => "expired",
            Self::ExpiresSoon { .. } => "expires_soon",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::NoServerAuth => "no_server_auth",
            Self::NoClientAuth { .. } => "no_client_auth",
            Self::ClientAuthEnds { .. } => "client_auth_ends",
            Self::NameMissing { .. } => "name_missing",
            Self::OnlyByWildcard { .. } => "only_by_wildcard",
            Self::DomainMissing { .. } => "domain_missing",
            Self::WeakKey { .. } => "weak_key",
            Self::WeakDigest { .. } => "weak_digest",
        }
    }

    /// The entry of the catalogue that is about it.
    pub fn entry(&self) -> Option<&'static str> {
        matches!(self, Self::DomainMissing { .. }).then_some("JAB-001")
    }
}

impl fmt::Display for ServerIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("there is no certificate that can be read"),
            Self::SelfSigned { certificate } => {
                write!(f, "{certificate} is signed by itself, as the box's default certificate is")
            }
            Self::ChainIncomplete { missing, .. } => {
                write!(f, "the chain is not complete: '{missing}' is neither in the file nor in the trust store")
            }
            Self::RootNotTrusted { root } => write!(f, "its root '{root}' is not in the trust store"),
            Self::ChainRefused(failure) => write!(f, "OpenSSL refuses its chain: error {failure}"),
            Self::Expired { not_after } => write!(f, "it expired on {}", not_after.date_naive()),
            Self::ExpiresSoon { not_after, days } => {
                write!(f, "it expires on {}, in {days} days", not_after.date_naive())
            }
            Self::NotYetValid { not_before } => write!(f, "it is not valid before {}", not_before.date_naive()),
            Self::NoServerAuth => f.write_str("it may not be used as a server's: serverAuth is missing"),
            Self::NoClientAuth { public: false } => {
                f.write_str("it may not be used as a client's: clientAuth is missing")
            }
            Self::NoClientAuth { public: true } => f.write_str(
                "it may not be used as a client's: clientAuth is missing, and public CAs do not give it any more",
            ),
            Self::ClientAuthEnds { not_after } => write!(
                f,
                "it may be used as a client's until {}; public CAs do not renew it with clientAuth",
                not_after.date_naive()
            ),
            Self::NameMissing { name, of } => {
                let whose = match of {
                    NameOf::Own => "the box's own name",
                    NameOf::Cluster => "the name of the cluster",
                    NameOf::Peer => "a name that peers verify",
                };
                write!(f, "{whose}, {name}, is not among its alternative names")
            }
            Self::OnlyByWildcard { name, wildcard } => {
                write!(f, "only the wildcard {wildcard} stands for {name}; wildcards are not supported")
            }
            Self::DomainMissing { domain } => {
                write!(f, "neither {domain} nor collab-edge.{domain} is among its alternative names")
            }
            Self::WeakKey { key } => write!(f, "its key is weak: {key}"),
            Self::WeakDigest { digest } => write!(f, "it is signed over {digest}"),
        }
    }
}

/// What a box's own certificate is checked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChecks {
    /// The time at which it is looked at.
    pub now: DateTime<Utc>,
    /// Within how many days an end is soon.
    pub soon_days: i64,
    /// The OpenSSL that would verify it.
    pub dialect: Dialect,
    /// Which of the two the box is, where that is known. Domains are asked only of an Expressway-E.
    pub role: Option<Role>,
    /// Names that must be there, with whose they are.
    pub names: Vec<(NameOf, String)>,
    /// Domains of the clients.
    pub domains: Vec<String>,
}

impl ServerChecks {
    /// Checks that ask for no names.
    pub fn new(now: DateTime<Utc>, soon_days: i64) -> Self {
        let (role, names, domains) = (None, Vec::new(), Vec::new());
        Self { now, soon_days, dialect: Dialect::OpenSsl111, role, names, domains }
    }

    /// Checks the certificate, which stands first, with the rest of its file, against the box's own trust store.
    pub fn check(&self, file: &[Certificate], store: &TrustStore) -> Vec<ServerIssue> {
        let Some(own) = file.first() else { return vec![ServerIssue::NoCertificate] };
        let mut issues = Vec::new();
        if own.self_issued && own.self_signed != Checked::No {
            issues.push(ServerIssue::SelfSigned { certificate: Mention::of(own) });
        } else {
            issues.extend(self.chain(file, store));
        }
        self.times(own, &mut issues);
        purposes(own, &mut issues);
        self.names(own, &mut issues);
        issues.extend(WeakKey::of(&own.key).map(|key| ServerIssue::WeakKey { key }));
        let weak = own.signature.digest.filter(|digest| digest.is_weak());
        issues.extend(weak.map(|digest| ServerIssue::WeakDigest { digest }));
        issues
    }

    fn chain(&self, file: &[Certificate], store: &TrustStore) -> Option<ServerIssue> {
        // Weakness, times and extended key usage of the leaf are told apart from the chain.
        let question = Question { level: 0, ..Question::new(file, store, self.now).dialect(self.dialect) };
        let verdict = question.ask();
        let mut failures = verdict.steps.iter().filter_map(|step| match step {
            Step::Failure(failure) => Some(failure),
            _ => None,
        });
        let without_server = !file[0].allows(&Purpose::ServerAuth);
        let told = |error| match error {
            VerifyError::Expired | VerifyError::NotYetValid => true,
            VerifyError::InvalidPurpose => without_server,
            _ => false,
        };
        let failure = failures.find(|failure| failure.depth > 0 || !told(failure.error))?;
        Some(match failure.error {
            VerifyError::SelfSignedInChain => {
                ServerIssue::RootNotTrusted { root: verdict.chain.get(failure.depth)?.subject.clone() }
            }
            error if error.says_issuer_missing() => {
                ServerIssue::ChainIncomplete { missing: verdict.missing.clone()?, found: failure.depth }
            }
            _ => ServerIssue::ChainRefused(failure.clone()),
        })
    }

    fn times(&self, own: &Certificate, issues: &mut Vec<ServerIssue>) {
        let (not_after, days) = (own.not_after, own.days_left(self.now));
        if not_after <= self.now {
            issues.push(ServerIssue::Expired { not_after });
        } else if days < self.soon_days {
            issues.push(ServerIssue::ExpiresSoon { not_after, days });
        }
        if own.not_before > self.now {
            issues.push(ServerIssue::NotYetValid { not_before: own.not_before });
        }
    }

    fn names(&self, own: &Certificate, issues: &mut Vec<ServerIssue>) {
        for (of, name) in &self.names {
            match has(own, name) {
                Has::Name => {}
                Has::Wildcard(wildcard) => {
                    issues.push(ServerIssue::OnlyByWildcard { name: name.clone(), wildcard });
                }
                Has::Nothing => issues.push(ServerIssue::NameMissing { name: name.clone(), of: *of }),
            }
        }
        let edge = self.role == Some(Role::Edge);
        for domain in self.domains.iter().filter(|_| edge) {
            let there = |name: &str| matches!(has(own, name), Has::Name);
            if !there(domain) && !there(&format!("collab-edge.{domain}")) {
                issues.push(ServerIssue::DomainMissing { domain: domain.clone() });
            }
        }
    }
}

fn purposes(own: &Certificate, issues: &mut Vec<ServerIssue>) {
    if !own.allows(&Purpose::ServerAuth) {
        issues.push(ServerIssue::NoServerAuth);
    }
    if !own.allows(&Purpose::ClientAuth) {
        issues.push(ServerIssue::NoClientAuth { public: own.public });
    } else if own.public {
        issues.push(ServerIssue::ClientAuthEnds { not_after: own.not_after });
    }
}

/// How a certificate has a name.
enum Has {
    Name,
    Wildcard(String),
    Nothing,
}

/// Only alternative names count: clients of today do not look at the common name. A final dot means nothing.
fn has(own: &Certificate, name: &str) -> Has {
    let name = name.trim_end_matches('.');
    if own.names.dns.iter().any(|other| other.trim_end_matches('.').eq_ignore_ascii_case(name)) {
        return Has::Name;
    }
    let wildcard =
        own.names.dns.iter().find(|other| {
            other.contains('*') && crate::verdict::host_matches(other, name, Dialect::OpenSsl3)
        });
    wildcard.map_or(Has::Nothing, |wildcard| Has::Wildcard(wildcard.clone()))
}
