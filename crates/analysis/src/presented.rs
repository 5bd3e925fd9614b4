//! The handshake of a finding, as a capture has it: what the server presented, and what the box made of it.

mod bearing;

pub use bearing::Bearing;
pub(crate) use bearing::weigh;

use crate::captured::{INTERNAL_ERROR, alert_of};
use crate::papers::{CapturedTraffic, CertificateFile, CertificateKind};
use crate::report::Problem;
use crate::stores::Files;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use waytrace_evidence::capture::{Alert, Connection, Side};
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Verdict};
use waytrace_logparse::x509::normalise;
use waytrace_signatures::Role;

/// How far the log's line may be from the handshake, in milliseconds. Both are of one clock; a line is written when the
/// handshake ends.
pub(crate) const NEAR: i64 = 3_000;

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
    /// Certificates of the chain that could not be read: place in the chain, from 0, and the reason.
    pub malformed: Vec<(usize, String)>,
    /// Alerts that the box sent, by their numbers.
    pub alerts_sent: Vec<u8>,
    /// Alerts that the server sent, by their numbers.
    pub alerts_received: Vec<u8>,
    /// The certificate would have been encrypted (TLS 1.3).
    pub encrypted: bool,
    /// What OpenSSL and Traffic Server say to this chain, with the trust store of the box, the name that was asked for
    /// and the time of the handshake. Nothing if no trust store of the box was given, or the chain was not read in full.
    pub verdict: Option<Verdict>,
    /// What the log says of it.
    pub claim: Option<Claim>,
    /// What the same server showed on other ports, with what OpenSSL and Traffic Server say to it; at most
    /// [`Presented::MAX_OTHERS`].
    pub others: Vec<Other>,
    /// What the handshake means for the finding; nothing if it says neither yes nor no.
    pub bearing: Option<Bearing>,
}

/// What a server showed on another port.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Other {
    /// The server.
    pub server: SocketAddr,
    /// Its own certificate.
    pub certificate: Certificate,
    /// What is said to it, as far as the trust store of the box was given.
    pub verdict: Option<Verdict>,
}

/// What a line of the log says was wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// OpenSSL refused the chain, with these words.
    Chain(String),
    /// The name is not in the certificate.
    Name,
}

impl Claim {
    /// Reads the line of Traffic Server.
    pub(crate) fn of(line: &str) -> Option<Self> {
        if line.contains("not in certificate") {
            return Some(Self::Name);
        }
        let error = line.split_once("Error=")?.1.split(" server=").next()?;
        Some(Self::Chain(normalise(error).into_owned()))
    }

    /// Whether a verdict says the same; nothing if it says nothing.
    pub fn agrees(&self, verdict: &Verdict) -> Option<bool> {
        match (self, &verdict.outcome) {
            (Self::Chain(words), Outcome::Refused(failure)) => Some(*words == normalise(failure.text)),
            (Self::Name, Outcome::NameMismatch) => Some(true),
            (_, Outcome::Unknown(_)) => None,
            _ => Some(false),
        }
    }
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
    let times = proofs(problem);
    let ours = |traffic: &&CapturedTraffic| {
        let node = traffic.node.as_deref();
        node == Some(&problem.node) || problem.nodes.iter().any(|held| Some(held.node.as_str()) == node)
    };
    let tells = |connection: &Connection| {
        connection.tls.as_ref().is_some_and(|tls| !tls.chain.is_empty() || !tls.alerts.is_empty())
    };
    let all = traffic.iter().filter(ours).flat_map(|traffic| {
        let near = traffic.connections.iter().filter(|c| tells(c) && apart(c, &times) <= NEAR);
        near.map(move |connection| (traffic, connection))
    });
    let (on_port, elsewhere): (Vec<_>, Vec<_>) = all
        .filter(|(_, connection)| is_to(connection, problem))
        .partition(|(_, c)| problem.target.port.is_none_or(|port| port == c.server.port()));
    let refused = |candidates: &[(&CapturedTraffic, &Connection)]| {
        candidates.iter().any(|(_, connection)| refusal(connection).is_some())
    };
    // What was refused on another port says more than what went well on this one.
    let is_elsewhere = refused(&elsewhere) && !refused(&on_port) && refusal_of(problem).is_some();
    let candidates = if is_elsewhere { &elsewhere } else { &on_port };
    let best = |wanted: bool| {
        let fit = candidates.iter().filter(|(_, connection)| !wanted || refusal(connection).is_some());
        fit.min_by_key(|(_, connection)| (apart(connection, &times), connection.first)).copied()
    };
    // A problem that was refused is about a handshake that was.
    let (traffic, connection) = best(refusal_of(problem).is_some()).or_else(|| best(false))?;
    let presented = Presented::of(traffic, connection, problem, files);
    let is_only = |port: u16| on_port.iter().all(|(_, c)| refusal(c).is_none() || c.server.port() == port);
    let confirms = !refused(&elsewhere) && presented.confirms(connection, problem);
    let bearing = match problem.target.port {
        _ if is_elsewhere => Some(Bearing::OtherPort),
        Some(_) => confirms.then_some(Bearing::Confirms),
        None => (confirms && is_only(connection.server.port())).then_some(Bearing::GivesPort),
    };
    Some(Presented { bearing, ..presented })
}

/// The times of the lines that prove a problem.
fn proofs(problem: &Problem) -> Vec<DateTime<Utc>> {
    let proofs = problem.evidence.iter().filter(|line| line.role == Role::Proof);
    proofs.filter_map(|line| line.time.map(|time| time.to_utc())).collect()
}

/// How far a connection is from the nearest of some lines, in milliseconds.
fn apart(connection: &Connection, times: &[DateTime<Utc>]) -> i64 {
    let apart = times.iter().map(|time| {
        // A line stands between the beginning and the end of its connection, or a little behind.
        let early = (connection.first - *time).max(TimeDelta::zero());
        let late = (*time - connection.last).max(TimeDelta::zero());
        (early + late).num_milliseconds()
    });
    apart.min().unwrap_or(i64::MAX)
}

/// The alert with which the client of a connection refused what the server showed.
fn refusal(connection: &Connection) -> Option<u8> {
    let tls = connection.tls.as_ref()?;
    let said = tls.alerts_of(Side::Client).find_map(|alert| alert.said.filter(|said| said.is_fatal()))?;
    (!tls.established).then_some(said.number)
}

/// The alert that goes with what the log says.
fn refusal_of(problem: &Problem) -> Option<u8> {
    match problem.evidence.iter().find_map(|line| Claim::of(&line.text))? {
        Claim::Name => Some(INTERNAL_ERROR),
        Claim::Chain(words) => alert_of(&words),
    }
}

/// Whether a connection goes to the server of a problem: by address, or by the name it asked for.
fn is_to(connection: &Connection, problem: &Problem) -> bool {
    let target = &problem.target;
    let asked = connection.tls.as_ref().and_then(|tls| tls.client_hello.as_ref()?.server_name.as_deref());
    match target.ip {
        Some(ip) => ip == connection.server.ip(),
        None => asked.is_some_and(|name| name.eq_ignore_ascii_case(&target.host)),
    }
}

impl Presented {
    /// Ceiling on the other ports that are told.
    pub const MAX_OTHERS: usize = 4;

    /// The certificates of a chain that can be read.
    pub(crate) fn parsed(sent: &[Vec<u8>]) -> Vec<Certificate> {
        sent.iter().filter_map(|der| Certificate::from_der(der).ok()).collect()
    }

    /// Those that cannot be read: place in the chain, from 0, and the reason.
    pub(crate) fn malformed(sent: &[Vec<u8>]) -> Vec<(usize, String)> {
        let broken =
            |(place, der): (usize, &Vec<u8>)| Some((place, Certificate::from_der(der).err()?.to_string()));
        sent.iter().enumerate().filter_map(broken).collect()
    }

    /// Whether a handshake shows what the log says: the server by address and port, the alert, and the verdict.
    fn confirms(&self, connection: &Connection, problem: &Problem) -> bool {
        let agrees =
            self.claim.as_ref().zip(self.verdict.as_ref()).and_then(|(claim, verdict)| claim.agrees(verdict));
        let target = &problem.target;
        let same_port = target.port.is_none_or(|port| port == connection.server.port());
        same_port
            && target.ip == Some(connection.server.ip())
            && agrees == Some(true)
            && refusal_of(problem).is_some_and(|alert| refusal(connection) == Some(alert))
    }

    pub(crate) fn of(
        traffic: &CapturedTraffic,
        connection: &Connection,
        problem: &Problem,
        files: &[CertificateFile],
    ) -> Self {
        let node = traffic.node.clone().unwrap_or_default();
        let store = Files::of_capture(files, traffic, CertificateKind::TrustStore).trust_store();
        let tls = connection.tls.as_ref();
        let sent = tls.map(|tls| tls.chain.as_slice()).unwrap_or_default();
        let chain = Self::parsed(sent);
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
            malformed: Self::malformed(sent),
            alerts_sent: alerts(Side::Client),
            alerts_received: alerts(Side::Server),
            encrypted: tls.is_some_and(|tls| tls.encrypted_certificate),
            verdict: (chain.len() == sent.len())
                .then(|| verdict(&chain, connection.first, &problem.target.host, problem, &store))
                .flatten(),
            claim: problem.evidence.iter().find_map(|line| Claim::of(&line.text)),
            bearing: None,
            others: others(traffic, connection, problem, &store),
            chain,
            node,
        }
    }
}

/// What the server of a connection showed on other ports, in the order of the ports; of each the last.
fn others(
    traffic: &CapturedTraffic,
    connection: &Connection,
    problem: &Problem,
    store: &TrustStore,
) -> Vec<Other> {
    let mut by_port: BTreeMap<SocketAddr, &Connection> = BTreeMap::new();
    let shows = |other: &Connection| other.tls.as_ref().is_some_and(|tls| !tls.chain.is_empty());
    for other in traffic.connections.iter().filter(|other| shows(other)) {
        if other.server.ip() == connection.server.ip() && other.server != connection.server {
            by_port.insert(other.server, other);
        }
    }
    let told = by_port.into_iter().filter_map(|(server, other)| {
        let tls = other.tls.as_ref()?;
        let chain = Presented::parsed(&tls.chain);
        let asked = tls.client_hello.as_ref().and_then(|hello| hello.server_name.as_deref());
        let asked = asked.unwrap_or(&problem.target.host);
        let is_whole = chain.len() == tls.chain.len();
        let verdict = is_whole.then(|| verdict(&chain, other.first, asked, problem, store)).flatten();
        // The first that can be read may be an issuer's.
        let certificate = Certificate::from_der(tls.chain.first()?).ok()?;
        Some(Other { server, certificate, verdict })
    });
    told.take(Presented::MAX_OTHERS).collect()
}

/// What OpenSSL says to a chain with a trust store.
fn verdict(
    chain: &[Certificate],
    at: DateTime<Utc>,
    name: &str,
    problem: &Problem,
    store: &TrustStore,
) -> Option<Verdict> {
    if store.certificates().is_empty() || chain.is_empty() {
        return None;
    }
    // The hyphen came with OpenSSL 3.
    let is_three = problem.evidence.iter().any(|line| line.text.contains("Error=self-signed"));
    let dialect = if is_three { Dialect::OpenSsl3 } else { Dialect::OpenSsl111 };
    Some(Question::new(chain, store, at).name(name).dialect(dialect).ask())
}
