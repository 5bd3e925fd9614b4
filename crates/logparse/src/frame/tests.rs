use super::*;
use proptest::prelude::*;

const A: &str = "2022-07-11T18:55:25.910+02:00 vcsc a: one\n";
const B: &str = "2022-07-11T18:55:25.911+02:00 vcsc b: two \nHTTPMSG:\n|GET / HTTP/1.1\n\n |\n\n";

/// A frame that owns its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owned {
    raw: Vec<u8>,
    text: String,
    line: u64,
    offset: u64,
    piece: Piece,
    form: Form,
}

fn frames(portions: &[&[u8]]) -> Vec<Owned> {
    let mut framer = Framer::new();
    let mut out = Vec::new();
    let mut take = |framer: &mut Framer| {
        while let Some(Frame { raw, text, line, offset, piece, form }) = framer.next_frame() {
            out.push(Owned { raw: raw.to_vec(), text: text.to_owned(), line, offset, piece, form });
        }
    };
    for portion in portions {
        framer.push(portion);
        take(&mut framer);
    }
    framer.finish();
    take(&mut framer);
    assert_eq!(lent_where_they_lie(&portions.concat()), out);
    assert_eq!(of_stretches(portions), out);
    out
}

/// Gives one portion, then says that nothing is there at the moment, so that a stretch ends with each portion.
struct Halting<'p> {
    portions: std::slice::Iter<'p, &'p [u8]>,
    halts: bool,
    current: &'p [u8],
}

impl std::io::Read for Halting<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.current.is_empty() {
            self.halts = !self.halts;
            if self.halts {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            match self.portions.next() {
                Some(portion) => self.current = portion,
                None => return Ok(0),
            }
        }
        self.current.read(into)
    }
}

fn of_stretches(portions: &[&[u8]]) -> Vec<Owned> {
    let mut stretches = Stretches::new(Halting { portions: portions.iter(), halts: false, current: &[] });
    let (mut out, mut old) = (Vec::new(), Stretch::default());
    while let Some(stretch) = stretches.next(old).expect("no error") {
        for Frame { raw, text, line, offset, piece, form } in stretch.frames() {
            out.push(Owned { raw: raw.to_vec(), text: text.to_owned(), line, offset, piece, form });
        }
        assert_eq!(stretch.frames().count(), stretch.len());
        old = stretch;
    }
    out
}

fn lent_where_they_lie(log: &[u8]) -> Vec<Owned> {
    let mut slices = Slices::new(log);
    let mut out = Vec::new();
    while let Some(Frame { raw, text, line, offset, piece, form }) = slices.next_frame() {
        out.push(Owned { raw: raw.to_vec(), text: text.to_owned(), line, offset, piece, form });
    }
    out
}

fn tuples(log: &str) -> Vec<(Vec<u8>, u64, u64, Piece)> {
    let owned = frames(&[log.as_bytes()]);
    owned.into_iter().map(|frame| (frame.raw, frame.line, frame.offset, frame.piece)).collect()
}

#[test]
fn a_record_takes_its_continuation_lines() {
    let text = format!("{A}{B}{A}");
    let got = tuples(&text);
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
    let pieces: Vec<_> = frames(&[text.as_bytes()]).into_iter().map(|frame| frame.piece).collect();
    assert_eq!(pieces, [Piece::Headless, Piece::Headless, Piece::Whole]);
}

#[test]
fn a_record_over_the_ceiling_is_lent_in_pieces() {
    let long = format!("2022-07-11T18:55:25.910+02:00 vcsc a: {}\n{A}", "x".repeat(Framer::MAX_FRAME * 2));
    let got = frames(&[long.as_bytes()]);
    let pieces: Vec<_> = got.iter().map(|frame| (frame.raw.len(), frame.piece)).collect();
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

/// The frames' texts, pieces and forms.
fn texts(log: &str) -> Vec<(String, Piece, Form)> {
    let mut framer = Framer::new();
    framer.push(log.as_bytes());
    framer.finish();
    let mut out = Vec::new();
    while let Some(frame) = framer.next_frame() {
        out.push((frame.text.to_owned(), frame.piece, frame.form));
    }
    out
}

#[test]
fn records_on_one_line_are_frames_of_their_own() {
    let record = |n| format!("2022-07-11T18:55:25.91{n}+02:00 vcsc.example tvcs: Event=\"x\" Level=\"{n}\"");
    let log = format!("{} {} {}\n\n{}\n", record(1), record(2), record(3), record(4));
    let mut framer = Framer::new();
    framer.push(log.as_bytes());
    framer.finish();
    let mut got = Vec::new();
    while let Some(frame) = framer.next_frame() {
        got.push((frame.text.trim_end().to_owned(), frame.line, frame.form));
    }
    let expected = [
        (record(1), 1, Form::Pasted),
        (record(2), 1, Form::Pasted),
        (record(3), 1, Form::Pasted),
        (record(4), 3, Form::Plain),
    ];
    assert_eq!(got, expected);
}

#[test]
fn a_line_of_very_many_records_is_read_in_good_time() {
    let record = "2022-07-11T18:55:25.911+02:00 vcsc.example tvcs: Event=\"x\" Level=\"1\" ";
    let count = 3 * Framer::MAX_FRAME / record.len();
    assert_eq!(texts(&record.repeat(count)).len(), count);
}

#[test]
fn a_wrapped_record_is_lent_whole_and_what_follows_it_is_loose() {
    let log = "2022-07-11T18:55:26.016+02:00 vcsc traffic_server[18242]: [ET_NET 0] \n\nNOTE: well\n\n\nand prose\n";
    let expected = [
        (
            "2022-07-11T18:55:26.016+02:00 vcsc traffic_server[18242]: [ET_NET 0] NOTE: well".to_owned(),
            Piece::Whole,
            Form::Pasted,
        ),
        ("and prose\n".to_owned(), Piece::Headless, Form::Loose),
    ];
    assert_eq!(texts(log), expected);
}

#[test]
fn the_tail_of_a_live_log_knows_every_form() {
    for line in [
        "<182>1 2024-03-18T16:54:33.000+01:00 vcsc tvcs - - - Event=\"x\"\n",
        "Jul 11 18:55:25 vcsc tvcs: Event=\"x\"\n",
        "vcsc tvcs[7]: Event=\"x\"\n",
    ] {
        let mut framer = Framer::new();
        framer.push(line.as_bytes());
        assert!(framer.next_frame().is_none(), "{line}");
        assert_eq!(framer.next_frame_at_pause().map(|frame| frame.piece), Some(Piece::Whole), "{line}");
    }
}

/// Pieces of every form a log arrives in, whole and broken.
const PIECES: [&str; 22] = [
    A,
    B,
    "2022-07-11T18:55",
    "\n",
    "\r\n",
    " \n",
    "\u{feff}",
    "Line 190: ",
    "<182>1 2024-03-18T16:54:33.000+01:00 host tvcs - - [meta sequenceId=\"1\"] ",
    "<166>Jul 11 18:55:25 host tvcs: ",
    "Jul  1 18:55:25 host ",
    "123 <166>",
    "1 2024-03-18T16:54:33.000+01:00 host tvcs 1 - - x\n",
    "2022-07-11T18:55:25.911+02:00 vcsc t[1]: Detail=\"a\" Msg=\"HTTP/1.1 ",
    "2022-07-11T18:55:25.911+02:00 vcsc t[1]: [ET_NET 0] \n\nWARNING: SNI (",
    "192.0.2.7\n\n) not in certificate. Action=Terminate server=a(192.0.2.7)",
    "502 connect failed\n\n\"\n",
    "vcsc traffic_server[15550]: Module=\"n\" ",
    "2022-07-11T18:55:25.911+02:00 vcsc tvcs: Event=\"x\" Level=\"1\" ",
    "Detail=\"y\" UTCTime=\"z\"\n",
    "===Failed===\n",
    "\u{a0}\n",
];

/// Text that is full of heads, near-heads, dumps, wraps and stray bytes.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::sample::select(PIECES.to_vec()).prop_flat_map(|piece| {
            (0..=piece.len()).prop_map(move |end| piece.as_bytes()[..end].to_vec())
        }),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn frames_put_end_to_end_are_the_input(log in log()) {
        let out: Vec<u8> = frames(&[&log]).into_iter().flat_map(|frame| frame.raw).collect();
        prop_assert_eq!(out, log);
    }

    #[test]
    fn portions_never_change_the_frames(log in log(), size in 1usize..30) {
        let portions: Vec<&[u8]> = log.chunks(size).collect();
        prop_assert_eq!(frames(&portions), frames(&[&log]));
    }

    #[test]
    fn line_numbers_and_offsets_follow_the_bytes(log in log()) {
        let (mut line, mut offset) = (1, 0);
        for frame in frames(&[&log]) {
            prop_assert_eq!((frame.line, frame.offset), (line, offset));
            line += memchr::memchr_iter(b'\n', &frame.raw).count() as u64;
            offset += frame.raw.len() as u64;
        }
    }
}
