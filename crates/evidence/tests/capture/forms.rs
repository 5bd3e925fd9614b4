//! Every form of file, of link, and of IP.

use crate::build::file::{Form, LINKS, Link, forms, write};
use crate::build::tls::{NAME, Plan};
use crate::build::{Packet, Talk, read};
use etherparse::{IpNumber, Ipv6FragmentHeader, Ipv6RawExtHeader};
use waytrace_evidence::capture::{Captured, Version};

const PLAIN: Form = Form { ng: false, big: false, nano: false };

fn frames(link: Link, packets: &[Packet]) -> Vec<(i64, Vec<u8>)> {
    packets.iter().map(|packet| (packet.micros, link.frame(&packet.ip()))).collect()
}

/// The handshake of the plan was read as a whole, from one connection.
fn check(captured: &Captured, plan: &Plan, what: &str) {
    let [connection] = captured.connections.as_slice() else {
        panic!("{what}: one connection, not {:?}", captured.connections)
    };
    let tls = connection.tls.as_ref().unwrap_or_else(|| panic!("{what}: {connection:?}"));
    assert_eq!(tls.chain, plan.chain, "{what}");
    assert_eq!(tls.version(), Some(Version::TLS12), "{what}");
    assert_eq!(
        tls.client_hello.as_ref().and_then(|hello| hello.server_name.as_deref()),
        Some(NAME),
        "{what}"
    );
    assert!(!connection.sent_by_server.lost && !connection.sent_by_client.lost, "{what}");
    assert_eq!(captured.summary.not_understood, 0, "{what}");
}

fn six() -> Talk {
    let mut talk = Talk::open("[2001:db8::11]:40111", "[2001:db8::42]:8443", [5, 9]);
    Plan::default().play(&mut talk);
    talk
}

#[test]
fn every_file_and_every_link() {
    let plan = Plan::default();
    for talk in [plan.talk(), six()] {
        for form in forms() {
            for link in LINKS {
                let file = write(form, link, &frames(link, &talk.packets), usize::MAX);
                let captured = read(&[file]);
                check(&captured, &plan, &format!("{form:?} {link:?}"));
                let connection = &captured.connections[0];
                assert_eq!(connection.first.timestamp_micros(), talk.packets[0].micros, "{form:?}");
                assert_eq!(connection.last.timestamp_micros(), talk.micros, "{form:?}");
                assert_eq!((connection.client, connection.server), (talk.client, talk.server));
            }
        }
    }
}

/// Fragments of an IPv4 packet, with so many bytes in each.
fn fragments_of_four(ip: &[u8], size: usize) -> Vec<Vec<u8>> {
    let (head, body) = ip.split_at(20);
    let parts: Vec<_> = body.chunks(size).collect();
    let fragment = |(index, part): (usize, &&[u8])| {
        let mut head = head.to_vec();
        let more = if index + 1 < parts.len() { 0x2000 } else { 0 };
        let offset = u16::try_from(index * size / 8).expect("an offset") | more;
        let length = u16::try_from(20 + part.len()).expect("a length");
        head[2..4].copy_from_slice(&length.to_be_bytes());
        // The identification: taken from the checksum of TCP, which differs from packet to packet.
        let id = [body[16], body[17]];
        head[4..6].copy_from_slice(&id);
        head[6..8].copy_from_slice(&offset.to_be_bytes());
        [head, part.to_vec()].concat()
    };
    parts.iter().enumerate().map(fragment).collect()
}

/// The same for IPv6, with options before the header of the fragment.
fn fragments_of_six(ip: &[u8], size: usize) -> Vec<Vec<u8>> {
    let (head, body) = ip.split_at(40);
    let parts: Vec<_> = body.chunks(size).collect();
    let fragment = |(index, part): (usize, &&[u8])| {
        let options = Ipv6RawExtHeader::new_raw(IpNumber::IPV6_FRAGMENTATION_HEADER, &[1, 4, 0, 0, 0, 0]);
        let offset = u16::try_from(index * size / 8).expect("an offset").try_into().expect("an offset");
        let id = u32::from_be_bytes([0, 0, body[16], body[17]]);
        let place = Ipv6FragmentHeader::new(IpNumber::TCP, offset, index + 1 < parts.len(), id);
        let mut bytes = head.to_vec();
        bytes[6] = 0;
        bytes[4..6].copy_from_slice(&u16::try_from(part.len() + 16).expect("a length").to_be_bytes());
        options.expect("options").write(&mut bytes).expect("a vector");
        place.write(&mut bytes).expect("a vector");
        [bytes, part.to_vec()].concat()
    };
    parts.iter().enumerate().map(fragment).collect()
}

#[test]
fn fragments_are_put_together() {
    let plan = Plan::default();
    for reversed in [false, true] {
        for talk in [plan.talk(), six()] {
            let mut frames = Vec::new();
            for packet in &talk.packets {
                let ip = packet.ip();
                let four = ip[0] >> 4 == 4;
                let mut parts = match (packet.payload.is_empty(), four) {
                    (true, _) => vec![ip],
                    (false, true) => fragments_of_four(&ip, 128),
                    (false, false) => fragments_of_six(&ip, 128),
                };
                if reversed {
                    parts.reverse();
                }
                frames.extend(parts.iter().map(|part| (packet.micros, Link::Ethernet.frame(part))));
            }
            let captured = read(&[write(PLAIN, Link::Ethernet, &frames, usize::MAX)]);
            check(&captured, &plan, &format!("reversed {reversed}"));
            assert_eq!(captured.summary.fragments_dropped, 0);
        }
    }
}

#[test]
fn a_missing_fragment_is_counted() {
    let talk = Plan::default().talk();
    let at = talk.packets.iter().position(|packet| packet.payload.len() == 536).expect("a full segment");
    let mut frames = frames(Link::Raw, &talk.packets);
    let parts = fragments_of_four(&frames[at].1.clone(), 128);
    frames.splice(at..=at, parts[1..].iter().map(|part| (talk.packets[at].micros, part.clone())));
    let captured = read(&[write(PLAIN, Link::Raw, &frames, usize::MAX)]);
    assert_eq!(captured.summary.fragments_dropped, u64::try_from(parts.len() - 1).expect("few"));
    assert!(captured.connections[0].sent_by_server.lost);
    assert!(captured.connections[0].lacks_certificate());
}

#[test]
fn short_snap_lengths_lose_bytes_and_say_so() {
    let talk = Plan::default().talk();
    for form in forms() {
        let frames = frames(Link::Ethernet, &talk.packets);
        let captured = read(&[write(form, Link::Ethernet, &frames, 300)]);
        let connection = &captured.connections[0];
        assert!(captured.summary.truncated > 0, "{form:?}");
        assert!(connection.sent_by_server.truncated && connection.sent_by_server.lost, "{form:?}");
        assert!(connection.lacks_certificate(), "{form:?}");
        assert!(connection.tls.as_ref().expect("the hello is short").chain.is_empty());
    }
}

#[test]
fn other_links_are_counted() {
    let talk = Plan::default().talk();
    let mut file = talk.file();
    file[20] = 105;
    let captured = read(&[file]);
    assert_eq!(captured.summary.not_understood, captured.summary.packets);
    assert!(captured.connections.is_empty());
}
