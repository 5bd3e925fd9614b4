use super::*;

/// Learns and redacts a text.
fn redacted(text: &str) -> String {
    let mut redactor = Redactor::new();
    redactor.learn(text);
    redactor.redact(text)
}

#[test]
fn what_names_nobody_stays() {
    for line in [
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        r#"Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="189""#,
        "[ET_NET 0] ERROR: SSL connection failed: error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure",
        "CodeLocation=\"ppcmains/ssl/ttssl/ttssl_openssl.cpp(68)\" Method=\"::TTSSLErrorOutput\" Thread=\"0x7f0000000700\":",
        "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA256 TLSv1.2 port 8443, 127.0.0.1:5060, 0.0.0.0, ::1",
        "getEdgeConfigResponse _cisco-uds</name><error>NameError</error>",
        "Search Attempted; Response-code=\"403\" Service=\"SIP\" Protocol=\"TLS\"",
        "CPL: <rule unauthenticated-origin=\".*\" message-regex=\"\"> matched",
    ] {
        assert_eq!(redacted(line), line);
    }
}

#[test]
fn names_of_every_form_go() {
    let cases: &[(&str, &[&str])] = &[
        ("Host: cucm.acme.de:8443", &["cucm.acme", "acme"]),
        ("see https://pub01.corp.acme.com:8443/x and \\\\files", &["pub01", "acme"]),
        (r"pattern (.+)@acme\.com matched", &["acme"]),
        ("sip:4711@10.20.30.40:5061;transport=tls", &["4711@", "10.20.30.40"]),
        ("tel:+493012345678", &["12345678"]),
        (
            "To: \"Anna Schmidt\" <sip:aschmidt@acme.de>;tag=8f3e",
            &["Anna", "Schmidt", "aschmidt", "acme", "8f3e"],
        ),
        ("user%40acme.com and sip%3Ajdoe%40acme.com", &["acme", "jdoe"]),
        ("Authorization: Basic YWxpY2U6c2VjcmV0", &["YWxp"]),
        ("Cookie: X-Auth=9f8e7d6c5b; JSESSIONID=ABCDEF0123", &["9f8e7d6c5b", "ABCDEF0123"]),
        ("[2a01:4f8::17]:5061 and 2a01:4f8::17", &["2a01:4f8"]),
        ("MAC 00:50:56:AB:CD:EF", &["50:56"]),
        ("GET /SEP0011AABBCCDD.cnf.xml HTTP/1.1", &["0011AABBCCDD"]),
        ("GET /CSFjdoe.cnf.xml HTTP/1.1", &["jdoe"]),
        ("subject=/C=DE/O=Acme Widgets GmbH/CN=expc.acme.de", &["Acme", "Widgets", "acme"]),
        ("issuer CN=Acme Issuing CA 1,OU=PKI,O=Acme Widgets,L=Köln,C=DE", &["Acme", "Widgets", "Köln"]),
        (
            r#"{"userName":"jdoe","token":"abc.def","email":"j.doe@acme.com"}"#,
            &["jdoe", "abc.def", "acme", "j.doe"],
        ),
        ("<username>jdoe</username><password>pw</password>", &["jdoe", ">pw<"]),
        ("Authentication credential found in directory for identity: carol", &["carol"]),
        ("ldap bind uid=jdoe,ou=people,dc=acme,dc=com", &["jdoe", "acme"]),
        ("/cucm-uds/user/emusk/devices", &["emusk"]),
        ("Search rule 'To ACME HQ' did not match", &["ACME"]),
        ("Component jabberd-port-1.expe1-acme-com", &["acme", "expe1"]),
        ("40.30.20.10.in-addr.arpa", &["40.30.20.10"]),
    ];
    for (text, leaks) in cases {
        let out = redacted(text);
        for leak in *leaks {
            assert!(!out.to_lowercase().contains(&leak.to_lowercase()), "{leak} is left of {text}: {out}");
        }
    }
}

#[test]
fn a_name_is_the_same_everywhere() {
    let text = "2024-03-05T10:15:30.1+01:00 expc tvcs: x\n\
                https://EXPC.corp.acme/ and expc.corp.acme, corp.acme, expe.corp.acme\n\
                Username=\"jdoe\" said jdoe; expc alone, and *.corp.acme";
    let out = redacted(text);
    assert_eq!(
        out,
        "2024-03-05T10:15:30.1+01:00 host1 tvcs: x\n\
         https://host1.redacted1.example/ and host1.redacted1.example, redacted1.example, host2.redacted1.example\n\
         Username=\"user1\" said user1; host1 alone, and *.redacted1.example"
    );
}

#[test]
fn proxy_paths_are_encoded_again() {
    let line = "GET http://vcs_control.steven.lab:8443/c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvNjk3Mg/CSFemusk.cnf.xml HTTP/1.1";
    let out = redacted(line);
    let url = out.split(' ').nth(1).expect("a URL");
    let (target, rest) = waytrace_logparse::ProxyTarget::find(url).expect("a target");
    assert_eq!(target.domain, "redacted1.example");
    assert_eq!(target.host.as_deref(), Some("host1.redacted1.example"));
    assert_eq!((target.port, rest), (Some(6972), "/CSFuser1.cnf.xml"));
    assert!(url.starts_with("http://vcs_control.redacted1.example:8443/"), "{out}");
}

#[test]
fn addresses_of_one_network_stay_together() {
    let out = redacted("10.1.2.3 10.1.2.4 10.1.3.3 8.8.4.4 10.1.2.0/24 10.1.2.3");
    assert_eq!(out, "10.0.0.1 10.0.0.2 10.0.1.1 192.0.2.1 10.0.0.0/24 10.0.0.1");
}

#[test]
fn no_stand_in_is_a_name_of_the_input() {
    let out = redacted("host=host1.redacted1.example host=host2.other.example 192.0.2.1 198.51.100.9");
    for name in ["host1", "host2", "redacted1", "other", "192.0.2.1", "198.51.100.9"] {
        assert!(
            !out.split(['.', ' ', '=']).any(|part| part == name) && !out.contains(&format!("{name} ")),
            "{name}: {out}"
        );
    }
}

#[test]
fn a_certificate_in_a_body_is_dropped() {
    let out = redacted(
        "x\n-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\nabc=\n-----END CERTIFICATE-----\nplain text\n",
    );
    assert_eq!(
        out,
        "x\n-----BEGIN CERTIFICATE-----\nREDACTED\nREDACTED\n-----END CERTIFICATE-----\nplain text\n"
    );
}

#[test]
fn a_table_goes_on() {
    let mut first = Redactor::new();
    first.learn("user=jdoe host=expc.acme.de 10.1.2.3");
    let out = first.redact("user=jdoe host=expc.acme.de 10.1.2.3");
    let mut second = Redactor::from_map(&first.map()).expect("a table");
    second.learn("user=bob host=cucm.acme.de 10.1.2.9 jdoe");
    assert_eq!(second.redact("user=jdoe host=expc.acme.de 10.1.2.3"), out);
    let more = second.redact("user=bob host=cucm.acme.de 10.1.2.9 jdoe");
    assert_eq!(more, "user=user2 host=host2.redacted1.example 10.0.0.2 user1");
    assert!(Redactor::from_map("nonsense").is_err());
}

/// Texts made of what the scanner looks for, in any order.
const PIECES: &[&str] = &[
    "host=",
    "user='",
    "\"",
    "'",
    "<",
    ">",
    "</",
    "name>",
    ":",
    "::",
    "1.2.3.4",
    "%",
    "%41",
    "%ff",
    "%00",
    "@",
    "\\",
    "\\.",
    "\\n",
    "CN=",
    " = ",
    "O=ü",
    "ab",
    "Z",
    "ä.ö",
    "sip:",
    "//",
    "00:",
    "-----BEGIN X-----",
    "-----END X-----",
    "\n",
    " ",
    ".",
    "-",
    "Cookie: ",
    "YWJjLmRl",
    "c3RldmVuLmxhYi9odHRwcw",
    "SEP",
    "CSFx",
    "\u{130}",
    "\u{a0}",
    "o=",
    "2024-03-05T10:15:30Z ",
    "|",
    "ı",
    "Mar  5 10:15:30 ",
    "{\"user\":\"",
    "+49",
    ",",
    ";",
    "Search rule 'x",
    "in-addr.arpa",
    "_",
    "/user/",
    "ÿÿÿ",
    "é=",
];

proptest::proptest! {
    #[test]
    fn any_text_keeps_its_lines(pieces in proptest::collection::vec(0..PIECES.len(), 0..60), dump in proptest::bool::ANY) {
        let text: String = pieces.into_iter().map(|at| PIECES[at]).collect();
        let mut redactor = Redactor::new();
        redactor.begin(dump);
        redactor.learn(&text);
        let out = redactor.redact(&text);
        proptest::prop_assert_eq!(out.matches('\n').count(), text.matches('\n').count());
        let _ = (redactor.path(&text), redactor.host(&text), redactor.json(&text), redactor.value("user", &text));
        proptest::prop_assert!(Redactor::from_map(&redactor.map()).is_ok());
    }

    #[test]
    fn any_characters(text in "\\PC{0,200}") {
        let mut redactor = Redactor::new().on_the_fly();
        let _ = redactor.redact(&text);
    }
}

/// An escaped quote that is never closed, or closed by a plain one: its value is not cut inside a character.
#[test]
fn quotes_that_do_not_fit() {
    for (text, leaves) in
        [(r#"host=\"O=ü"#, ""), (r#"host=\"cucm.acmeü""#, "\""), (r#"host=\"cucm.acme.de\" x"#, "\\\" x")]
    {
        let out = redacted(text);
        assert!(
            out.starts_with(r#"host=\""#) && out.ends_with(leaves) && !out.contains("acme"),
            "{text}: {out}"
        );
    }
}

/// A long line of whatever repeats takes no deep stack and no long time.
#[test]
fn long_lines_of_one_thing() {
    for piece in [
        "host=",
        "a\\",
        "CN=",
        "a:b ",
        "00:",
        "00:x",
        "a%ff",
        "abcdefgh+",
        "<a:b ",
        "user='",
        "a.",
        "sip:",
        "x@",
        "\"a\":\"",
        "%",
    ] {
        let line = piece.repeat((64 << 10) / piece.len());
        let begun = std::time::Instant::now();
        let mut redactor = Redactor::new().on_the_fly();
        let _ = redactor.redact(&line);
        let most = 20;
        assert!(begun.elapsed().as_secs() < most, "{piece:?} took {:?}", begun.elapsed());
    }
}
