use super::*;

fn pairs(body: &str) -> Vec<(&str, &str)> {
    Fields::of(body).iter().collect()
}

#[test]
fn colons_after_level_and_empty_values() {
    let body = r#"Level="DEBUG":  Action="Sent" TrackingID="" Last-via-addr="""#;
    let expected = [("Level", "DEBUG"), ("Action", "Sent"), ("TrackingID", ""), ("Last-via-addr", "")];
    assert_eq!(pairs(body), expected);
}

#[test]
fn quotes_inside_a_value() {
    let rule = r#"CPL: <rule unauthenticated-origin=".*" destination=".*@x" message-regex=""> matched "#;
    let body = format!(r#"Detail="{rule}" Level="1""#);
    assert_eq!(pairs(&body), [("Detail", rule), ("Level", "1")]);
}

#[test]
fn a_value_that_ends_in_an_equals_sign() {
    let body = r#"Request="https://x.example/?email=" Rule="https://x.example/""#;
    assert_eq!(pairs(body), [("Request", "https://x.example/?email="), ("Rule", "https://x.example/")]);
}

#[test]
fn duplicate_keys_and_missing_blanks() {
    let body = r#"Node="a" Node="b"Level="1""#;
    assert_eq!(pairs(body), [("Node", "a"), ("Node", "b"), ("Level", "1")]);
}

#[test]
fn text_between_pairs_is_kept() {
    let body = r#"Thread="0x7f": TTSSL: Failed to establish iResult="-1" done"#;
    let texts: Vec<_> = items(body).filter(|item| matches!(item, Item::Text(_))).collect();
    assert_eq!(texts, [Item::Text("TTSSL: Failed to establish"), Item::Text("done")]);
}

#[test]
fn an_unclosed_value_runs_to_the_end() {
    assert_eq!(pairs(r#"Msg="GET /x HTTP"#), [("Msg", "GET /x HTTP")]);
}

#[test]
fn more_pairs_than_are_kept_near() {
    let body = (0..40).fold(String::new(), |body, n| body + &format!("k{n}=\"{n}\" "));
    let fields = Fields::of(&body);
    assert_eq!(fields.iter().count(), 40);
    assert_eq!(fields.number::<u32>("k39"), Some(39));
}

#[test]
fn a_comma_or_a_blank_around_the_quotes() {
    let body = r#"Detail="CMS check failed" Address="192.0.2.7", Error="refused", Path= "x ""#;
    let expected =
        [("Detail", "CMS check failed"), ("Address", "192.0.2.7"), ("Error", "refused"), ("Path", "x ")];
    assert_eq!(pairs(body), expected);
    assert_eq!(Fields::of(body).text("Path"), "x");
}

#[test]
fn a_padded_level_reads_as_the_level() {
    assert_eq!(Fields::of(r#"Module="Jabber" Level="INFO " CodeLocation="x""#).text("Level"), "INFO");
}

#[test]
fn a_missing_blank_before_an_unquoted_pair() {
    let body = r#"oneIsATraversalServerZone="true"OutboundLegTraversalClientsencryption-mode=on Detail="x""#;
    assert_eq!(pairs(body), [("oneIsATraversalServerZone", "true"), ("Detail", "x")]);
    let texts: Vec<_> = items(body).filter(|item| matches!(item, Item::Text(_))).collect();
    assert_eq!(texts, [Item::Text("OutboundLegTraversalClientsencryption-mode=on")]);
}

#[test]
fn a_misplaced_quote_stays_in_its_value() {
    assert_eq!(
        pairs(r#"lic_type="collabedge tokens=2" call_id="7""#),
        [("lic_type", "collabedge tokens=2"), ("call_id", "7")]
    );
}

#[test]
fn a_backslash_escapes_nothing() {
    assert_eq!(pairs(r#"Path="C:\" Rule=".*\.example""#), [("Path", r"C:\"), ("Rule", r".*\.example")]);
}

#[test]
fn whether_a_value_is_open() {
    for (body, open) in [
        (r#"Msg="HTTP/1.1 "#, true),
        (r#"Msg="HTTP/1.1 200 ""#, false),
        (r#"Detail="CPL: <rule a=".*" b="x"#, true),
        (r#"a="b" c="d" text"#, false),
        ("text", false),
        ("", false),
    ] {
        assert_eq!(is_open(body), open, "{body}");
    }
}

#[test]
fn the_first_quote_is_found_at_any_place() {
    for length in 0..150 {
        for at in 0..length {
            let mut bytes = vec![b'#'; length];
            bytes[at] = b'"';
            bytes[length - 1] = b'"';
            assert_eq!(first_quote(&bytes), Some(at), "{at} of {length}");
        }
        assert_eq!(first_quote(&vec![b'!'; length]), None);
    }
}
