//! Captures of several files.

mod common;
#[path = "common/pack.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod pack;
#[path = "common/pcap.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod pcap;

use common::{report, testdata};
use pack::{File, gz, tar, tree, zip};
use pcap::{CAPTURE, packets};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The bundle `pair`, its capture cut into files after every `each` packets, so that handshakes are cut. The files are
/// numbered from 0, and stand in the order of a sorted list: 10 before 2.
fn cut(each: usize) -> (Vec<File>, usize) {
    let mut files = tree("pair");
    let place = files.iter().position(|(name, _)| name.ends_with(CAPTURE)).expect("the capture");
    let (name, whole) = files.remove(place);
    let (head, packets) = packets(&whole);
    let parts: Vec<File> = packets
        .chunks(each)
        .enumerate()
        .map(|(number, part)| {
            let name = name.replace("tcpdump0", &format!("tcpdump{number}"));
            (name, [head, &part.concat()].concat())
        })
        .collect();
    let count = parts.len();
    assert!(count > 10, "{count} files");
    files.extend(parts);
    files.sort();
    (files, count)
}

/// What the report has of the handshake, without the files it stands in.
fn presented(report: &Value) -> Value {
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!((findings.len(), &findings[0]["id"]), (1, &Value::from("TLS-001")));
    let mut presented = findings[0]["presented"].clone();
    presented.as_object_mut().expect("a handshake").remove("captures");
    presented
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("room");
    fs::write(path, bytes).expect("room");
}

#[test]
fn rotated_files_in_any_order_and_any_archive_are_one_capture() {
    let (_, whole) = report(&testdata("bundles/pair"));
    let want = presented(&whole);
    assert_eq!(want["alerts_sent"], serde_json::json!([48]), "{want}");
    for each in [1, 2] {
        let (files, count) = cut(each);
        let room = tempfile::tempdir().expect("room");
        for (name, bytes) in &files {
            write(&room.path().join("folder"), name, bytes);
            let packed = name.contains("tcpdump");
            let (name, bytes) =
                if packed { (format!("{name}.gz"), gz(bytes)) } else { (name.clone(), bytes.clone()) };
            write(&room.path().join("packed"), &name, &bytes);
        }
        let backwards: Vec<File> = files.iter().rev().cloned().collect();
        write(room.path(), "a.tar", &tar(&files));
        write(room.path(), "b.tar.gz", &gz(&tar(&backwards)));
        write(room.path(), "c.zip", &zip(&backwards));
        for name in ["folder", "packed", "a.tar", "b.tar.gz", "c.zip"] {
            let (_, got) = report(&room.path().join(name));
            assert_eq!(presented(&got), want, "{name}, {count} files");
            let members = got["findings"][0]["presented"]["captures"].as_array().expect("files");
            let numbers = members.iter().map(|member| {
                let (_, rest) =
                    member["member"].as_str().expect("a name").split_once("tcpdump").expect("its number");
                rest.split_once('_').expect("the host").0.parse::<usize>().expect("a number")
            });
            assert!(numbers.eq(0..count), "{name}: {members:?}");
        }
    }
}

#[test]
fn captures_of_two_boxes_in_one_folder_are_two() {
    let room = tempfile::tempdir().expect("room");
    for (name, bytes) in tree("pair") {
        let (_, file) = name.split_once('/').expect("a folder");
        if file == CAPTURE {
            // The same packets, as if the other box had seen them.
            write(room.path(), &file.replace("_expc_", "_expe_"), &bytes);
        }
        write(room.path(), file, &bytes);
    }
    let (_, got) = report(room.path());
    let presented = &got["findings"][0]["presented"];
    assert_eq!(
        (&presented["node"], presented["captures"].as_array().map(Vec::len)),
        (&Value::from("expc"), Some(1))
    );
}

/// Whoever gives the bundle of the failure together with the one taken after the repair.
#[test]
fn a_store_that_was_repaired_since_explains_nothing() {
    let room = tempfile::tempdir().expect("room");
    let (alone, both, out) = (room.path().join("alone"), room.path().join("both"), room.path().join("out"));
    for (name, bytes) in tree("pair").into_iter().filter(|(name, _)| name.contains("expc")) {
        for folder in [&alone, &both] {
            write(folder, &name, &bytes);
        }
        if name.contains("/ca_expc") || name.contains("/xconf_dump") {
            write(&both, &name.replace("2025-06-12_08_02_10", "2025-06-13_08_02_10"), &bytes);
        }
    }
    let mut export = common::waytrace();
    export.arg("analyze").arg(&alone).arg("--export-certs").arg(&out).output().expect("the program runs");
    let missing = fs::read_dir(&out).expect("a folder").map(|entry| entry.expect("a file").path());
    let missing: Vec<_> = missing.filter(|path| path.extension().is_some_and(|end| end == "pem")).collect();
    let folders = fs::read_dir(&both).expect("a folder").map(|entry| entry.expect("a folder").path());
    let later =
        folders.into_iter().find(|path| path.to_string_lossy().contains("06-13")).expect("the later one");
    let store = later.join("ca_expc_2025-06-13_08_02_10.pem");
    let mut repaired = fs::read(&store).expect("a trust store");
    for path in &missing {
        repaired.extend(fs::read(path).expect("a certificate"));
    }
    fs::write(&store, repaired).expect("room");

    let again = room.path().join("again");
    let mut export = common::waytrace();
    export.arg("analyze").arg(&both).arg("--export-certs").arg(&again).output().expect("the program runs");
    assert!(!again.exists(), "what was uploaded since is not asked for again");

    let (want, told) = (presented(&report(&alone).1), presented(&report(&both).1));
    assert_eq!(want["verdict"]["outcome"]["refused"]["code"], Value::from(18), "{want}");
    assert_eq!(told, want);
}
