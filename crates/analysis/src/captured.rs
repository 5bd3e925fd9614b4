//! Problems that only a capture shows: the log lacks the line, or there is no log.
//!
//! The alert of a refused handshake says who refused, and which kind of check failed; the certificate that the server
//! showed, held against the trust store, says why. Which alert and which failed check mean which entry stands in the
//! catalogue (kind `capture.tls`).

use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind};
use crate::presented::{Bearing, NEAR, Presented};
use crate::report::{NodeReport, Problem};
use crate::stores::Files;
use crate::wording;
use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use waytrace_evidence::capture::{Alert, Connection, Roles, Said, Side, Tls};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, VerifyError, host_matches};
use waytrace_evidence::{NodeFacts, Role};
use waytrace_logparse::x509::normalise;
use waytrace_signatures::{CapturedHandshakes, Catalogue, Confidence, Target};

/// The alerts of a box that judged a certificate (OpenSSL 1.1.1w ssl/statem/statem_lib.c:1341-1385), the one for a
/// name among them.
const UNKNOWN_CA: u8 = 48;
pub(crate) const INTERNAL_ERROR: u8 = 80;

/// What a report knows when captures are asked.
pub(crate) struct Known<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) language: &'a str,
    pub(crate) nodes: &'a [NodeReport],
    pub(crate) facts: &'a HashMap<String, NodeFacts>,
    pub(crate) files: &'a [CertificateFile],
    pub(crate) traffic: &'a [CapturedTraffic],
}

/// What makes handshakes one problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    node: String,
    host: String,
    server: SocketAddr,
    by_box: bool,
    alert: u8,
    cause: Cause,
}

/// Why the box refuses a certificate, as far as that was computed and fits the alert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Cause {
    check: Option<&'static str>,
    error: Option<String>,
    depth: Option<usize>,
}

/// Handshakes that ended in the same way.
struct Ended<'a> {
    traffic: &'a CapturedTraffic,
    connection: &'a Connection,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    count: u64,
}

/// Adds the problems that captures show and the log does not, and takes out those that only lacked the cause.
pub(crate) fn add(problems: &mut Vec<Problem>, known: &Known<'_>) {
    let mut ended: IndexMap<Key, Ended<'_>> = IndexMap::new();
    for traffic in known.traffic {
        let Some(clients) = Clients::of(traffic, known) else { continue };
        let refused = traffic.connections.iter().filter(|connection| clients.is_proxied(connection, known));
        for connection in refused {
            let Some((key, at)) = key(connection, &clients) else { continue };
            let entry = ended.entry(key);
            let group = entry.or_insert(Ended { traffic, connection, first: at, last: at, count: 0 });
            group.first = group.first.min(at);
            group.last = group.last.max(at);
            group.count += 1;
        }
    }
    for (key, ended) in &ended {
        tell(problems, key, ended, known);
    }
}

/// The box that captured.
struct Clients<'a> {
    node: &'a str,
    addresses: Vec<IpAddr>,
    /// What it trusts; put together once for all its handshakes.
    store: TrustStore,
}

impl<'a> Clients<'a> {
    /// Tells who the box is in its capture; nothing if that is not known, or if it is no box that judges the
    /// certificates of origin servers.
    fn of(traffic: &'a CapturedTraffic, known: &Known<'_>) -> Option<Self> {
        let node = traffic.node.as_deref()?;
        let role = known.nodes.iter().find(|other| other.host == node).and_then(|node| node.role);
        if role == Some(Role::Edge) {
            return None;
        }
        let interfaces = known.facts.get(node).into_iter().flat_map(|facts| &facts.network.interfaces);
        let addresses = interfaces.flat_map(|one| [&one.address_v4, &one.address_v6]).flatten();
        let mut addresses: Vec<IpAddr> = addresses.filter_map(|text| text.parse().ok()).collect();
        addresses.extend(traffic.own);
        let store = || Files::of_capture(known.files, traffic, CertificateKind::TrustStore).trust_store();
        (!addresses.is_empty()).then(|| Self { node, addresses, store: store() })
    }

    /// Whether the box itself connected to a port of an origin server.
    fn is_proxied(&self, connection: &Connection, known: &Known<'_>) -> bool {
        let port = known.catalogue.ports.get(connection.server.port());
        connection.roles != Roles::Ports
            && self.addresses.contains(&connection.client.ip())
            && !self.addresses.contains(&connection.server.ip())
            && port.is_some_and(|port| port.proxied)
    }
}

/// The first alert in the clear that ended a handshake, if nothing of it was hidden.
fn fatal(tls: &Tls) -> Option<(&Alert, u8)> {
    let hidden = tls.encrypted_certificate || tls.established;
    let alert = tls.alerts.iter().find(|alert| alert.said.is_none_or(Said::is_fatal));
    let alert = alert.filter(|_| !hidden)?;
    Some((alert, alert.said?.number))
}

fn key(connection: &Connection, clients: &Clients<'_>) -> Option<(Key, DateTime<Utc>)> {
    let tls = connection.tls.as_ref()?;
    let (alert, number) = fatal(tls)?;
    let asked = tls.client_hello.as_ref().and_then(|hello| hello.server_name.as_deref());
    let host = asked.map_or_else(|| connection.server.ip().to_string(), str::to_ascii_lowercase);
    let by_box = alert.by == Side::Client;
    let chain = Presented::parsed(&tls.chain);
    let cause = if by_box && !chain.is_empty() && chain.len() == tls.chain.len() {
        cause(&chain, &host, number, alert.at, &clients.store)
    } else {
        Cause::default()
    };
    let node = clients.node.to_owned();
    Some((Key { node, host, server: connection.server, by_box, alert: number, cause }, alert.at))
}

/// Why OpenSSL and Traffic Server send this alert to this chain; nothing if they would send another, or none.
fn cause(chain: &[Certificate], host: &str, alert: u8, at: DateTime<Utc>, store: &TrustStore) -> Cause {
    let is_store_known = !store.certificates().is_empty();
    if !is_store_known && alert == INTERNAL_ERROR {
        // The name is compared with the certificate alone.
        let leaf = &chain[0];
        let names = leaf.names.dns.iter().map(String::as_str).chain(leaf.subject.common_name());
        let is_named = names.into_iter().any(|own| host_matches(own, host, Dialect::OpenSsl3));
        return if is_named { Cause::default() } else { Cause { check: Some("name"), ..Cause::default() } };
    }
    // Without its store, only that the box trusts nothing of this chain can explain the alert for an unknown CA.
    if !is_store_known && alert != UNKNOWN_CA {
        return Cause::default();
    }
    match Question::new(chain, store, at).name(host).ask().outcome {
        Outcome::Refused(failure) if failure.error.alert() == alert => Cause {
            check: Some("chain"),
            error: Some(normalise(failure.text).into_owned()),
            depth: Some(failure.depth),
        },
        Outcome::NameMismatch if alert == INTERNAL_ERROR => Cause { check: Some("name"), ..Cause::default() },
        _ => Cause::default(),
    }
}

fn tell(problems: &mut Vec<Problem>, key: &Key, ended: &Ended<'_>, known: &Known<'_>) {
    let about = |problem: &Problem| {
        let target = &problem.target;
        let same_host = target.ip == Some(key.server.ip()) || target.host.eq_ignore_ascii_case(&key.host);
        let on_node = problem.node == key.node || problem.nodes.iter().any(|held| held.node == key.node);
        on_node && same_host && target.port.is_none_or(|port| port == key.server.port())
    };
    let near = TimeDelta::milliseconds(NEAR);
    let at_that_time = |problem: &Problem| {
        problem.first.is_none_or(|first| first - near <= ended.last)
            && problem.last.is_none_or(|last| ended.first <= last + near)
    };
    let lacks_cause = |problem: &Problem| known.catalogue.lacks_cause(&problem.id);
    let is_told = problems.iter().any(|problem| {
        let shown = problem.presented.as_ref().map(|presented| (presented.node.as_str(), presented.server));
        (about(problem) || shown == Some((key.node.as_str(), key.server)))
            && problem.about_certificate
            && !lacks_cause(problem)
            && at_that_time(problem)
    });
    if is_told {
        return;
    }
    let handshakes = CapturedHandshakes {
        node: key.node.clone(),
        target: Target { host: key.host.clone(), ip: Some(key.server.ip()), port: Some(key.server.port()) },
        by_box: key.by_box,
        alert: key.alert,
        check: key.cause.check,
        error: key.cause.error.clone(),
        depth: key.cause.depth,
        confidence: Confidence::Likely,
        first: ended.first,
        last: ended.last,
    };
    for finding in known.catalogue.captured(&handshakes, known.facts.get(&key.node)) {
        if problems.iter().any(|problem| about(problem) && problem.id == finding.id) {
            continue;
        }
        let mut problem = wording::problem(finding, known.catalogue, known.language);
        let mut at = 0;
        while let Some(found) = problems.get(at) {
            // What failed at that time without a cause failed for this one.
            if !known.catalogue.lacks_cause(&problem.id)
                && about(found)
                && lacks_cause(found)
                && at_that_time(found)
            {
                explain(&mut problem, problems.remove(at));
            } else {
                at += 1;
            }
        }
        let bearing = if problem.evidence_count > 0 { Bearing::Explains } else { Bearing::Alone };
        let presented = Presented::of(ended.traffic, ended.connection, &problem, known.files);
        problem.presented = Some(Presented { bearing: Some(bearing), ..presented });
        // Those of the entry are about the lines of a log.
        problem.text.doubts = doubts(bearing, key, ended.count);
        problems.push(problem);
    }
}

/// Takes what a problem without a cause touched.
fn explain(problem: &mut Problem, other: Problem) {
    problem.first = [problem.first, other.first].into_iter().flatten().min();
    problem.last = [problem.last, other.last].into_iter().flatten().max();
    problem.evidence_count += other.evidence_count;
    problem.transaction_count += other.transaction_count;
    problem.unattributed += other.unattributed;
    problem.evidence.extend(other.evidence);
    problem.transactions.extend(other.transactions);
    let mut also = other.also;
    also.push(other.id);
    for (known, more) in [
        (&mut problem.users, other.users),
        (&mut problem.calls, other.calls),
        (&mut problem.seen_on, other.seen_on),
        (&mut problem.also, also),
    ] {
        for one in more {
            if !known.contains(&one) {
                known.push(one);
            }
        }
    }
}

/// What remains open where the log does not say it.
fn doubts(bearing: Bearing, key: &Key, count: u64) -> Vec<String> {
    let times = if count == 1 { "one handshake".to_owned() } else { format!("{count} handshakes") };
    let lines = match bearing {
        Bearing::Alone => {
            "no line of a log says it: none was given, its level was too high, or it was rotated away"
        }
        _ => "the lines of the log say that it failed, but not why",
    };
    let mut doubts = vec![format!(
        "This rests on {times} in the capture that ended with alert {}: {lines}. Look for the WARNING of traffic_server at that time.",
        key.alert
    )];
    if key.by_box && key.cause.check.is_some() {
        doubts.push(
            "What the box holds against the certificate was computed anew, with its trust store as it was given, or \
             with none; the store may have been another one at that time."
                .to_owned(),
        );
    }
    doubts
}

/// The alert that goes with a text of OpenSSL, in lower case.
pub(crate) fn alert_of(words: &str) -> Option<u8> {
    let says = |error: &&VerifyError| {
        [Dialect::OpenSsl111, Dialect::OpenSsl3]
            .iter()
            .any(|dialect| normalise(error.text(*dialect)) == words)
    };
    VerifyError::ALL.iter().find(says).map(|error| error.alert())
}
