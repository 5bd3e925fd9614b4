//! Packets in any order, more than once, overlapping, lost; and files cut anywhere.

use crate::build::tls::{Plan, certificate};
use crate::build::{CLIENT, Packet, Talk, file, read};
use chrono::DateTime;
use proptest::prelude::*;
use waytrace_evidence::capture::{Capture, Captured, Connection, Frame, Opening, Tls};

/// A handshake, with the numbers of a connection about to wrap around.
fn plans() -> impl Strategy<Value = (Plan, Talk)> {
    let chain = prop::collection::vec((any::<u8>(), 1_u16..2500), 1..4);
    let client = prop::option::of(prop::collection::vec((any::<u8>(), 1_u16..900), 0..2));
    let alert = prop::option::of(prop::sample::select(vec![42_u8, 48, 80]));
    let numbers = prop_oneof![any::<[u32; 2]>(), Just([u32::MAX - 300, u32::MAX - 900])];
    let sizes = (20_usize..3000, prop::sample::select(vec![200_usize, 4096, 16_384]));
    (chain, client, alert, numbers, sizes).prop_map(|(chain, client, alert, numbers, (most, record))| {
        let build = |seeds: Vec<(u8, u16)>| {
            seeds.into_iter().map(|(seed, length)| certificate(seed, length)).collect::<Vec<_>>()
        };
        let plan =
            Plan { chain: build(chain), client_chain: client.map(build), alert, record, ..Plan::default() };
        let mut talk = Talk::open("192.0.2.11:40111", "192.0.2.42:8443", numbers);
        talk.most = most;
        plan.play(&mut talk);
        (plan, talk)
    })
}

/// What a handshake said, without when.
fn said(connection: &Connection) -> Option<Tls> {
    let mut tls = connection.tls.clone()?;
    for alert in &mut tls.alerts {
        alert.frame = Frame::default();
        alert.at = DateTime::default();
    }
    Some(tls)
}

fn only(packets: &[Packet]) -> Connection {
    let captured = read(&[file::pcap(packets)]);
    assert_eq!(captured.connections.len(), 1, "{:#?}", captured.connections);
    captured.connections.into_iter().next().expect("one")
}

/// Sends parts of the payloads again, with other borders.
fn overlap(packets: &mut Vec<Packet>, cuts: &[(prop::sample::Index, usize, usize)]) {
    for (which, before, after) in cuts {
        let which = which.index(packets.len());
        let Some(next) = packets.get(which + 1..).and_then(|rest| {
            rest.iter().find(|next| {
                let end = packets[which]
                    .sequence
                    .wrapping_add(u32::try_from(packets[which].payload.len()).expect("short"));
                next.from == packets[which].from && next.sequence == end && !next.payload.is_empty()
            })
        }) else {
            continue;
        };
        let mut again = packets[which].clone();
        if again.payload.is_empty() || again.flags.contains('S') {
            continue;
        }
        let before = before % again.payload.len();
        again.payload.drain(..before);
        again.sequence = again.sequence.wrapping_add(u32::try_from(before).expect("short"));
        again.payload.extend(&next.payload[..after % next.payload.len()]);
        packets.insert(which, again);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter((plan, talk) in plans(), seed in any::<u64>()) {
        let want = only(&talk.packets);
        prop_assert_eq!(&want.tls.as_ref().expect("a handshake").chain, &plan.chain);
        let mut packets = talk.packets.clone();
        shuffle(&mut packets, seed);
        let got = only(&packets);
        prop_assert_eq!(said(&got), said(&want));
        prop_assert_eq!((got.client, got.server), (want.client, want.server));
        prop_assert!(!got.sent_by_server.lost && !got.sent_by_client.lost);
        prop_assert!(!got.sent_by_server.beginning_unseen && !got.sent_by_server.contradicted);
        prop_assert_eq!(got.opening, Opening::Complete);
    }

    #[test]
    fn sending_again_does_not_matter(
        (_, talk) in plans(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<usize>(), any::<usize>()), 0..20),
        twice in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        seed in any::<Option<u64>>(),
    ) {
        let want = only(&talk.packets);
        let mut packets = talk.packets.clone();
        overlap(&mut packets, &cuts);
        for which in twice {
            let again = packets[which.index(packets.len())].clone();
            packets.insert(which.index(packets.len()), again);
        }
        if let Some(seed) = seed {
            shuffle(&mut packets, seed);
        }
        let got = only(&packets);
        prop_assert_eq!(said(&got), said(&want));
        prop_assert!(!got.sent_by_server.lost && !got.sent_by_server.contradicted);
    }

    #[test]
    fn loss_is_told_and_gives_no_wrong_certificate(
        (plan, talk) in plans(),
        lost in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        seed in any::<Option<u64>>(),
    ) {
        let want = only(&talk.packets).tls.expect("a handshake");
        let mut packets = talk.packets.clone();
        let mut lacks_of_server = false;
        for which in lost {
            if packets.is_empty() {
                break;
            }
            let gone = packets.remove(which.index(packets.len()));
            lacks_of_server |= gone.from == talk.server && !gone.payload.is_empty();
        }
        if let Some(seed) = seed {
            shuffle(&mut packets, seed);
        }
        let captured = read(&[file::pcap(&packets)]);
        for connection in &captured.connections {
            let Some(tls) = &connection.tls else { continue };
            prop_assert!(tls.chain.is_empty() || tls.chain == plan.chain);
            if let Some(chain) = &tls.client_chain {
                prop_assert_eq!(Some(chain), plan.client_chain.as_ref());
            }
            for alert in &tls.alerts {
                prop_assert!(want.alerts.iter().any(|other| (other.by, other.said) == (alert.by, alert.said)));
            }
            if tls.chain.is_empty() {
                prop_assert!(lacks_of_server || connection.sent_by_server.beginning_unseen);
                let nothing = connection.sent_by_server.bytes == 0;
                prop_assert!(connection.lacks_certificate() || nothing, "{:#?}", connection);
            }
        }
    }

    #[test]
    fn files_may_come_in_any_order(
        (_, talk) in plans(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        seed in any::<u64>(),
        parts in 1..4_usize,
    ) {
        let mut other = Talk::open("192.0.2.12:50000", "192.0.2.42:6972", [4, 5]);
        Plan { alert: Some(46), ..Plan::default() }.play(&mut other);
        let mut packets = [talk.packets, other.packets].concat();
        packets.sort_by_key(|packet| packet.micros);
        // Times that differ, so that the order of the files is known.
        (0..).zip(&mut packets).for_each(|(place, packet)| packet.micros += place);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(packets.len())).collect();
        cuts.extend([0, packets.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        let files: Vec<_> = cuts.windows(2).map(|pair| file::pcap(&packets[pair[0]..pair[1]])).collect();
        let want = read(&files);
        let mut mixed: Vec<_> = (0..).zip(files).collect();
        shuffle(&mut mixed, seed);
        let mut captures: Vec<Capture> = Vec::new();
        for part in mixed.chunks(mixed.len().div_ceil(parts)) {
            let mut capture = Capture::default();
            for (_, file) in part {
                capture.apart();
                capture.read(&mut file.as_slice()).expect("a capture");
            }
            captures.push(capture);
        }
        let mut captures = captures.into_iter();
        let mut whole = captures.next().expect("at least one");
        captures.for_each(|other| whole.join(other));
        let got = whole.finish();
        let numbers = got.files.iter().map(|file| mixed[usize::try_from(*file).expect("a place")].0);
        prop_assert!(numbers.zip(0_u32..).all(|(got, want)| got == want), "{:?}", got.files);
        prop_assert_eq!(got.summary, want.summary);
        let bare = |captured: Captured| captured.connections.into_iter().map(bare).collect::<Vec<_>>();
        prop_assert_eq!(bare(got), bare(want));
    }

    #[test]
    fn files_may_be_cut_anywhere(
        (_, talk) in plans(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut other = Talk::open("192.0.2.12:50000", "192.0.2.42:6972", [4, 5]);
        Plan { alert: Some(46), ..Plan::default() }.play(&mut other);
        let mut packets = [talk.packets, other.packets].concat();
        packets.sort_by_key(|packet| packet.micros);
        let whole = read(&[file::pcap(&packets)]);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(packets.len())).collect();
        cuts.extend([0, packets.len()]);
        cuts.sort_unstable();
        let files: Vec<_> = cuts.windows(2).map(|pair| file::pcap(&packets[pair[0]..pair[1]])).collect();
        let parts = read(&files);
        prop_assert_eq!(parts.summary.packets, whole.summary.packets);
        prop_assert_eq!(parts.connections.len(), whole.connections.len());
        for (part, whole) in parts.connections.iter().zip(&whole.connections) {
            prop_assert_eq!(said(part), said(whole));
            let times = |connection: &Connection| {
                let alerts = connection.tls.iter().flat_map(|tls| &tls.alerts).map(|alert| alert.at);
                alerts.chain([connection.first, connection.last]).collect::<Vec<_>>()
            };
            prop_assert_eq!(times(part), times(whole));
            prop_assert_eq!(&part.sent_by_client, &whole.sent_by_client);
            prop_assert_eq!(&part.sent_by_server, &whole.sent_by_server);
            prop_assert_eq!((part.opening, part.endings.len()), (whole.opening, whole.endings.len()));
        }
    }
}

/// A connection without the counts of its packets: an acknowledgement alone, in a file that has nothing before it of
/// the connection, is not counted.
fn bare(mut connection: Connection) -> Connection {
    connection.sent_by_client.packets = 0;
    connection.sent_by_server.packets = 0;
    connection.seen.clear();
    connection.last = connection.first;
    connection
}

/// Puts things into an order that a seed gives.
fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..things.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        things.swap(last, usize::try_from(state >> 33).expect("31 bits") % (last + 1));
    }
}

#[test]
fn a_place_sent_twice_with_other_bytes() {
    let plan = Plan::default();
    let mut talk = plan.talk();
    let which = talk.packets.iter().position(|packet| packet.payload.len() == 536).expect("a full segment");
    let mut forged = talk.packets[which].clone();
    forged.payload.fill(0xee);
    talk.packets.insert(which + 1, forged);
    let got = only(&talk.packets);
    assert_eq!(got.tls.expect("a handshake").chain, plan.chain, "the first counts");
    assert!(got.sent_by_server.contradicted);
}

#[test]
fn a_segment_that_belongs_to_no_window_changes_nothing() {
    let plan = Plan::default();
    let mut talk = plan.talk();
    for (place, far) in [(3, 1 << 30), (5, 1 << 31), (7, 3 << 30), (9, 20 << 20)] {
        let mut stray = talk.packets[place].clone();
        stray.sequence = stray.sequence.wrapping_add(far);
        stray.payload = vec![0x16; 300];
        talk.packets.insert(place, stray);
    }
    assert_eq!(only(&talk.packets).tls.expect("a handshake").chain, plan.chain);
}

#[test]
fn a_missing_syn_is_told_by_the_answer() {
    let plan = Plan::default();
    let talk = plan.talk();
    assert_eq!(talk.packets[0].from, [talk.client, talk.server][CLIENT]);
    let got = only(&talk.packets[1..]);
    assert_eq!((got.client, got.opening), (talk.client, Opening::Complete));
    assert!(!got.sent_by_client.beginning_unseen);
    assert_eq!(got.tls.expect("a handshake").chain, plan.chain);
}
