//! What holds for any bytes: nothing panics, and counts add up.

use crate::build::file::{LINKS, Link, forms, write};
use crate::build::tls::Plan;
use crate::build::{Talk, read};
use proptest::prelude::*;
use waytrace_evidence::capture::{Capture, Captured};

fn try_read(files: &[Vec<u8>]) -> Captured {
    let mut capture = Capture::default();
    for file in files {
        let _ = capture.read(&mut file.as_slice());
    }
    capture.finish()
}

fn adds_up(captured: &Captured) {
    let summary = &captured.summary;
    assert!(summary.tcp + summary.other + summary.not_understood <= summary.packets);
    assert!(captured.connections.len() as u64 <= summary.tcp);
    for connection in &captured.connections {
        assert!(connection.first <= connection.last);
        assert!(!connection.seen.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        adds_up(&try_read(&[bytes]));
    }

    #[test]
    fn any_packets_are_read(
        form in prop::sample::select(forms()),
        link in prop::sample::select(LINKS.to_vec()),
        frames in prop::collection::vec(
            (0..i64::from(u32::MAX) * 1_000_000, prop::collection::vec(any::<u8>(), 0..200)),
            0..20,
        ),
    ) {
        let captured = read(&[write(form, link, &frames, usize::MAX)]);
        prop_assert_eq!(captured.summary.packets, frames.len() as u64);
        adds_up(&captured);
    }

    #[test]
    fn any_bytes_in_a_connection(
        parts in prop::collection::vec((0..2_usize, prop::collection::vec(any::<u8>(), 0..300)), 0..12),
    ) {
        let mut talk = Talk::usual();
        for (side, bytes) in parts {
            talk.say(side, &bytes);
        }
        adds_up(&read(&[talk.file()]));
    }

    #[test]
    fn flipped_bytes_never_panic(
        form in prop::sample::select(forms()),
        link in prop::sample::select(LINKS.to_vec()),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=u8::MAX), 1..40),
    ) {
        let talk = Plan::default().talk();
        let frames: Vec<_> = talk.packets.iter().map(|packet| (packet.micros, link.frame(&packet.ip()))).collect();
        let mut file = write(form, link, &frames, usize::MAX);
        for (place, flip) in flips {
            let place = place.index(file.len());
            file[place] ^= flip;
        }
        adds_up(&try_read(&[file]));
    }

    #[test]
    fn flipped_bytes_of_tls_never_panic(
        flips in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..=u8::MAX),
            1..20,
        ),
    ) {
        let own = Some(vec![crate::build::tls::certificate(9, 300)]);
        let mut talk = Plan { client_chain: own, ..Plan::default() }.talk();
        for (packet, place, flip) in flips {
            let packet = packet.index(talk.packets.len());
            let payload = &mut talk.packets[packet].payload;
            if !payload.is_empty() {
                let place = place.index(payload.len());
                payload[place] ^= flip;
            }
        }
        adds_up(&read(&[talk.file()]));
    }

    #[test]
    fn a_file_cut_at_its_end(form in prop::sample::select(forms()), cut in any::<prop::sample::Index>()) {
        let talk = Plan::default().talk();
        let frames: Vec<_> =
            talk.packets.iter().map(|packet| (packet.micros, Link::Raw.frame(&packet.ip()))).collect();
        let mut file = write(form, Link::Raw, &frames, usize::MAX);
        file.truncate(cut.index(file.len()));
        let captured = try_read(&[file]);
        adds_up(&captured);
        prop_assert_eq!(captured.summary.files_damaged, 0);
        for connection in &captured.connections {
            let chain = connection.tls.as_ref().map(|tls| tls.chain.clone()).unwrap_or_default();
            prop_assert!(chain.is_empty() || chain == Plan::default().chain);
        }
    }
}

#[test]
fn lengths_that_lie() {
    let talk = Plan::default().talk();
    let mut file = talk.file();
    // The length of the third packet: 24 of the file, two packets with their heads, and two numbers.
    let length = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four")) as usize;
    let second = 24 + 16 + length(24 + 8);
    let third = second + 16 + length(second + 8);
    file[third + 8..third + 12].fill(0xff);
    let captured = read(&[file]);
    assert_eq!((captured.summary.packets, captured.summary.files_damaged), (2, 1));
}
