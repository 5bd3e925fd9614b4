//! Every certificate of a case: what each box trusts and shows, what servers presented, and what is wrong with it.

use crate::checks::Known;
use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind};
use crate::presented::Presented;
use crate::report::Report;
use crate::stores::Files;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::SocketAddr;
use waytrace_evidence::capture::{Connection, Tls};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::{ServerIssue, StoreIssue, TrustStore};
use waytrace_evidence::verdict::{Question, Verdict};

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
    /// Certificates of the chain that could not be read: place in the chain, from 0, and the reason.
    pub malformed: Vec<(usize, String)>,
    /// What OpenSSL and Traffic Server say to it, where the trust store of the box was given and all of the chain was
    /// read.
    pub verdict: Option<Verdict>,
}

impl Inventory {
    /// Everything that a report has.
    pub fn of(report: &Report) -> Self {
        let known = Known { files: &report.certificates, nodes: &report.nodes, facts: &report.facts };
        let files = report.certificates.iter().map(|file| InventoryFile::of(file, &known));
        Self { files: files.collect(), presented: chains(report) }
    }

    /// Whether nothing is wrong with any of them.
    pub fn is_clean(&self) -> bool {
        let files = self.files.iter().all(|file| {
            file.store_issues.is_empty() && file.server_issues.is_empty() && file.malformed.is_empty()
        });
        let fine = |chain: &InventoryChain| {
            chain.malformed.is_empty() && chain.verdict.as_ref().is_none_or(Verdict::is_accepted)
        };
        files && self.presented.iter().all(fine)
    }

    /// Whether there is no certificate at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.presented.is_empty()
    }
}

impl InventoryFile {
    fn of(file: &CertificateFile, known: &Known<'_>) -> Self {
        let checked = known.check(file);
        let found = file.certificates.found.iter();
        Self {
            member: file.member.clone(),
            node: file.node.clone(),
            kind: file.kind.words(),
            at: checked.at,
            certificates: found.map(|located| located.certificate.clone()).collect(),
            store_issues: checked.store,
            server_issues: checked.own,
            malformed: file.certificates.malformed.iter().map(|m| (m.place.line, m.reason.clone())).collect(),
        }
    }
}

/// The chains of all captures, each once for each server and box.
fn chains(report: &Report) -> Vec<InventoryChain> {
    let mut found: HashMap<(&str, SocketAddr, &[Vec<u8>]), InventoryChain> = HashMap::new();
    // Judged as it stands now: by the store beside the newest capture of it.
    let newest =
        |traffic: &&CapturedTraffic| traffic.connections.iter().map(|connection| connection.first).max();
    let mut traffic: Vec<&CapturedTraffic> = report.traffic.iter().collect();
    traffic.sort_by_key(|traffic| Reverse(newest(traffic)));
    for traffic in traffic {
        let node = traffic.node.as_deref().unwrap_or_default();
        let trusted =
            Files::of_capture(&report.certificates, traffic, CertificateKind::TrustStore).trust_store();
        for connection in &traffic.connections {
            let Some(tls) = connection.tls.as_ref().filter(|tls| !tls.chain.is_empty()) else { continue };
            // A chain is parsed and judged once, however often it was presented.
            let known = found
                .entry((node, connection.server, &tls.chain))
                .or_insert_with(|| InventoryChain::of(node, connection, tls, &trusted));
            known.times += 1;
            known.at = known.at.min(connection.first);
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
        // Without all of the chain, the answer may be another.
        let can_be_asked = !trusted.certificates().is_empty() && chain.len() == tls.chain.len();
        let verdict = can_be_asked.then(|| question.ask());
        let (server, at) = (connection.server, connection.first);
        Self {
            node: node.to_owned(),
            server,
            name,
            at,
            times: 0,
            malformed: Presented::malformed(&tls.chain),
            chain,
            verdict,
        }
    }
}
