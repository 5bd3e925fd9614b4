//! The handshake of a finding, as a capture has it: what the server presented, and what the box made of it.

use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind, of_node};
use crate::report::Problem;
use chrono::{DateTime, TimeDelta, Utc};
use std::net::SocketAddr;
use waytrace_evidence::capture::{Alert, Connection, Side};
use waytrace_evidence::certificate::{Certificate, Checked};
use waytrace_signatures::Role;

/// How far the log's line may be from the handshake. Both are of one clock; a line is written when the handshake ends.
const NEAR: i64 = 3_000;

/// What a server presented in one handshake.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Presented {
    /// Host name of the box that captured it.
    pub node: String,
    /// Names of the files of the capture.
    pub members: Vec<String>,
    /// The server.
    pub server: SocketAddr,
    /// When the connection began.
    pub at: DateTime<Utc>,
    /// Its chain, the server's own certificate first. Certificates that cannot be read are left out.
    pub chain: Vec<Certificate>,
    /// Certificates of the chain that could not be read.
    pub unreadable: usize,
    /// Alerts that the box sent, by their numbers.
    pub alerts_sent: Vec<u8>,
    /// Alerts that the server sent, by their numbers.
    pub alerts_received: Vec<u8>,
    /// The certificate would have been encrypted (TLS 1.3).
    pub encrypted: bool,
    /// Whether the trust store of the box holds the server's own certificate, or the one that signed the last of the
    /// chain. Nothing if no trust store was given.
    pub trusted: Option<bool>,
}

/// The handshake that a problem is about: of the same box, to the same server, nearest in time to its proofs.
pub(crate) fn presented(
    problem: &Problem,
    files: &[CertificateFile],
    traffic: &[CapturedTraffic],
) -> Option<Presented> {
    if !problem.about_certificate {
        return None;
    }
    let times: Vec<DateTime<Utc>> = problem
        .evidence
        .iter()
        .filter(|line| line.role == Role::Proof)
        .filter_map(|line| line.time.map(|time| time.to_utc()))
        .collect();
    let apart = |connection: &Connection| {
        let apart = times.iter().map(|time| {
            // A line stands between the beginning and the end of its connection, or a little behind.
            let early = (connection.first - *time).max(TimeDelta::zero());
            let late = (*time - connection.last).max(TimeDelta::zero());
            (early + late).num_milliseconds()
        });
        apart.min().unwrap_or(i64::MAX)
    };
    let ours = |traffic: &&CapturedTraffic| {
        let node = traffic.node.as_deref();
        node == Some(&problem.node) || problem.nodes.iter().any(|held| Some(held.node.as_str()) == node)
    };
    let candidates = traffic.iter().filter(ours).flat_map(|traffic| {
        traffic.connections.iter().filter(|connection| is_to(connection, problem)).map(move |c| (traffic, c))
    });
    let tells = |connection: &Connection| {
        connection.tls.as_ref().is_some_and(|tls| !tls.chain.is_empty() || !tls.alerts.is_empty())
    };
    let near = candidates.filter(|(_, connection)| tells(connection) && apart(connection) <= NEAR);
    let (traffic, connection) = near.min_by_key(|(_, connection)| (apart(connection), connection.first))?;
    Some(Presented::of(traffic, connection, files))
}

/// Whether a connection goes to the server of a problem: by address and port, or by the name it asked for.
fn is_to(connection: &Connection, problem: &Problem) -> bool {
    let target = &problem.target;
    let by_port = target.port.is_none_or(|port| port == connection.server.port());
    let asked = connection.tls.as_ref().and_then(|tls| tls.client_hello.as_ref()?.server_name.as_deref());
    by_port
        && match target.ip {
            Some(ip) => ip == connection.server.ip(),
            None => asked.is_some_and(|name| name.eq_ignore_ascii_case(&target.host)),
        }
}

impl Presented {
    fn of(traffic: &CapturedTraffic, connection: &Connection, files: &[CertificateFile]) -> Self {
        let node = traffic.node.clone().unwrap_or_default();
        let tls = connection.tls.as_ref();
        let sent = tls.map(|tls| tls.chain.as_slice()).unwrap_or_default();
        let chain: Vec<Certificate> = sent.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
        let alerts = |side| {
            let all = tls.into_iter().flat_map(|tls| tls.alerts.iter());
            all.filter(|alert: &&Alert| alert.by == side)
                .filter_map(|alert| alert.said.filter(|said| said.is_fatal()).map(|said| said.number))
                .collect()
        };
        Self {
            members: traffic.members.clone(),
            server: connection.server,
            at: connection.first,
            unreadable: sent.len() - chain.len(),
            alerts_sent: alerts(Side::Client),
            alerts_received: alerts(Side::Server),
            encrypted: tls.is_some_and(|tls| tls.encrypted_certificate),
            trusted: trusted(&chain, files, &node),
            chain,
            node,
        }
    }
}

/// Whether the trust store of a node holds the leaf, or what signed the end of the chain.
fn trusted(chain: &[Certificate], files: &[CertificateFile], node: &str) -> Option<bool> {
    let store: Vec<&Certificate> = of_node(files, node, CertificateKind::TrustStore).collect();
    let (leaf, last) = (chain.first()?, chain.last()?);
    if store.is_empty() {
        return None;
    }
    let signs = |known: &Certificate| {
        known.subject.same_as(&last.issuer) && last.signed_by(&known.key) == Checked::Yes
    };
    Some(store.iter().any(|known| known.same_as(leaf) || known.same_as(last) || signs(known)))
}
