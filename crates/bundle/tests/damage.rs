//! Damaged and cut archives: what stands before the damage is read, the rest is told.

mod common;

use common::{ahead, bz2, gz, log, streamed_zip, tar, told, walk_bytes, xz, zip, zip_by, zst};
use waytrace_bundle::Options;

#[test]
fn a_log_cut_off_gives_what_is_left_of_it() {
    let log = log(20_000);
    let archive = tar(&[("log.txt", &log), ("behind.txt", b"never seen")]);
    let cases = [
        ("log.gz", gz(&log)),
        ("log.bz2", bz2(&log)),
        ("log.zst", zst(&log)),
        ("a.tar", archive.clone()),
        ("a.tar.gz", gz(&archive)),
        ("a.zip", zip(&[("log.txt", &log)])),
        ("stored.zip", zip_by(&[("log.txt", &log)], zip::CompressionMethod::Stored)),
        ("streamed.zip", streamed_zip(&[("log.txt", &log)])),
    ];
    for (name, bytes) in cases {
        for options in [Options::default(), ahead()] {
            let (seen, told) = walk_bytes(name, &bytes[..bytes.len() * 2 / 3], &options);
            let [got] = &seen.members[..] else { panic!("{name}: {told}") };
            assert!(log.starts_with(&got.bytes) && got.bytes.len() > log.len() / 3, "{name}: {told}");
            let first = seen.unread.first().unwrap_or_else(|| panic!("{name}: {told}"));
            assert_eq!((&first.name, first.lost), (&got.name, true), "{name}: {told}");
            assert!(first.reason.contains("ends in the middle"), "{name}: {told}");
            assert!(!seen.unread.iter().any(|unread| unread.reason.contains("damaged")), "{name}: {told}");
        }
    }
}

#[test]
fn xz_gives_whole_chunks() {
    // A chunk that was cut off, of up to 64 KiB packed, gives nothing. So this needs more than one of them.
    let mut dice = common::Dice(7);
    let log: Vec<_> = (0..60_000).map(|_| dice.roll(1 << 30).to_string()).collect();
    let log = log.join("\n");
    let packed = xz(log.as_bytes());
    assert!(packed.len() > 200_000);
    let (seen, told) = walk_bytes("log.xz", &packed[..packed.len() * 2 / 3], &Options::default());
    let got = &seen.members[0].bytes;
    assert!(log.as_bytes().starts_with(got) && got.len() > log.len() / 3, "{told}");
    assert!(told.contains("the xz data ends in the middle"), "{told}");
}

#[test]
fn a_truncated_bundle_in_words() {
    let bundle = gz(&tar(&[("a.txt", b"one"), ("log.txt", &log(9_000)), ("c.txt", b"three")]));
    let (_, told) = walk_bytes("a.tar.gz", &bundle[..bundle.len() / 2], &Options::default());
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines[0], "a.tar.gz!a.txt: text, 3 bytes");
    assert!(lines[1].starts_with("a.tar.gz!log.txt: text, "), "{told}");
    let reason = "the gzip data ends in the middle: the file was cut off; copy or download it again";
    assert_eq!(lines[2], format!("lost a.tar.gz!log.txt: {reason}"));
    assert_eq!(
        lines[3],
        format!("lost a.tar.gz: {reason}; its first 2 members were reached; what follows is not read")
    );
}

#[test]
fn a_wrong_checksum_is_told_after_everything_was_read() {
    let text = b"some text of a log";
    let flip = |mut bytes: Vec<u8>, from_end: usize| {
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x55;
        bytes
    };
    let named = [("log.txt", &text[..])];
    let stored = zip_by(&named, zip::CompressionMethod::Stored);
    let begin = stored.windows(text.len()).position(|window| window == text).expect("the text");
    let mut spoilt = text.to_vec();
    spoilt[3] ^= 0x55;
    let damaged = [&stored[..begin], &spoilt, &stored[begin + text.len()..]].concat();
    for (name, bytes) in [
        ("log.gz", flip(gz(text), 8)),
        ("log.bz2", flip(bz2(text), 2)),
        ("log.xz", flip(xz(text), 40)),
        ("log.zst", flip(zst(text), 1)),
        ("a.zip", damaged.clone()),
        ("a.tar", tar(&[("a.zip", &damaged)])),
        ("a.tar.gz", flip(gz(&tar(&named)), 8)),
    ] {
        let (seen, told) = walk_bytes(name, &bytes, &Options::default());
        assert!(seen.members.iter().all(|got| got.bytes.len() == text.len()), "{name}: {told}");
        assert_eq!(seen.unread.len(), 1, "{name}: {told}");
        assert!(told.contains("checksum") || told.contains("damaged"), "{name}: {told}");
    }
    // A stream tells the checksum only after the member.
    let streamed = streamed_zip(&named);
    let at = streamed.windows(4).position(|window| window == b"PK\x07\x08").expect("a descriptor");
    let damaged = flip(streamed.clone(), streamed.len() - at - 4);
    let (seen, told) = walk_bytes("a.tar", &tar(&[("a.zip", &damaged)]), &Options::default());
    assert_eq!((seen.members.len(), seen.unread.len()), (1, 1), "{told}");
    assert!(told.contains("lost a.tar!a.zip!log.txt: its checksum"), "{told}");
}

#[test]
fn a_damaged_header_of_a_tar() {
    let mut bytes = tar(&[("a.txt", b"one"), ("b.txt", b"two")]);
    bytes[1024 + 10] ^= 1;
    assert_eq!(
        told("x.tar", &bytes),
        "x.tar!a.txt: text, 3 bytes\nlost x.tar: the tar is damaged here (archive header checksum mismatch); only \
         its first member was reached; what follows is not read\n"
    );
    let mut first = tar(&[("a.txt", b"one")]);
    first[10] ^= 1;
    let told = told("x.tar", &first);
    assert!(told.ends_with("checksum mismatch); nothing of it could be read\n"), "{told}");
}

#[test]
fn a_tar_cut_off_between_two_members() {
    let whole = tar(&[("a.txt", b"one"), ("b.txt", b"two")]);
    let reason = "the tar has no end: it may have been cut off behind its last member";
    assert_eq!(told("x.tar", &whole[..1024]), format!("x.tar!a.txt: text, 3 bytes\nlost x.tar: {reason}\n"));
    assert_eq!(
        told("x.tar", &whole[..2048 + 512]),
        "x.tar!a.txt: text, 3 bytes\nx.tar!b.txt: text, 3 bytes\n"
    );
}

#[test]
fn bytes_behind_the_end() {
    let text = "a log of some length";
    let told_of = |bytes: &[u8]| told("log.gz", bytes);
    assert_eq!(
        told_of(&[&gz(text.as_bytes())[..], b"Kind regards"].concat()),
        "log.gz: text, 20 bytes\nlost log.gz: bytes that are no gzip follow the gzip data; all before them was read\n"
    );
    assert_eq!(told_of(&[&gz(text.as_bytes())[..], &vec![0; 100_000]].concat()), "log.gz: text, 20 bytes\n");
    let behind = [&tar(&[("a", b"1")])[..], &[b'x'; 700]].concat();
    let told_of_tar = told("x.tar", &behind);
    assert!(told_of_tar.contains("lost x.tar: the tar is damaged here"), "{told_of_tar}");
}

#[test]
fn a_zip_without_its_directory() {
    let whole = zip(&[("a.txt", b"one"), ("b.txt", b"two")]);
    let directory = whole.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
    let members = "x.zip!a.txt: text, 3 bytes\nx.zip!b.txt: text, 3 bytes\n";
    let cut = told("x.zip", &whole[..directory]);
    assert!(cut.starts_with(members) && cut.contains("its first 2 members were reached"), "{cut}");
    let cut = told("x.zip", &whole[..whole.len() - 5]);
    assert!(cut.starts_with(members) && cut.contains("no directory at its end"), "{cut}");
    // What stands before it moves everything; the directory still leads to the members.
    let mut moved = whole.clone();
    moved.splice(directory..directory, *b"junk");
    let moved = told("x.zip", &moved);
    assert!(moved.contains("nothing is where the directory of the zip says"), "{moved}");
}

#[test]
fn one_damaged_member_of_a_zip_leaves_the_others() {
    let mut bytes = zip(&[("a.txt", b"one"), ("b.txt", b"two"), ("c.txt", b"three")]);
    let second = bytes.windows(5).position(|window| window == b"b.txt").expect("a name");
    bytes[second + 5] = 0xff;
    let told = told("x.zip", &bytes);
    assert!(told.contains("x.zip!a.txt: text, 3 bytes\nx.zip!c.txt: text, 5 bytes\n"), "{told}");
    assert!(told.contains("lost x.zip!b.txt: the zip data is damaged here"), "{told}");
}
