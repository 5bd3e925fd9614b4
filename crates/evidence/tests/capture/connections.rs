//! How connections open and end, and what is not TLS.

use crate::build::tls::{NAME, Plan, client_hello, records};
use crate::build::{CLIENT, SERVER, Talk, file, read};
use waytrace_evidence::capture::{Captured, How, Opening, Roles, Side};

fn ends(captured: &Captured) -> Vec<(Side, How)> {
    captured.connections[0].endings.iter().map(|ending| (ending.by, ending.how)).collect()
}

const ADDRESSES: (&str, &str) = ("192.0.2.11:40111", "192.0.2.42:8443");

#[test]
fn nobody_answers() {
    let mut talk = Talk::silent(ADDRESSES.0, ADDRESSES.1, [1000, 0]);
    talk.push(CLIENT, "S", false, &[]);
    let mut again = talk.packets[0].clone();
    again.micros += 1_000_000;
    talk.packets.push(again);
    let captured = read(&[talk.file()]);
    assert_eq!(captured.connections.len(), 1);
    let connection = &captured.connections[0];
    assert_eq!(connection.opening, Opening::Unanswered);
    assert_eq!(connection.sent_by_client.packets, 2);
    assert!(connection.tls.is_none() && connection.plain.is_none());
    assert_eq!(connection.last.timestamp_micros() - connection.first.timestamp_micros(), 1_000_000);
}

#[test]
fn refused() {
    let mut talk = Talk::silent(ADDRESSES.0, ADDRESSES.1, [1000, 0]);
    talk.push(CLIENT, "S", false, &[]);
    talk.push(SERVER, "R", true, &[]);
    let captured = read(&[talk.file()]);
    assert_eq!(captured.connections[0].opening, Opening::Refused);
    assert_eq!(ends(&captured), [(Side::Server, How::Rst)]);
}

#[test]
fn an_http_answer_on_a_tls_port() {
    let mut talk = Talk::usual();
    talk.say(CLIENT, &records(22, 999, &client_hello(NAME, &[])));
    talk.say(SERVER, b"HTTP/1.1 400 Bad Request\r\nServer: example\r\n\r\nno TLS here");
    talk.push(SERVER, "F", true, &[]);
    talk.push(CLIENT, "R", true, &[]);
    let captured = read(&[talk.file()]);
    let connection = &captured.connections[0];
    let plain = connection.plain.as_ref().expect("an answer");
    assert_eq!((plain.by, plain.http_status), (Side::Server, Some(400)));
    assert_eq!(plain.start, b"HTTP/1.1 400 Bad Request");
    assert!(connection.tls.as_ref().is_some_and(|tls| tls.client_hello.is_some()));
    assert_eq!(ends(&captured), [(Side::Server, How::Fin), (Side::Client, How::Rst)]);
}

#[test]
fn the_same_ends_again() {
    let first = Plan { alert: Some(48), ..Plan::default() }.talk();
    for (client, server) in [(5, 6), (first.next[0], first.next[1]), (0x8000_0000, 0x7000_0000)] {
        let mut packets = first.packets.clone();
        let mut second = Talk::silent(ADDRESSES.0, ADDRESSES.1, [client, server]);
        second.micros = first.micros + 10;
        second.push(CLIENT, "S", false, &[]);
        second.push(SERVER, "S", true, &[]);
        let plan = Plan { alert: Some(80), ..Plan::default() };
        plan.play(&mut second);
        packets.extend(second.packets);
        let captured = read(&[file::pcap(&packets)]);
        let alerts = captured.connections.iter().map(|connection| {
            let tls = connection.tls.as_ref().expect("a handshake");
            assert_eq!(tls.chain, plan.chain);
            tls.alerts[0].said.expect("clear").number
        });
        assert_eq!(alerts.collect::<Vec<_>>(), [48, 80], "{client} {server}");
    }
}

#[test]
fn begun_in_the_middle() {
    let plan = Plan { alert: Some(48), ..Plan::default() };
    let talk = plan.talk();
    // From the client's hello on, then from the server's answer on: whose is whose is known from what they say.
    let data = |side: usize| {
        let from = [talk.client, talk.server][side];
        talk.packets
            .iter()
            .position(|packet| packet.from == from && !packet.payload.is_empty())
            .expect("data")
    };
    for (from, roles) in [(data(CLIENT), Roles::Handshake), (data(SERVER), Roles::Handshake)] {
        let captured = read(&[file::pcap(&talk.packets[from..])]);
        let connection = &captured.connections[0];
        assert_eq!((connection.client, connection.server), (talk.client, talk.server), "from {from}");
        assert_eq!((connection.roles, connection.opening), (roles, Opening::Unseen), "from {from}");
        assert!(connection.sent_by_server.beginning_unseen);
        let tls = connection.tls.as_ref().expect("a handshake");
        assert_eq!(tls.chain, plan.chain, "from {from}");
        assert_eq!(tls.alerts.len(), 1, "from {from}");
    }
    // Behind the certificate only the alert is left, and it still says who sent it.
    let alert = talk.packets.iter().position(|packet| packet.payload.starts_with(&[21])).expect("an alert");
    let captured = read(&[file::pcap(&talk.packets[alert..])]);
    let connection = &captured.connections[0];
    assert_eq!((connection.roles, connection.client), (Roles::Ports, talk.client));
    let tls = connection.tls.as_ref().expect("an alert");
    assert_eq!((tls.alerts.len(), tls.chain.len()), (1, 0));
    assert!(connection.lacks_certificate());
}

#[test]
fn strays_are_counted_and_not_told() {
    let mut talk = Plan::default().talk();
    let last = talk.packets.len() - 3;
    talk.packets.drain(..last);
    let captured = read(&[talk.file()]);
    assert!(captured.connections.is_empty());
    assert_eq!(captured.summary.strays, 1);
}

#[test]
fn encrypted_data_from_the_middle_says_nothing() {
    let mut talk = Talk::silent(ADDRESSES.0, ADDRESSES.1, [0xffff_fff0, 7]);
    let noise: Vec<u8> =
        (0..40_000_u32).map(|place| place.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    talk.say(CLIENT, &records(23, 16_000, &noise));
    talk.say(SERVER, &records(23, 16_000, &noise));
    let captured = read(&[talk.file()]);
    let connection = &captured.connections[0];
    assert!(connection.tls.is_none() && connection.plain.is_none());
    assert!(connection.sent_by_server.beginning_unseen);
}
