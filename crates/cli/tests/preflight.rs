//! `waytrace preflight`: what is foreseen for the bundles of `testdata/`, and for what a user makes of them.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn preflight(path: &Path) -> (i32, Value) {
    let output = waytrace().arg("preflight").arg(path).args(["--format", "json"]).output().expect("it runs");
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(answer["schema"], "waytrace/preflight/1");
    (output.status.code().expect("a status"), answer["preflight"]["boxes"].clone())
}

/// The answer for one server of the first box.
fn server<'a>(boxes: &'a Value, host: &str, port: u16) -> &'a Value {
    let servers = boxes[0]["servers"].as_array().expect("servers");
    let is_it = |server: &&Value| server["host"] == host && server["port"] == port;
    servers.iter().find(is_it).unwrap_or_else(|| panic!("{host}:{port} in {servers:#?}"))
}

/// A copy of the Expressway-C of the pair, as if it ran another release.
fn pair_as(release: &str, into: &Path) {
    let folder = testdata("bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10");
    for file in fs::read_dir(folder).expect("the bundle").flatten() {
        let bytes = fs::read(file.path()).expect("a file");
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => text.replace("X15.5.0", release).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        fs::write(into.join(file.file_name()), bytes).expect("room");
    }
}

#[test]
fn what_is_foreseen_for_the_bundles() {
    for name in ["pair", "single-c"] {
        let mut command = waytrace();
        let output =
            command.current_dir(testdata("bundles")).args(["preflight", name]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{name}");
        insta::assert_snapshot!(format!("preflight-{name}"), String::from_utf8(output.stdout).expect("text"));
    }
}

#[test]
fn an_old_box_learns_what_will_break_and_how_it_is_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    pair_as("X14.0.4", folder.path());
    let (status, boxes) = preflight(folder.path());
    assert_eq!((status, boxes[0]["enforcement"].as_str()), (1, Some("with_upgrade")));
    let broken = server(&boxes, "cucm2.example.com", 8443);
    assert_eq!(
        (broken["outlook"].as_str(), broken["findings"][0]["id"].as_str()),
        (Some("breaks"), Some("TLS-001"))
    );
    assert_eq!(broken["presented"]["chain"][0]["subject"], "CN=cucm2.example.com,O=Example");
    // That it answered proves nothing on a box that does not check.
    let unseen = server(&boxes, "cucm1.example.com", 8443);
    assert_eq!(unseen["outlook"], "unknown");
    let ask = unseen["ask"][0].as_str().expect("a command");
    assert!(ask.starts_with("openssl s_client -connect cucm1.example.com:8443 "), "{ask}");

    // With the certificate that is handed over in the trust store, the answer is another one. Only the log, which is
    // of the time before, says something else.
    let out = folder.path().join("handed over");
    let mut command = waytrace();
    command.arg("analyze").arg(folder.path()).arg("--export-certs").arg(&out).arg("--brief");
    assert_eq!(command.output().expect("it runs").status.code(), Some(1));
    let pem = fs::read_dir(&out)
        .expect("it")
        .flatten()
        .find(|file| file.path().extension() == Some("pem".as_ref()));
    let pem = fs::read_to_string(pem.expect("a certificate").path()).expect("text");
    fs::remove_dir_all(&out).expect("gone");
    let store = folder.path().join("ca_expc_2025-06-12_08_02_10.pem");
    let trusted = fs::read_to_string(&store).expect("the store");
    fs::write(&store, trusted + &pem).expect("room");
    let (_, boxes) = preflight(folder.path());
    let mended = server(&boxes, "cucm2.example.com", 8443);
    assert_eq!(mended["outlook"], "works", "{mended:#}");
    assert!(mended["why"].as_str().expect("words").contains("changed since"), "{mended:#}");
}

#[test]
fn without_the_trust_store_nothing_is_promised() {
    let folder = tempfile::tempdir().expect("a folder");
    pair_as("X14.0.4", folder.path());
    fs::remove_file(folder.path().join("ca_expc_2025-06-12_08_02_10.pem")).expect("gone");
    for log in fs::read_dir(folder.path()).expect("it").flatten() {
        if log.file_name().to_string_lossy().starts_with("loggingsnapshot") {
            fs::remove_file(log.path()).expect("gone");
        }
    }
    let (status, boxes) = preflight(folder.path());
    let seen = server(&boxes, "cucm2.example.com", 8443);
    assert_eq!((status, seen["outlook"].as_str()), (3, Some("unknown")), "{seen:#}");
    assert!(seen["why"].as_str().expect("words").contains("ca_expc_"), "{seen:#}");
}

#[test]
fn an_expressway_e_alone_has_nothing_to_fear() {
    let (status, boxes) = preflight(&testdata("bundles/pair/diagnostic_log_expe_2025-06-12_08_02_14"));
    assert_eq!((status, boxes[0]["enforcement"].as_str()), (0, Some("not_here")));
}

#[test]
fn what_holds_no_box_is_wrong_use() {
    let output = waytrace().arg("preflight").arg(testdata("README.md")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no box was found"));
}

#[test]
fn the_answer_goes_into_a_file_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answer.txt");
    let run = |force: bool| {
        let mut command = waytrace();
        command.arg("preflight").arg(testdata("bundles/pair")).arg("-o").arg(&file);
        if force {
            command.arg("--force");
        }
        command.output().expect("it runs").status.code()
    };
    assert_eq!((run(false), run(false), run(true)), (Some(1), Some(2), Some(1)));
    assert!(fs::read_to_string(&file).expect("it").contains("TLS-001"));
}

#[test]
fn a_line_without_its_request_is_enough_to_know() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.txt");
    let line = "2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: Core server certificate \
                verification failed for (cucm.example). Action=Continue Error=self signed certificate \
                server=cucm.example(192.0.2.7) depth=0\n";
    fs::write(&log, line).expect("room");
    let (status, boxes) = preflight(&log);
    let server = &boxes[0]["servers"][0];
    assert_eq!(
        (status, server["outlook"].as_str(), &server["port"]),
        (1, Some("breaks"), &Value::Null),
        "{boxes:#}"
    );
    assert_eq!(
        (server["told"].as_str(), server["findings"][0]["id"].as_str()),
        (Some("self-signed certificate"), Some("TLS-001"))
    );
}

/// The Expressway-C of the pair without its logs, as if it ran an old release, with files changed.
fn only_captured(change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> (Value, String) {
    let folder = tempfile::tempdir().expect("a folder");
    pair_as("X14.0.4", folder.path());
    for file in fs::read_dir(folder.path()).expect("it").flatten() {
        let name = file.file_name().into_string().expect("a name");
        if name.starts_with("loggingsnapshot") {
            fs::remove_file(file.path()).expect("gone");
        } else {
            let bytes = change(&name, fs::read(file.path()).expect("it"));
            fs::write(file.path(), bytes).expect("room");
        }
    }
    let (_, boxes) = preflight(folder.path());
    let text = waytrace().arg("preflight").arg(folder.path()).output().expect("it runs");
    (boxes, String::from_utf8(text.stdout).expect("text"))
}

#[test]
fn what_is_refused_for_want_of_what_was_not_read_is_not_known() {
    let (boxes, text) = only_captured(|_, bytes| bytes);
    let whole = server(&boxes, "cucm2.example.com", 8443);
    assert_eq!(whole["outlook"], "breaks", "{whole:#}");
    // That it was refused stands in the capture, and in no log.
    assert!(text.contains("capture: TLS-001") && !text.contains("log: TLS-001"), "{text}");

    let (boxes, text) = only_captured(|name, bytes| {
        if !name.starts_with("ca_") {
            return bytes;
        }
        String::from_utf8(bytes).expect("PEM").replacen("MII", "M!I", 1).into_bytes()
    });
    let damaged = server(&boxes, "cucm2.example.com", 8443);
    assert_eq!(damaged["outlook"], "unknown", "{damaged:#}");
    assert_eq!(damaged["findings"], Value::Array(vec![]));
    assert!(text.contains("a part of its trust store could not be read"), "{text}");
}
