//! Many requests at once, to hosts with several ports: which line belongs to which request is known exactly, and what
//! the engine says of it is counted.

use crate::cases::{Case, Expected, World};
use crate::certificates::Leaf;
use crate::origins::Origin;
use crate::server::Target;
use crate::weave::Woven;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Confidence, Engine};

/// Ports of every host under load.
const PORTS: [u16; 3] = [8443, 6972, 9443];

impl World {
    /// Hosts on which causes and ports are mixed: each port with a cause of its own, two ports with one cause, one
    /// good port beside a bad one, all good, and a certificate with two faults.
    pub(crate) fn load(&self) -> Vec<Case> {
        let kinds = [
            ["self-signed", "expired", "wrong-name"],
            ["self-signed", "self-signed", "good"],
            ["good", "unknown", "good"],
            ["good", "good", "good"],
        ];
        let mut cases = Vec::new();
        for (number, causes) in (1_u8..).zip(kinds) {
            let host = format!("node{number}.example.com");
            for (port, cause) in PORTS.into_iter().zip(causes) {
                cases.push(self.node(&host, number, port, cause));
            }
        }
        cases
    }

    fn node(&self, host: &str, number: u8, port: u16, cause: &'static str) -> Case {
        let names = [if cause == "wrong-name" { "old.example.com" } else { host }];
        let mut leaf = Leaf::of(host, &names);
        if cause == "wrong-name" {
            leaf.name = "old.example.com";
        }
        if cause == "expired" {
            leaf.years = (2020, 2024);
        }
        let presented = match cause {
            "self-signed" => leaf.by_itself(),
            "unknown" => leaf.by(&self.strangers_issuing, &[]),
            _ => leaf.by(&self.issuing, &[&self.issuing]),
        };
        let said = |id| Expected::Finding(id, "certain", true);
        let expected = match cause {
            "self-signed" => said("TLS-001"),
            "unknown" => said("TLS-003"),
            "expired" => said("TLS-004"),
            "wrong-name" => said("TLS-006"),
            _ => Expected::Nothing,
        };
        Case {
            name: cause,
            target: Target { host: host.to_owned(), port },
            address: self.address(2, number),
            origin: Origin::Tls(presented),
            expected,
            bad_certificate: cause != "good",
        }
    }
}

/// How many ask, how often, and how long each rests at most between two requests.
pub(crate) struct Load {
    pub(crate) clients: u32,
    pub(crate) each: u32,
    pub(crate) rest: Duration,
}

/// Asks for the targets in a mixed order and gives the status of each request.
pub(crate) fn press(proxy: SocketAddr, targets: &Arc<Vec<Target>>, load: &Load) -> Vec<(usize, u16)> {
    let numbers = Arc::new(AtomicU32::new(1));
    let clients = (0..load.clients).map(|client| {
        let (targets, numbers) = (Arc::clone(targets), Arc::clone(&numbers));
        let (each, rest) = (load.each, load.rest);
        let client = thread::Builder::new().stack_size(256 * 1024).spawn(move || {
            let mut random = Random(u64::from(client) + 1);
            let mut answers = Vec::new();
            for _ in 0..each {
                thread::sleep(rest.mul_f64(random.share()));
                let chosen = random.below(targets.len());
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                let path = format!("cucm-uds/user/user{number}");
                answers.push((chosen, crate::requests::ask(proxy, &targets[chosen], &path, number)));
            }
            answers
        });
        client.expect("a thread")
    });
    let clients: Vec<_> = clients.collect();
    clients.into_iter().flat_map(|client| client.join().expect("a client that was answered")).collect()
}

/// SplitMix64: the same order in every run, as far as threads allow.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("few targets");
        usize::try_from(self.next() % end).expect("few targets")
    }

    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).expect("32 bits")) / f64::from(u32::MAX)
    }
}

/// What became of the lines of failed handshakes.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) units: u32,
    pub(crate) right: u32,
    pub(crate) right_port: u32,
    /// Those whose request is said to be certain, and how many of these are wrong.
    pub(crate) certain: u32,
    pub(crate) certain_wrong: u32,
}

impl Count {
    /// In percent.
    pub(crate) fn share(&self, part: u32) -> f64 {
        100.0 * f64::from(part) / f64::from(self.units)
    }
}

/// Holds what the engine says of every line against the truth.
pub(crate) fn count(woven: &Woven) -> Count {
    let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
    engine.keep_transactions(usize::MAX);
    let mut reader = Reader::new(woven.log.as_bytes());
    while let Some(record) = reader.next_record().expect("bytes in memory") {
        engine.feed(&record, 0);
    }
    let mut said = HashMap::new();
    for finding in engine.finish().findings.iter().filter(|finding| finding.id.starts_with("TLS-")) {
        for touched in &finding.transactions {
            for proof in &touched.proof {
                said.insert(proof.line, (touched.txn_id, finding.target.port, proof.confidence));
            }
        }
    }
    let mut count = Count::default();
    for unit in &woven.units {
        count.units += 1;
        let Some(&(txn, port, confidence)) = said.get(&unit.line) else { continue };
        let certain = confidence == Confidence::Certain;
        count.right += u32::from(txn == unit.txn);
        count.right_port += u32::from(port == Some(unit.port));
        count.certain += u32::from(certain);
        count.certain_wrong += u32::from(certain && txn != unit.txn);
    }
    count
}
