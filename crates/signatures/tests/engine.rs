//! What the engine says, and does not say, where lines are missing, late, or used again.

use std::fmt::Write;
use std::sync::Arc;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Confidence, Engine, Finding, Outcome};

/// `domain/https/cucm.example/8443` and `…/6972` of corp.example, as a client writes them.
const PATH_8443: &str = "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20uZXhhbXBsZS84NDQz";
const PATH_6972: &str = "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20uZXhhbXBsZS82OTcy";

/// Builds a log line by line. Times are milliseconds after ten o'clock.
#[derive(Default)]
struct Log(String);

impl Log {
    fn line(mut self, ms: u32, body: &str) -> Self {
        let (minute, second, milli) = (ms / 60_000, ms / 1000 % 60, ms % 1000);
        writeln!(
            self.0,
            "2024-03-05T10:{minute:02}:{second:02}.{milli:03}+00:00 expc traffic_server[7]: {body}"
        )
        .expect("a string takes text");
        self
    }

    fn step(self, ms: u32, txn: u32, detail: &str, rest: &str) -> Self {
        let (minute, second, milli) = (ms / 60_000, ms / 1000 % 60, ms % 1000);
        let body = format!(
            r#"UTCTime="2024-03-05 10:{minute:02}:{second:02},{milli:03}" Module="network.http.trafficserver" Level="INFO": Detail="{detail}" Txn-id="{txn}" {rest}"#
        );
        self.line(ms, &body)
    }

    fn request(self, ms: u32, txn: u32, path: &str) -> Self {
        self.step(
            ms,
            txn,
            "Receive Request",
            &format!(r#"Src-ip="127.0.0.1" Src-port="40000" Msg="GET http://x:8443/{path}/y HTTP/1.1""#),
        )
    }

    fn sending(self, ms: u32, txn: u32, port: u16) -> Self {
        self.step(
            ms,
            txn,
            "Sending Request",
            &format!(r#"Dst-ip="192.0.2.7" Dst-port="{port}" Msg="GET /y HTTP/1.1""#),
        )
    }

    fn answer(self, ms: u32, txn: u32, detail: &str, status: &str) -> Self {
        self.step(ms, txn, detail, &format!(r#"Dst-ip="127.0.0.1" Dst-port="40000" Msg="HTTP/1.1 {status}""#))
    }

    fn refused(self, ms: u32, action: &str) -> Self {
        self.line(ms, &format!("[ET_NET 0] WARNING: SNI (cucm.example) not in certificate. Action={action} server=cucm.example(192.0.2.7)"))
    }

    fn run(&self) -> Outcome {
        let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
        let mut reader = Reader::new(self.0.as_bytes());
        while let Some(record) = reader.next_record().expect("a string can be read") {
            engine.feed(&record, 0);
        }
        engine.finish()
    }
}

fn find<'a>(outcome: &'a Outcome, id: &str) -> &'a Finding {
    outcome
        .findings
        .iter()
        .find(|finding| finding.id == id)
        .unwrap_or_else(|| panic!("no {id}: {:?}", outcome.findings))
}

#[test]
fn a_request_long_past_does_not_make_a_certain_port() {
    let log = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .refused(300_000, "Terminate")
        .line(310_000, "x");
    let outcome = log.run();
    let finding = find(&outcome, "TLS-006");
    assert_eq!((finding.target.port, finding.confidence), (Some(8443), Confidence::Possible));
}

#[test]
fn the_end_of_the_attempt_decides_between_two_ports() {
    let log = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .request(2, 2, PATH_6972)
        .sending(3, 2, 6972)
        .refused(20, "Terminate")
        .answer(20, 2, "Sending Response", "502 connect failed")
        .answer(35, 1, "Receive Response", "200 ")
        .answer(36, 1, "Sending Response", "200 ");
    let outcome = log.run();
    let finding = find(&outcome, "TLS-006");
    assert_eq!((finding.target.port, finding.confidence), (Some(6972), Confidence::Certain));
    assert_eq!(finding.transactions.iter().map(|touched| touched.txn_id).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_line_without_any_request_is_told_for_its_server() {
    let outcome = Log::default().refused(0, "Terminate").run();
    let finding = find(&outcome, "TLS-006");
    assert_eq!(
        (finding.target.port, finding.confidence, finding.unattributed),
        (None, Confidence::Certain, 1)
    );
    assert_eq!(finding.transaction_count, 0);
}

#[test]
fn a_line_without_a_request_joins_the_only_port_of_its_server() {
    let log = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .refused(10, "Terminate")
        .answer(11, 1, "Sending Response", "502 connect failed")
        .refused(5_000, "Terminate")
        .line(9_000, "x");
    let outcome = log.run();
    assert_eq!(outcome.findings.len(), 1, "{:?}", outcome.findings);
    let finding = find(&outcome, "TLS-006");
    assert_eq!((finding.evidence_count, finding.unattributed, finding.transaction_count), (2, 1, 1));
}

#[test]
fn a_counter_that_starts_again_hides_no_failure() {
    let log = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .answer(2, 1, "Sending Response", "502 Connection refused")
        .request(57, 1, PATH_8443)
        .sending(58, 1, 8443)
        .answer(59, 1, "Receive Response", "200 ")
        .answer(60, 1, "Sending Response", "200 ");
    let outcome = log.run();
    assert_eq!((outcome.transactions.total, outcome.transactions.failed), (2, 1));
    assert_eq!(find(&outcome, "HTTP-002").transaction_count, 1);
}

#[test]
fn a_tolerated_failure_names_the_port_only_if_the_host_has_one() {
    let one = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .refused(10, "Continue")
        .answer(30, 1, "Receive Response", "200 ")
        .answer(31, 1, "Sending Response", "200 ");
    let outcome = one.run();
    let finding = find(&outcome, "TLS-015");
    assert_eq!((finding.target.port, finding.confidence), (Some(8443), Confidence::Likely));
    assert_eq!(finding.transactions[0].confidence, Confidence::Likely);
    let two = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .request(0, 2, PATH_6972)
        .sending(1, 2, 6972)
        .refused(10, "Continue")
        .answer(30, 1, "Sending Response", "200 ")
        .answer(31, 2, "Sending Response", "200 ");
    assert_eq!(find(&two.run(), "TLS-015").target.port, None);
}

#[test]
fn the_two_lines_of_one_step_are_one_step() {
    let debug = |log: Log, ms: u32, detail: &str, rest: &str| {
        log.line(ms, &format!(r#"UTCTime="2024-03-05 10:00:00,{ms:03}" Module="network.http.trafficserver" Level="DEBUG": Detail="{detail}" Txn-id="1" {rest}"#))
    };
    let log = Log::default().request(0, 1, PATH_8443);
    let log = debug(log, 0, "Receive Request", "");
    let log = log.sending(1, 1, 8443);
    let log = debug(log, 1, "Sending Request", r#"Dst-ip="192.0.2.7" Dst-port="8443""#);
    let log = log.refused(9, "Terminate").answer(10, 1, "Sending Response", "502 connect failed");
    let log = debug(log, 10, "Sending Response", "");
    let outcome = log.run();
    assert_eq!(
        (outcome.transactions.total, outcome.transactions.failed, outcome.transactions.open),
        (1, 1, 0)
    );
    assert_eq!(find(&outcome, "TLS-006").confidence, Confidence::Certain);
}

#[test]
fn a_symptom_folds_under_its_cause() {
    let log = Log::default()
        .request(0, 1, PATH_8443)
        .sending(1, 1, 8443)
        .refused(10, "Terminate")
        .answer(10, 1, "Sending Response", "502 connect failed")
        .request(1_000, 2, PATH_8443)
        .sending(1_001, 2, 8443)
        .answer(1_010, 2, "Sending Response", "502 connect failed")
        .line(9_000, "x");
    let outcome = log.run();
    let ids: Vec<_> = outcome.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(
        ids,
        ["TLS-006"],
        "the second failure has no line of its own, and the same server has a cause"
    );
    let confidences: Vec<_> =
        outcome.findings[0].transactions.iter().map(|touched| touched.confidence).collect();
    assert_eq!(confidences, [Confidence::Certain, Confidence::Likely]);
}

#[test]
fn another_products_records_prove_nothing() {
    let log = Log("2024-03-05T10:15:30.120+01:00 alarm[123]: Alarm I: Event=\"Alarm Raised\" Id=\"10001\" Detail=\"x\"\n".into());
    assert!(log.run().findings.is_empty());
}

#[test]
fn a_gap_is_no_gap_between_two_files_nor_from_the_beginning_of_time() {
    let tvcs = |day: u32, minute: u32| {
        format!(
            "2024-03-{day:02}T10:{minute:02}:00.000+00:00 expc tvcs: UTCTime=\"2024-03-{day:02} 10:{minute:02}:00,000\" Event=\"System Start\" Level=\"1\"\n"
        )
    };
    let run = |files: &[String]| {
        let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
        for (member, file) in files.iter().enumerate() {
            let mut reader = Reader::new(file.as_bytes());
            while let Some(record) = reader.next_record().expect("a string can be read") {
                engine.feed(&record, u32::try_from(member).expect("few files"));
            }
        }
        engine.finish().findings.into_iter().any(|finding| finding.id == "LOG-002")
    };
    assert!(!run(&[tvcs(5, 0), tvcs(7, 0)]), "two files, days apart");
    assert!(run(&[tvcs(5, 0) + &tvcs(5, 30)]), "one file");
    let yearless = "<166>Mar  5 10:00:00 expc tvcs: Event=\"System Start\" Level=\"1\"\n".to_owned();
    assert!(!run(&[yearless + &tvcs(5, 0)]), "the first record has no year");
}

#[test]
fn a_refusal_just_before_a_failed_end_explains_it_though_the_beginning_is_lost() {
    let outcome = Log::default()
        .refused(1_000, "Terminate")
        .answer(1_008, 5, "Sending Response", "502 connect failed")
        .run();
    let finding = find(&outcome, "TLS-006");
    assert_eq!((finding.confidence, finding.target.port), (Confidence::Certain, None));
    let tied: Vec<_> = finding.transactions.iter().map(|tied| (tied.txn_id, tied.confidence)).collect();
    assert_eq!(tied, [(5, Confidence::Possible)]);
    assert!(outcome.findings.iter().all(|finding| finding.id != "TLS-016"), "{:?}", outcome.findings);
}

#[test]
fn an_end_without_a_beginning_takes_no_refusal_from_its_owner() {
    for (ms, reason) in [(1_010, "502 connect failed"), (1_011, "502 connect failed"), (1_011, "502 ")] {
        let outcome = Log::default()
            .request(1_000, 50, PATH_8443)
            .sending(1_002, 50, 8443)
            .refused(1_010, "Terminate")
            .answer(ms, 5, "Sending Response", reason)
            .answer(1_011, 50, "Sending Response", "502 connect failed")
            .run();
        let finding = find(&outcome, "TLS-006");
        assert_eq!((finding.confidence, finding.target.port), (Confidence::Certain, Some(8443)), "{ms}");
        let tied: Vec<_> = finding.transactions.iter().map(|tied| tied.txn_id).collect();
        assert_eq!(tied, [50], "{ms}");
    }
}

#[test]
fn an_end_without_a_beginning_casts_doubt_where_the_owner_is_far() {
    let run = |ended| {
        Log::default()
            .request(1_000, 50, PATH_8443)
            .sending(1_002, 50, 8443)
            .refused(1_010, "Terminate")
            .answer(1_011, 5, "Sending Response", "502 connect failed")
            .answer(ended, 50, "Sending Response", "502 connect failed")
            .run()
    };
    // Farther away than any end that was measured, but the only one that is known to have gone there.
    for (ended, confidence) in
        [(1_012, Confidence::Certain), (1_016, Confidence::Likely), (1_022, Confidence::Possible)]
    {
        let outcome = run(ended);
        let finding = find(&outcome, "TLS-006");
        let tied: Vec<_> = finding.transactions.iter().map(|tied| (tied.txn_id, tied.confidence)).collect();
        assert_eq!((tied, finding.confidence), (vec![(50, confidence)], confidence), "{ended}");
        assert_eq!(finding.target.port, Some(8443), "{ended}");
    }
}

#[test]
fn an_end_that_says_itself_what_happened_takes_no_refusal() {
    for (reason, id, confidence) in [
        ("502 Cannot find server.", "HTTP-003", Confidence::Certain),
        ("504 Connection Timed Out", "HTTP-004", Confidence::Likely),
        ("502 Connection refused", "HTTP-002", Confidence::Likely),
    ] {
        let outcome =
            Log::default().refused(1_010, "Terminate").answer(1_011, 5, "Sending Response", reason).run();
        assert_eq!(find(&outcome, id).confidence, confidence);
        assert!(find(&outcome, "TLS-006").transactions.is_empty(), "{reason}");
    }
    // The server had answered: its handshake did not fail.
    let outcome = Log::default()
        .refused(1_010, "Terminate")
        .answer(1_010, 5, "Receive Response", "200 ")
        .answer(1_011, 5, "Sending Response", "502 connect failed")
        .run();
    assert!(find(&outcome, "TLS-006").transactions.is_empty());
}

#[test]
fn the_lines_that_explain_a_failed_end_may_be_lost_with_its_beginning() {
    let log = |log: Log| log.answer(1_008, 5, "Sending Response", "502 connect failed").run();
    let whole = log(Log::default().request(1_000, 5, PATH_8443).sending(1_002, 5, 8443));
    assert_eq!(find(&whole, "TLS-016").confidence, Confidence::Likely);
    let headless = log(Log::default());
    assert_eq!(find(&headless, "TLS-016").confidence, Confidence::Possible);
    // A refusal of long ago belongs to another request.
    let late = log(Log::default().refused(100, "Terminate"));
    assert_eq!(find(&late, "TLS-016").confidence, Confidence::Possible);
    assert!(find(&late, "TLS-006").transactions.is_empty());
}

#[test]
fn a_gap_in_the_log_is_no_silence() {
    for (ended, id) in [(20_000, "TLS-016"), (40_000, "HTTP-004"), (1_800_000, "TLS-016")] {
        let log = Log::default().request(1_000, 5, PATH_8443);
        let outcome = log.answer(1_000 + ended, 5, "Sending Response", "502 connect failed").run();
        assert_eq!(find(&outcome, id).confidence, Confidence::Likely, "{ended}");
    }
}
