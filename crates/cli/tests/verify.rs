//! `waytrace verify`: the same question offline, answered with the same findings. Certificates are made by `openssl`.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const STORE: &str = "bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10/ca_expc_2025-06-12_08_02_10.pem";
const CHAIN: &str =
    "bundles/pair/diagnostic_log_expc_2025-06-12_08_02_10/server_expc_2025-06-12_08_02_10.pem";
const AT: &str = "2025-06-12T08:00:00";

fn verify(chain: &Path, ca: &Path, more: &[&str]) -> Output {
    let mut command = waytrace();
    command.arg("verify").arg("--chain").arg(chain).arg("--ca").arg(ca).args(more);
    command.output().expect("it runs")
}

fn json(chain: &Path, ca: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let output = verify(chain, ca, &[more, &["--format", "json"]].concat());
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(answer["schema"], "waytrace/verify/1");
    (output.status.code(), answer["verify"].clone())
}

fn ids(answer: &Value) -> Vec<&str> {
    let findings = answer["findings"].as_array().expect("findings");
    findings.iter().filter_map(|finding| finding["id"].as_str()).collect()
}

#[test]
fn a_chain_that_holds_and_names_that_do_not() {
    let (chain, store) = (testdata(CHAIN), testdata(STORE));
    for (more, status, expected) in [
        (&["--name", "expc.example.com", "--at", AT][..], 0, &[][..]),
        (&["--at", AT][..], 0, &[]),
        (&["--name", "10.48.36.215", "--at", AT], 1, &["TLS-006"]),
        (&["--name", "expc.example.com", "--at", "2050-01-01"], 1, &["TLS-004"]),
        (&["--name", "expc.example.com", "--at", "2022-06-01"], 1, &["TLS-005"]),
        (&["--name", "x.example", "--at", "2050-01-01"], 1, &["TLS-004", "TLS-006"]),
    ] {
        let (found, answer) = json(&chain, &store, more);
        assert_eq!((found, ids(&answer)), (Some(status), expected.to_vec()), "{more:?}");
        let dialects: Vec<_> =
            answer["verdicts"].as_array().expect("two").iter().map(|one| &one["dialect"]).collect();
        assert_eq!(dialects, ["1.1.1", "3.x"]);
    }
}

#[test]
fn words_for_people() {
    let output =
        verify(&testdata(CHAIN), &testdata(STORE), &["--name", "10.48.36.215", "--port", "6972", "--at", AT]);
    insta::assert_snapshot!("verify-name", String::from_utf8(output.stdout).expect("text"));
}

#[test]
fn what_cannot_be_read_is_said_with_its_place_and_the_rest_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let chain = fs::read_to_string(testdata(CHAIN)).expect("the chain");
    let second = chain.rfind("-----BEGIN").expect("an intermediate");
    let broken = format!("{}{}", &chain[..second], chain[second..].replacen("MII", "M!I", 1));
    let path = folder.path().join("chain.pem");
    fs::write(&path, &broken).expect("room");
    let (status, answer) = json(&path, &testdata(STORE), &["--name", "expc.example.com", "--at", AT]);
    // The store has the intermediate as well; that a part was not read is said all the same.
    assert_eq!((status, ids(&answer)), (Some(3), vec![]));
    let line = broken[..second].lines().count() + 1;
    assert_eq!(
        (&answer["malformed"][0]["line"], &answer["leaf_is_doubtful"]),
        (&Value::from(line), &Value::from(false))
    );

    // If the first cannot be read, the second is asked, and that is said too.
    fs::write(&path, chain.replacen("MII", "M!I", 1)).expect("room");
    let (status, answer) = json(&path, &testdata(STORE), &["--at", AT]);
    assert_eq!((status, &answer["leaf_is_doubtful"]), (Some(3), &Value::from(true)));
}

#[test]
fn wrong_use_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "no certificate").expect("room");
    let missing = folder.path().join("missing.pem");
    let (chain, store) = (testdata(CHAIN), testdata(STORE));
    for (chain, store, words) in [
        (&empty, &store, "no certificate that can be read"),
        (&chain, &empty, "no certificate that can be read"),
        (&missing, &store, "missing.pem"),
    ] {
        let output = verify(chain, store, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(words));
    }
    assert_eq!(verify(&chain, &store, &["--at", "yesterday"]).status.code(), Some(2));
    for name in ["", "expc.example.com:8443", "https://expc.example.com/", "[2001:db8::1]", "a b"] {
        let output = verify(&chain, &store, &["--name", name]);
        assert_eq!(output.status.code(), Some(2), "{name:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("--port"), "{name:?}");
    }
    assert_eq!(verify(&chain, &store, &["--name", "2001:db8::1", "--at", AT]).status.code(), Some(1));
    assert_eq!(verify(&chain, &store, &["--force"]).status.code(), Some(2));
}

#[test]
fn a_chain_in_the_wrong_order_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let chain = fs::read_to_string(testdata(CHAIN)).expect("the chain");
    let second = chain.rfind("-----BEGIN").expect("an intermediate");
    let path = folder.path().join("chain.pem");
    fs::write(&path, format!("{}{}", &chain[second..], &chain[..second])).expect("room");
    let words = "not the server's own";
    let said = |path: &Path| {
        let output = verify(path, &testdata(STORE), &["--name", "expc.example.com", "--at", AT]);
        let text = String::from_utf8(output.stdout).expect("text");
        text.split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
    };
    assert_eq!((said(&path), said(&testdata(CHAIN))), (true, false));
}

fn openssl(folder: &Path, arguments: &[&str]) -> bool {
    let ran = Command::new("openssl").current_dir(folder).args(arguments).stderr(Stdio::null()).status();
    if ran.as_ref().is_ok_and(std::process::ExitStatus::success) {
        return true;
    }
    assert!(std::env::var("WAYTRACE_CI").as_deref() != Ok("1"), "openssl must be there: {ran:?}");
    // Not captured by the test runner, so that everybody sees it.
    let _ = writeln!(io::stderr(), "SKIPPED: openssl cannot be run, so no certificate of it was asked about");
    false
}

/// Certificates as a user makes them, from standard input with text around, the way `s_client` prints them.
#[test]
fn certificates_made_by_openssl() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = |name: &str, more: &[&str]| {
        let (key, cert) = (format!("{name}.key"), format!("{name}.pem"));
        let subject = format!("/CN={name}");
        let arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
        openssl(
            folder.path(),
            &[&arguments[..], &["-keyout", &key, "-out", &cert, "-subj", &subject], more].concat(),
        )
    };
    if !make("self", &["-addext", "subjectAltName=DNS:self"]) || !make("other", &[]) {
        return;
    }
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let (status, answer) = json(&path("self.pem"), &path("other.pem"), &["--name", "self"]);
    assert_eq!((status, ids(&answer)), (Some(1), vec!["TLS-001"]));
    assert_eq!(json(&path("self.pem"), &path("self.pem"), &["--name", "self"]).0, Some(0));
    // A key beside it is never read, and said.
    let pem = fs::read_to_string(path("self.pem")).expect("it")
        + &fs::read_to_string(path("self.key")).expect("it");
    let mut command = waytrace();
    command.args(["verify", "--chain", "-", "--name", "self", "--ca"]).arg(path("self.pem"));
    let text = format!("CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = self\n{pem}---\n");
    let output = command.write_stdin(text).output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("a private key lies in these files") && !said.contains("BEGIN"), "{said}");
}
