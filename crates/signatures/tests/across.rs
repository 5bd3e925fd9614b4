//! One request on two boxes, one problem on several.

use std::fmt::Write;
use std::sync::Arc;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Confidence, Engine, Finding, Outcome};

/// `corp.example/https/cucm.example/8443`, as a client writes it.
const PATH: &str = "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20uZXhhbXBsZS84NDQz";

/// The log of one box. Times are milliseconds after ten o'clock, by its own clock.
struct Log {
    host: &'static str,
    text: String,
}

impl Log {
    fn of(host: &'static str) -> Self {
        Self { host, text: String::new() }
    }

    fn line(&mut self, ms: i64, body: &str) {
        let (second, milli) = (ms / 1000, ms % 1000);
        writeln!(
            self.text,
            "2024-03-05T10:00:{second:02}.{milli:03}+00:00 {} traffic_server[7]: {body}",
            self.host
        )
        .expect("a string takes text");
    }

    fn step(&mut self, ms: i64, detail: &str, txn: u32, tracking: &str, rest: &str) {
        let (second, milli) = (ms / 1000, ms % 1000);
        let body = format!(
            r#"UTCTime="2024-03-05 10:00:{second:02},{milli:03}" Module="network.http.trafficserver" Level="INFO": Detail="{detail}" Txn-id="{txn}" TrackingID="{tracking}" {rest}"#
        );
        self.line(ms, &body);
    }
}

/// One login that the Expressway-C refuses and the Expressway-E hands on; the clock of the C is ahead by `ahead`.
fn login(edge: &mut Log, control: &mut Log, ms: i64, txn: u32, ahead: i64, status: &str) {
    let tracking = format!("0000-{txn}");
    let get =
        |host: &str| format!(r#"Msg="GET https://{host}:8443/{PATH}/cucm-uds/user/u{txn}/devices HTTP/1.1""#);
    edge.step(
        ms,
        "Receive Request",
        txn,
        &tracking,
        &format!(r#"Src-ip="203.0.113.9" Src-port="4000" {}"#, get("e")),
    );
    edge.step(
        ms + 1,
        "Sending Request",
        txn,
        &tracking,
        &format!(r#"Dst-ip="127.0.0.1" Dst-port="8443" {}"#, get("c")),
    );
    let inner = 500 + txn;
    let own = ms + ahead;
    control.step(
        own + 3,
        "Receive Request",
        inner,
        &tracking,
        &format!(r#"Src-ip="127.0.0.1" Src-port="4001" {}"#, get("c")),
    );
    let sent = r#"Dst-ip="192.0.2.7" Dst-port="8443" Msg="GET /cucm-uds HTTP/1.1""#;
    control.step(own + 4, "Sending Request", inner, &tracking, sent);
    if status.starts_with("502") {
        control.line(own + 14, "[ET_NET 0] WARNING: Core server certificate verification failed for (cucm.example). Action=Terminate Error=self signed certificate server=cucm.example(192.0.2.7) depth=0");
        control.line(own + 14, "[ET_NET 0] ERROR: SSL connection failed for 'cucm.example': error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed");
    } else {
        control.step(
            own + 14,
            "Receive Response",
            inner,
            "",
            &format!(r#"Src-ip="192.0.2.7" Src-port="8443" Msg="HTTP/1.1 {status}""#),
        );
    }
    let answer = |port: u32| format!(r#"Dst-ip="127.0.0.1" Dst-port="{port}" Msg="HTTP/1.1 {status}""#);
    control.step(own + 15, "Sending Response", inner, "", &answer(4001));
    edge.step(
        ms + 20,
        "Receive Response",
        txn,
        "",
        &format!(r#"Src-ip="127.0.0.1" Src-port="8443" Msg="HTTP/1.1 {status}""#),
    );
    edge.step(ms + 21, "Sending Response", txn, "", &answer(4000));
}

fn analyse(logs: &[&Log]) -> Outcome {
    let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
    for (member, log) in logs.iter().enumerate() {
        let mut reader = Reader::new(log.text.as_bytes());
        while let Some(record) = reader.next_record().expect("readable") {
            engine.feed(&record, u32::try_from(member).expect("few"));
        }
    }
    engine.finish()
}

fn found<'o>(outcome: &'o Outcome, id: &str) -> Vec<&'o Finding> {
    outcome.findings.iter().filter(|finding| finding.id == id).collect()
}

#[test]
fn one_failed_login_is_one_finding_in_the_order_of_true_time() {
    for ahead in [0, 1800, -1800] {
        let (mut edge, mut control) = (Log::of("expe"), Log::of("expc"));
        for txn in 0..5 {
            let status = if txn == 2 { "502 connect failed" } else { "200 OK" };
            login(&mut edge, &mut control, 5000 + i64::from(txn) * 1000, txn, ahead, status);
        }
        // The order of the files says nothing about the order of what happened.
        for logs in [[&edge, &control], [&control, &edge]] {
            let outcome = analyse(&logs);
            let clock = &outcome.clocks[0];
            assert_eq!((clock.node.as_str(), clock.reference.as_str()), ("expc", "expe"));
            assert!((clock.ahead - ahead).abs() <= clock.uncertain, "{clock:?}");
            let all = found(&outcome, "TLS-001");
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].confidence, Confidence::Certain);
            assert_eq!((all[0].transaction_count, all[0].seen_on.as_slice()), (1, &["expe".to_owned()][..]));
            let told: Vec<String> = all[0].evidence.iter().map(|line| word(&line.text)).collect();
            assert_eq!(
                told,
                [
                    "expe Receive Request",
                    "expe Sending Request",
                    "expc Receive Request",
                    "expc Sending Request",
                    "expc WARNING",
                    "expc ERROR",
                    "expc Sending Response",
                    "expe Receive Response",
                    "expe Sending Response",
                ],
                "{ahead}"
            );
            let legs: Vec<_> = all[0].transactions.iter().map(|t| (t.node.as_str(), t.txn_id)).collect();
            assert_eq!(legs, [("expc", 502), ("expe", 2)]);
        }
    }
}

/// The host and what the line is.
fn word(text: &str) -> String {
    let host = text.split(' ').nth(1).unwrap_or_default();
    let what =
        ["Receive Request", "Sending Request", "Receive Response", "Sending Response", "WARNING", "ERROR"];
    let what = what.into_iter().find(|what| text.contains(what)).unwrap_or("?");
    format!("{host} {what}")
}

#[test]
fn what_the_edge_could_not_hand_on_folds_only_under_a_cause_of_the_same_request() {
    let fails = |edge: &mut Log, txn: u32| {
        let (ms, tracking) = (9000 + i64::from(txn) * 100, format!("0000-{txn}"));
        let rest = format!(
            r#"Src-ip="203.0.113.9" Src-port="4000" Msg="GET https://e:8443/{PATH}/cucm-uds/user/u{txn}/devices HTTP/1.1""#
        );
        edge.step(ms, "Receive Request", txn, &tracking, &rest);
        let rest = r#"Dst-ip="203.0.113.9" Dst-port="4000" Msg="HTTP/1.1 502 Next Hop Connection Failed""#;
        edge.step(ms + 30, "Sending Response", txn, "", rest);
    };
    let (mut edge, mut control) = (Log::of("expe"), Log::of("expc"));
    login(&mut Log::of("expe"), &mut control, 9000, 0, 0, "502 connect failed");
    fails(&mut edge, 0);
    let outcome = analyse(&[&edge, &control]);
    assert_eq!(found(&outcome, "HTTP-001").len(), 0);
    assert_eq!(found(&outcome, "TLS-001")[0].also, ["HTTP-001"]);
    // Another request, which never came to the Expressway-C, keeps its own finding.
    fails(&mut edge, 7);
    let outcome = analyse(&[&edge, &control]);
    assert_eq!(found(&outcome, "HTTP-001").len(), 1);
    assert_eq!(found(&outcome, "HTTP-001")[0].transaction_count, 2);
}

#[test]
fn the_same_problem_of_two_peers_is_one_and_names_both() {
    let (mut edge, mut one, mut two) = (Log::of("expe"), Log::of("expc1"), Log::of("expc2"));
    login(&mut edge, &mut one, 5000, 1, 0, "502 connect failed");
    login(&mut edge, &mut two, 7000, 2, 0, "502 connect failed");
    login(&mut edge, &mut two, 8000, 3, 0, "502 connect failed");
    let outcome = analyse(&[&one, &two]);
    let all = found(&outcome, "TLS-001");
    assert_eq!(all.len(), 1);
    let held: Vec<_> = all[0].holds.iter().map(|held| (held.node.as_str(), held.transaction_count)).collect();
    assert_eq!(held, [("expc1", 1), ("expc2", 2)]);
    assert_eq!((all[0].transaction_count, all[0].users.len()), (3, 3));
    assert!(all[0].seen_on.is_empty());
}

#[test]
fn several_causes_explain_one_failure_each_its_own_requests() {
    let (mut edge, mut control) = (Log::of("expe"), Log::of("expc"));
    for txn in 0..6 {
        login(&mut Log::of("expe"), &mut control, 5000 + i64::from(txn) * 1000, txn, 0, "502 connect failed");
    }
    // Three of them were for another server, which is refused for another reason.
    let other = "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20yLmV4YW1wbGUvODQ0Mw";
    let lines: Vec<String> = control
        .text
        .lines()
        .map(|line| {
            let second: u32 = line[17..19].parse().expect("a second");
            if second < 8 {
                return line.to_owned();
            }
            line.replace(PATH, other)
                .replace("cucm.example", "cucm2.example")
                .replace("self signed certificate", "certificate has expired")
        })
        .collect();
    control.text = lines.join("\n") + "\n";
    for txn in 0..6 {
        let (ms, tracking) = (5000 + i64::from(txn) * 1000, format!("0000-{txn}"));
        let path = if txn < 3 { PATH } else { other };
        let rest = format!(
            r#"Src-ip="203.0.113.9" Src-port="4000" Msg="GET https://e:8443/{path}/cucm-uds/user/u{txn}/devices HTTP/1.1""#
        );
        edge.step(ms, "Receive Request", txn, &tracking, &rest);
        let rest = r#"Dst-ip="203.0.113.9" Dst-port="4000" Msg="HTTP/1.1 502 Next Hop Connection Failed""#;
        edge.step(ms + 30, "Sending Response", txn, "", rest);
    }
    let outcome = analyse(&[&edge, &control]);
    assert_eq!(found(&outcome, "HTTP-001").len(), 0);
    for (id, users) in [("TLS-001", ["u0", "u1", "u2"]), ("TLS-004", ["u3", "u4", "u5"])] {
        let all = found(&outcome, id);
        assert_eq!(all.len(), 1, "{id}");
        assert_eq!((all[0].transaction_count, all[0].also.as_slice()), (3, &["HTTP-001".to_owned()][..]));
        assert_eq!(all[0].users.iter().collect::<Vec<_>>(), users);
        assert_eq!(all[0].seen_on, ["expe"]);
        assert_eq!(all[0].transactions.len(), 6);
    }
}

#[test]
fn a_tracking_id_that_comes_again_says_nothing_about_clocks() {
    let (mut edge, mut control) = (Log::of("expe"), Log::of("expc"));
    for turn in 0..5 {
        login(&mut edge, &mut control, 5000 + turn * 5000, 1, 0, "200 OK");
    }
    let apart = |outcome: &Outcome| outcome.clocks.iter().all(|clock| clock.ahead.abs() <= clock.uncertain);
    assert!(apart(&analyse(&[&edge, &control])));
    assert!(apart(&analyse(&[&control, &edge])));
}

#[test]
fn what_fails_hours_later_keeps_its_own_finding() {
    let (mut edge, mut control) = (Log::of("expe"), Log::of("expc"));
    login(&mut edge, &mut control, 5000, 1, 0, "502 connect failed");
    let (mut later, mut nothing) = (Log::of("expc"), Log::of("expe"));
    login(&mut nothing, &mut later, 5000, 9, 0, "502 connect failed");
    let unexplained = later.text.lines().filter(|line| !line.contains("ET_NET"));
    let unexplained: String =
        unexplained.map(|line| line.replace("T10:", "T14:").replace(" 10:", " 14:") + "\n").collect();
    control.text.push_str(&unexplained);
    let outcome = analyse(&[&control]);
    assert_eq!(found(&outcome, "TLS-001")[0].transaction_count, 1);
    assert!(outcome.findings.iter().any(|finding| finding.id != "TLS-001" && finding.transaction_count == 1));
}
