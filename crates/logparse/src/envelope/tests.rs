use super::*;

const STAMP: &str = "2022-07-11T18:55:25.910+02:00";

#[test]
fn every_way_a_program_is_written() {
    let cases = [
        ("traffic_server[18242]:  Event=\"x\"", "traffic_server", Some(18242), "", "Event=\"x\""),
        ("traffic_server[2030]:[ET_NET 1]ERROR:SSL", "traffic_server", Some(2030), "", "[ET_NET 1]ERROR:SSL"),
        ("tvcs: UTCTime=\"\"", "tvcs", None, "", "UTCTime=\"\""),
        ("tvcs: tvcs: UTCTime=\"\"", "tvcs", None, "", "UTCTime=\"\""),
        ("httpd[15060]: web: Event=\"x\"", "httpd", Some(15060), "web", "Event=\"x\""),
        ("httpd[15060]: web[7]: Detail=\"x\"", "httpd", Some(15060), "web", "Detail=\"x\""),
        ("management: Error: it broke", "management", None, "", "Error: it broke"),
        ("edgeconfigprovisioning UTCTime=\"\"", "edgeconfigprovisioning", None, "", "UTCTime=\"\""),
        ("UTCTime=\"\" Module=\"m\"", "", None, "", "UTCTime=\"\" Module=\"m\""),
        ("free text here", "", None, "", "free text here"),
        ("XCP_JABBERD[20026]: UTCTime=\"\"", "XCP_JABBERD", Some(20026), "", "UTCTime=\"\""),
        ("XCP_CM2[12122]:Level=\"INFO \"", "XCP_CM2", Some(12122), "", "Level=\"INFO \""),
        ("XCP_CM2[12122]:..Level=\"INFO \"", "XCP_CM2", Some(12122), "", "..Level=\"INFO \""),
        ("_c_mgmt:   Traceback", "_c_mgmt", None, "", "Traceback"),
        ("", "", None, "", ""),
    ];
    for (text, process, pid, component, body) in cases {
        let line = format!("{STAMP} vcsc {text}");
        let (envelope, rest) = envelope(&line);
        let got = (envelope.host, envelope.process, envelope.pid, envelope.component, rest);
        assert_eq!(got, ("vcsc", process, pid, component, body), "{text}");
        assert_eq!(envelope.foreign, None, "{text}");
    }
}

#[test]
fn a_line_without_stamp_is_all_body() {
    let (envelope, body) = envelope("|GET / HTTP/1.1");
    assert_eq!((envelope.stamp, envelope.host, body), (None, "", "|GET / HTTP/1.1"));
}

#[test]
fn every_wrapping_of_a_line_gives_the_line() {
    let inner = format!("{STAMP} vcsc.example tvcs: Event=\"x\" Level=\"1\"");
    let packet = "2022-07-11T16:55:25.000Z vcsc.example tvcs";
    let cases = [
        (format!("\u{feff}{inner}"), None, false),
        (format!("Line 190: {inner}"), None, false),
        (format!("<182>1 {packet} - - [meta sequenceId=\"1447\"] {inner}"), Some(182), true),
        (format!("<182>1 {packet} - - [a b=\"x\\\"]\"][c] \u{feff}{inner}"), Some(182), true),
        (format!("311 <182>1 {packet} - - - {inner}"), Some(182), true),
        (format!("1 {packet} - - - {inner}"), None, true),
        (format!("<166>Jul 11 18:55:25 vcsc.example tvcs: {inner}"), Some(166), true),
        (format!("<166>Jul 11 18:55:25 vcsc.example {inner}"), Some(166), true),
        (format!("Jul 11 18:55:25 192.0.2.7 tvcs[12]: {inner}"), None, true),
        (format!("{packet}: {inner}"), None, true),
    ];
    for (line, priority, repeated) in cases {
        let (envelope, body) = envelope(&line);
        let time = envelope.stamp.map(|stamp| stamp.time.to_rfc3339());
        assert_eq!(time.as_deref(), Some(STAMP), "{line}");
        assert_eq!((envelope.host, envelope.process), ("vcsc.example", "tvcs"), "{line}");
        assert_eq!((envelope.priority, envelope.repeated), (priority, repeated), "{line}");
        assert_eq!((body, envelope.yearless), ("Event=\"x\" Level=\"1\"", None), "{line}");
    }
}

#[test]
fn packets_without_the_line_inside() {
    let (ietf, body) = envelope("<182>1 2022-07-11T16:55:25Z vcsc tvcs 77 - - tvcs: Event=\"x\"");
    assert_eq!((ietf.process, ietf.pid, body), ("tvcs", Some(77), "Event=\"x\""));
    let (legacy, body) = envelope("<166>2022-07-11T16:55:25Z vcsc tvcs: tvcs: UTCTime=\"\"");
    assert_eq!((legacy.host, legacy.process, body, legacy.repeated), ("vcsc", "tvcs", "UTCTime=\"\"", false));
}

#[test]
fn a_stamp_without_year_stays_without() {
    let (envelope, body) = envelope("Jul  1 18:55:25 vcsc tvcs[9]: Event=\"x\"");
    let stamp = envelope.yearless.expect("a BSD stamp");
    assert_eq!((stamp.month, stamp.day, envelope.stamp), (7, 1, None));
    assert_eq!(
        (envelope.host, envelope.process, envelope.pid, body),
        ("vcsc", "tvcs", Some(9), "Event=\"x\"")
    );
}

#[test]
fn a_line_whose_time_was_cut_off() {
    let (record, body) = envelope("vcse traffic_server[15550]: Module=\"network.http.trafficserver\"");
    assert_eq!(
        (record.stamp, record.host, record.process, record.pid),
        (None, "vcse", "traffic_server", Some(15550))
    );
    assert!(body.starts_with("Module="));
    assert_eq!(envelope("see host[4]: Module is wrong").0, Envelope::default());
}

#[test]
fn a_line_whose_host_was_cut_off_is_still_ours() {
    for (text, process) in
        [("tvcs: UTCTime=\"\"", "tvcs"), ("UTCTime=\"\"", ""), ("a[1]: [ET_NET 0] NOTE: x", "a")]
    {
        let line = format!("{STAMP} {text}");
        let (envelope, _) = envelope(&line);
        assert_eq!((envelope.host, envelope.process, envelope.foreign), ("", process, None), "{text}");
    }
}

#[test]
fn lines_of_other_products_are_told() {
    use Foreign::{MeetingServer, RoomOs};
    let cases = [
        (format!("{STAMP} appl[1234]: MainEvents I: call state"), RoomOs, "", "appl"),
        (format!("{STAMP} appl: SipCall   W: text"), RoomOs, "", "appl"),
        (
            "Jul 11 18:55:25.120 local0.info cms1 host:server:  INFO : text".into(),
            MeetingServer,
            "cms1",
            "host:server",
        ),
        (format!("{STAMP} cms1 host:server: INFO : text"), MeetingServer, "cms1", "host:server"),
        (format!("{STAMP} user.notice cms1 webbridge3: text"), MeetingServer, "cms1", "webbridge3"),
        ("2022-07-11\t18:55:25.910\tInfo\tcall 7: text".into(), MeetingServer, "", ""),
    ];
    for (line, product, host, process) in cases {
        let (envelope, _) = envelope(&line);
        assert_eq!(
            (envelope.foreign, envelope.host, envelope.process),
            (Some(product), host, process),
            "{line}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn the_sender_of_the_line_before_changes_nothing(
        lines in proptest::collection::vec(proptest::collection::vec(proptest::sample::select(vec![
            " ", "  ", "vcsc", "local0.info", "host", "tvcs", "httpd", "web", "[7]", "[18242]", ":", "::", ": ", "]",
            "[ET_NET 0] WARNING: x", "UTCTime=\"\"", "Event=\"x\"", "Ev", "2022-07-11T18:55:25.910+02:00", "7", "ü", "\"", "",
        ]), 0..9), 1..6)
    ) {
        let lines: Vec<String> = lines.iter().map(|parts| format!("{STAMP} {}", parts.concat())).collect();
        let mut before = Sender::default();
        for line in lines.iter().chain(&lines) {
            proptest::prop_assert_eq!(after(line, Some(&mut before)), envelope(line), "{}", line);
        }
    }
}
