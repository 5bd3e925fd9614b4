//! A larger log, put together from the fixtures' records with the liberties that releases take: almost nothing of it
//! may be left without a meaning.

use std::fmt::Write;
use waytrace_logparse::{Event, Reader};

/// A generator of numbers that gives the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % count
    }
}

/// Records of the fixtures that are whole: heads and their continuation lines. The fixtures' own damaged records
/// are of no use here.
fn records() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut records = Vec::new();
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("it can be listed").path();
        let log = std::fs::read(path).expect("it can be read");
        let mut reader = Reader::new(&log[..]);
        while let Some(record) = reader.next_record().expect("a slice can be read") {
            if !matches!(record.event, Event::Opaque(_) | Event::Broken { .. }) {
                records.push((record.frame.head().to_owned(), record.frame.continuation().to_owned()));
            }
        }
    }
    records.sort();
    records
}

/// One of the forms in which another release, or a web page, would have the same line.
fn vary(head: &str, dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => head.replace("\" ", "\"  "),
        1 => head.replace(".417+", "+"),
        2 => head.replace("=\"", "=\" "),
        3 => format!("{head} "),
        4 => head.replace("07:12:03,416", "07:12:03,9"),
        5 => format!("{head}\r"),
        6 => {
            // UTCTime at the end instead of the beginning.
            let utc = "UTCTime=\"2024-05-14 07:12:03,416\" ";
            if head.contains(utc) { head.replace(utc, "") + " " + utc.trim_end() } else { head.to_owned() }
        }
        _ => head.to_owned(),
    }
}

#[test]
fn almost_nothing_is_left_without_a_meaning() {
    let records = records();
    let mut dice = Dice(2024);
    let mut log = String::new();
    for number in 0..20_000 {
        let (head, continuation) = &records[dice.below(records.len())];
        writeln!(log, "{}", vary(head, &mut dice)).expect("a string takes it");
        log.push_str(continuation);
        if number % 500 == 0 {
            log.push_str("2024-05-14T09:12:03.417+02:00 expc1 management: words that nobody claims\n");
        }
    }
    let (mut all, mut lost) = (0u32, 0u32);
    let mut reader = Reader::new(log.as_bytes());
    while let Some(record) = reader.next_record().expect("a slice can be read") {
        all += 1;
        lost += u32::from(matches!(record.event, Event::Opaque(_) | Event::Broken { .. }));
    }
    assert_eq!(all, 20_040);
    assert!(lost * 100 < all, "{lost} of {all}");
}
