//! Archives that become more than they should, and honest ones that only look like it.

mod common;

use common::{gz, log, tar, told, walk_bytes, xz, zip, zst};
use waytrace_bundle::Options;

#[test]
fn an_archive_within_itself_has_a_floor() {
    let mut bytes = b"a log".to_vec();
    for _ in 0..12 {
        bytes = gz(&bytes);
    }
    let told_of = told("x.gz", &bytes);
    assert!(told_of.starts_with("lost x.gz: more than 8 archives inside one another"), "{told_of}");
    for layer in 0..9 {
        bytes = zip(&[("x.zip", if layer == 0 { b"a log" } else { &bytes })]);
    }
    let told_of = told("x.zip", &bytes);
    assert_eq!(told_of.matches("more than 8 archives").count(), 1, "{told_of}");
}

#[test]
fn many_members_end_at_the_ceiling() {
    let mut options = Options::default();
    options.ceilings.members = 100;
    let names: Vec<_> = (0..300).map(|at| format!("{at}.txt")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    for (name, bytes) in
        [("x.tar", tar(&members)), ("x.zip", zip(&members)), ("y.tar", tar(&[("z.zip", &zip(&members))]))]
    {
        let (seen, told) = walk_bytes(name, &bytes, &options);
        let wanted = if name == "y.tar" { 99 } else { 100 };
        assert_eq!((seen.members.len(), seen.unread.len()), (wanted, 1), "{name}: {told}");
        assert!(told.contains(&format!("lost {name}: more than 100 members")), "{told}");
    }
}

#[test]
fn what_grows_too_much_is_a_bomb() {
    let mut options = Options::default();
    options.ceilings.ratio_from = 8 << 20;
    let zeroes = vec![b'0'; 32 << 20];
    let cases = [
        ("twice.gz", gz(&gz(&zeroes))),
        ("x.zst", zst(&zeroes)),
        ("x.tar.xz", xz(&tar(&[("a", &zeroes), ("b.txt", b"never seen")]))),
        ("x.zip", zip(&[("a.zip", &zip(&[("log.txt", &zeroes)])), ("b.txt", b"never seen")])),
    ];
    for (name, bytes) in cases {
        assert!(bytes.len() * 1100 < zeroes.len(), "{name}: {}", bytes.len());
        let (seen, told) = walk_bytes(name, &bytes, &options);
        assert!(told.contains("the ceiling of `ratio`") && !told.contains("never"), "{name}: {told}");
        let got = seen.members.iter().map(|got| got.bytes.len()).sum::<usize>();
        assert!(got <= (9 << 20), "{name}: {got}");
        let outer = seen.unread.iter().filter(|unread| unread.name.ends_with(name)).count();
        assert_eq!(outer, 1, "{name}: {told}");
    }
}

/// A zip whose directory leads to its only member many times.
fn overlapping(content: &[u8], times: u16) -> Vec<u8> {
    let whole = zip(&[("a.txt", content)]);
    let directory = whole.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
    let end = whole.windows(4).position(|window| window == b"PK\x05\x06").expect("an end");
    let entry = &whole[directory..end];
    let mut out = [&whole[..directory], &entry.repeat(usize::from(times)), &whole[end..]].concat();
    let end = out.len() - 22;
    let size = u32::try_from(entry.len()).expect("a short entry") * u32::from(times);
    out[end + 8..end + 10].copy_from_slice(&times.to_le_bytes());
    out[end + 10..end + 12].copy_from_slice(&times.to_le_bytes());
    out[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    out
}

#[test]
fn a_zip_that_gives_the_same_bytes_again_and_again() {
    let (seen, told) = walk_bytes("x.zip", &overlapping(b"one", 3), &Options::default());
    assert_eq!((seen.members.len(), seen.unread.len()), (3, 0), "{told}");
    let mut options = Options::default();
    options.ceilings.ratio_from = 8 << 20;
    let bomb = overlapping(&vec![b'0'; 1 << 20], 400);
    let (seen, told) = walk_bytes("x.zip", &bomb, &options);
    assert!(told.contains("the ceiling of `ratio`"), "{told}");
    assert!(
        seen.members.len() < 60 && seen.unread.iter().any(|unread| unread.name.ends_with("x.zip")),
        "{told}"
    );
}

#[test]
fn an_honest_log_of_equal_lines_is_no_bomb() {
    let line = b"2024-03-05T10:15:30.120+01:00 expc tvcs: the same again and again\n";
    let log = line.repeat((24 << 20) / line.len());
    let mut options = Options::default();
    options.ceilings.ratio_from = 1 << 20;
    for (name, bytes) in [("log.gz", gz(&log)), ("log.zip", zip(&[("log.txt", &log)]))] {
        let (seen, told) = walk_bytes(name, &bytes, &options);
        assert!(seen.unread.is_empty() && seen.members[0].bytes == log, "{name}: {told}");
    }
}

#[test]
fn all_that_comes_out_has_a_ceiling() {
    let mut options = Options::default();
    options.ceilings.inflated = 1 << 20;
    let (seen, told) = walk_bytes("x.tar.gz", &gz(&tar(&[("a", &log(1000)), ("b", &log(60_000))])), &options);
    assert_eq!((seen.members.len(), seen.unread.len()), (2, 2), "{told}");
    assert!(told.contains("lost x.tar.gz: more than 1048576 bytes come out of it"), "{told}");
}

#[test]
fn a_decoder_that_asks_for_much_memory_is_refused() {
    let mut options = Options::default();
    options.ceilings.held = 64 << 10;
    let (seen, told) = walk_bytes("x.xz", &xz(&log(10)), &options);
    assert_eq!(seen.members.len(), 0, "{told}");
    assert!(told.contains("needs more than 65536 bytes of memory") && told.contains("`held`"), "{told}");
    let (seen, told) = walk_bytes("x.zst", &zst(&log(10_000)), &options);
    assert_eq!(seen.members.len(), 0, "{told}");
    assert!(told.contains("lost x.zst") && told.contains("`held`"), "{told}");
}
