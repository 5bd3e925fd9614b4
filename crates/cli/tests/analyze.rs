//! `waytrace analyze` on logs: the right problem, on the right server, with the right proof.

mod common;

use common::{report, testdata, waytrace};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

fn finding<'a>(report: &'a Value, id: &str) -> &'a Value {
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .find(|finding| finding["id"] == id)
        .unwrap_or_else(|| panic!("{id} is not among {findings:#?}"))
}

fn proof_lines(finding: &Value) -> Vec<u64> {
    let evidence = finding["evidence"].as_array().expect("evidence").iter();
    evidence
        .filter(|line| line["role"] == "proof")
        .map(|line| line["line"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn a_self_signed_certificate_on_one_port() {
    let (status, report) = report(&testdata("seed/loggingsnapshot_self-signed.txt"));
    assert_eq!(status, 1);
    assert_eq!(report["schema"], "waytrace/report/1");
    let found = finding(&report, "TLS-001");
    let target = &found["target"];
    assert_eq!(
        (&target["host"], &target["ip"], &target["port"]),
        (&json!("cucm.steven.lab"), &json!("10.48.36.215"), &json!(6972))
    );
    assert_eq!(found["confidence"], "certain");
    assert_eq!(proof_lines(found), [9, 10]);
    let transactions = found["transactions"].as_array().expect("transactions");
    assert_eq!(transactions.len(), 1, "191, and not 189");
    assert_eq!(transactions[0]["txn_id"], 191);
    assert_eq!(transactions[0]["confidence"], "certain");
    assert_eq!(transactions[0]["status"], "502 connect failed");
    assert_eq!(transactions[0]["lines"], json!([6, 7, 8, 11]));
    assert_eq!(transactions[0]["proof"], json!([9, 10]));
    assert_eq!(found["users"], json!(["emusk"]));
    assert_eq!(found["first"], "2022-07-11T16:55:26.016Z");
    let contrast = finding(&report, "TLS-007");
    assert_eq!(contrast["target"]["port"], 6972);
    assert!(contrast["title"].as_str().is_some_and(|title| title.contains("8443")), "{}", contrast["title"]);
}

#[test]
fn an_address_that_is_not_in_the_certificate() {
    let (status, report) = report(&testdata("seed/loggingsnapshot_name.txt"));
    assert_eq!(status, 1);
    let found = finding(&report, "TLS-006");
    assert_eq!((&found["target"]["host"], &found["target"]["port"]), (&json!("10.48.36.215"), &json!(8443)));
    assert_eq!(found["transactions"][0]["txn_id"], 144);
    assert_eq!(found["transactions"][0]["status"], Value::Null, "no response line follows");
    assert_eq!(proof_lines(found), [12, 13]);
    let advice = found["fix"].to_string();
    assert!(advice.contains("System > Server") && advice.contains("FQDN"), "{advice}");
    assert!(
        found["cause"].as_str().is_some_and(|cause| cause.contains("iPAddress")),
        "why an IP entry does not help"
    );
}

#[test]
fn the_fix_has_what_the_engineer_needs() {
    let (_, report) = report(&testdata("seed/loggingsnapshot_self-signed.txt"));
    let text = finding(&report, "TLS-001").to_string();
    for part in [
        "Maintenance > Security > Trusted CA certificate",
        "on every peer",
        "CSCwa12905",
        "xConfiguration EdgeConfigServer VerifyOriginServer: Off",
        "CSCwc69661",
        "CSCwa25108",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let text = finding(&report, "TLS-007").to_string();
    assert!(text.contains("X14.2") && text.contains("ECDHE-RSA-AES256-GCM-SHA384:"), "the cipher order");
}

#[test]
fn every_case_of_a_real_traffic_server() {
    let folder = testdata("traffic-server-8.1.11");
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the table");
    let mut expected: BTreeMap<&str, Vec<[String; 3]>> = BTreeMap::new();
    for row in table.lines().skip(1) {
        let [case, found @ ..] =
            <[&str; 4]>::try_from(row.split('\t').collect::<Vec<_>>()).expect("four columns");
        let list = expected.entry(case).or_default();
        if found[0] != "-" {
            list.push(found.map(str::to_owned));
        }
    }
    let logs = fs::read_dir(&folder).expect("logs").filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "log"))
    });
    assert_eq!(logs.count(), expected.len(), "every log has its rows");
    for (case, mut wanted) in expected {
        let (status, report) = report(&folder.join(format!("{case}.log")));
        let mut got: Vec<[String; 3]> = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|finding| {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                [text(&finding["id"]), text(&finding["target"]["host"]), text(&finding["target"]["port"])]
            })
            .collect();
        got.sort();
        wanted.sort();
        assert_eq!(got, wanted, "{case}");
        assert_eq!(status, i32::from(!wanted.is_empty()), "{case}");
    }
}

#[test]
fn several_files_are_one_case() {
    let files = [testdata("seed/loggingsnapshot_self-signed.txt"), testdata("seed/loggingsnapshot_name.txt")];
    let output = waytrace().arg("analyze").args(files).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in ["TLS-001", "TLS-006", "TLS-007", "found: 2 errors, 1 warning"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_word_analyze_may_be_left_out() {
    let path = testdata("seed/loggingsnapshot_name.txt");
    let without = waytrace().arg(&path).output().expect("it runs");
    let with = waytrace().arg("analyze").arg(&path).output().expect("it runs");
    assert_eq!(without, with);
    assert!(!with.stdout.contains(&0x1b), "no colour where there is no terminal");
}

#[test]
fn explain_and_decode() {
    let page = waytrace().args(["explain", "tls-001"]).output().expect("it runs");
    assert_eq!(page.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&page.stdout).contains("Trusted CA certificate"));
    let wrong = waytrace().args(["explain", "TLS-999"]).output().expect("it runs");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("TLS-001"), "it names what there is");
    let url = "https://e.example:8443/c3RldmVuLmxhYi9odHRwcy8xMC40OC4zNi4yMTUvODQ0Mw/cucm-uds/servers";
    let decoded = waytrace().args(["decode", "--format", "json", url]).output().expect("it runs");
    let value: Value = serde_json::from_slice(&decoded.stdout).expect("JSON");
    assert_eq!(
        (&value["host"], &value["port"], &value["path"]),
        (&json!("10.48.36.215"), &json!(8443), &json!("/cucm-uds/servers"))
    );
    assert_eq!(waytrace().args(["decode", "cucm-uds"]).output().expect("it runs").status.code(), Some(2));
}

#[test]
fn a_title_never_has_a_hole_where_the_server_should_be() {
    // The log begins in the middle: of the request only the answer is there.
    let log = fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("a log");
    let lines: Vec<&str> = log.lines().collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.txt");
    fs::write(&file, format!("{}\n{}\n", lines[0], lines[10])).expect("a file");
    let (status, report) = report(&file);
    assert_eq!(status, 1);
    let found = finding(&report, "TLS-016");
    assert_eq!(
        found["title"],
        "The TLS handshake with a server the log does not name was cut off and the log gives no reason"
    );
}
