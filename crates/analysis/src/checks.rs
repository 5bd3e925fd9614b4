//! What is asked of the certificate files of a case, and what is wrong with them. Asked in one place: `certs` lists it,
//! and the catalogue makes findings of it.

use crate::boxes::is_at;
use crate::papers::{CertificateFile, CertificateKind};
use crate::report::NodeReport;
use crate::stores::{Files, time_in_name};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::{NameOf, ServerChecks, ServerIssue, StoreChecks, StoreIssue, TrustStore};
use waytrace_evidence::{NodeFacts, Role, Zone, ZoneType};

/// Within how many days the end of a certificate is told.
const SOON: i64 = 60;

/// What is known of a case where its certificates are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) files: &'a [CertificateFile],
    pub(crate) nodes: &'a [NodeReport],
    pub(crate) facts: &'a HashMap<String, NodeFacts>,
}

/// What is wrong with one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checked {
    /// The time it is judged for: the end of the box's log, or of any log, or the time in the name of the file. Never
    /// today's: the log may be years old.
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) store: Vec<StoreIssue>,
    pub(crate) own: Vec<ServerIssue>,
}

impl<'a> Known<'a> {
    /// Checks one file.
    pub(crate) fn check(&self, file: &CertificateFile) -> Checked {
        let node = self.nodes.iter().find(|node| Some(&node.host) == file.node.as_ref());
        let latest = || self.nodes.iter().filter_map(|node| node.last).max();
        let at = node.and_then(|node| node.last).or_else(latest).or_else(|| time_in_name(&file.member));
        let mut checked = Checked { at, ..Checked::default() };
        let Some(now) = at else { return checked };
        let certificates = || -> Vec<Certificate> {
            file.certificates.found.iter().map(|located| located.certificate.clone()).collect()
        };
        match file.kind {
            CertificateKind::TrustStore => {
                let checks = StoreChecks { now, soon_days: SOON };
                checked.store = checks.check(&TrustStore::new(certificates()));
                // What is missing may be in the part that could not be read.
                let is_sure = |issue: &StoreIssue| !matches!(issue, StoreIssue::MissingIssuer { .. });
                checked.store.retain(|issue| file.is_whole() || is_sure(issue));
            }
            // If its beginning is broken, the first that can be read is another's.
            CertificateKind::Server if file.begins_whole() => {
                let trusted = self.store_of(file).trust_store();
                checked.own = self.server_checks(now, node, file).check(&certificates(), &trusted);
                checked.own.retain(|issue| self.concerns(issue, file, &trusted));
            }
            _ => {}
        }
        checked
    }

    /// Whether an issue means anything for this file, with what else was given of its box.
    fn concerns(&self, issue: &ServerIssue, file: &CertificateFile, trusted: &TrustStore) -> bool {
        match issue {
            // A box with a client certificate of its own (X15.5) does not show this one as a client.
            ServerIssue::NoClientAuth { .. } | ServerIssue::ClientAuthEnds { .. } => {
                !self.has_client_certificate(file.node.as_deref())
            }
            // Without the trust store nothing is known of its issuers, nor if a part of either file was not read.
            ServerIssue::ChainIncomplete { .. } | ServerIssue::RootNotTrusted { .. } => {
                !trusted.certificates().is_empty() && self.is_chain_whole(file)
            }
            ServerIssue::ChainRefused(_) => self.is_chain_whole(file),
            _ => true,
        }
    }

    fn is_chain_whole(&self, file: &CertificateFile) -> bool {
        file.is_whole() && self.store_of(file).are_whole()
    }

    /// The trust store that a certificate of the box lay beside.
    fn store_of(&self, file: &CertificateFile) -> Files<'_> {
        let node = file.node.as_deref().unwrap_or_default();
        Files::beside(self.files, node, CertificateKind::TrustStore, &file.member)
    }

    fn has_client_certificate(&self, node: Option<&str>) -> bool {
        let is_client = |other: &CertificateFile| other.kind == CertificateKind::Client;
        node.is_some() && self.files.iter().any(|other| is_client(other) && other.node.as_deref() == node)
    }

    /// What the certificate of a box is asked: its own name, that of its cluster, those that peers verify, and the
    /// domains of its clients.
    fn server_checks(
        &self,
        now: DateTime<Utc>,
        node: Option<&NodeReport>,
        file: &CertificateFile,
    ) -> ServerChecks {
        let mut checks = ServerChecks::new(now, SOON);
        let Some(node) = node else { return checks };
        checks.role = node.role;
        // A name that somebody verifies is told as such, whosever it is.
        let mut names: Vec<_> =
            self.names_peers_verify(node, file).into_iter().map(|name| (NameOf::Peer, name)).collect();
        names.extend(node.name.clone().map(|name| (NameOf::Own, name)));
        // Only an Expressway-C needs the name of its cluster for the traversal zone; on both it is recommended.
        let cluster = node.cluster.as_ref().and_then(|cluster| cluster.name.clone());
        names.extend(cluster.filter(|name| name.contains('.')).map(|name| (NameOf::Cluster, name)));
        for (of, name) in names {
            if !checks.names.iter().any(|(_, known)| known.eq_ignore_ascii_case(&name)) {
                checks.names.push((of, name));
            }
        }
        if node.role == Some(Role::Edge) {
            checks.domains = self.domains(node);
        }
        checks
    }

    /// Names that zones of other boxes of the case ask for when they connect to this one, or are connected to by it.
    fn names_peers_verify(&self, node: &'a NodeReport, file: &CertificateFile) -> Vec<String> {
        let mut names = Vec::new();
        for (host, theirs) in self.others(node) {
            let verifying = |zone: &&Zone| zone.tls_verify_mode == Some(true) && !is_tcp(zone);
            for zone in theirs.zones.iter().filter(verifying) {
                if matches!(zone.zone_type, ZoneType::TraversalClient | ZoneType::Neighbor) {
                    let to_us = zone.peers.iter().filter(|peer| self.is_node(&peer.address, node));
                    names.extend(to_us.map(|peer| peer.address.clone()));
                }
            }
            // On the other side a name stands in the zone itself. It is asked of what this box shows as a client.
            if !self.has_client_certificate(file.node.as_deref())
                && let Some(zone) = self.server_zone(node, host, theirs)
                && verifying(&zone)
            {
                names.extend(zone.tls_verify_subject_name.clone());
            }
        }
        names.retain(|name| name.contains('.') && name.parse::<IpAddr>().is_err());
        names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        names
    }

    /// The traversal server zone of another box that a traversal client zone of this one leads to: by the port, or the
    /// only one.
    fn server_zone<'b>(&self, node: &NodeReport, host: &str, theirs: &'b NodeFacts) -> Option<&'b Zone> {
        let other = self.nodes.iter().find(|node| node.host == host)?;
        let own = self.facts.get(&node.host)?;
        let leads_there = |zone: &&Zone| {
            zone.zone_type == ZoneType::TraversalClient
                && zone.peers.iter().any(|peer| self.is_node(&peer.address, other))
        };
        let client = own.zones.iter().find(leads_there)?;
        let servers = || theirs.zones.iter().filter(|zone| zone.zone_type == ZoneType::TraversalServer);
        let by_port = client.port.and_then(|port| servers().find(|zone| zone.port == Some(port)));
        by_port.or_else(|| servers().next().filter(|_| servers().count() == 1))
    }

    /// Domains whose users sign in from outside through an Expressway-E: those that the Expressway-C behind it has the
    /// service on for. Without such a box, its own.
    fn domains(&self, edge: &NodeReport) -> Vec<String> {
        let leads_here = |facts: &NodeFacts| {
            let zones = facts.zones.iter().filter(|zone| zone.zone_type == ZoneType::TraversalClient);
            zones.flat_map(|zone| &zone.peers).any(|peer| self.is_node(&peer.address, edge))
        };
        let mut behind: Vec<String> = Vec::new();
        for (_, facts) in self.others(edge).into_iter().filter(|(_, facts)| leads_here(facts)) {
            let edge_service = |services: &[String]| services.iter().any(|one| one.starts_with("edge"));
            let own = facts.domains.iter().filter(|domain| edge_service(&domain.services));
            behind.extend(own.map(|domain| domain.name.clone()));
        }
        behind.sort_unstable();
        behind.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        if behind.is_empty() { edge.domains.clone() } else { behind }
    }

    /// The dumps of the other boxes, in the order of their names.
    fn others(&self, node: &NodeReport) -> Vec<(&'a str, &'a NodeFacts)> {
        let others = self.facts.iter().filter(|(host, _)| **host != node.host);
        let mut others: Vec<_> = others.map(|(host, facts)| (host.as_str(), facts)).collect();
        others.sort_unstable_by_key(|(host, _)| *host);
        others
    }

    /// Whether an address is that of a node.
    pub(crate) fn is_node(&self, address: &str, node: &NodeReport) -> bool {
        is_at(address, node, self.facts.get(&node.host))
    }
}

fn is_tcp(zone: &Zone) -> bool {
    zone.transport.as_deref().is_some_and(|transport| transport.eq_ignore_ascii_case("tcp"))
}
