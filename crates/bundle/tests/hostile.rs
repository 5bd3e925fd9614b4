//! Archives that are made to do harm, and members that are no files.

mod common;

use common::{gz, header, log, raw_member, streamed_zip, tar, told, walk_bytes, xz, zip, zip_by, zst};
use std::time::{Duration, Instant};
use tar::{Builder, EntryType};
use waytrace_bundle::Options;

/// Sets the mark of encryption in every header of a zip.
fn encrypted(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len() - 10 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 6] |= 1,
            b"PK\x01\x02" => bytes[at + 8] |= 1,
            _ => {}
        }
    }
    bytes
}

#[test]
fn an_encrypted_zip() {
    let bytes = encrypted(zip(&[("a.txt", b"one"), ("b.txt", b"two")]));
    let reason = "encrypted; unpack the zip with its password and give the folder";
    assert_eq!(told("x.zip", &bytes), format!("lost x.zip!a.txt: {reason}\nlost x.zip!b.txt: {reason}\n"));
    let inner = told("x.tar", &tar(&[("x.zip", &bytes), ("c.txt", b"three")]));
    assert!(inner.starts_with("x.tar!c.txt: text, 5 bytes\n"), "{inner}");
    assert_eq!(inner.matches(reason).count(), 2, "{inner}");
    let open_ended = told("x.tar", &tar(&[("x.zip", &encrypted(streamed_zip(&[("a.txt", b"one")])))]));
    assert!(
        open_ended.contains(reason) && open_ended.contains("where the next member begins"),
        "{open_ended}"
    );
}

#[test]
fn a_packing_of_a_zip_that_is_not_known() {
    let mut bytes = zip_by(&[("a.txt", b"one"), ("b.txt", b"two")], zip::CompressionMethod::Stored);
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
    (bytes[8], bytes[directory + 10]) = (9, 9);
    let wanted = "x.zip!b.txt: text, 3 bytes\nlost x.zip!a.txt: packed with Deflate64, which is not read (method 9); \
                  unpack the zip and give the folder\n";
    assert_eq!(told("x.zip", &bytes), wanted);
    let inner = told("x.tar", &tar(&[("x.zip", &bytes)]));
    assert_eq!(inner, wanted.replace("x.zip", "x.tar!x.zip"));
}

#[test]
fn forms_that_are_not_opened_are_handed_out_by_name() {
    assert_eq!(told("x.7z", b"7z\xbc\xaf\x27\x1c\0\x04"), "x.7z: 7z archive, 8 bytes\n");
    assert_eq!(told("x", &tar(&[("x.rar", b"Rar!\x1a\x07")])), "x!x.rar: rar archive, 6 bytes\n");
}

#[test]
fn names_that_lead_elsewhere_are_only_shown() {
    let bytes = [
        raw_member(b"/etc/passwd", EntryType::Regular, b"one"),
        raw_member(b"../../up.txt", EntryType::Regular, b"two"),
        raw_member(b"a\n\x1b[2J.txt", EntryType::Regular, b"three"),
        raw_member(b"gr\xfc\xdfe.txt", EntryType::Regular, b"four"),
        raw_member("grüße.txt".as_bytes(), EntryType::Regular, b"five"),
        raw_member(b"a log 10:15:30.txt", EntryType::Regular, b"six"),
        raw_member(b"./same.txt", EntryType::Regular, b"1"),
        raw_member(b"./same.txt", EntryType::Regular, b"2"),
        vec![0; 1024],
    ]
    .concat();
    let wanted = [
        "/etc/passwd: text, 3",
        "../../up.txt: text, 3",
        "a\\n\\u{1b}[2J.txt: text, 5",
        "gr\u{fffd}\u{fffd}e.txt: text, 4",
        "grüße.txt: text, 4",
        "a log 10:15:30.txt: text, 3",
        "same.txt: text, 1",
        "same.txt (2): text, 1",
    ];
    let told_of = told("x.tar", &bytes);
    let lines: Vec<_> = told_of.lines().collect();
    assert_eq!(lines, wanted.map(|line| format!("x.tar!{line} bytes")));
    let zipped = told("x.zip", &zip(&[("../../up.txt", b"one"), ("/etc/passwd", b"two")]));
    assert_eq!(zipped, "x.zip!../../up.txt: text, 3 bytes\nx.zip!/etc/passwd: text, 3 bytes\n");
}

#[test]
fn members_of_a_tar_that_are_no_files() {
    let mut out = Builder::new(Vec::new());
    for kind in [EntryType::Symlink, EntryType::Link] {
        let mut header = header(kind, 0);
        out.append_link(&mut header, "link.txt", "../secret").expect("memory");
    }
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo, EntryType::Directory] {
        let mut header = header(kind, 0);
        out.append_data(&mut header, "device", &b""[..]).expect("memory");
    }
    out.append_data(&mut header(EntryType::Regular, 3), "log.txt", &b"one"[..]).expect("memory");
    assert_eq!(
        told("x.tar", &out.into_inner().expect("memory")),
        "x.tar!log.txt: text, 3 bytes\n\
         left x.tar!link.txt: a symbolic link to ../secret; links are not followed\n\
         left x.tar!link.txt (2): a hard link to ../secret; the content is there, and read there\n\
         left x.tar!device: a device or a pipe, which holds no content\n\
         left x.tar!device (2): a device or a pipe, which holds no content\n\
         left x.tar!device (3): a device or a pipe, which holds no content\n"
    );
}

#[test]
fn long_names() {
    let long = format!("{}/log.txt", "folder".repeat(60));
    assert_eq!(told("x.tar", &tar(&[(&long, b"one")])), format!("x.tar!{long}: text, 3 bytes\n"));
    let mut out = Builder::new(Vec::new());
    out.append_pax_extensions([("path", long.as_bytes()), ("comment", b"x")]).expect("memory");
    out.append_data(&mut header(EntryType::Regular, 3), "short", &b"one"[..]).expect("memory");
    let bytes = out.into_inner().expect("memory");
    assert_eq!(told("x.tar", &bytes), format!("x.tar!{long}: text, 3 bytes\n"));
    // A name is held in memory: one of 2 MiB is not.
    let endless = raw_member(b"././@LongLink", EntryType::GNULongName, &vec![b'a'; 2 << 20]);
    let told = told("x.tar", &[endless, tar(&[("a", b"1")])].concat());
    assert!(told.contains("a header, or a gap, of more than 1 MiB"), "{told}");
}

/// A sparse file of this size, of which only the last three bytes are there.
fn sparse(size: u64) -> Vec<u8> {
    let mut header = header(EntryType::GNUSparse, 3);
    header.set_path("sparse.txt").expect("a name");
    let gnu = header.as_gnu_mut().expect("the form of GNU");
    let octal = |number: u64| -> [u8; 12] {
        if number < 1 << 33 {
            return format!("{number:011o}\0").into_bytes().try_into().expect("twelve bytes");
        }
        let mut bytes = [0; 12];
        bytes[0] = 0x80;
        bytes[4..].copy_from_slice(&number.to_be_bytes());
        bytes
    };
    gnu.sparse[0].offset = octal(size - 3);
    gnu.sparse[0].numbytes = octal(3);
    gnu.realsize = octal(size);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(b"end");
    out.resize(2048, 0);
    out
}

#[test]
fn sparse_members() {
    let (seen, told) = walk_bytes("x.tar", &sparse(700), &Options::default());
    assert_eq!((seen.members[0].bytes.len(), &seen.members[0].bytes[697..]), (700, &b"end"[..]), "{told}");
    let begun = Instant::now();
    let mut options = Options::default();
    options.ceilings.ratio_from = 1 << 20;
    let (_, told) = walk_bytes("x.tar", &sparse(1 << 50), &options);
    assert!(told.contains("the ceiling of `ratio`"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    let mut out = Builder::new(Vec::new());
    out.append_pax_extensions([("GNU.sparse.major", &b"1"[..])]).expect("memory");
    out.append_data(&mut header(EntryType::Regular, 3), "s", &b"one"[..]).expect("memory");
    let told = common::told("x.tar", &out.into_inner().expect("memory"));
    assert!(told.contains("lost x.tar!s: a sparse file in a form that is not read"), "{told}");
}

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
    assert!(told.contains("needed memory too big"), "{told}");
    let (seen, told) = walk_bytes("x.zst", &zst(&log(10_000)), &options);
    assert_eq!(seen.members.len(), 0, "{told}");
    assert!(told.contains("lost x.zst") && told.contains("window"), "{told}");
}

#[test]
fn archives_without_members() {
    assert_eq!(told("x.zip", &zip(&[])), "left x.zip: the zip has no members\n");
    assert_eq!(told("x.tar", &vec![0; 10_240]), "left x.tar: the tar has no members\n");
}

#[test]
fn a_private_key_is_not_handed_out() {
    let key = b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\nMII\n";
    assert_eq!(told("server_x.pem", key), "server_x.pem: private key, 0 bytes\n");
    assert_eq!(told("key.txt", &key[58..]), "key.txt: private key, 0 bytes\n");
    let far = [&b"-----BEGIN CERTIFICATE-----\n"[..], &b"x\n".repeat(300_000), key].concat();
    assert_eq!(told("ca_x.pem", &far), "ca_x.pem: private key, 0 bytes\n");
    let large = told("ca_x.pem", &[&far, &b"y\n".repeat(300_000)[..]].concat());
    assert_eq!(large, "ca_x.pem: private key, 0 bytes\n");
    let (seen, told) = walk_bytes("ca_x.pem", &b"x\n".repeat(600_000), &Options::default());
    assert_eq!((seen.members[0].bytes.len(), seen.unread.len()), (1 << 20, 1), "{told}");
}
