//! A capture of nothing but small handshakes, made while it is read, so that its size costs no memory.

use std::io::{self, Read};

/// What the two sides say: the client's hello, the server's flight with a chain of two certificates, keys, an end.
pub(crate) struct Handshakes {
    template: Vec<u8>,
    /// Where in the template a packet begins, and which side sent it.
    packets: Vec<(usize, usize)>,
    /// What is being read, and how far.
    now: Vec<u8>,
    at: usize,
    connection: u32,
    left: u64,
    /// The box refuses each of them; otherwise they go through and are closed.
    refused: bool,
}

impl Handshakes {
    /// About so many bytes.
    pub(crate) fn new(bytes: u64, refused: bool) -> Self {
        let now = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1].map(u32::to_le_bytes).concat();
        let (template, packets) = (Vec::new(), Vec::new());
        let mut made = Self { template, packets, now, at: 0, connection: 0, left: bytes, refused };
        made.build();
        made
    }

    fn build(&mut self) {
        let hello = record(22, &message(1, &client_hello()));
        let chain = [certificate(900), certificate(1100)].concat();
        let flight = [message(2, &server_hello()), message(11, &chain), message(14, &[])].concat();
        let mut next = [1_u32, 1];
        self.packet(0, &mut next, 2, &[]);
        self.packet(1, &mut next, 0x12, &[]);
        self.packet(0, &mut next, 0x10, &[]);
        self.packet(0, &mut next, 0x18, &hello);
        for part in record(22, &flight).chunks(1448) {
            self.packet(1, &mut next, 0x10, part);
            self.packet(0, &mut next, 0x10, &[]);
        }
        if self.refused {
            self.packet(0, &mut next, 0x18, &record(21, &[2, 48]));
        } else {
            let change = record(20, &[1]);
            self.packet(0, &mut next, 0x18, &[record(22, &message(16, &[7; 65])), change.clone()].concat());
            self.packet(1, &mut next, 0x18, &[change, record(22, &[9; 40])].concat());
            self.packet(0, &mut next, 0x18, &record(23, &[5; 400]));
            self.packet(1, &mut next, 0x18, &record(23, &[6; 900]));
        }
        self.packet(0, &mut next, 0x11, &[]);
        self.packet(1, &mut next, 0x11, &[]);
        self.packet(0, &mut next, 0x10, &[]);
    }

    fn packet(&mut self, side: usize, next: &mut [u32; 2], flags: u8, payload: &[u8]) {
        self.packets.push((self.template.len(), side));
        let length = u16::try_from(40 + payload.len()).unwrap_or(0);
        let captured = u32::from(length) + 14;
        let out = &mut self.template;
        out.extend([1_749_715_200, 0, captured, captured].map(u32::to_le_bytes).concat());
        out.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0]);
        out.extend(length.to_be_bytes());
        out.extend([0, 0, 0, 0, 64, 6, 0, 0]);
        let ends = [([10, 0, 0, 0], 40_000_u16), ([192, 0, 2, 42], 8443)];
        let (from, to) = (ends[side], ends[1 - side]);
        out.extend([from.0, to.0].concat());
        out.extend([from.1.to_be_bytes(), to.1.to_be_bytes()].concat());
        out.extend([next[side].to_be_bytes(), next[1 - side].to_be_bytes()].concat());
        out.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        out.extend(payload);
        let numbers = u32::try_from(payload.len()).unwrap_or(0) + u32::from(flags & 3 != 0);
        next[side] = next[side].wrapping_add(numbers);
    }

    /// The same conversation of another client.
    fn another(&mut self) {
        self.now.clone_from(&self.template);
        self.at = 0;
        let [_, b, c, d] = self.connection.to_be_bytes();
        for (start, side) in &self.packets {
            // Behind the heads of the packet, of Ethernet, and 12 bytes of the one of IP.
            let address = start + 16 + 14 + 12 + 4 * side;
            self.now[address + 1..address + 4].copy_from_slice(&[b, c, d]);
            let time = 1_749_715_200 + self.connection / 1000;
            self.now[*start..start + 4].copy_from_slice(&time.to_le_bytes());
        }
        self.connection += 1;
        self.left = self.left.saturating_sub(u64::try_from(self.now.len()).unwrap_or(0));
    }
}

impl Read for Handshakes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.now.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.another();
        }
        let count = buffer.len().min(self.now.len() - self.at);
        buffer[..count].copy_from_slice(&self.now[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(0).to_be_bytes();
    [&[kind, 3, 3][..], &length, content].concat()
}

fn message(kind: u8, content: &[u8]) -> Vec<u8> {
    let content = if kind == 11 { [&long(content.len())[..], content].concat() } else { content.to_vec() };
    [&[kind][..], &long(content.len()), &content].concat()
}

fn long(length: usize) -> [u8; 3] {
    let [.., a, b, c] = length.to_be_bytes();
    [a, b, c]
}

/// A certificate in a list: its length, and something in DER of that length.
fn certificate(length: usize) -> Vec<u8> {
    let [.., high, low] = (length - 4).to_be_bytes();
    let mut der = vec![0x30, 0x82, high, low];
    der.resize(length, 0x55);
    [&long(length)[..], &der].concat()
}

fn client_hello() -> Vec<u8> {
    let name = b"cucm2.example.com";
    let short = |length: usize| u16::try_from(length).unwrap_or(0).to_be_bytes();
    let names = [&[0][..], &short(name.len()), name].concat();
    let names = [&short(names.len())[..], &names].concat();
    let extension = [&[0, 0][..], &short(names.len()), &names].concat();
    let fixed = [&[3, 3][..], &[8; 32], &[0, 0, 4, 0xc0, 0x2f, 0xc0, 0x30, 1, 0]].concat();
    [&fixed[..], &short(extension.len()), &extension].concat()
}

fn server_hello() -> Vec<u8> {
    [&[3, 3][..], &[8; 32], &[0, 0xc0, 0x2f, 0]].concat()
}
