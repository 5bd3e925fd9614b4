//! Ceilings hold, and what goes beyond them is counted.

use crate::build::tls::{NAME, Plan, client_hello, records};
use crate::build::{CLIENT, SERVER, Talk, file, read_with};
use waytrace_evidence::capture::{Capture, Ceilings, Tls};

fn set(change: impl Fn(&mut Ceilings)) -> Capture {
    let mut ceilings = Ceilings::default();
    change(&mut ceilings);
    Capture::with_ceilings(ceilings)
}

/// Connections side by side: each says a part, then the next does.
fn many(count: u16) -> Vec<crate::build::Packet> {
    let mut packets = Vec::new();
    for port in 0..count {
        let mut talk = Talk::open(&format!("192.0.2.11:{}", 20_000 + port), "192.0.2.42:8443", [1, 1]);
        Plan { alert: Some(48), ..Plan::default() }.play(&mut talk);
        packets.extend(talk.packets.into_iter().enumerate());
    }
    packets.sort_by_key(|(place, _)| *place);
    packets.into_iter().map(|(_, packet)| packet).collect()
}

#[test]
fn no_more_connections_are_open_than_may_be() {
    let captured = read_with(set(|ceilings| ceilings.open = 10), &[file::pcap(&many(40))]);
    assert!(captured.summary.evicted >= 30, "{:?}", captured.summary);
    assert!(captured.connections.iter().any(|connection| connection.given_up));
    // Parts of a connection that was told already are connections of their own; nothing is lost in silence.
    let packets: u64 = captured
        .connections
        .iter()
        .map(|connection| connection.sent_by_client.packets + connection.sent_by_server.packets)
        .sum();
    assert!(packets <= captured.summary.tcp);
}

#[test]
fn no_more_bytes_are_held_than_may_be() {
    let captured = read_with(set(|ceilings| ceilings.held = 24_000), &[file::pcap(&many(40))]);
    assert!(captured.summary.given_up > 0);
    assert!(captured.connections.len() >= 40);
    for connection in &captured.connections {
        let Some(tls) = &connection.tls else { continue };
        let whole = tls.chain == Plan::default().chain;
        assert!(whole || (tls.chain.is_empty() && connection.lacks_certificate()));
    }
}

#[test]
fn what_is_told_of_open_connections_counts_too() {
    // Whole handshakes, whose connections stay open: nothing of them is held but what was read.
    let mut packets = Vec::new();
    for port in 0..60 {
        let mut talk = Talk::open(&format!("192.0.2.11:{}", 20_000 + port), "192.0.2.42:8443", [1, 1]);
        Plan::default().play(&mut talk);
        packets.extend(talk.packets.into_iter().filter(|packet| !packet.flags.contains('F')));
    }
    let captured = read_with(set(|ceilings| ceilings.held = 30_000), &[file::pcap(&packets)]);
    assert!(captured.summary.evicted > 30, "{:?}", captured.summary);
    assert_eq!(captured.connections.len(), 60);
    let whole = |tls: &Option<Tls>| tls.as_ref().is_some_and(|tls| tls.chain == Plan::default().chain);
    assert!(captured.connections.iter().all(|connection| whole(&connection.tls)));
}

#[test]
fn no_more_is_kept_than_may_be() {
    for capture in [set(|ceilings| ceilings.kept = 7), set(|ceilings| ceilings.kept_bytes = 7 * 2100)] {
        let captured = read_with(capture, &[file::pcap(&many(40))]);
        assert_eq!((captured.connections.len(), captured.summary.dropped), (7, 33));
    }
}

#[test]
fn only_the_beginning_of_a_direction_is_looked_at() {
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    let flight = Plan::default().server_flight();
    talk.say(SERVER, &flight);
    let captured = read_with(set(|ceilings| ceilings.direction = 1000), &[talk.file()]);
    let connection = &captured.connections[0];
    assert!(connection.sent_by_server.cut_off && connection.lacks_certificate());
    assert_eq!(connection.sent_by_server.bytes, flight.len() as u64);
}

#[test]
fn datagrams_are_put_together_in_bounded_room() {
    let mut frames = Vec::new();
    for id in 0..100_u16 {
        // The first fragment of a datagram whose others never come.
        let mut ip = vec![0x45, 0, 0, 36];
        ip.extend(id.to_be_bytes());
        ip.extend([0x20, 0, 64, 6, 0, 0, 192, 0, 2, 11, 192, 0, 2, 42]);
        ip.extend([0; 16]);
        frames.push((crate::build::BEGIN, ip));
    }
    let form = file::Form { ng: false, big: false, nano: false };
    let file = file::write(form, file::Link::Raw, &frames, usize::MAX);
    let captured = read_with(set(|ceilings| ceilings.datagrams = 10), &[file]);
    assert_eq!(captured.summary.fragments_dropped, 100);
}
