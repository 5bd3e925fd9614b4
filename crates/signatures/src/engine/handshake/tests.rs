use super::*;
use waytrace_logparse::Reader;

const EVENT: &str = r#"2024-05-14T09:12:03.400+02:00 expe1 tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.10" Src-port="25697" Dst-ip="192.0.2.2" Dst-port="7001" Detail="DETAIL" Protocol="TLS" Level="1" UTCTime="2024-05-14 07:12:03,400""#;
const SSL: &str = r#"2024-05-14T09:12:03.401+02:00 expe1 tvcs: UTCTime="2024-05-14 07:12:03,401" Module="developer.ssl" Level="ERROR" CodeLocation="ppcmains/ssl/x.cpp(68)" Method="::TTSSLErrorOutput" Thread="0x7f0000000700": TTSSL_continueHandshake: Failed to establish SSL connection iResult="-1" error="1" bServer="true" localAddress="['IPv4''TCP''192.0.2.2:7001']" remoteAddress="['IPv4''TCP''192.0.2.10:25697']" ssl_error_reason="error:14089086:SSL routines:ssl3_get_client_certificate:DETAIL""#;
const CLOSED: &str = r#"2024-05-14T09:12:03.402+02:00 expe1 tvcs: UTCTime="2024-05-14 07:12:03,402" Module="network.tcp" Level="DEBUG":  Src-ip="192.0.2.10" Src-port="25697" Dst-ip="192.0.2.2" Dst-port="7001" Detail="TCP Connection Closed" Reason="DETAIL""#;

/// The handshakes that lines make, each line a form and the words in place of `DETAIL`.
fn handshakes(lines: &[(&str, &str)]) -> Vec<Handshake> {
    let text: String = lines.iter().map(|(form, words)| form.replace("DETAIL", words) + "\n").collect();
    let mut reader = Reader::new(text.as_bytes());
    let mut all = Handshakes::default();
    while let Ok(Some(record)) = reader.next_record() {
        let time = record.envelope.stamp.map_or(0, |stamp| stamp.time.timestamp_millis());
        all.take(&record.event, &At::of(&record, 0), time);
    }
    all.take_until(Moment::MAX)
}

#[test]
fn every_row_of_the_decision_table() {
    let verify = "self signed certificate in certificate chain";
    let identity = "Peer's TLS certificate identity was unacceptable";
    let eof = "Got EOF on socket";
    let rows: [(&[(&str, &str)], Ending); 6] = [
        (&[(EVENT, verify), (SSL, "certificate verify failed"), (CLOSED, verify)], Ending::Untrusted),
        (&[(EVENT, identity), (CLOSED, identity)], Ending::Name),
        (&[(EVENT, "tlsv1 alert unknown ca"), (SSL, "tlsv1 alert unknown ca"), (CLOSED, eof)], Ending::Alert),
        (&[(EVENT, CUT), (CLOSED, eof)], Ending::Cut),
        (&[(CLOSED, "no certificate returned"), (EVENT, "no certificate returned")], Ending::NoCertificate),
        (&[(EVENT, "wrong version number"), (SSL, "wrong version number")], Ending::Other),
    ];
    for (lines, ending) in rows {
        let found = handshakes(lines);
        assert_eq!(found.len(), 1, "{lines:?}");
        assert_eq!(found[0].ending(), ending, "{lines:?}");
        assert!(found[0].is_agreed(), "{lines:?}");
        assert_eq!(found[0].lines.len(), lines.len());
        // In any order, and whatever is missing, the same end; one line alone is agreed with by nobody.
        let backwards: Vec<_> = lines.iter().rev().copied().collect();
        assert_eq!(handshakes(&backwards)[0].ending(), ending, "{backwards:?}");
        for line in lines.iter().filter(|line| line.1 != eof) {
            let alone = &handshakes(&[*line])[0];
            assert_eq!(alone.ending(), ending, "{line:?}");
            assert!(!alone.is_agreed());
        }
    }
}

#[test]
fn an_ordinary_end_of_a_connection_is_no_handshake() {
    assert!(handshakes(&[(CLOSED, "Got EOF on socket")]).is_empty());
    assert!(handshakes(&[(CLOSED, "Idle countdown expired")]).is_empty());
}

#[test]
fn lines_that_contradict_each_other_are_not_agreed() {
    let found = handshakes(&[(EVENT, "self signed certificate"), (SSL, "tlsv1 alert unknown ca")]);
    assert!(!found[0].is_agreed());
    assert_eq!(found[0].ending(), Ending::Untrusted);
}

#[test]
fn other_ports_and_later_times_are_other_connections() {
    let other = EVENT.replace("25697", "25698");
    assert_eq!(
        handshakes(&[(&other, "self signed certificate"), (SSL, "certificate verify failed")]).len(),
        2
    );
    let later = SSL.replace(":03.401", ":04.401");
    assert_eq!(
        handshakes(&[(EVENT, "self signed certificate"), (&later, "certificate verify failed")]).len(),
        2
    );
}
