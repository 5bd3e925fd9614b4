//! Archives as they are downloaded and mailed: what is in them is analysed, what could not be read is told.

mod common;

use common::{report, testdata, waytrace};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::fs;
use std::io::{Cursor, Write};
use tar::{Builder, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LOG: &str = "loggingsnapshot_expc_2022-07-11_18_55_25.txt";

/// A diagnostic log of one box.
fn bundle() -> Vec<u8> {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let members: [(&str, &[u8]); 5] = [
        (LOG, &log),
        ("xconf_dump_expc.txt", b"*c xConfiguration Zones Zone 1 Name: \"a\"\n"),
        ("ca_expc.pem", b"-----BEGIN CERTIFICATE-----\n"),
        ("eth0_diagnostic_logging_tcpdump0_expc.pcap", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00"),
        ("notes.txt", b"Dear colleague,\nthe login fails.\n"),
    ];
    let mut out = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, bytes) in members {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, bytes).expect("memory");
    }
    out.into_inner().and_then(GzEncoder::finish).expect("memory")
}

fn mailed() -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("c/expc.tar.gz", SimpleFileOptions::default()).expect("a member");
    out.write_all(&bundle()).expect("memory");
    out.finish().expect("memory").into_inner()
}

fn ids(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["id"].as_str().expect("an id")).collect()
}

#[test]
fn an_archive_is_analysed_like_the_log_in_it() {
    let (_, plain) = report(&testdata("seed/loggingsnapshot_self-signed.txt"));
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        ("expc 10:15:30.tar.gz", bundle(), format!("!{LOG}")),
        ("mail.zip", mailed(), format!("!c/expc.tar.gz!{LOG}")),
    ];
    for (name, bytes, inner) in cases {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let (status, packed) = report(&path);
        // The trust store beside the log is no more than the beginning of a certificate.
        let expected = [ids(&plain), vec!["CERT-020"]].concat();
        assert_eq!((status, ids(&packed)), (1, expected), "{name}");
        assert_eq!(packed["inputs"][0]["records"], plain["inputs"][0]["records"], "{name}");
        assert_eq!(packed["inputs"][0]["name"], format!("{}{inner}", path.display()));
    }
}

#[test]
fn standard_input_may_be_packed() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(&log).expect("memory");
    for (name, bytes) in [("tar.gz", bundle()), ("zip", mailed()), ("gz", gz.finish().expect("memory"))] {
        let output = waytrace().args(["analyze", "-"]).write_stdin(bytes).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        assert!(text.contains("TLS-001"), "{name}: {text}");
    }
}

#[test]
fn a_bundle_cut_off_is_analysed_as_far_as_it_goes() {
    let bundle = bundle();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("expc.tar.gz");
    fs::write(&path, &bundle[..bundle.len() - 30]).expect("a file");
    let (status, packed) = report(&path);
    assert_eq!(status, 3);
    assert!(ids(&packed).contains(&"TLS-001"), "{packed}");
    let unread = packed["coverage"]["members_unread"].as_array().expect("a list");
    let last = unread.iter().find(|unread| unread["name"] == path.display().to_string()).expect("the bundle");
    assert_eq!((&last["partly_read"], &last["may_hold_log"]), (&Value::Bool(true), &Value::Bool(true)));
    assert!(last["reason"].as_str().is_some_and(|reason| reason.contains("ends in the middle")), "{last}");
}

#[test]
fn an_archive_without_a_log_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("empty.zip");
    fs::write(&path, ZipWriter::new(Cursor::new(Vec::new())).finish().expect("memory").into_inner())
        .expect("a file");
    let output = waytrace().arg("analyze").arg(&path).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("the zip has no members"), "{error}");
}
