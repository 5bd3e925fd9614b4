//! Every certificate of a case: what each box trusts and shows, what servers presented, and what is wrong with it.

use crate::papers::{CertificateFile, CertificateKind, trust_store};
use crate::presented::Presented;
use crate::report::{NodeReport, Report};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use std::net::SocketAddr;
use waytrace_evidence::Role;
use waytrace_evidence::capture::{Connection, Tls};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::{NameOf, ServerChecks, ServerIssue, StoreChecks, StoreIssue, TrustStore};
use waytrace_evidence::verdict::{Question, Verdict};

/// Within how many days the end of a certificate is told.
const SOON: i64 = 60;

/// All certificates, box by box.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Inventory {
    /// Files of certificates, in the order read.
    pub files: Vec<InventoryFile>,
    /// Chains that servers presented in captures, each different one once.
    pub presented: Vec<InventoryChain>,
}

/// A file of certificates, with what is wrong with it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct InventoryFile {
    /// Name of the member.
    pub member: String,
    /// Host name of the box, if it is known.
    pub node: Option<String>,
    /// What it is for, in words.
    pub kind: &'static str,
    /// The day it is judged for: the end of the box's log, or of any log.
    pub at: Option<DateTime<Utc>>,
    /// What is in it.
    pub certificates: Vec<Certificate>,
    /// What is wrong with a trust store.
    pub store_issues: Vec<StoreIssue>,
    /// What is wrong with a box's own certificate.
    pub server_issues: Vec<ServerIssue>,
    /// What could not be read, with its line and the reason.
    pub malformed: Vec<(usize, String)>,
}

/// A chain that a server presented.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct InventoryChain {
    /// Host name of the box that captured it.
    pub node: String,
    /// The server.
    pub server: SocketAddr,
    /// The name that was asked for, if the client said one.
    pub name: Option<String>,
    /// When it was presented first.
    pub at: DateTime<Utc>,
    /// How often it was presented.
    pub times: u64,
    /// The chain, the server's own certificate first.
    pub chain: Vec<Certificate>,
    /// What OpenSSL and Traffic Server say to it, where the trust store of the box was given.
    pub verdict: Option<Verdict>,
}

impl Inventory {
    /// Everything that a report has.
    pub fn of(report: &Report) -> Self {
        let latest = report.nodes.iter().filter_map(|node| node.last).max();
        let files = report.certificates.iter().map(|file| InventoryFile::of(file, report, latest));
        Self { files: files.collect(), presented: chains(report) }
    }

    /// Whether nothing is wrong with any of them.
    pub fn is_clean(&self) -> bool {
        let files = self.files.iter().all(|file| {
            file.store_issues.is_empty() && file.server_issues.is_empty() && file.malformed.is_empty()
        });
        files && self.presented.iter().all(|chain| chain.verdict.as_ref().is_none_or(Verdict::is_accepted))
    }

    /// Whether there is no certificate at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.presented.is_empty()
    }
}

impl InventoryFile {
    fn of(file: &CertificateFile, report: &Report, latest: Option<DateTime<Utc>>) -> Self {
        let node = report.nodes.iter().find(|node| Some(&node.host) == file.node.as_ref());
        let at = node.and_then(|node| node.last).or(latest);
        let certificates: Vec<Certificate> =
            file.certificates.found.iter().map(|located| located.certificate.clone()).collect();
        let mut checked = Self {
            member: file.member.clone(),
            node: file.node.clone(),
            kind: file.kind.words(),
            at,
            store_issues: Vec::new(),
            server_issues: Vec::new(),
            malformed: file.certificates.malformed.iter().map(|m| (m.place.line, m.reason.clone())).collect(),
            certificates: certificates.clone(),
        };
        match (file.kind, at) {
            (CertificateKind::TrustStore, Some(now)) => {
                let checks = StoreChecks { now, soon_days: SOON };
                checked.store_issues = checks.check(&TrustStore::new(certificates));
            }
            (CertificateKind::Server, Some(now)) => {
                let trusted = trust_store(&report.certificates, file.node.as_deref().unwrap_or_default());
                checked.server_issues = server_checks(now, node).check(&certificates, &trusted);
                // A box with a client certificate of its own (X15.5) does not show this one as a client.
                let is_client = |other: &CertificateFile| {
                    other.kind == CertificateKind::Client && other.node == file.node && file.node.is_some()
                };
                if report.certificates.iter().any(is_client) {
                    checked.server_issues.retain(|issue| {
                        !matches!(
                            issue,
                            ServerIssue::NoClientAuth { .. } | ServerIssue::ClientAuthEnds { .. }
                        )
                    });
                }
            }
            _ => {}
        }
        checked
    }
}

/// What the certificate of a box is asked: its own name, and that of its cluster.
fn server_checks(now: DateTime<Utc>, node: Option<&NodeReport>) -> ServerChecks {
    let mut checks = ServerChecks::new(now, SOON);
    let Some(node) = node else { return checks };
    checks.role = node.role;
    checks.names.extend(node.name.clone().map(|name| (NameOf::Own, name)));
    // Only an Expressway-C needs the name of its cluster for the traversal zone; on both it is recommended.
    let cluster = node.cluster.as_ref().and_then(|cluster| cluster.name.clone());
    checks.names.extend(cluster.filter(|name| name.contains('.')).map(|name| (NameOf::Cluster, name)));
    if node.role == Some(Role::Edge) {
        checks.domains.clone_from(&node.domains);
    }
    checks
}

/// The chains of all captures, each once for each server and box.
fn chains(report: &Report) -> Vec<InventoryChain> {
    let mut found: HashMap<(&str, SocketAddr, &[Vec<u8>]), InventoryChain> = HashMap::new();
    for traffic in &report.traffic {
        let node = traffic.node.as_deref().unwrap_or_default();
        let trusted = trust_store(&report.certificates, node);
        for connection in &traffic.connections {
            let Some(tls) = connection.tls.as_ref().filter(|tls| !tls.chain.is_empty()) else { continue };
            // A chain is parsed and judged once, however often it was presented.
            let known = found
                .entry((node, connection.server, &tls.chain))
                .or_insert_with(|| InventoryChain::of(node, connection, tls, &trusted));
            known.times += 1;
        }
    }
    let mut chains: Vec<InventoryChain> = found.into_values().collect();
    let prints =
        |chain: &InventoryChain| -> Vec<String> { chain.chain.iter().map(|c| c.sha256.clone()).collect() };
    chains.sort_by_cached_key(|chain| (chain.node.clone(), chain.server, prints(chain)));
    chains
}

impl InventoryChain {
    /// A chain that was not presented yet.
    fn of(node: &str, connection: &Connection, tls: &Tls, trusted: &TrustStore) -> Self {
        let chain = Presented::parsed(&tls.chain);
        let name = tls.client_hello.as_ref().and_then(|hello| hello.server_name.clone());
        let question = Question::new(&chain, trusted, connection.first);
        let question = match &name {
            Some(name) => question.name(name),
            None => question,
        };
        let verdict = (!trusted.certificates().is_empty()).then(|| question.ask());
        let (server, at) = (connection.server, connection.first);
        Self { node: node.to_owned(), server, name, at, times: 0, chain, verdict }
    }
}
