use super::*;

fn read(body: &str) -> Event<'_> {
    claim("traffic_server", body).expect("a diagnostic line")
}

fn message_of(body: &str) -> Message<'_> {
    match read(body) {
        Event::Diagnostic(line) => line.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn verification_failed() {
    let line = "[ET_NET 0] WARNING: Core server certificate verification failed for (cucm.example). Action=Terminate Error=self signed certificate server=cucm.example(192.0.2.7) depth=0";
    let origin =
        Origin { name: "cucm.example", server: "cucm.example", ip: "192.0.2.7", action: Action::Terminate };
    assert_eq!(
        message_of(line),
        Message::VerifyFailed { origin, error: "self signed certificate", depth: 0 }
    );
}

#[test]
fn blanks_of_a_web_page() {
    let line = "[ET_NET 2] WARNING: SNI ( 192.0.2.7 ) not in certificate . Action=Continue server=192.0.2.7(192.0.2.7)";
    let origin = Origin { name: "192.0.2.7", server: "192.0.2.7", ip: "192.0.2.7", action: Action::Continue };
    assert_eq!(message_of(line), Message::NameMismatch { origin });
}

#[test]
fn ipv6_and_null_servers() {
    for (text, name) in [("[2001:db8::1](2001:db8::1)", "[2001:db8::1]"), ("(null)(2001:db8::1)", "(null)")] {
        let line = format!(
            "[ET_NET 0] WARNING: SNI (2001:db8::1) not in certificate. Action=Terminate server={text}"
        );
        let Message::NameMismatch { origin } = message_of(&line) else { panic!("{line}") };
        assert_eq!((origin.server, origin.ip), (name, "2001:db8::1"));
    }
}

#[test]
fn later_versions() {
    let line = "[ET_NET 1] WARNING: TS_EVENT_SSL_VERIFY_SERVER plugin failed the origin certificate check for a.example.  Action=Terminate SNI=a.example";
    assert_eq!(message_of(line).kind(), "ats.plugin_refused");
    let line = "[ET_NET 1] WARNING: Origin hostname (a.example) not in certificate. Action=Terminate server=<unknown>(192.0.2.1)";
    assert_eq!(message_of(line).kind(), "ats.name_mismatch");
}

#[test]
fn connection_failed_with_both_openssl_lines() {
    for error in [
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        "error:0A000086:SSL routines::certificate verify failed",
    ] {
        let line = format!("[ET_NET 0] ERROR: SSL connection failed for 'cucm.example': {error}");
        let Message::ConnectFailed { name, error } = message_of(&line) else { panic!("{line}") };
        assert_eq!((name, error.reason), ("cucm.example", "certificate verify failed"));
    }
}

#[test]
fn heads_of_every_kind() {
    let cases = [
        ("[ET_NET 1]ERROR:x", "ET_NET 1", "ERROR"),
        ("[ACCEPT 0:65535 NOTE: x", "ACCEPT 0:65535", "NOTE"),
        ("NOTE: --- traffic_server Starting ---", "", "NOTE"),
        ("traffic_server WARNING: no file", "traffic_server", "WARNING"),
        ("[TS_MAIN] NOTE: traffic server running", "TS_MAIN", "NOTE"),
        ("[ET_AIO 3:21] EMERGENCY: x", "ET_AIO 3:21", "EMERGENCY"),
        ("[LOG_PREPROC 10 STATUS: x", "LOG_PREPROC 10", "STATUS"),
        ("[LOG_FLUSH] DIAG: x", "LOG_FLUSH", "DIAG"),
        ("[ET_OCSP 0] ALERT: x", "ET_OCSP 0", "ALERT"),
        ("{0x7f12ab} FATAL: x", "0x7f12ab", "FATAL"),
        ("my_plugin-1 ERROR: x", "my_plugin-1", "ERROR"),
    ];
    for (body, thread, level) in cases {
        let Event::Diagnostic(line) = read(body) else { panic!("{body}") };
        assert_eq!((line.thread, line.level), (thread, level), "{body}");
    }
}

#[test]
fn a_known_line_cut_off_is_broken() {
    let body =
        "[ET_NET 0] WARNING: Core server certificate verification failed for (cucm.example). Action=Term";
    let Event::Broken { defect, .. } = read(body) else { panic!("it is cut off") };
    assert_eq!(defect, Defect { offset: body.len(), expected: "Error=" });
}

#[test]
fn other_bodies_are_left_alone() {
    assert!(claim("traffic_server", "UTCTime=\"\" Module=\"m\"").is_none());
    assert!(claim("tvcs", "[10] something").is_none());
}

#[test]
fn locations_and_tags_before_the_message() {
    let line = "[ET_NET 4] DEBUG: <SSLNetVConnection.cc:1460 (sslClientHandShakeEvent)> (ssl.error) SSL connection failed for 'a.example': error:0A000418:SSL routines::tlsv1 alert unknown ca";
    let Event::Diagnostic(line) = read(line) else { panic!("{line}") };
    assert_eq!((line.tag, line.message.kind()), ("ssl.error", "ats.connect_failed"));
    assert_eq!(message_of("[ET_NET 4] NOTE: (x y) z"), Message::Other("(x y) z"));
}
