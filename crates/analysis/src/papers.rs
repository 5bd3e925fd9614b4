//! What lies beside the logs of a box and is no log: its certificates, its trust store, its packet captures.

use crate::boxes::{file_name, folder, host_in_name, short};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read;
use std::net::IpAddr;
use waytrace_bundle::Kind;
use waytrace_evidence::capture::{Capture, CaptureSummary, Connection, NotACapture};
use waytrace_evidence::certificate::Certificates;

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

impl CertificateFile {
    /// Whether everything in it was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.certificates.malformed.is_empty() && self.certificates.dropped == 0
    }

    /// Whether its first certificate, a server's own, is the first that was read.
    pub(crate) fn begins_whole(&self) -> bool {
        let broken = self.certificates.malformed.first().map(|broken| broken.place.offset);
        let read = self.certificates.found.first().map(|located| located.place.offset);
        broken.is_none_or(|broken| read.is_some_and(|read| read < broken))
    }
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
    /// The address of the box itself: the only one that is in every connection, if there are several.
    pub own: Option<IpAddr>,
    /// What was read, and what was not.
    pub summary: CaptureSummary,
}

/// Papers of all boxes, before it is known whose they are.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    files: Vec<CertificateFile>,
    captures: BTreeMap<String, Rotated>,
}

/// The files of one capture.
#[derive(Debug, Default)]
struct Rotated {
    /// Their names, in the order read.
    members: Vec<String>,
    capture: Capture,
    /// The number that the last one has in its name.
    last: Option<u64>,
}

impl Papers {
    /// Takes a file of certificates; tells whether any was in it.
    pub(crate) fn certificates(&mut self, member: &str, kind: CertificateKind, bytes: &[u8]) -> bool {
        let certificates = Certificates::read(bytes);
        let is_any = !certificates.found.is_empty() || !certificates.malformed.is_empty();
        self.files.push(CertificateFile { member: member.to_owned(), node: None, kind, certificates });
        is_any
    }

    /// Reads a file of a capture. Rotated files of one interface of a box go on from one another, in whatever order they
    /// come.
    ///
    /// # Errors
    /// If it is no capture, or could not be read to its end.
    pub(crate) fn capture(&mut self, member: &str, content: &mut dyn Read) -> Result<(), NotACapture> {
        let (name, number) = numbered(member);
        let rotated = self.captures.entry(format!("{}\n{name}", folder(member))).or_default();
        let follows =
            rotated.last.zip(number).is_some_and(|(last, number)| last.checked_add(1) == Some(number));
        if !follows {
            rotated.capture.apart();
        }
        let read = rotated.capture.read(content);
        if !matches!(read, Err(NotACapture::Format)) {
            rotated.members.push(member.to_owned());
            rotated.last = number;
        }
        read
    }

    /// Takes papers that were read elsewhere.
    pub(crate) fn join(&mut self, other: Self) {
        self.files.extend(other.files);
        for (key, rotated) in other.captures {
            match self.captures.entry(key) {
                Entry::Vacant(entry) => _ = entry.insert(rotated),
                Entry::Occupied(mut entry) => entry.get_mut().join(rotated),
            }
        }
    }

    /// Finds out whose each paper is. `logs` are the host and the name of each input that was a log.
    pub(crate) fn by_host(self, logs: &[(String, String)]) -> (Vec<CertificateFile>, Vec<CapturedTraffic>) {
        let owner = |member: &str| owner(member, logs);
        let files = self.files.into_iter().map(|file| CertificateFile { node: owner(&file.member), ..file });
        let read = self.captures.into_values().filter(|rotated| !rotated.members.is_empty());
        let captures = read.map(Rotated::finish).map(|traffic| CapturedTraffic {
            node: traffic.members.first().and_then(|member| owner(member)),
            ..traffic
        });
        (files.collect(), captures.collect())
    }
}

impl Rotated {
    fn join(&mut self, other: Self) {
        self.members.extend(other.members);
        self.capture.join(other.capture);
        self.last = None;
    }

    fn finish(self) -> CapturedTraffic {
        let captured = self.capture.finish();
        let name = |file: &u32| usize::try_from(*file).ok().and_then(|file| self.members.get(file)).cloned();
        CapturedTraffic {
            members: captured.files.iter().filter_map(name).collect(),
            node: None,
            own: own(&captured.connections),
            connections: captured
                .connections
                .into_iter()
                .filter(|connection| connection.tls.is_some())
                .collect(),
            summary: captured.summary,
        }
    }
}

/// The address that is in every connection: a box captures its own traffic. It takes two others to tell it from them.
fn own(connections: &[Connection]) -> Option<IpAddr> {
    let ends = |connection: &Connection| [connection.client.ip(), connection.server.ip()];
    let (first, others) = connections.split_first()?;
    let mut common: Vec<IpAddr> = ends(first).to_vec();
    for connection in others {
        common.retain(|address| ends(connection).contains(address));
    }
    match common[..] {
        [own] => Some(own),
        _ => None,
    }
}

/// The host a member belongs to: by its name, or by the only log beside it.
fn owner(member: &str, logs: &[(String, String)]) -> Option<String> {
    let named = host_in_name(member);
    let mut of_name = logs.iter().filter(|(host, _)| Some(short(host)) == named);
    let beside = of_name.clone().find(|(_, input)| folder(input) == folder(member));
    if let Some((host, _)) = beside.or_else(|| of_name.next()) {
        return Some(host.clone());
    }
    let mut beside = logs.iter().filter(|(_, input)| folder(input) == folder(member));
    let first = beside.next().filter(|first| beside.all(|other| other.0 == first.0));
    first.filter(|_| named.is_none()).map(|(host, _)| host.clone()).or(named)
}

/// What the rotated files of one capture have in common, and the number that tells one from the others: `tcpdump0` with
/// interface and host, as the product names them; `trace.pcap1` of tcpdump; `trace_00001_20250612080210.pcapng` of dumpcap.
/// A file that is packed alone has the name of what packs it in its folder, too.
fn numbered(member: &str) -> (String, Option<u64>) {
    let file = file_name(member);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((before, rest)) = file.split_once("tcpdump") {
        let (number, _) = rest.split_at(digits(rest));
        let host = host_in_name(file).unwrap_or_default();
        return (format!("{before}tcpdump_{host}"), number.parse().ok());
    }
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let tail = end.trim_end_matches(|c: char| c.is_ascii_digit());
    if ["pcap", "pcapng", "cap", "dump"].contains(&tail) && tail.len() < end.len() {
        return (format!("{stem}.{tail}"), end[tail.len()..].parse().ok());
    }
    let dated = stem.rsplit_once('_').and_then(|(rest, date)| Some((rest.rsplit_once('_')?, date)));
    if let Some(((name, number), date)) = dated
        && digits(date) == date.len()
        && (date.len(), number.len()) == (14, 5)
        && digits(number) == 5
    {
        return (format!("{name}.{end}"), number.parse().ok());
    }
    (file.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::{numbered, owner};

    #[test]
    fn papers_find_their_box() {
        let logs = [("expc1", "a/log.txt"), ("expe", "b/log.txt"), ("expx", "b/other.txt")];
        let logs = logs.map(|(host, input)| (host.to_owned(), input.to_owned()));
        assert_eq!(owner("b/ca_expc1_2025-06-12_08_02_10.pem", &logs).as_deref(), Some("expc1"));
        assert_eq!(owner("a/ca.pem", &logs).as_deref(), Some("expc1"));
        assert_eq!(owner("b/ca.pem", &logs), None);
        let capture = "z!eth0_diagnostic_logging_tcpdump0_expc1_2025-06-12_08_02_10.pcap";
        assert_eq!(owner(capture, &logs).as_deref(), Some("expc1"));
        // Two boxes with one short name: each paper goes to the log beside it.
        let logs = [("expc.a.example", "a/log.txt"), ("expc.b.example", "b/log.txt")];
        let logs = logs.map(|(host, input)| (host.to_owned(), input.to_owned()));
        assert_eq!(owner("b/ca_expc_2025-06-12_08_02_10.pem", &logs).as_deref(), Some("expc.b.example"));
    }

    #[test]
    fn rotated_files_know_each_other() {
        for (member, name, number) in [
            (
                "z!eth0_diagnostic_logging_tcpdump10_expc1_2025-06-12_08_02_10.pcap",
                "eth0_diagnostic_logging_tcpdump_expc1",
                Some(10),
            ),
            (
                "a/eth1_diagnostic_logging_tcpdump2_EXPC1.example.com_2025-06-12_08_02_10.pcap",
                "eth1_diagnostic_logging_tcpdump_expc1",
                Some(2),
            ),
            ("diagnostic_logging_tcpdump.pcap", "diagnostic_logging_tcpdump_", None),
            ("trace.pcap", "trace.pcap", None),
            ("trace.pcap12", "trace.pcap", Some(12)),
            ("x/trace_00003_20250612080210.pcapng", "trace.pcapng", Some(3)),
            ("site_00003.pcap", "site_00003.pcap", None),
            ("2025_06.pcap", "2025_06.pcap", None),
            ("pcap", "pcap", None),
            ("capture99999999999999999999999.pcap", "capture99999999999999999999999.pcap", None),
        ] {
            assert_eq!(numbered(member), (name.to_owned(), number), "{member}");
        }
    }
}
