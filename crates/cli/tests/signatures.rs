//! The catalogue from outside: listing, own entries, silencing, messages, and why something was not found.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::fs;
use std::process::Output;

fn run(args: &[&str]) -> Output {
    waytrace().args(args).output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn log() -> String {
    testdata("seed/loggingsnapshot_self-signed.txt").display().to_string()
}

#[test]
fn the_list_has_every_family() {
    let list: Value = serde_json::from_slice(&run(&["signatures", "--format", "json"]).stdout).expect("JSON");
    let list = list.as_array().expect("a list");
    assert!(list.len() >= 100, "{}", list.len());
    let ids: Vec<_> = list.iter().map(|entry| entry["id"].as_str().expect("an id")).collect();
    for number in 1..=17 {
        assert!(ids.contains(&format!("TLS-{number:03}").as_str()), "TLS-{number:03}");
    }
    for family in [
        "HTTP-007",
        "AUTH-001",
        "ZONE-008",
        "TUN-001",
        "XMPP-001",
        "DNS-001",
        "CLU-001",
        "SIP-001",
        "CALL-001",
        "UPL-002",
        "CUCM-005",
        "JAB-001",
        "ALM-40068",
    ] {
        assert!(ids.contains(&family), "{family}");
    }
    let tls = out(&run(&["signatures", "tls"]));
    assert_eq!(tls.lines().count(), 17, "{tls}");
    assert!(out(&run(&["signatures", "run"])).contains("RUN-TRUST"));
}

#[test]
fn pages_in_four_languages() {
    let titles: Vec<_> =
        ["en", "es", "fr", "de"].map(|lang| out(&run(&["explain", "TLS-001", "--lang", lang]))).to_vec();
    for (at, title) in titles.iter().enumerate() {
        assert!(titles[at + 1..].iter().all(|other| other != title), "{title}");
        assert!(title.contains("VerifyOriginServer: Off"), "{title}");
    }
    let portuguese = run(&["explain", "TLS-001", "--lang", "pt"]);
    assert_eq!(out(&portuguese), titles[0], "English where there is no other");
    let said = String::from_utf8_lossy(&portuguese.stderr);
    assert!(said.contains("`pt`") && said.contains("de, en, es, fr"), "{said}");
    let austrian = out(&run(&["analyze", "--lang", "de-AT", &log()]));
    assert!(austrian.contains("selbstsigniert"), "{austrian}");
    for language in ["en", "es", "de-AT", "FR_CA"] {
        assert!(run(&["signatures", "--lang", language]).stderr.is_empty(), "{language}");
    }
    assert!(out(&run(&["explain", "run-trust"])).contains("Trusted CA certificate"));
}

#[test]
fn a_pasted_message_is_known() {
    let page = out(&run(&[
        "explain",
        "--message",
        "ERROR: SSL connection failed: tlsv1 alert unknown ca; Error=unable to get local issuer certificate",
    ]));
    assert!(page.contains("TLS-003"), "{page}");
    assert_eq!(run(&["explain", "--message", "good morning"]).status.code(), Some(2));
}

#[test]
fn problems_can_be_silenced_and_graded() {
    let silenced = out(&run(&["analyze", "--disable", "TLS-001", "--disable", "tls-007", &log()]));
    assert!(silenced.contains("no known problem found"), "{silenced}");
    let graded = out(&run(&["analyze", "--severity", "TLS-001=critical", &log()]));
    assert!(
        graded.contains("\n\ncritical[TLS-001]: ")
            && graded.starts_with("summary: found: 1 critical problem, 1 warning\n"),
        "{graded}"
    );
    for wrong in [["--disable", "TLS-999"], ["--severity", "TLS-001=awful"], ["--severity", "TLS-001"]] {
        assert_eq!(run(&["analyze", wrong[0], wrong[1], &log()]).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn an_own_signature_from_nothing_to_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().display().to_string();
    assert_eq!(run(&["new-signature", "LOCAL-001-disk-full", "--into", &into]).status.code(), Some(0));
    assert_eq!(
        run(&["new-signature", "LOCAL-001-disk-full", "--into", &into]).status.code(),
        Some(2),
        "never over it"
    );
    assert_eq!(run(&["new-signature", "disk-full", "--into", &into]).status.code(), Some(2));
    let lint = run(&["lint", &into]);
    assert_eq!((lint.status.code(), out(&lint).as_str()), (Some(0), "1 signatures, 2 fixtures: all right\n"));
    let entry = folder.path().join("LOCAL-001-disk-full");
    let hit = entry.join("hit-example.log").display().to_string();
    let found = run(&["analyze", "--signatures", &into, &hit]);
    assert!(
        out(&found)
            .contains("\n\nwarning[LOCAL-001]: The box complains about its disk: The disk is nearly full"),
        "{}",
        out(&found)
    );
    // Every refusal is told at once, with its line and a hint.
    let toml = fs::read_to_string(entry.join("signature.toml")).expect("the file");
    let broken = toml.replace("alarm.raised", "alarm.rased").replace("alarm.id", "alarm.it");
    fs::write(entry.join("signature.toml"), broken).expect("the file");
    let lint = run(&["lint", &into]);
    assert_eq!(lint.status.code(), Some(1));
    for part in [
        "S006: unknown kind `alarm.rased` (did you mean `alarm.raised`?)",
        "S002: unknown field `alarm.it`",
        "2 to mend",
    ] {
        assert!(out(&lint).contains(part), "{part} in {}", out(&lint));
    }
    let refused = run(&["analyze", "--signatures", &into, &hit]);
    assert_eq!(refused.status.code(), Some(2), "a refused signature ends the run before any analysis");
}

#[test]
fn a_miss_that_fires_fails_the_lint() {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().display().to_string();
    run(&["new-signature", "LOCAL-002-x", "--into", &into]);
    let entry = folder.path().join("LOCAL-002-x");
    fs::copy(entry.join("hit-example.log"), entry.join("miss-example.log")).expect("a copy");
    let lint = run(&["lint", &into]);
    assert_eq!(lint.status.code(), Some(1));
    assert!(out(&lint).contains("must not fire"), "{}", out(&lint));
}

#[test]
fn why_a_problem_was_not_found() {
    let why = out(&run(&["why", "TLS-002", &log()]));
    assert!(why.contains("holds  verify.action is \"terminate\""), "{why}");
    assert!(why.contains("FAILS  verify.error is \"self-signed certificate in certificate chain\"  (there: \"self-signed certificate\")"), "{why}");
    assert!(out(&run(&["why", "ALM-40068", &log()])).contains("nothing in this log"));
    assert_eq!(run(&["why", "TLS-999", &log()]).status.code(), Some(2));
}
