//! Captures that tests take apart and put together.

use super::pack::tree;

/// The capture of the bundle `pair`.
pub(crate) const CAPTURE: &str = "eth0_diagnostic_logging_tcpdump0_expc_2025-06-12_08_02_10.pcap";

/// What is said in a conversation: by the client (0) or by the server (1).
pub(crate) type Said = Vec<(usize, Vec<u8>)>;

/// Client, server, port of the server, and what they say.
pub(crate) type Conversation = ([u8; 4], [u8; 4], u16, Said);

/// The packets of a pcap file (little-endian, microseconds), and its head.
pub(crate) fn packets(file: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let (head, mut rest) = file.split_at(24);
    let mut packets = Vec::new();
    while let Some(length) = rest.get(8..12) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        let (packet, after) = rest.split_at(16 + length);
        packets.push(packet);
        rest = after;
    }
    (head, packets)
}

/// Conversations as a capture, one packet for each thing said.
pub(crate) fn pcap(conversations: &[Conversation], at: u32) -> Vec<u8> {
    let mut file =
        [&0xa1b2_c3d4_u32.to_le_bytes()[..], &[2, 0, 4, 0], &[0; 8], &[0, 0, 4, 0, 101, 0, 0, 0]].concat();
    for (number, (client, server, port, said)) in conversations.iter().enumerate() {
        let ports = [50_000 + u16::try_from(number).expect("few"), *port];
        let (hosts, mut next) = ([client, server], [1_u32, 1_u32]);
        let opening = [(0, 2_u8, Vec::new()), (1, 0x12, Vec::new())];
        let rest = said.iter().map(|(side, bytes)| (*side, 0x10, bytes.clone()));
        for (side, flags, payload) in opening.into_iter().chain(rest) {
            let other = 1 - side;
            let length = 40 + payload.len();
            let ip = [
                0x45,
                0,
                u8::try_from(length >> 8).expect("a packet"),
                u8::try_from(length & 0xff).expect("a byte"),
            ];
            let tcp = [ports[side].to_be_bytes(), ports[other].to_be_bytes()].concat();
            let numbers = [next[side].to_be_bytes(), next[other].to_be_bytes()].concat();
            let long = u32::try_from(length).expect("a packet").to_le_bytes();
            file.extend([at.to_le_bytes(), [0; 4], long, long].concat());
            file.extend([&ip[..], &[0, 0, 0, 0, 64, 6, 0, 0], hosts[side], hosts[other]].concat());
            file.extend([&tcp[..], &numbers, &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], &payload].concat());
            next[side] += u32::from(flags & 2 == 2) + u32::try_from(payload.len()).expect("a segment");
        }
    }
    file
}

/// The client's hello and the server's flight of the capture in `pair`, which is a recorded handshake.
pub(crate) fn recorded() -> [Vec<u8>; 2] {
    let (_, bytes) = tree("pair").into_iter().find(|(name, _)| name.ends_with(CAPTURE)).expect("it");
    let mut said = [Vec::new(), Vec::new()];
    let mut client = None;
    for packet in packets(&bytes).1 {
        let ip = &packet[16 + 14..];
        let tcp = &ip[20..usize::from(u16::from_be_bytes([ip[2], ip[3]]))];
        let payload = &tcp[usize::from(tcp[12] >> 4) * 4..];
        // The first packet is the client's; only its connection counts.
        let client = *client.get_or_insert([tcp[0], tcp[1]]);
        let side = [&tcp[..2], &tcp[2..4]].iter().position(|port| **port == client);
        if let Some(side) = side {
            said[side].extend(payload);
        }
    }
    // The client's last record is its alert.
    let hello = said[0].len() - 7;
    assert_eq!(said[0].split_off(hello), alert(48), "what was recorded");
    said
}

pub(crate) fn alert(number: u8) -> Vec<u8> {
    vec![21, 3, 3, 0, 2, 2, number]
}

/// The port of the server, in every packet.
pub(crate) fn on_port(bytes: &[u8], port: u16) -> Vec<u8> {
    let (head, packets) = packets(bytes);
    let mut out = head.to_vec();
    for packet in packets {
        let mut packet = packet.to_vec();
        // After the heads of the file's packet, of Ethernet and of IPv4.
        for at in [50, 52] {
            if packet[at..at + 2] == 8443_u16.to_be_bytes() {
                packet[at..at + 2].copy_from_slice(&port.to_be_bytes());
            }
        }
        out.extend(packet);
    }
    out
}
