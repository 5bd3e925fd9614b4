//! The boxes of a case: what their dumps say, which log is whose, and which peers are missing.

use crate::report::{Cluster, ClusterPeer, NodeReport};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use waytrace_evidence::{NodeFacts, NotADump};

/// Ceiling on the boxes whose dumps are kept. A cluster has six peers, and each dump may hold megabytes.
const MAX_BOXES: usize = 64;

/// Dumps, put together by box.
#[derive(Debug, Default)]
pub(crate) struct Boxes {
    all: Vec<Dumped>,
}

/// The dumps of one box.
#[derive(Debug)]
struct Dumped {
    /// Folder, or archive, that they lie in.
    folder: String,
    /// Host in the file names.
    named: Option<String>,
    facts: NodeFacts,
}

/// The folder of a member, or the archive it stands in.
pub(crate) fn folder(member: &str) -> &str {
    member.rsplit_once(['/', '\\', '!']).map_or("", |(folder, _)| folder)
}

/// The last part of a member's name.
pub(crate) fn file_name(member: &str) -> &str {
    member.rsplit(['/', '\\', '!']).next().unwrap_or(member)
}

/// What files of a box are called, before its host name.
const PREFIXES: &[&str] = &["xconf_dump_", "xstat_dump_", "ca_", "server_", "client_"];

/// `expc` of `xconf_dump_expc_2025-06-12_08_02_10.txt` and of `eth0_diagnostic_logging_tcpdump0_expc_2025-….pcap`.
pub(crate) fn host_in_name(member: &str) -> Option<String> {
    let file = file_name(member);
    let of_capture = || {
        let rest = file.split_once("tcpdump")?.1.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix('_')
    };
    let rest = PREFIXES.iter().find_map(|prefix| file.strip_prefix(prefix)).or_else(of_capture)?;
    // The date begins with the first part of four digits and a hyphen.
    let date = rest.match_indices('_').find(|(at, _)| {
        let part = &rest.as_bytes()[at + 1..];
        part.len() > 4 && part[..4].iter().all(u8::is_ascii_digit) && part[4] == b'-'
    });
    let host = date.map_or(rest, |(at, _)| &rest[..at]);
    let host = short(host);
    (!host.is_empty()).then_some(host)
}

/// A host name without its domain, in lower case. An address is taken whole.
pub(crate) fn short(host: &str) -> String {
    if host.parse::<IpAddr>().is_ok() {
        return host.to_owned();
    }
    host.split('.').next().unwrap_or(host).to_ascii_lowercase()
}

impl Boxes {
    /// Takes a dump: to the others of its folder that may be of the same box.
    /// Tells whether there was room for it.
    pub(crate) fn take(&mut self, member: &str, dump: &[u8]) -> Result<bool, NotADump> {
        if self.all.len() >= MAX_BOXES {
            return Ok(false);
        }
        let facts = NodeFacts::read(dump)?;
        self.add(Dumped { folder: folder(member).to_owned(), named: host_in_name(member), facts });
        Ok(true)
    }

    /// Takes dumps that were read elsewhere.
    pub(crate) fn join(&mut self, other: Self) {
        for dumped in other.all {
            self.add(dumped);
        }
    }

    fn add(&mut self, dumped: Dumped) {
        let same = |known: &&mut Dumped| {
            known.folder == dumped.folder
                && known.named == dumped.named
                && known.facts.may_be_same_box(&dumped.facts)
        };
        match self.all.iter_mut().find(same) {
            Some(known) => known.facts.absorb(dumped.facts),
            None => self.all.push(dumped),
        }
    }

    /// Finds the box of each host, and says what was left aside. `logs` are the host and the name of each input that
    /// was a log, `hosts` all hosts that wrote a record.
    ///
    /// A dump belongs to the log beside it, or to the one of its full name, or to the only one of its short name:
    /// two customers may call their boxes the same.
    pub(crate) fn by_host(
        self,
        logs: &[(String, String)],
        hosts: &[String],
    ) -> (HashMap<String, NodeFacts>, Vec<String>) {
        let mut places: BTreeMap<String, Vec<(u8, Dumped)>> = BTreeMap::new();
        for dumped in self.all {
            if let Some((host, rank)) = place(&dumped, logs, hosts) {
                places.entry(host).or_default().push((rank, dumped));
            }
        }
        let mut found: HashMap<String, NodeFacts> = HashMap::new();
        let mut aside = Vec::new();
        for (host, mut dumps) in places {
            dumps.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
            let best = dumps[0].0;
            let facts = found.entry(host.clone()).or_default();
            for (rank, dumped) in dumps {
                let release = |facts: &NodeFacts| facts.system.release.clone();
                let other = release(facts).zip(release(&dumped.facts)).is_some_and(|(a, b)| a != b);
                if rank == best && !other && facts.may_be_same_box(&dumped.facts) {
                    facts.absorb(dumped.facts);
                } else {
                    let place = if dumped.folder.is_empty() { "." } else { &dumped.folder };
                    aside.push(format!(
                        "the dump in {place} is of another box called {host}: it is left aside"
                    ));
                }
            }
        }
        (found, aside)
    }
}

/// The host a dump belongs to, and how sure that is.
fn place(dumped: &Dumped, logs: &[(String, String)], hosts: &[String]) -> Option<(String, u8)> {
    let own = dumped.facts.system.host.clone().or(dumped.named.clone());
    let full = dumped.facts.system.full_name();
    let mut beside: Vec<&String> =
        logs.iter().filter(|(_, input)| folder(input) == dumped.folder).map(|(host, _)| host).collect();
    beside.dedup();
    let Some(own) = own else {
        return <[&String; 1]>::try_from(beside).ok().map(|[host]| (host.clone(), 3));
    };
    let rank = |host: &&String| {
        let is_full = full.as_ref().is_some_and(|full| full.eq_ignore_ascii_case(host));
        match (short(host) == short(&own), beside.contains(host), is_full) {
            (true, true, _) => 3,
            (_, _, true) => 2,
            (true, false, false) => 1,
            (false, _, false) => 0,
        }
    };
    let mut ranked: Vec<(u8, &String)> = hosts.iter().map(|host| (rank(&host), host)).collect();
    ranked.retain(|(rank, _)| *rank > 0);
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    match ranked.as_slice() {
        [] => Some((own.to_ascii_lowercase(), 1)),
        [(1, _), (1, _), ..] => None,
        [(rank, host), ..] => Some(((*host).clone(), *rank)),
    }
}

/// Adds what the dumps say to the nodes, and a node for each box of which there is only a dump.
pub(crate) fn complete(nodes: &mut Vec<NodeReport>, facts: &HashMap<String, NodeFacts>) {
    let mut only_dumped: Vec<&String> =
        facts.keys().filter(|host| !nodes.iter().any(|node| node.host == **host)).collect();
    only_dumped.sort();
    nodes.extend(only_dumped.into_iter().map(|host| NodeReport::named(host)));
    for node in nodes.iter_mut() {
        let Some(known) = facts.get(&node.host) else { continue };
        node.release.clone_from(&known.system.release);
        node.product.clone_from(&known.system.product);
        node.name = known.system.full_name();
        node.domains = known.domains.iter().map(|domain| domain.name.clone()).collect();
        // Requests show the role beyond doubt; a dump may be of another day.
        node.role = node.role.or(known.role.as_ref().map(|fact| fact.role));
    }
    let clusters: Vec<Option<Cluster>> =
        nodes.iter().map(|node| cluster(facts.get(&node.host)?, nodes, facts)).collect();
    for (node, cluster) in nodes.iter_mut().zip(clusters) {
        node.cluster = cluster;
    }
}

/// The cluster of a box, with the nodes that its peers are.
fn cluster(own: &NodeFacts, nodes: &[NodeReport], facts: &HashMap<String, NodeFacts>) -> Option<Cluster> {
    if own.cluster.peers.len() < 2 {
        return None;
    }
    let peers = own.cluster.peers.iter().map(|peer| {
        let is_itself = |node: &&NodeReport| {
            own.cluster.own == Some(peer.index) && facts.get(&node.host).is_some_and(|facts| facts == own)
        };
        let node = nodes.iter().find(|node| is_at(&peer.address, node, facts.get(&node.host)));
        let node = node.or_else(|| nodes.iter().find(is_itself));
        ClusterPeer { address: peer.address.clone(), node: node.map(|node| node.host.clone()) }
    });
    Some(Cluster { name: own.cluster.name.clone(), peers: peers.collect() })
}

/// Whether a peer's address is that of a node: its full name, one of its interfaces, or, where its domain is not
/// known, its host name.
pub(crate) fn is_at(address: &str, node: &NodeReport, facts: Option<&NodeFacts>) -> bool {
    let Some(facts) = facts else { return short(address) == short(&node.host) };
    let by_name = facts.system.full_name().map_or_else(
        || short(address) == short(&node.host),
        |name| name.eq_ignore_ascii_case(address) || node.host.eq_ignore_ascii_case(address),
    );
    let interfaces = facts.network.interfaces.iter();
    let mut addresses =
        interfaces.flat_map(|interface| [&interface.address_v4, &interface.address_v6]).flatten();
    by_name || addresses.any(|known| known.eq_ignore_ascii_case(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_in_file_names() {
        assert_eq!(
            host_in_name("a/b!c/xconf_dump_vcs-c_01_2025-06-12_08_02_10.txt").as_deref(),
            Some("vcs-c_01")
        );
        assert_eq!(
            host_in_name("xstat_dump_expc.example.com_2025-06-12_08:02:10.xml").as_deref(),
            Some("expc")
        );
        assert_eq!(host_in_name("xconf_dump_expc.txt").as_deref(), Some("expc"));
        assert_eq!(host_in_name("status.xml"), None);
    }

    #[test]
    fn a_dump_without_a_name_belongs_to_the_only_log_beside_it() {
        let mut boxes = Boxes::default();
        let status = b"*s SystemUnit: /\n  Software:\n    Version: \"X14.2.1\"\n*s/end\n";
        boxes.take("one/status.txt", status).expect("a dump");
        boxes.take("two/status.txt", status).expect("a dump");
        let logs = [("expc", "one/a.txt"), ("expc", "one/b.txt"), ("x", "two/a.txt"), ("y", "two/b.txt")];
        let logs = logs.map(|(host, input)| (host.to_owned(), input.to_owned()));
        let (found, aside) = boxes.by_host(&logs, &["expc", "x", "y"].map(str::to_owned));
        assert!(aside.is_empty());
        assert_eq!(found.keys().collect::<Vec<_>>(), ["expc"]);
    }

    /// A dump of a box with this full name and release.
    fn dump(host: &str, domain: &str, release: &str) -> Vec<u8> {
        let name = format!(
            "*c xConfiguration IP DNS Hostname: \"{host}\"\n*c xConfiguration IP DNS Domain Name: \"{domain}\"\n"
        );
        format!("{name}*s SystemUnit: /\n  Software:\n    Version: \"{release}\"\n*s/end\n").into_bytes()
    }

    #[test]
    fn boxes_of_one_name_are_not_mixed() {
        let mut boxes = Boxes::default();
        boxes
            .take("a/xconf_dump_expc_2025-01-01_00_00_00.txt", &dump("expc", "a.example", "X15.2"))
            .expect("a dump");
        boxes
            .take("b/xconf_dump_expc_2025-01-01_00_00_00.txt", &dump("expc", "b.example", "X12.5.9"))
            .expect("a dump");
        let logs = [("expc".to_owned(), "a/log.txt".to_owned())];
        let (found, aside) = boxes.by_host(&logs, &["expc".to_owned()]);
        assert_eq!(found["expc"].system.release, "X15.2".parse().ok());
        assert_eq!(aside, ["the dump in b is of another box called expc: it is left aside"]);
    }

    #[test]
    fn full_names_in_the_log_tell_boxes_apart() {
        let mut boxes = Boxes::default();
        boxes.take("a.txt", &dump("expc", "a.example", "X15.2")).expect("a dump");
        boxes.take("b.txt", &dump("expc", "b.example", "X12.5.9")).expect("a dump");
        let hosts = ["expc.a.example".to_owned(), "expc.b.example".to_owned()];
        let (found, _) = boxes.by_host(&[], &hosts);
        assert_eq!(found["expc.a.example"].system.release, "X15.2".parse().ok());
        assert_eq!(found["expc.b.example"].system.release, "X12.5.9".parse().ok());
    }
}
