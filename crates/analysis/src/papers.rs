//! What lies beside the logs of a box and is no log: its certificates, its trust store, its packet captures.

use crate::boxes::{file_name, folder, host_in_name, short};
use std::collections::BTreeMap;
use std::io::Read;
use waytrace_bundle::Kind;
use waytrace_evidence::capture::{Capture, CaptureSummary, Connection, NotACapture};
use waytrace_evidence::certificate::{Certificate, Certificates};
use waytrace_evidence::trust::TrustStore;

/// Ceiling on one file of certificates, in bytes. Trust stores have a few hundred kilobytes.
pub(crate) const MAX_FILE: u64 = 32 << 20;

/// What a file of certificates is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CertificateKind {
    /// What the box trusts: `ca_*.pem`.
    TrustStore,
    /// What the box shows as a server: `server_*.pem`.
    Server,
    /// What the box shows as a client: `client_*.pem`.
    Client,
    /// Its name does not say.
    Other,
}

impl CertificateKind {
    /// The kind of a member, if it holds certificates.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::TrustStore => Some(Self::TrustStore),
            Kind::ServerCertificate => Some(Self::Server),
            Kind::ClientCertificate => Some(Self::Client),
            Kind::Certificates => Some(Self::Other),
            _ => None,
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TrustStore => "trust store",
            Self::Server => "server certificate",
            Self::Client => "client certificate",
            Self::Other => "certificates",
        }
    }
}

/// A file of certificates.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CertificateFile {
    /// Name of the member.
    pub member: String,
    /// Host name of the box it belongs to, if its name or its place tells.
    pub node: Option<String>,
    /// What it is for.
    pub kind: CertificateKind,
    /// What is in it.
    pub certificates: Certificates,
}

/// The connections of the captures of one box.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CapturedTraffic {
    /// Names of the files, in the order read.
    pub members: Vec<String>,
    /// Host name of the box that captured, if names or places tell.
    pub node: Option<String>,
    /// Connections with a sign of TLS, or that did not come to be.
    pub connections: Vec<Connection>,
    /// What was read, and what was not.
    pub summary: CaptureSummary,
}

/// Papers of all boxes, before it is known whose they are.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    files: Vec<CertificateFile>,
    captures: BTreeMap<String, (Vec<String>, Capture)>,
    read: Vec<CapturedTraffic>,
}

impl Papers {
    /// Takes a file of certificates; tells whether any was in it.
    pub(crate) fn certificates(&mut self, member: &str, kind: CertificateKind, bytes: &[u8]) -> bool {
        let certificates = Certificates::read(bytes);
        let is_any = !certificates.found.is_empty() || !certificates.malformed.is_empty();
        self.files.push(CertificateFile { member: member.to_owned(), node: None, kind, certificates });
        is_any
    }

    /// Reads a file of a capture; rotated files of one interface of a box go on from one another.
    ///
    /// # Errors
    /// If it is no capture, or could not be read to its end.
    pub(crate) fn capture(&mut self, member: &str, content: &mut dyn Read) -> Result<(), NotACapture> {
        let key = format!("{}\n{}", folder(member), interface(member));
        let (members, capture) = self.captures.entry(key).or_default();
        members.push(member.to_owned());
        capture.read(content)
    }

    /// Ends the captures: no further file follows.
    pub(crate) fn settle(&mut self) {
        for (members, capture) in std::mem::take(&mut self.captures).into_values() {
            let captured = capture.finish();
            let connections = captured.connections.into_iter().filter(|connection| connection.tls.is_some());
            self.read.push(CapturedTraffic {
                members,
                node: None,
                connections: connections.collect(),
                summary: captured.summary,
            });
        }
    }

    /// Takes papers that were read elsewhere. Both are settled.
    pub(crate) fn join(&mut self, other: Self) {
        self.files.extend(other.files);
        self.read.extend(other.read);
    }

    /// Finds out whose each paper is. `logs` are the host and the name of each input that was a log.
    pub(crate) fn by_host(self, logs: &[(String, String)]) -> (Vec<CertificateFile>, Vec<CapturedTraffic>) {
        let owner = |member: &str| owner(member, logs);
        let files = self.files.into_iter().map(|file| CertificateFile { node: owner(&file.member), ..file });
        let captures = self.read.into_iter().map(|traffic| CapturedTraffic {
            node: traffic.members.first().and_then(|member| owner(member)),
            ..traffic
        });
        (files.collect(), captures.collect())
    }
}

/// The host a member belongs to: by its name, or by the only log beside it.
fn owner(member: &str, logs: &[(String, String)]) -> Option<String> {
    let named = host_in_name(member);
    if let Some((host, _)) = logs.iter().find(|(host, _)| Some(short(host)) == named) {
        return Some(host.clone());
    }
    let mut beside = logs.iter().filter(|(_, input)| folder(input) == folder(member));
    let first = beside.next().filter(|first| beside.all(|other| other.0 == first.0));
    first.filter(|_| named.is_none()).map(|(host, _)| host.clone()).or(named)
}

/// What the rotated files of one capture have in common: the beginning of their names.
fn interface(member: &str) -> &str {
    let file = file_name(member);
    file.find("tcpdump").map_or(file, |at| &file[..at])
}

/// The certificates of one node that are for one thing, in the order of the files.
pub(crate) fn of_node<'f>(
    files: &'f [CertificateFile],
    node: &'f str,
    kind: CertificateKind,
) -> impl Iterator<Item = &'f Certificate> {
    let own = files.iter().filter(move |file| file.kind == kind && file.node.as_deref() == Some(node));
    own.flat_map(|file| file.certificates.found.iter().map(|located| &located.certificate))
}

/// What a node trusts, as far as its files were given.
pub(crate) fn trust_store(files: &[CertificateFile], node: &str) -> TrustStore {
    TrustStore::new(of_node(files, node, CertificateKind::TrustStore).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::{interface, owner};

    #[test]
    fn papers_find_their_box() {
        let logs = [("expc1", "a/log.txt"), ("expe", "b/log.txt"), ("expx", "b/other.txt")];
        let logs = logs.map(|(host, input)| (host.to_owned(), input.to_owned()));
        assert_eq!(owner("b/ca_expc1_2025-06-12_08_02_10.pem", &logs).as_deref(), Some("expc1"));
        assert_eq!(owner("a/ca.pem", &logs).as_deref(), Some("expc1"));
        assert_eq!(owner("b/ca.pem", &logs), None);
        let capture = "z!eth0_diagnostic_logging_tcpdump0_expc1_2025-06-12_08_02_10.pcap";
        assert_eq!(owner(capture, &logs).as_deref(), Some("expc1"));
        assert_eq!(interface(capture), "eth0_diagnostic_logging_");
    }
}
