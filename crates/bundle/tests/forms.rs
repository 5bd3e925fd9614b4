//! Every form in which a log may come gives the same members.

mod common;

use common::{ahead, bz2, gz, log, streamed_zip, tar, told, walk_bytes, xz, zip, zip_by, zst};
use waytrace_bundle::Options;

/// What a peer of a cluster gives.
fn members() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("loggingsnapshot_expc_2024-03-05_10_15_30.txt", log(20_000)),
        ("xconf_dump_expc.txt", b"*c xConfiguration Zones Zone 1 Name: \"a\"\n".to_vec()),
        ("xstat_dump_expc.xml", b"<?xml version=\"1.0\"?>\n<Status item=\"1\"/>\n".to_vec()),
        ("ca_expc.pem", b"-----BEGIN CERTIFICATE-----\n".to_vec()),
        ("eth0_diagnostic_logging_tcpdump0_expc.pcap", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00".to_vec()),
        ("empty.txt", Vec::new()),
    ]
}

fn lent(members: &[(&'static str, Vec<u8>)]) -> Vec<(&'static str, &'static [u8])> {
    members.iter().map(|(name, bytes)| (*name, &*bytes.clone().leak())).collect()
}

fn check(name: &str, bytes: &[u8], inner: &str) {
    let wanted = members();
    for options in [Options::default(), ahead()] {
        let (seen, told) = walk_bytes(name, bytes, &options);
        assert_eq!(seen.unread.len(), 0, "{name}: {told}");
        let names: Vec<_> = seen.contents().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, wanted.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "{name}");
        for (got, (member, content)) in seen.members.iter().zip(&wanted) {
            assert!(got.bytes == *content, "{name}: {member}");
            assert!(got.name.ends_with(&format!("{name}!{inner}{member}")), "{}", got.name);
            assert!(!got.named, "{name}");
            assert!(got.size.is_none_or(|size| size == content.len() as u64), "{name}: {member}");
        }
        let kinds: Vec<_> = seen.members.iter().map(|got| got.kind.as_str()).collect();
        let dump = "configuration dump";
        assert_eq!(kinds, ["text", dump, "status dump in XML", "trust store", "packet capture", "empty"]);
    }
}

#[test]
fn archives_of_every_form() {
    let members = members();
    let lent = lent(&members);
    let tar = tar(&lent);
    check("diagnostic_log_expc_2024-03-05_10:15:30.tar.gz", &gz(&tar), "");
    check("diagnostic_log_expc_2024-03-05_10 15 30.tgz", &gz(&tar), "");
    check("a.tar", &tar, "");
    check("a.tar.bz2", &bz2(&tar), "");
    check("a.tar.xz", &xz(&tar), "");
    check("a.tar.zst", &zst(&tar), "");
    check("a.zip", &zip(&lent), "");
    check("stored.zip", &zip_by(&lent, zip::CompressionMethod::Stored), "");
    check("streamed.zip", &streamed_zip(&lent), "");
    check("named wrongly.txt", &gz(&tar), "");
    check("no name", &zip(&lent), "");
}

#[test]
fn archives_in_archives() {
    let members = members();
    let lent = lent(&members);
    let bundle = gz(&tar(&lent));
    let stored = zip_by(&[("c/peer.tar.gz", &bundle)], zip::CompressionMethod::Stored);
    check("mail.zip", &zip(&[("c/peer.tar.gz", &bundle)]), "c/peer.tar.gz!");
    check("stored.zip", &stored, "c/peer.tar.gz!");
    check("a.tar", &tar(&[("peer.zip", &zip(&lent))]), "peer.zip!");
    check("a.tar.gz", &gz(&tar(&[("peer.zip", &streamed_zip(&lent))])), "peer.zip!");
    check("a.tar.gz.xz", &xz(&bundle), "");
    check("deep.zip", &zip(&[("a.tar", &tar(&[("b.zip", &stored)]))]), "a.tar!b.zip!c/peer.tar.gz!");
    check("a.zip", &zip(&[("a.zip", &zip(&[("peer.zip", &zip(&lent))]))]), "a.zip!peer.zip!");
}

#[test]
fn a_compressed_file_keeps_its_name_and_is_what_is_in_it() {
    for (name, bytes) in
        [("gz", gz(b"a log")), ("bz2", bz2(b"a log")), ("xz", xz(b"a log")), ("zst", zst(b"a log"))]
    {
        let name = format!("log.txt.{name}");
        let (seen, told) = walk_bytes(&name, &bytes, &Options::default());
        assert_eq!(told, format!("{name}: text, 5 bytes\n"));
        assert_eq!((seen.members[0].named, seen.members[0].size), (true, None));
    }
    assert_eq!(
        told("eth0.pcap.gz", &gz(b"\xd4\xc3\xb2\xa1\x02\x00")),
        "eth0.pcap.gz: packet capture, 6 bytes\n"
    );
    assert_eq!(told("xconf_dump.txt.gz", &gz(b"?")), "xconf_dump.txt.gz: configuration dump, 1 bytes\n");
    assert_eq!(told("empty.gz", &gz(b"")), "empty.gz: empty, 0 bytes\n");
}

#[test]
fn several_parts_end_to_end_are_one() {
    let both = b"one\ntwo\n";
    let joined = |pack: fn(&[u8]) -> Vec<u8>| [pack(b"one\n"), pack(b"two\n")].concat();
    for (name, bytes) in [("gz", joined(gz)), ("bz2", joined(bz2)), ("xz", joined(xz)), ("zst", joined(zst))]
    {
        let (seen, told) = walk_bytes(&format!("log.{name}"), &bytes, &Options::default());
        assert_eq!((&*seen.members[0].bytes, seen.unread.len()), (&both[..], 0), "{told}");
    }
    let tars = [tar(&[("a", b"1")]), tar(&[("b", b"2")])].concat();
    assert_eq!(told("x.tar", &tars), "x.tar!a: text, 1 bytes\nx.tar!b: text, 1 bytes\n");
    // What pzstd writes before its first frame.
    let skipped = [&b"\x50\x2a\x4d\x18\x02\0\0\0ab"[..], &zst(b"one")].concat();
    assert_eq!(told("x.zst", &skipped), "x.zst: text, 3 bytes\n");
}

#[test]
fn the_oldest_form_of_tar_is_told_by_its_checksum() {
    let mut old = common::raw_member(b"log.txt", tar::EntryType::Regular, b"one");
    old[257..265].fill(0);
    let sum: u32 = old[..512]
        .iter()
        .enumerate()
        .map(|(at, byte)| u32::from(if (148..156).contains(&at) { b' ' } else { *byte }))
        .sum();
    old[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    old.extend_from_slice(&[0; 1024]);
    assert_eq!(told("x", &old), "x!log.txt: text, 3 bytes\n");
}

/// Every place of some bytes.
fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(wanted)).collect()
}

#[test]
fn lengths_behind_members_of_a_zip_in_every_way_they_are_written() {
    let zip = streamed_zip(&[
        ("folder/", b""),
        ("a.txt", b"one two three"),
        ("empty.txt", b""),
        ("b.txt", b"four"),
    ]);
    let wanted = "x.tar!x.zip!a.txt: text, 13 bytes\nx.tar!x.zip!empty.txt: empty, 0 bytes\n\
                  x.tar!x.zip!b.txt: text, 4 bytes\n";
    let told_of = |zip: &[u8]| told("x.tar", &tar(&[("x.zip", zip)]));
    assert_eq!(told_of(&zip), wanted);
    let (headers, behind) = (places(&zip, b"PK\x03\x04"), places(&zip, b"PK\x07\x08"));
    assert_eq!((headers.len(), behind.len()), (4, 4));
    // Before the member as well.
    let mut both = zip.clone();
    for (header, behind) in headers.iter().zip(&behind) {
        both.copy_within(behind + 4..behind + 16, header + 14);
    }
    assert_eq!(told_of(&both), wanted);
    // Only before it, whatever was promised.
    let mut promised = both.clone();
    for behind in behind.iter().rev() {
        promised.drain(*behind..behind + 16);
    }
    assert_eq!(told_of(&promised), wanted);
    // Without a mark of its own, where the member itself has an end.
    let mut bare = zip.clone();
    bare.drain(behind[1]..behind[1] + 4);
    assert_eq!(told_of(&bare), wanted);
    // Eight bytes long.
    let mut large = zip.clone();
    large.splice(behind[1] + 16..behind[1] + 16, [0; 4]);
    large.splice(behind[1] + 12..behind[1] + 12, [0; 4]);
    assert_eq!(told_of(&large), wanted);
}

#[test]
fn names_that_appear_twice_in_a_zip() {
    let mut zip = zip(&[("a.txt", b"one"), ("b.txt", b"three")]);
    for at in places(&zip, b"b.txt") {
        zip[at] = b'a';
    }
    assert_eq!(told("x.zip", &zip), "x.zip!a.txt: text, 3 bytes\nx.zip!a.txt (2): text, 5 bytes\n");
}
