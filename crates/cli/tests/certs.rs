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
