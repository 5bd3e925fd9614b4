//! What holds for any bytes: no panic, an end, and of a cut archive a beginning of what the whole one gives.

mod common;

use common::{Dice, ahead, bz2, gz, log, streamed_zip, tar, walk_bytes, xz, zip, zst};
use proptest::prelude::*;
use std::time::{Duration, Instant};
use waytrace_bundle::Options;

/// Small archives of every form.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let log = log(60);
    let members: [(&str, &[u8]); 3] =
        [("a.txt", &log), ("folder/b.pem", b"-----BEGIN CERT"), ("c.txt", b"three")];
    let tar = tar(&members);
    vec![
        ("x.tar", tar.clone()),
        ("x.tar.gz", gz(&tar)),
        ("x.tar.bz2", bz2(&tar)),
        ("x.tar.xz", xz(&tar)),
        ("x.tar.zst", zst(&tar)),
        ("x.zip", zip(&members)),
        ("y.zip", streamed_zip(&members)),
        ("z.zip", zip(&[("x.tar.gz", &gz(&tar))])),
        ("y.tar", common::tar(&[("x.zip", &zip(&members)), ("y.zip", &streamed_zip(&members))])),
    ]
}

/// Few bytes must never become many: a damaged archive may claim anything.
fn tight() -> Options {
    let mut options = Options::default();
    options.ceilings.inflated = 64 << 20;
    options.ceilings.ratio_from = 1 << 20;
    options
}

#[test]
fn a_cut_archive_gives_a_beginning() {
    for (name, bytes) in forms() {
        let whole = walk_bytes(name, &bytes, &Options::default()).0.contents();
        // Below a header the form cannot be told, and the file is handed out as it is.
        let cuts = (600.min(bytes.len() / 2)..bytes.len()).step_by(1 + bytes.len() / 300);
        let cuts = cuts.chain((1024..bytes.len()).step_by(512));
        for cut in cuts {
            let (seen, told) = walk_bytes(name, &bytes[..cut], &Options::default());
            let got = seen.contents();
            assert!(got.len() <= whole.len(), "{name} cut at {cut}: {told}");
            for (at, (got, whole)) in got.iter().zip(&whole).enumerate() {
                let last = at + 1 == seen.members.len();
                assert_eq!(got.0, whole.0, "{name} cut at {cut}: {told}");
                assert!(whole.1.starts_with(&got.1), "{name} cut at {cut}: {told}");
                assert!(last || got.1 == whole.1, "{name} cut at {cut}: {told}");
            }
            let lost = got != whole;
            assert!(!lost || !seen.unread.is_empty(), "{name} cut at {cut}: nothing said: {told}");
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let forms = forms();
    let begun = Instant::now();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for round in 0.. {
        if begun.elapsed() > Duration::from_secs(5) {
            assert!(round > 30, "only {round} rounds");
            break;
        }
        for (name, bytes) in &forms {
            let mut bytes = bytes.clone();
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(bytes.len());
                bytes[at] = u8::try_from(dice.roll(256)).expect("a byte");
            }
            let options = if round % 8 == 0 { ahead() } else { tight() };
            let _ = walk_bytes(name, &bytes, &options);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_never_panic(
        magic in prop::sample::select(vec![
            &b""[..], b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"\xfd7zXZ\0", b"BZh91AY&SY",
            b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18", b"-----BEGIN ",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..2000),
        mark in any::<bool>(),
    ) {
        let mut all = [magic, &bytes].concat();
        if mark && all.len() > 262 {
            all[257..262].copy_from_slice(b"ustar");
        }
        let (seen, told) = walk_bytes("x", &all, &tight());
        prop_assert!(!seen.members.is_empty() || !seen.unread.is_empty(), "{}", told);
    }
}
