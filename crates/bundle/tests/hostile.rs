//! Archives that are made to do harm, and members that are no files.

mod common;

use common::{header, raw_member, streamed_zip, tar, told, walk_bytes, zip, zip_by};
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
fn a_link_in_a_zip() {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    out.add_symlink("link.txt", "../secret", zip::write::SimpleFileOptions::default()).expect("a link");
    let bytes = out.finish().expect("memory").into_inner();
    assert_eq!(told("x.zip", &bytes), "left x.zip!link.txt: a symbolic link; links are not followed\n");
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
