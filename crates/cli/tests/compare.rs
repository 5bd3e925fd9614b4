//! `waytrace compare`: whether a repair has worked.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

fn compare(folder: &Path, args: &[&str]) -> Output {
    waytrace().current_dir(folder).arg("compare").args(args).output().expect("it runs")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The failing sign-in of the sample log, and the same after the repair: port 6972 answers.
fn logs(folder: &Path) {
    let log = fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    fs::write(folder.join("before.txt"), &log).expect("a file");
    let kept = |line: &&str| !line.contains("[ET_NET") && !line.contains("502 connect failed");
    let mut repaired: Vec<_> = log.lines().filter(kept).map(str::to_owned).collect();
    // The answer that port 8443 gave, once more.
    for answer in log.lines().filter(|line| line.contains("Response\" Txn-id=\"189\"")) {
        let later = answer.replace("18:55:25.9", "18:55:26.9").replace("16:55:25,9", "16:55:26,9");
        repaired.push(later.replace("\"189\"", "\"191\"").replace("8443", "6972").replace("35764", "35766"));
    }
    fs::write(folder.join("after.txt"), repaired.join("\n") + "\n").expect("a file");
}

#[test]
fn a_repair_that_worked() {
    let folder = tempfile::tempdir().expect("a folder");
    logs(folder.path());
    let output = compare(folder.path(), &["before.txt", "after.txt"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.starts_with("gone: 2\n  error TLS-001: cucm.steven.lab"), "{said}");
    assert!(said.contains("1 request to cucm.steven.lab port 6972 answered, none failed"), "{said}");
    assert!(said.ends_with("new: 0\nunchanged: 0\n"), "{said}");
    // The other way round, it is a problem that came.
    let output = compare(folder.path(), &["after.txt", "before.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).starts_with("gone: 0\non other nodes than before: 0\nnew: 2\n"),
        "{}",
        text(&output)
    );
}

#[test]
fn reports_of_yesterday_stand_for_their_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    logs(folder.path());
    let mut analyze = waytrace();
    analyze.current_dir(folder.path()).args([
        "analyze",
        "before.txt",
        "--format",
        "json",
        "-o",
        "before.json",
    ]);
    analyze.output().expect("it runs");
    for after in ["after.txt", "before.txt"] {
        let logs = compare(folder.path(), &["before.txt", after, "--format", "json"]);
        let report = compare(folder.path(), &["before.json", after, "--format", "json"]);
        assert_eq!(logs, report, "{after}");
        let document: Value = serde_json::from_slice(&report.stdout).expect("JSON");
        assert_eq!(document["schema"], "waytrace/comparison/1");
        let unchanged = if after == "before.txt" { 2 } else { 0 };
        assert_eq!(document["counts"]["unchanged"], unchanged);
        assert_eq!(document["counts"]["gone"], 2 - unchanged);
    }
}

#[test]
fn a_log_without_the_request_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    logs(folder.path());
    let log = fs::read_to_string(folder.path().join("after.txt")).expect("the log");
    let untried: Vec<_> = log.lines().filter(|line| !line.contains("\"191\"")).collect();
    fs::write(folder.path().join("after.txt"), untried.join("\n") + "\n").expect("a file");
    let said = text(&compare(folder.path(), &["before.txt", "after.txt"]));
    assert!(said.contains("not proven: no request to cucm.steven.lab port 6972 was answered"), "{said}");
}

#[test]
fn what_cannot_be_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    logs(folder.path());
    fs::write(folder.path().join("other.json"), "{\"schema\": \"other\"}").expect("a file");
    for (before, why) in [
        (
            "other.json",
            "waytrace: other.json: no report of waytrace: its `schema` is not `waytrace/report/1`\n",
        ),
        ("none.txt", "waytrace: none.txt: no such file or directory\n"),
    ] {
        let output = compare(folder.path(), &[before, "after.txt"]);
        assert_eq!(output.status.code(), Some(2), "{before}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), why);
    }
}

#[test]
fn certificates_that_were_not_given_are_not_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let (with, without) = (folder.path().join("with.json"), folder.path().join("without.json"));
    let report = |path: &str, into: &std::path::Path| {
        let mut command = waytrace();
        command.arg("analyze").arg(testdata(path)).args(["--format", "json", "-o"]).arg(into);
        assert_eq!(command.output().expect("it runs").status.code(), Some(1));
    };
    report("bundles/cluster", &with);
    report("bundles/cluster/diagnostic_log_expe1_2025-02-20_13_01_44", &without);
    // JAB-001 of both Expressway-E: there is nothing of the second one, in whatever form the first side comes.
    let first = testdata("bundles/cluster");
    for before in [&first, &with] {
        let output = waytrace().arg("compare").arg(before).arg(&without).args(["--format", "json"]).output();
        let found: serde_json::Value =
            serde_json::from_slice(&output.expect("it runs").stdout).expect("JSON");
        let jabber = |list: &str| {
            found[list].as_array().expect(list).iter().any(|one| one.to_string().contains("JAB-001"))
        };
        assert!(jabber("moved") && !jabber("gone"), "{found:#}");
    }
    let log = testdata(
        "bundles/cluster/diagnostic_log_expe1_2025-02-20_13_01_44/loggingsnapshot_expe1_2025-02-20_13_01_44.txt",
    );
    let output = waytrace().arg("compare").arg(&with).arg(log).output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("not proven: no certificate files (ca_….pem, server_….pem) of expe1"), "{said}");
}
