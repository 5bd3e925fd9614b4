use super::*;

const HEAD: &str = "2022-07-11T18:55:26.024+02:00 vcsc traffic_server[18242]:";

/// The joined text without its head, and what stands behind the record.
fn joined(rest: &str) -> Option<(String, String)> {
    let record = format!("{HEAD} {rest}");
    let head_end = record.find('\n').expect("more than one line") + 1;
    let mut scratch = String::new();
    let wrap = read(record.as_bytes(), head_end, false, &mut scratch)?;
    let text = scratch.strip_prefix(HEAD).unwrap_or("").trim().to_owned();
    Some((if wrap.joined { text } else { "-".into() }, record[wrap.length..].to_owned()))
}

#[test]
fn a_bold_word_on_a_line_of_its_own() {
    let (text, after) =
        joined("Level=\"INFO\": Msg=\"HTTP/1.1 \n\n502 connect failed\n\n\"\n\n \n\nThis says why.\n")
            .unwrap();
    assert_eq!(text, "Level=\"INFO\": Msg=\"HTTP/1.1 502 connect failed \"");
    assert_eq!(after, "This says why.\n");
}

#[test]
fn certificate_lines_are_joined_to_their_last_field() {
    let cases = [
        (
            "[ET_NET 0] \n\n\n\nWARNING: Core server certificate verification failed for\n\n (cucm.example). \n\n\
             Action=Terminate Error=self signed certificate server=cucm.example(192.0.2.7)\n\n \n\ndepth=0\n\n \nProse.",
            "[ET_NET 0] WARNING: Core server certificate verification failed for (cucm.example). Action=Terminate \
             Error=self signed certificate server=cucm.example(192.0.2.7) depth=0",
        ),
        (
            "[ET_NET 2] \n\nWARNING: SNI (\n\n\n192.0.2.7\n\n) not in certificate\n\n. Action=Terminate \
             server=192.0.2.7(192.0.2.7) \nProse.",
            "[ET_NET 2] WARNING: SNI (192.0.2.7) not in certificate. Action=Terminate server=192.0.2.7(192.0.2.7)",
        ),
        (
            "[ET_NET 0] \n\nERROR: SSL connection failed for\n\n 'cucm.example': error:1416F086:\n\n\
             SSL routines:tls_process_server_certificate:certificate verify failed\n\n \n\nProse.",
            "[ET_NET 0] ERROR: SSL connection failed for 'cucm.example': error:1416F086: SSL \
             routines:tls_process_server_certificate:certificate verify failed",
        ),
    ];
    for (rest, expected) in cases {
        let (text, after) = joined(rest).unwrap();
        assert_eq!((text.as_str(), after.as_str()), (expected, "Prose."));
    }
}

#[test]
fn a_margin_between_pairs_and_inside_a_value() {
    let (text, after) = joined(
        "UTCTime=\"2022-07-11\n16:55:26,024\" Module=\"network.http.trafficserver\"\nLevel=\"INFO\": Detail=\"Sending\n\
         Response\" TrackingID=\"6af9-\n90e7\"\nTxn-id=\"1\" Msg=\"x\"\n",
    )
    .unwrap();
    let expected = "UTCTime=\"2022-07-11 16:55:26,024\" Module=\"network.http.trafficserver\" Level=\"INFO\": \
                    Detail=\"Sending Response\" TrackingID=\"6af9-90e7\" Txn-id=\"1\" Msg=\"x\"";
    assert_eq!((text.as_str(), after.as_str()), (expected, ""));
}

#[test]
fn a_dump_stays_a_dump_behind_a_wrapped_head() {
    let (text, after) =
        joined("Level=\"DEBUG\": Detail=\"Receive\n\nRequest\" Txn-id=\"1\" \nHTTPMSG:\n|GET / HTTP/1.1\n\n |\n\nProse.\n")
            .unwrap();
    assert_eq!(
        text,
        "Level=\"DEBUG\": Detail=\"Receive Request\" Txn-id=\"1\" \nHTTPMSG:\n|GET / HTTP/1.1\n\n |"
    );
    assert_eq!(after, "Prose.\n");
}

#[test]
fn ordinary_continuations_are_left_alone() {
    for rest in [
        "Level=\"DEBUG\": Txn-id=\"1\" \nHTTPMSG:\n|GET / HTTP/1.1\nMsg=\"x\n",
        "Level=\"DEBUG\": Msg-Hash=\"1\"\n SIPMSG:\n |INVITE sip:a SIP/2.0\n Via: x=\"\n \n |\n\n",
        "Level=\"DEBUG\": Thread=\"0x7\": forward INVITE sip:a SIP/2.0\n Via: x;a=\"b\"\n \n v=0\n\n",
        "Level=\"DEBUG\": Sending H.245 PDU:\nvalue X ::= request :\n{\n  a \"b\"\n}\n\n",
        "Detail=\"Traceback (most recent call last):\n  File \"x.py\", line 7\nKeyError\"\n",
        "Exception=\"java.lang.X: it broke\n\tat a.b(C.java:7)\n\tat d\"\n",
        "Detail=\"<?xml version=\"1.0\"?>\n<a b=\"c\">\n</a>\"\n",
        "Certificate=\"-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\"\n",
        "Detail=\"{\n\"a\": 1\n}\"\n",
        "[ET_NET 0] WARNING: something else\n\nnext\n",
        "Detail=\"cut off here\n\n",
        "text\n more text\n",
        "\n \n",
    ] {
        assert_eq!(joined(rest), None, "{rest}");
    }
}

#[test]
fn a_line_of_another_record_is_none_of_this_one() {
    let (text, after) = joined("Event=\"a\" Detail=\"b\"\nDetail=\"c\" UTCTime=\"x\"\n").unwrap();
    assert_eq!((text.as_str(), after.as_str()), ("-", "Detail=\"c\" UTCTime=\"x\"\n"));
}

#[test]
fn prose_ends_a_record_of_an_excerpt() {
    let ends = |rest: &str| {
        let record = format!("{HEAD} {rest}");
        let head_end = record.find('\n').unwrap() + 1;
        let wrap = read(record.as_bytes(), head_end, true, &mut String::new());
        wrap.map(|wrap| record[wrap.length..].to_owned())
    };
    assert_eq!(ends("Event=\"a\"\n\nIn this case\n").as_deref(), Some("In this case\n"));
    assert_eq!(ends("Event=\"a\"\n===Failed===\n").as_deref(), Some("===Failed===\n"));
    assert_eq!(ends("Level=\"DEBUG\"\nHTTPMSG:\n|GET /\n...\n \nProse\n").as_deref(), Some("Prose\n"));
    assert_eq!(ends("Level=\"DEBUG\"\n SIPMSG:\n |BYE\n \n body\n"), None);
    assert_eq!(ends("Event=\"a\"\n  indented\n\n  too\n"), None);
}
