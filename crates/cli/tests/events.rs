//! `waytrace events` and `waytrace txn`: what a log says, record by record and story by story.

mod common;

use common::{report, testdata, waytrace};
use serde_json::Value;

fn rows(args: &[&str]) -> Vec<Value> {
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let output =
        waytrace().arg("events").arg(log).args(["--format", "ndjson"]).args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn lines(args: &[&str]) -> Vec<u64> {
    rows(args).iter().map(|row| row["line"].as_u64().expect("a number")).collect()
}

#[test]
fn every_filter_filters() {
    assert_eq!(lines(&[]).len(), 11);
    assert_eq!(lines(&["--kind", "ats"]), [9, 10]);
    assert_eq!(lines(&["--kind", "http.sending_request"]), [3, 7, 8]);
    assert_eq!(lines(&["--process", "tvcs"]), [0u64; 0]);
    assert_eq!(lines(&["--txn", "191"]), [6, 7, 8, 11]);
    assert_eq!(lines(&["--tracking-id", "bb0c8492-8c15-4537-a7d1-082dde781dbd"]), [6, 7, 8]);
    assert_eq!(lines(&["--user", "EMUSK", "--kind", "access"]), [2]);
    assert_eq!(lines(&["--grep", "certificate VERIFY failed"]), [10]);
    assert_eq!(lines(&["--since", "18:55:26.016", "--until", "2022-07-11T16:55:26.016Z"]), [8, 9, 10]);
    assert_eq!(lines(&["--opaque"]), [0u64; 0]);
}

#[test]
fn a_row_has_its_fields() {
    let row = &rows(&["--kind", "ats.verify_failed"])[0];
    assert_eq!(row["host"], "vcsc");
    assert_eq!(row["pid"], 18242);
    assert_eq!(row["level"], "WARNING");
    let fields = row["fields"].as_array().expect("fields");
    assert!(fields.contains(&serde_json::json!(["error", "self signed certificate"])), "{row}");
}

#[test]
fn the_table_is_for_people() {
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let output = waytrace().arg("events").arg(log).args(["--kind", "access"]).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("2022-07-11 18:55:25.917 vcsc") && text.contains("Username=emusk"), "{text}");
}

#[test]
fn a_time_that_is_none_is_said() {
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let output = waytrace().arg("events").arg(log).args(["--since", "yesterday"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("write 18:55:26"));
}

#[test]
fn the_story_of_a_transaction() {
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let output = waytrace().arg("txn").arg(&log).args(["191", "--format", "json"]).output().expect("it runs");
    let stories: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let lines = stories[0]["lines"].as_array().expect("lines");
    let numbers: Vec<_> = lines.iter().map(|line| line["line"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, [6, 7, 8, 9, 10, 11], "the lines without a Txn-id stand where they belong");
    let gaps: Vec<_> = lines.iter().map(|line| line["gap_ms"].as_i64()).collect();
    assert_eq!(gaps, [None, Some(6), Some(10), Some(0), Some(0), Some(8)]);
    assert_eq!(lines[3]["joined"], "certain");
    let by_tracking = waytrace()
        .arg("txn")
        .arg(&log)
        .args(["bb0c8492-8c15-4537-a7d1-082dde781dbd", "--format", "json"])
        .output()
        .expect("it runs");
    let stories: Value = serde_json::from_slice(&by_tracking.stdout).expect("JSON");
    assert_eq!(
        stories[0]["lines"].as_array().map(Vec::len),
        Some(6),
        "the answer too, which has no TrackingID"
    );
    let unknown = waytrace().arg("txn").arg(&log).arg("7").output().expect("it runs");
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_pasted_page_is_read_and_said_to_be_one() {
    let (status, report) = report(&testdata("arrival/pasted-page.txt"));
    assert_eq!(status, 1);
    let mut ids: Vec<_> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| finding["id"].as_str().expect("an id"))
        .collect();
    ids.sort_unstable();
    assert!(ids.contains(&"TLS-001") && ids.contains(&"TLS-006"), "{ids:?}");
    assert!(
        report["coverage"]["forms"]["pasted"].as_u64().is_some_and(|count| count > 0),
        "{}",
        report["coverage"]
    );
}

#[test]
fn a_log_of_another_product_is_said_to_be_one() {
    let log = "2024-03-05T10:15:30.120+01:00 sipstack[123]: SipPacket I: hello\n2024-03-05T10:15:31.120+01:00 main[1]: App I: x\n";
    let output = waytrace().args(["analyze", "-"]).write_stdin(log).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another product (RoomOS endpoint"));
}

#[test]
fn remote_syslog_is_read() {
    let file = std::fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let feed: String = file.lines().fold(String::new(), |feed, line| {
        let (_, body) = line.split_once(' ').expect("a stamp");
        let (host, body) = body.split_once(' ').expect("a host");
        feed + &format!("<166>Jul 11 18:55:26 {host} {body}\n")
    });
    let output =
        waytrace().args(["analyze", "--format", "json", "-"]).write_stdin(feed).output().expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["findings"][0]["id"], "TLS-001", "{report:#}");
    assert_eq!(report["coverage"]["forms"]["syslog-rfc3164"], 11);
}
