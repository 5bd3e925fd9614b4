//! Builds captures: TLS bytes, conversations of TCP, packets, files.

pub(crate) mod file;
pub(crate) mod tls;

use etherparse::PacketBuilder;
use std::net::{IpAddr, SocketAddr};
use waytrace_evidence::capture::{Capture, Captured};

/// 12 June 2025, 08:00 UTC.
pub(crate) const BEGIN: i64 = 1_749_715_200_000_000;

/// One TCP packet.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub(crate) micros: i64,
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: Option<u32>,
    pub(crate) flags: &'static str,
    pub(crate) payload: Vec<u8>,
}

impl Packet {
    /// The packet from its IP header on.
    pub(crate) fn ip(&self) -> Vec<u8> {
        let step = match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), 64),
            (IpAddr::V6(from), IpAddr::V6(to)) => PacketBuilder::ipv6(from.octets(), to.octets(), 64),
            _ => panic!("one kind of address"),
        };
        let mut step = step.tcp(self.from.port(), self.to.port(), self.sequence, 64_000);
        if let Some(acknowledged) = self.acknowledged {
            step = step.ack(acknowledged);
        }
        for flag in self.flags.chars() {
            step = match flag {
                'S' => step.syn(),
                'F' => step.fin(),
                'R' => step.rst(),
                _ => panic!("no flag: {flag}"),
            };
        }
        let mut bytes = Vec::new();
        step.write(&mut bytes, &self.payload).expect("a vector takes everything");
        bytes
    }
}

/// A conversation that becomes packets.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    /// The numbers that come next.
    pub(crate) next: [u32; 2],
    /// The largest payload.
    pub(crate) most: usize,
    pub(crate) micros: i64,
    pub(crate) packets: Vec<Packet>,
}

pub(crate) const CLIENT: usize = 0;
pub(crate) const SERVER: usize = 1;

impl Talk {
    /// A conversation with these first numbers, opened.
    pub(crate) fn open(client: &str, server: &str, first: [u32; 2]) -> Self {
        let mut talk = Self::silent(client, server, first);
        talk.push(CLIENT, "S", false, &[]);
        talk.push(SERVER, "S", true, &[]);
        talk.push(CLIENT, "", true, &[]);
        talk
    }

    /// One that nobody opened yet.
    pub(crate) fn silent(client: &str, server: &str, first: [u32; 2]) -> Self {
        let (client, server) = (client.parse().expect("an address"), server.parse().expect("an address"));
        Self { client, server, next: first, most: 536, micros: BEGIN, packets: Vec::new() }
    }

    /// One between the two addresses that most tests use.
    pub(crate) fn usual() -> Self {
        Self::open("192.0.2.11:40111", "192.0.2.42:8443", [0xffff_ff00, 77])
    }

    pub(crate) fn push(&mut self, side: usize, flags: &'static str, acknowledges: bool, payload: &[u8]) {
        let (from, to) = if side == CLIENT { (self.client, self.server) } else { (self.server, self.client) };
        self.micros += 150;
        self.packets.push(Packet {
            micros: self.micros,
            from,
            to,
            sequence: self.next[side],
            acknowledged: acknowledges.then_some(self.next[1 - side]),
            flags,
            payload: payload.to_vec(),
        });
        let numbers = payload.len() + flags.replace('R', "").len();
        self.next[side] = self.next[side].wrapping_add(u32::try_from(numbers).expect("a segment"));
    }

    /// One side sends bytes, in segments; the other acknowledges them.
    pub(crate) fn say(&mut self, side: usize, bytes: &[u8]) -> &mut Self {
        for payload in bytes.chunks(self.most) {
            self.push(side, "", true, payload);
        }
        self.push(1 - side, "", true, &[]);
        self
    }

    /// Both sides end it in order.
    pub(crate) fn close(&mut self) -> &mut Self {
        self.push(CLIENT, "F", true, &[]);
        self.push(SERVER, "F", true, &[]);
        self.push(CLIENT, "", true, &[]);
        self
    }

    /// The packets as one ordinary file.
    pub(crate) fn file(&self) -> Vec<u8> {
        file::pcap(&self.packets)
    }
}

/// Reads files as one capture.
pub(crate) fn read(files: &[Vec<u8>]) -> Captured {
    read_with(Capture::default(), files)
}

/// The same with a capture that is set up already.
pub(crate) fn read_with(mut capture: Capture, files: &[Vec<u8>]) -> Captured {
    for file in files {
        capture.read(&mut file.as_slice()).expect("a capture");
    }
    capture.finish()
}
