use super::*;
use proptest::prelude::*;

const A: &str = "2022-07-11T18:55:25.910+02:00 vcsc a: one\n";
const B: &str = "2022-07-11T18:55:25.911+02:00 vcsc b: two \nHTTPMSG:\n|GET / HTTP/1.1\n\n |\n\n";

fn frames(portions: &[&[u8]]) -> Vec<(Vec<u8>, u64, u64, Piece)> {
    let mut framer = Framer::new();
    let mut out = Vec::new();
    let mut take = |framer: &mut Framer| {
        while let Some(frame) = framer.next_frame() {
            out.push((frame.raw.to_vec(), frame.line, frame.offset, frame.piece));
        }
    };
    for portion in portions {
        framer.push(portion);
        take(&mut framer);
    }
    framer.finish();
    take(&mut framer);
    out
}

#[test]
fn a_record_takes_its_continuation_lines() {
    let text = format!("{A}{B}{A}");
    let got = frames(&[text.as_bytes()]);
    let expected = [
        (A.into(), 1, 0, Piece::Whole),
        (B.into(), 2, 42, Piece::Whole),
        (A.into(), 8, (A.len() + B.len()) as u64, Piece::Whole),
    ];
    assert_eq!(got, expected);
}

#[test]
fn lines_before_the_first_head_stand_alone() {
    let text = format!("tail of a dump\n |\n{A}");
    let pieces: Vec<_> = frames(&[text.as_bytes()]).into_iter().map(|frame| frame.3).collect();
    assert_eq!(pieces, [Piece::Headless, Piece::Headless, Piece::Whole]);
}

#[test]
fn a_record_over_the_ceiling_is_lent_in_pieces() {
    let long = format!("2022-07-11T18:55:25.910+02:00 vcsc a: {}\n{A}", "x".repeat(Framer::MAX_FRAME * 2));
    let got = frames(&[long.as_bytes()]);
    let pieces: Vec<_> = got.iter().map(|frame| (frame.0.len(), frame.3)).collect();
    let rest = long.len() - A.len() - 2 * Framer::MAX_FRAME;
    let expected = [
        (Framer::MAX_FRAME, Piece::First),
        (Framer::MAX_FRAME, Piece::Rest),
        (rest, Piece::Rest),
        (A.len(), Piece::Whole),
    ];
    assert_eq!(pieces, expected);
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let mut framer = Framer::new();
    framer.push(b"2022-07-11T18:55:25.910+02:00 vcsc a: \xff\x00\r\n");
    framer.finish();
    let frame = framer.next_frame().expect("one frame");
    assert_eq!(frame.head(), "2022-07-11T18:55:25.910+02:00 vcsc a: \u{fffd}\0");
}

#[test]
fn a_pause_lends_what_is_complete() {
    let mut framer = Framer::new();
    framer.push(A.as_bytes());
    assert!(framer.next_frame().is_none());
    assert!(framer.next_frame_at_pause().is_some());
    framer.push(b"2022-07-11T18:55:25.910+02:00 vcsc t: Level=\"DEBUG\": Txn-id=\"1\" \n");
    assert!(framer.next_frame_at_pause().is_none(), "a dump is announced");
    framer.push(b"HTTPMSG:\n|GET / HTTP/1.1\n");
    assert!(framer.next_frame_at_pause().is_none(), "the dump is not complete");
    framer.push(b" |\n\n");
    assert!(framer.next_frame_at_pause().is_some());
}

#[test]
fn a_line_without_its_end_is_not_lent_at_a_pause() {
    let mut framer = Framer::new();
    framer.push(b"2022-07-11T18:55:25.910+02:00 vcsc a: half");
    assert!(framer.next_frame_at_pause().is_none());
}

/// Text that is full of heads, near-heads, dumps and stray bytes.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(A.as_bytes().to_vec()),
        Just(B.as_bytes().to_vec()),
        Just(b"2022-07-11T18:55".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn frames_put_end_to_end_are_the_input(log in log()) {
        let out: Vec<u8> = frames(&[&log]).into_iter().flat_map(|frame| frame.0).collect();
        prop_assert_eq!(out, log);
    }

    #[test]
    fn portions_never_change_the_frames(log in log(), size in 1usize..30) {
        let portions: Vec<&[u8]> = log.chunks(size).collect();
        prop_assert_eq!(frames(&portions), frames(&[&log]));
    }
}
