//! The same captures through `tshark`, where it is installed: it must say the same.

use crate::build::file::{LINKS, Link, forms, write};
use crate::build::tls::Plan;
use crate::build::{Packet, Talk, file, read};
use crate::fixture;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::process::Command;
use std::{env, fs};
use tempfile::NamedTempFile;
use waytrace_evidence::capture::{Captured, Side};

/// What is compared of a connection. Its key is the client's port.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    name: Option<String>,
    offered: Vec<u16>,
    cipher: Option<u16>,
    chain: Vec<String>,
    client_chain: Vec<String>,
    asked: bool,
    /// Who sent it, level, number, and with which packet.
    alerts: Vec<(bool, u8, u8, u64)>,
}

type Told = BTreeMap<u16, Said>;

/// Whether a program is there. Where tests must not be left out, its absence is a failure.
pub(crate) fn is_there(program: &str, argument: &str) -> bool {
    let there = Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success());
    if !there {
        let must = env::var_os("WAYTRACE_CI").is_some();
        assert!(!must, "{program} is not installed, and this test must not be left out");
        // Written past the capture of the test harness, so that it is seen although the test passes.
        let _ =
            writeln!(io::stderr(), "SKIPPED: {program} is not installed, so nothing was compared with it");
    }
    there
}

/// A certificate for people who read that two differ: its length, how it begins, and a hash of the whole.
fn short(hex: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hex.hash(&mut hasher);
    format!("{} {} {:x}", hex.len() / 2, &hex[..hex.len().min(16)], hasher.finish())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}")).expect("a text takes everything");
        text
    })
}

fn ours(captured: &Captured) -> Told {
    let mut told = Told::new();
    for connection in &captured.connections {
        let Some(tls) = &connection.tls else { continue };
        let hello = tls.client_hello.as_ref();
        let alerts = tls.alerts.iter().filter_map(|alert| {
            let said = alert.said?;
            Some((alert.by == Side::Client, said.level, said.number, alert.frame.number))
        });
        let said = Said {
            name: hello.and_then(|hello| hello.server_name.clone()),
            offered: hello.iter().flat_map(|hello| &hello.ciphers).map(|cipher| cipher.0).collect(),
            cipher: tls.server_hello.as_ref().map(|hello| hello.cipher.0),
            chain: tls.chain.iter().map(|der| short(&hex(der))).collect(),
            client_chain: tls.client_chain.iter().flatten().map(|der| short(&hex(der))).collect(),
            asked: tls.certificate_request.is_some(),
            alerts: alerts.collect(),
        };
        assert!(told.insert(connection.client.port(), said).is_none(), "one connection for each port");
    }
    told
}

const FIELDS: [&str; 9] = [
    "frame.number",
    "tcp.srcport",
    "tcp.dstport",
    "tls.handshake.type",
    "tls.handshake.extensions_server_name",
    "tls.handshake.ciphersuite",
    "tls.handshake.certificate",
    "tls.alert_message.level",
    "tls.alert_message.desc",
];

fn theirs(file: &[u8]) -> Told {
    let mut written = NamedTempFile::new().expect("a file");
    written.write_all(file).expect("room for it");
    let mut command = Command::new("tshark");
    command.arg("-r").arg(written.path()).args(["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]);
    command.args(["-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "tls"]);
    command.args(["-d", "tcp.port==8443,tls", "-d", "tcp.port==6972,tls"]);
    for field in FIELDS {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let mut told = Told::new();
    text.lines().for_each(|line| row(line, &mut told));
    told
}

fn numbers(text: &str) -> Vec<u16> {
    let number = |text: &str| match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).expect("a number"),
        None => text.parse().expect("a number"),
    };
    text.split(',').filter(|text| !text.is_empty()).map(number).collect()
}

/// Takes one packet.
fn row(line: &str, told: &mut Told) {
    let fields: Vec<_> = line.split('\t').collect();
    let [frame, from, to, kinds, name, ciphers, certificates, levels, alerts] = fields.as_slice() else {
        panic!("nine fields: {line}")
    };
    let (from, to) = (numbers(from)[0], numbers(to)[0]);
    let by_client = to == 8443 || to == 6972;
    let said = told.entry(if by_client { from } else { to }).or_default();
    let kinds = numbers(kinds);
    said.asked |= kinds.contains(&13);
    if !name.is_empty() && by_client {
        said.name = Some((*name).to_owned());
    }
    if kinds.contains(&1) {
        said.offered = numbers(ciphers);
    } else if kinds.contains(&2) {
        said.cipher = numbers(ciphers).first().copied();
    }
    let chain = if by_client { &mut said.client_chain } else { &mut said.chain };
    chain.extend(certificates.split(',').filter(|der| !der.is_empty()).map(short));
    let frame = frame.parse().expect("a number");
    for (level, number) in numbers(levels).into_iter().zip(numbers(alerts)) {
        let small = |number: u16| u8::try_from(number).expect("a byte");
        said.alerts.push((by_client, small(level), small(number), frame));
    }
}

/// Compares what a file says by both; gives how many connections were compared.
pub(crate) fn compare(file: &[u8], what: &str) -> usize {
    let ours = ours(&read(&[file.to_vec()]));
    assert_eq!(ours, theirs(file), "{what}");
    ours.len()
}

fn here() -> bool {
    is_there("tshark", "--version")
}

#[test]
fn the_fixture_says_the_same() {
    if here() {
        let file = fs::read(fixture::path()).expect("the fixture");
        assert_eq!(compare(&file, "the fixture"), 3);
    }
}

/// A connection of each kind, side by side. The certificates are real ones: tshark reads no further behind others.
fn mixed() -> Vec<Packet> {
    let own = fixture::certificates("client");
    let chain = [fixture::certificates("server"), fixture::certificates("ca")].concat();
    let usual = || Plan { chain: chain[..2].to_vec(), ..Plan::default() };
    let plans = [
        usual(),
        Plan { alert: Some(48), ..usual() },
        Plan { alert: Some(80), record: 500, ..usual() },
        Plan { client_chain: Some(own), ..usual() },
        Plan { version: 0x0301, alert: Some(42), ..usual() },
        Plan { record: 100, chain: vec![chain.clone(); 8].concat(), ..Plan::default() },
    ];
    let mut packets = Vec::new();
    for (port, plan) in (41_000..).zip(plans) {
        let server = if port % 2 == 0 { "192.0.2.42:8443" } else { "192.0.2.42:6972" };
        let mut talk = Talk::open(&format!("192.0.2.11:{port}"), server, [u32::MAX - 200, u32::MAX - 700]);
        talk.most = 1400;
        plan.play(&mut talk);
        packets.extend(talk.packets);
    }
    packets.sort_by_key(|packet| packet.micros);
    packets
}

#[test]
fn every_form_says_the_same() {
    if !here() {
        return;
    }
    let packets = mixed();
    for link in LINKS {
        for form in if link == Link::Ethernet { forms() } else { forms()[..1].to_vec() } {
            let frames: Vec<_> =
                packets.iter().map(|packet| (packet.micros, link.frame(&packet.ip()))).collect();
            let file = write(form, link, &frames, usize::MAX);
            assert_eq!(compare(&file, &format!("{form:?} {link:?}")), 6);
        }
    }
}

#[test]
fn disorder_says_the_same() {
    if !here() {
        return;
    }
    for seed in 0..12_usize {
        let mut packets = mixed();
        // Neighbours change places, and some come twice: as much disorder as tshark follows.
        for place in (3 * seed..packets.len() - 1).step_by(5 + seed % 3) {
            let full = |packet: &Packet| packet.payload.len() > 300;
            if full(&packets[place]) && full(&packets[place + 1]) {
                packets.swap(place, place + 1);
            }
        }
        for place in (seed..packets.len()).step_by(11).rev() {
            if !packets[place].payload.is_empty() {
                let again = packets[place].clone();
                packets.insert((place + 1 + seed % 4).min(packets.len()), again);
            }
        }
        assert_eq!(compare(&file::pcap(&packets), &format!("seed {seed}")), 6);
    }
}

#[test]
fn loss_gives_no_more_than_they_say() {
    if !here() {
        return;
    }
    for lost in 0..40_usize {
        let mut packets = mixed();
        let full: Vec<_> = (0..packets.len()).filter(|place| !packets[*place].payload.is_empty()).collect();
        packets.remove(full[lost * full.len() / 40]);
        let file = file::pcap(&packets);
        let (ours, theirs) = (ours(&read(std::slice::from_ref(&file))), theirs(&file));
        for (port, said) in &ours {
            let other = &theirs[port];
            assert!(said.chain.is_empty() || said.chain == other.chain || other.chain.is_empty(), "{lost}");
            // We never know less of certificates and alerts than tshark does.
            assert!(said.chain.len() >= other.chain.len(), "{lost} {port}: {}", other.chain.len());
            assert!(
                said.alerts.len() >= other.alerts.len(),
                "{lost} {port}: {:?} {:?}",
                said.alerts,
                other.alerts
            );
        }
    }
}
