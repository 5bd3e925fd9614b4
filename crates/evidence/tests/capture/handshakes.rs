//! What handshakes say.

use crate::build::tls::{
    AUTHORITY, NAME, Plan, certificate, chain, client_hello, message, records, server_hello,
};
use crate::build::{CLIENT, SERVER, Talk, read};
use waytrace_evidence::capture::{Cipher, Connection, Said, Side, Version};

fn one(talk: &Talk) -> Connection {
    let captured = read(&[talk.file()]);
    assert_eq!(captured.connections.len(), 1, "{:?}", captured.connections);
    captured.connections.into_iter().next().expect("one")
}

#[test]
fn a_whole_handshake_however_it_is_cut() {
    for record in [1, 3, 100, 16_384] {
        for most in [1, 7, 536, 60_000] {
            let plan = Plan { record, ..Plan::default() };
            let mut talk = Talk::usual();
            talk.most = most;
            plan.play(&mut talk);
            let connection = one(&talk);
            let what = format!("records of {record}, segments of {most}");
            let tls = connection.tls.expect("a handshake");
            if connection.sent_by_server.cut_off {
                // Tiny segments reach the ceiling of pieces, and it is said.
                assert!(most < 10 && (tls.chain.is_empty() || tls.chain == plan.chain), "{what}");
                continue;
            }
            assert_eq!(tls.chain, plan.chain, "{what}");
            assert!(tls.established && !tls.resumed && tls.alerts.is_empty(), "{what}");
            assert!(!connection.sent_by_server.cut_off, "{what}");
        }
    }
}

#[test]
fn hellos_say_what_was_asked_for_and_chosen() {
    let tls = one(&Plan::default().talk()).tls.expect("a handshake");
    let hello = tls.client_hello.expect("a hello");
    assert_eq!(hello.server_name.as_deref(), Some(NAME));
    assert_eq!(hello.version, Version::TLS12);
    assert_eq!(hello.versions, [Version::TLS12], "without GREASE");
    assert_eq!(hello.ciphers, [Cipher(0xc02f), Cipher(0xc030), Cipher(0x00ff)]);
    assert_eq!(hello.protocols, ["h2", "http/1.1"]);
    let hello = tls.server_hello.expect("an answer");
    assert_eq!(hello.cipher.name(), Some("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    assert_eq!(
        (hello.version.to_string().as_str(), hello.protocol.as_deref()),
        ("TLS 1.2", Some("http/1.1"))
    );
}

#[test]
fn older_versions_are_read() {
    for (version, name) in [(0x0300, "SSL 3.0"), (0x0301, "TLS 1.0"), (0x0302, "TLS 1.1")] {
        let plan = Plan { version, ..Plan::default() };
        let tls = one(&plan.talk()).tls.expect("a handshake");
        assert_eq!(tls.version().expect("a version").to_string(), name);
        assert_eq!(tls.chain, plan.chain, "{name}");
    }
}

#[test]
fn alerts_say_who_and_when() {
    let plan = Plan { alert: Some(48), ..Plan::default() };
    let talk = plan.talk();
    let connection = one(&talk);
    let tls = connection.tls.expect("a handshake");
    let sent = talk.packets.iter().position(|packet| packet.payload.starts_with(&[21])).expect("an alert");
    let [alert] = tls.alerts.as_slice() else { panic!("one alert") };
    assert_eq!(alert.by, Side::Client);
    assert_eq!(alert.said.and_then(Said::name), Some("unknown_ca"));
    assert_eq!(alert.at.timestamp_micros(), talk.packets[sent].micros);
    assert_eq!((alert.frame.file, alert.frame.number), (0, sent as u64 + 1));
    assert!(!tls.established);
    assert_eq!(tls.alerts_of(Side::Server).count(), 0);
}

#[test]
fn a_server_refuses_the_clients_certificate() {
    let own = vec![certificate(40, 700)];
    let mut talk = Talk::usual();
    let plan = Plan { client_chain: Some(own.clone()), ..Plan::default() };
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    talk.say(SERVER, &plan.server_flight());
    talk.say(
        CLIENT,
        &[records(22, 999, &chain(&own)), records(20, 1, &[1]), records(22, 99, &[1; 40])].concat(),
    );
    talk.say(SERVER, &records(21, 2, &[2, 42]));
    talk.push(SERVER, "R", true, &[]);
    let tls = one(&talk).tls.expect("a handshake");
    assert_eq!(tls.certificate_request.expect("asked").authorities, [AUTHORITY.to_vec()]);
    assert_eq!(tls.client_chain.expect("answered"), own);
    assert_eq!(tls.chain, plan.chain);
    let said: Vec<_> = tls.alerts.iter().map(|alert| (alert.by, alert.said.expect("clear").number)).collect();
    assert_eq!(said, [(Side::Server, 42)]);
}

#[test]
fn no_certificate_is_an_answer_too() {
    let plan = Plan { client_chain: Some(Vec::new()), ..Plan::default() };
    let tls = one(&plan.talk()).tls.expect("a handshake");
    assert_eq!(tls.client_chain, Some(Vec::new()));
}

#[test]
fn encrypted_alerts_are_seen_but_not_read() {
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    talk.say(SERVER, &Plan::default().server_flight());
    talk.say(CLIENT, &[records(20, 1, &[1]), records(22, 99, &[1; 40])].concat());
    talk.say(SERVER, &[records(20, 1, &[1]), records(22, 99, &[1; 40])].concat());
    talk.say(CLIENT, &records(21, 99, &[0; 26]));
    let tls = one(&talk).tls.expect("a handshake");
    assert_eq!(tls.alerts.len(), 1);
    assert_eq!((tls.alerts[0].by, tls.alerts[0].said), (Side::Client, None));
}

#[test]
fn tls_1_3_is_recognised_and_unreadable() {
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[0x0304, 0x0303])));
    talk.say(SERVER, &[records(22, 999, &server_hello(0x0304)), records(20, 1, &[1])].concat());
    talk.say(SERVER, &records(23, 16_384, &[0xbb; 2500]));
    talk.say(CLIENT, &[records(20, 1, &[1]), records(23, 99, &[0xcc; 70])].concat());
    let connection = one(&talk);
    assert!(!connection.lacks_certificate());
    let tls = connection.tls.expect("a handshake");
    assert_eq!(tls.version(), Some(Version::TLS13));
    assert!(tls.encrypted_certificate && tls.chain.is_empty() && !tls.resumed);
    assert_eq!(tls.client_hello.expect("a hello").versions, [Version::TLS13, Version::TLS12]);
}

#[test]
fn a_resumed_session_shows_no_certificate() {
    let finished = [records(20, 1, &[1]), records(22, 99, &[1; 40])].concat();
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    talk.say(SERVER, &[records(22, 999, &server_hello(0x0303)), finished.clone()].concat());
    talk.say(CLIENT, &[finished, records(23, 999, &[1; 99])].concat());
    let connection = one(&talk);
    assert!(!connection.lacks_certificate());
    let tls = connection.tls.expect("a handshake");
    assert!(tls.resumed && tls.established && !tls.encrypted_certificate);
}

#[test]
fn a_full_handshake_without_certificates_is_not_resumed() {
    let finished = [records(20, 1, &[1]), records(22, 99, &[1; 40])].concat();
    let flight = [server_hello(0x0303), message(12, &[3; 80]), message(14, &[])].concat();
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    talk.say(SERVER, &records(22, 999, &flight));
    talk.say(CLIENT, &[records(22, 999, &message(16, &[5; 66])), finished.clone()].concat());
    talk.say(SERVER, &[finished, records(23, 999, &[1; 99])].concat());
    let tls = one(&talk).tls.expect("a handshake");
    assert!(tls.chain.is_empty() && !tls.resumed && tls.established);
}

#[test]
fn a_chain_with_something_left_over_is_none() {
    let mut body = chain(&[certificate(1, 300)])[4..].to_vec();
    body.extend([0, 1]);
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    let flight = [server_hello(0x0303), message(11, &body), message(14, &[])].concat();
    talk.say(SERVER, &records(22, 999, &flight));
    let tls = one(&talk).tls.expect("a handshake");
    assert!(tls.chain.is_empty() && tls.server_hello.is_some());
}
