//! The servers that a box asks for: from its configuration, its log, and captures.

use super::judge::{Store, judge};
use super::{Enforcement, Outlook, PreflightChain, PreflightServer, enforcement};
use crate::papers::CertificateKind;
use crate::presented::{Bearing, Claim, Presented};
use crate::report::{NodeReport, Problem, Report};
use crate::stores::Files;
use std::collections::BTreeMap;
use std::net::IpAddr;
use waytrace_evidence::capture::Connection;
use waytrace_evidence::{ServerKind, ServerSource, ZoneType};
use waytrace_signatures::{Catalogue, Confidence};

/// Ports of inner servers to which the proxy speaks TLS (port usage guides). Captures hold much else.
const HTTPS: &[u16] = &[443, 6971, 6972, 8443];
/// Ceiling on the servers of one box. A log may name thousands of hosts that nobody has.
const MAX_SERVERS: usize = 500;

/// A server that was seen.
#[derive(Debug, Default)]
struct Row {
    seen: Vec<String>,
    addresses: Vec<IpAddr>,
    /// Requests that it answered, and that failed.
    requests: (u64, u64),
    /// What the log says was wrong with its certificate.
    told: Option<Claim>,
    /// It is the other end of a zone that is checked already.
    zone: bool,
    /// Only the configuration tells of it: that this port is asked for is what the port guides say.
    expected: bool,
}

/// Everything that was seen of the servers of one box.
#[derive(Debug, Default)]
pub(super) struct Rows {
    all: BTreeMap<(String, Option<u16>), Row>,
    dropped: usize,
    /// Servers in captures that the proxy does not ask.
    others: usize,
}

impl Rows {
    pub(super) fn of(node: &NodeReport, report: &Report, catalogue: &Catalogue) -> Self {
        let mut rows = Self::default();
        rows.log(node, report);
        rows.findings(node, report);
        rows.configuration(node, report);
        rows.captures(node, report, catalogue);
        rows
    }

    fn row(&mut self, host: &str, port: Option<u16>) -> Option<&mut Row> {
        let key = (host.to_ascii_lowercase(), port);
        if self.all.len() >= MAX_SERVERS && !self.all.contains_key(&key) {
            self.dropped += 1;
            return None;
        }
        let row = self.all.entry(key).or_default();
        if let Ok(address) = host.parse() {
            row.address(address);
        }
        Some(row)
    }

    fn log(&mut self, node: &NodeReport, report: &Report) {
        for server in report.servers.iter().filter(|server| server.node == node.host) {
            if let Some(row) = self.row(&server.host, Some(server.port)) {
                let (answered, failed) = (server.answered, server.failed);
                row.requests = (answered, failed);
                row.see(format!("log: {answered} requests answered, {failed} failed"));
            }
        }
    }

    /// Findings know addresses, and what Traffic Server said.
    fn findings(&mut self, node: &NodeReport, report: &Report) {
        let ours = |problem: &&Problem| {
            problem.node == node.host || problem.nodes.iter().any(|held| held.node == node.host)
        };
        for problem in report.findings.iter().filter(ours) {
            let target = &problem.target;
            if !problem.about_certificate || target.host.is_empty() {
                continue;
            }
            let Some(row) = self.row(&target.host, target.port) else { continue };
            let bearing = problem.presented.as_ref().and_then(|presented| presented.bearing);
            let source = if bearing == Some(Bearing::Alone) { "capture" } else { "log" };
            row.see(format!("{source}: {}", problem.id));
            target.ip.into_iter().for_each(|ip| row.address(ip));
            // Where it is not sure which server a line is about, it says nothing of this one.
            let sure = problem.confidence > Confidence::Possible;
            let claim = problem.evidence.iter().filter(|_| sure).find_map(|line| Claim::of(&line.text));
            row.told = row.told.take().or(claim);
        }
    }

    fn configuration(&mut self, node: &NodeReport, report: &Report) {
        let Some(facts) = report.facts.get(&node.host) else { return };
        for server in &facts.servers {
            let (what, ports): (_, &[u16]) = match server.kind {
                ServerKind::UnifiedCm => ("Unified CM", &[8443, 6972]),
                ServerKind::ImAndPresence => ("IM and Presence", &[8443]),
                _ => ("Unity Connection", &[8443]),
            };
            let how = if server.told_by == ServerSource::Zone { ", by a zone the box made" } else { "" };
            for port in ports {
                if let Some(row) = self.row(&server.address, Some(*port)) {
                    row.expected |= row.seen.is_empty();
                    row.see(format!("configuration: {what}{how}"));
                }
            }
        }
        let leads = |zone: &&waytrace_evidence::Zone| {
            matches!(zone.zone_type, ZoneType::TraversalClient | ZoneType::Neighbor)
                && zone.tls_verify_mode == Some(true)
        };
        for zone in facts.zones.iter().filter(leads) {
            let name = zone.name.as_deref().unwrap_or("without a name");
            for peer in &zone.peers {
                let Some(row) = self.row(&peer.address, zone.port) else { continue };
                row.zone = true;
                row.see(format!("configuration: zone \"{name}\", TLS verify mode on"));
            }
        }
    }

    fn captures(&mut self, node: &NodeReport, report: &Report, catalogue: &Catalogue) {
        let own = Files::all(&report.certificates, &node.host, CertificateKind::Server);
        for connection in connections(report, node) {
            let Some(tls) = connection.tls.as_ref().filter(|tls| !tls.chain.is_empty()) else { continue };
            // What the box itself shows is no server of it.
            if own.leaves().any(|own| tls.chain.first().is_some_and(|der| der == own.der())) {
                continue;
            }
            let name = server_name(connection);
            let (ip, port) = (connection.server.ip(), connection.server.port());
            let known = |(host, known): &&(String, Option<u16>)| {
                *known == Some(port) && (name.is_some_and(|name| name.eq_ignore_ascii_case(host)))
            };
            let by_name = self.all.keys().find(known).cloned();
            let by_address = || {
                self.all.iter().find(|((_, known), row)| *known == Some(port) && row.addresses.contains(&ip))
            };
            if let Some(key) = by_name.or_else(|| by_address().map(|(key, _)| key.clone())) {
                if let Some(row) = self.all.get_mut(&key) {
                    row.address(ip);
                    row.see("capture".to_owned());
                }
            } else if HTTPS.contains(&port) && catalogue.ports.get(port).is_some() {
                let host = name.map_or_else(|| ip.to_string(), str::to_owned);
                if let Some(row) = self.row(&host, Some(port)) {
                    row.address(ip);
                    row.see("capture".to_owned());
                }
            } else {
                self.others += 1;
            }
        }
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.all.values().all(|row| row.zone) {
            notes.push(
                "no server inside was seen: give a log with a sign-in, the XML configuration dump, or a capture"
                    .to_owned(),
            );
        }
        if self.others > 0 {
            notes.push(format!(
                "{} connections of captures go to ports that the proxy does not ask: they are not judged here",
                self.others
            ));
        }
        if self.dropped > 0 {
            notes.push(format!("only {MAX_SERVERS} servers are judged; more were seen"));
        }
        notes
    }

    pub(super) fn judge(
        self,
        node: &NodeReport,
        store: &Files<'_>,
        report: &Report,
        catalogue: &Catalogue,
        language: &str,
    ) -> Vec<PreflightServer> {
        let store = Store { trusted: store.trust_store(), whole: store.are_whole() };
        let enforced = enforcement(node, report) == Enforcement::Already;
        let judged = self.all.into_iter().map(|((host, port), row)| {
            let mut server = row.server(host, port, node, report, catalogue);
            if row.zone {
                server.outlook = Outlook::Unchanged;
                server.why = Some(
                    "the zone checks this certificate today, and the upgrade changes nothing".to_owned(),
                );
            } else {
                judge(&mut server, row.told.as_ref(), &store, node, catalogue, language);
                if enforced && row.is_proven() && server.outlook == Outlook::Unknown {
                    server.outlook = Outlook::Works;
                    server.why = Some("the box checks already, and it answers".to_owned());
                    server.ask.clear();
                }
            }
            server
        });
        judged.collect()
    }
}

impl Row {
    /// Whether the log shows that requests go through, and none that does not.
    fn is_proven(&self) -> bool {
        self.requests.0 > 0 && self.requests.1 == 0 && self.told.is_none()
    }

    fn see(&mut self, what: String) {
        if !self.seen.contains(&what) {
            self.seen.push(what);
        }
    }

    fn address(&mut self, address: IpAddr) {
        if !self.addresses.contains(&address) {
            self.addresses.push(address);
        }
    }

    fn server(
        &self,
        host: String,
        port: Option<u16>,
        node: &NodeReport,
        report: &Report,
        catalogue: &Catalogue,
    ) -> PreflightServer {
        let mut seen = self.seen.clone();
        if self.expected {
            seen.push("that this port is asked for is what the port guides say".to_owned());
        }
        PreflightServer {
            presented: self.chain(&host, port, node, report),
            service: port.and_then(|port| catalogue.ports.get(port)).map(|port| port.service.clone()),
            seen,
            host,
            port,
            outlook: Outlook::Unknown,
            why: None,
            verdict: None,
            verdict_3: None,
            told: None,
            findings: Vec::new(),
            ask: Vec::new(),
        }
    }

    /// The last chain that the server showed.
    fn chain(
        &self,
        host: &str,
        port: Option<u16>,
        node: &NodeReport,
        report: &Report,
    ) -> Option<PreflightChain> {
        let is_to = |connection: &&Connection| {
            port == Some(connection.server.port())
                && match server_name(connection) {
                    Some(name) if host.parse::<IpAddr>().is_err() => name.eq_ignore_ascii_case(host),
                    _ => self.addresses.contains(&connection.server.ip()),
                }
        };
        let shown =
            |connection: &&Connection| connection.tls.as_ref().is_some_and(|tls| !tls.chain.is_empty());
        let all: Vec<&Connection> = connections(report, node).filter(is_to).filter(shown).collect();
        let last = all.iter().max_by_key(|connection| connection.first)?;
        let sent = &last.tls.as_ref()?.chain;
        let mut chains: Vec<&[Vec<u8>]> =
            all.iter().filter_map(|connection| Some(connection.tls.as_ref()?.chain.as_slice())).collect();
        chains.sort_unstable();
        chains.dedup();
        let traffic = report.traffic.iter().find(|traffic| traffic.node.as_deref() == Some(&node.host));
        Some(PreflightChain {
            server: last.server,
            at: last.first,
            members: traffic.map(|traffic| traffic.members.clone()).unwrap_or_default(),
            malformed: Presented::malformed(sent),
            chain: Presented::parsed(sent),
            different: chains.len(),
        })
    }
}

/// The name that a client asked for.
fn server_name(connection: &Connection) -> Option<&str> {
    connection.tls.as_ref()?.client_hello.as_ref()?.server_name.as_deref()
}

fn connections<'r>(report: &'r Report, node: &'r NodeReport) -> impl Iterator<Item = &'r Connection> {
    let ours = report.traffic.iter().filter(|traffic| traffic.node.as_deref() == Some(&node.host));
    ours.flat_map(|traffic| &traffic.connections)
}
