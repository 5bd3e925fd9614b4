//! `waytrace certs`, and `--export-certs`.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::fs;

#[test]
fn every_certificate_of_a_bundle() {
    for name in ["pair", "cluster"] {
        let mut command = waytrace();
        // From there, so that no name of this machine is in the list.
        let output =
            command.current_dir(testdata("bundles")).args(["certs", name]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        insta::assert_snapshot!(format!("certs-{name}"), String::from_utf8(output.stdout).expect("text"));
    }
}

#[test]
fn certificates_without_a_log_and_as_json() {
    let mut command = waytrace();
    let file = "bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10/client_expc_2025-06-12_08_02_10.pem";
    let output =
        command.arg("certs").arg(testdata(file)).args(["--format", "json"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let first = &list["certificates"]["files"][0];
    assert_eq!((first["kind"].as_str(), first["node"].as_str()), (Some("client certificate"), Some("expc")));
    assert_eq!(first["certificates"][0]["names"]["dns"][0], "expc.example.com");
}

#[test]
fn a_log_alone_has_no_certificates() {
    let output =
        waytrace().arg("certs").arg(testdata("seed/loggingsnapshot_name.txt")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no certificate was found"));
}

#[test]
fn what_is_missing_is_handed_over_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("for the store");
    let run = || {
        let mut command = waytrace();
        command.arg("analyze").arg(testdata("bundles/pair")).arg("--export-certs").arg(&out);
        command.output().expect("it runs")
    };
    assert_eq!(run().status.code(), Some(1));
    let mut names: Vec<String> = fs::read_dir(&out)
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names, ["README.txt", "cucm2_example_com_5f53165e59c6dcbc.pem"]);
    let pem = fs::read_to_string(out.join(&names[1])).expect("the certificate");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && !pem.contains("PRIVATE"));
    let readme = fs::read_to_string(out.join("README.txt")).expect("it");
    assert!(readme.contains("Trusted CA certificate, on expc"), "{readme}");
    // What stands there stays as it is.
    fs::write(out.join(&names[1]), "mine").expect("room");
    let again = run();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    assert_eq!(fs::read_to_string(out.join(&names[1])).expect("it"), "mine");
    // Unless it is forced, with or without a file for the report.
    let mut forced = waytrace();
    forced.arg("analyze").arg(testdata("bundles/pair")).arg("--export-certs").arg(&out).arg("--force");
    assert_eq!(forced.output().expect("it runs").status.code(), Some(1));
    assert_eq!(fs::read_to_string(out.join(&names[1])).expect("it"), pem);
    // What is no ordinary file is not replaced even then.
    fs::remove_file(out.join(&names[1])).expect("gone");
    fs::create_dir(out.join(&names[1])).expect("room");
    let refused = forced.output().expect("it runs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no ordinary file"));
}

#[test]
fn the_capture_and_the_log_agree() {
    let mut command = waytrace();
    command.arg("analyze").arg(testdata("bundles/pair")).args(["--format", "json"]);
    let report: Value = serde_json::from_slice(&command.output().expect("it runs").stdout).expect("JSON");
    let presented = &report["findings"][0]["presented"];
    assert_eq!(presented["agrees"], true);
    assert_eq!(presented["verdict"]["outcome"]["refused"]["code"], 18);
    assert_eq!(presented["alerts_sent"], serde_json::json!([48]));
    assert_eq!(presented["chain"][0]["subject"], "CN=cucm2.example.com,O=Example");
}

#[test]
fn the_list_goes_into_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("list.json");
    let run = |more: &[&str]| {
        let mut command = waytrace();
        command
            .arg("certs")
            .arg(testdata("bundles/pair"))
            .args(["--format", "json", "-o"])
            .arg(&file)
            .args(more);
        command.output().expect("it runs").status.code()
    };
    assert_eq!((run(&[]), run(&[]), run(&["--force"])), (Some(1), Some(2), Some(1)));
    let list: Value = serde_json::from_slice(&fs::read(&file).expect("it")).expect("JSON");
    assert_eq!(list["schema"], "waytrace/certificates/1");
    assert_eq!(
        waytrace().args(["certs", "--force"]).arg(testdata(STORE)).output().expect("it runs").status.code(),
        Some(2)
    );
}

const STORE: &str = "bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10/ca_expc_2025-06-12_08_02_10.pem";

#[test]
fn a_broken_certificate_in_a_capture_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = testdata("bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10");
    for file in fs::read_dir(bundle).expect("the bundle").flatten() {
        let mut bytes = fs::read(file.path()).expect("a file");
        if file.path().extension() == Some("pcap".as_ref()) {
            // The tag of the version, near the beginning of each certificate.
            let mut at = 0;
            while let Some(found) = bytes[at..].windows(5).position(|part| part == [0xa0, 3, 2, 1, 2]) {
                at += found;
                bytes[at] = 0x05;
            }
            assert!(at > 0, "there is a certificate");
        }
        fs::write(folder.path().join(file.file_name()), bytes).expect("room");
    }
    let list = waytrace().arg("certs").arg(folder.path()).output().expect("it runs");
    let list = String::from_utf8(list.stdout).expect("text");
    assert!(list.contains("certificate 0 of the chain could not be read"), "{list}");
    let report =
        waytrace().arg("analyze").arg(folder.path()).args(["--format", "json"]).output().expect("it runs");
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    let presented = &report["findings"][0]["presented"];
    assert_eq!(
        (&presented["unreadable"], &presented["malformed"][0]["place"]),
        (&Value::from(1), &Value::from(0))
    );
    let ahead = waytrace().arg("preflight").arg(folder.path()).output().expect("it runs");
    assert!(String::from_utf8_lossy(&ahead.stdout).contains("certificate 0 of the chain"), "{ahead:?}");
}

/// A copy of the Expressway-C of the pair, with one certificate of a file broken.
fn with_broken(file: &str, number: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = testdata("bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10");
    for entry in fs::read_dir(bundle).expect("the bundle").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let mut bytes = fs::read(entry.path()).expect("a file");
        if name.starts_with(file) {
            let text = String::from_utf8(bytes).expect("PEM");
            let (at, _) = text.match_indices("MII").nth(number).expect("a certificate");
            bytes = format!("{}M!I{}", &text[..at], &text[at + 3..]).into_bytes();
        }
        fs::write(folder.path().join(name), bytes).expect("room");
    }
    folder
}

/// What is missing may be in the part that could not be read: nothing is said to lack it.
#[test]
fn what_cannot_be_read_is_not_missing() {
    for (file, number) in [("ca_", 0), ("ca_", 1), ("ca_", 2), ("server_", 0), ("server_", 1)] {
        let folder = with_broken(file, number);
        let report = waytrace()
            .arg("analyze")
            .arg(folder.path())
            .args(["--format", "json"])
            .output()
            .expect("it runs");
        let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").iter();
        let told: Vec<_> = findings
            .filter_map(|finding| finding["id"].as_str())
            .filter(|id| id.starts_with("CERT") || id.starts_with("JAB"))
            .collect();
        assert_eq!(told, ["CERT-020"], "{file} {number}");
    }
    // The root is removed, not broken: it is missing.
    let folder = with_broken("ca_", 0);
    let store = folder.path().join("ca_expc_2025-06-12_08_02_10.pem");
    let text = fs::read_to_string(&store).expect("text");
    let rest = text.match_indices("-----BEGIN").nth(1).expect("a second").0;
    fs::write(&store, &text[rest..]).expect("room");
    let report = waytrace().arg("analyze").arg(folder.path()).arg("--brief").output().expect("it runs");
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(report.contains("CERT-004") && report.contains("CERT-009"), "{report}");
}
