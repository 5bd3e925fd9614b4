//! The capture of the bundle `pair`, whose truth is in `testdata/bundles/README.md`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use std::fs;
use std::path::PathBuf;
use waytrace_evidence::capture::{Capture, Captured, How, Opening, Roles, Side, Version};

/// Where the fixture is.
pub(crate) fn path() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/bundles/pair");
    folder
        .join("diagnostic_log_expc_2025-06-12_08_02_10")
        .join("eth0_diagnostic_logging_tcpdump0_expc_2025-06-12_08_02_10.pcap")
}

/// The certificates of a PEM file beside it whose name begins so.
pub(crate) fn certificates(name: &str) -> Vec<Vec<u8>> {
    let file = format!("{name}_expc_2025-06-12_08_02_10.pem");
    let text = fs::read_to_string(path().with_file_name(file)).expect("a PEM file");
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let body = |block: &str| {
        block.split("-----END").next().unwrap_or_default().split_whitespace().collect::<String>()
    };
    blocks.map(|block| STANDARD.decode(body(block)).expect("base64")).collect()
}

fn captured() -> Captured {
    let mut capture = Capture::default();
    let mut file = fs::File::open(path()).expect("the fixture");
    capture.read(&mut file).expect("a capture");
    capture.finish()
}

#[test]
fn the_three_refusals_of_the_pair() {
    let captured = captured();
    assert_eq!(captured.connections.len(), 3);
    let mut chains = Vec::new();
    for connection in &captured.connections {
        assert_eq!(connection.server.to_string(), "192.0.2.42:8443");
        assert_eq!(connection.client.ip().to_string(), "192.0.2.11");
        assert_eq!((connection.roles, connection.opening), (Roles::Opening, Opening::Complete));
        // True time of the three tries: README.md of the bundles.
        let begun = connection.first.format("%FT%T").to_string();
        assert_eq!(begun, "2025-06-12T08:00:31");
        let tls = connection.tls.as_ref().expect("a handshake");
        let hello = tls.client_hello.as_ref().expect("a hello");
        assert_eq!(hello.server_name.as_deref(), Some("cucm2.example.com"));
        assert_eq!(tls.version(), Some(Version::TLS12));
        let [alert] = tls.alerts.as_slice() else { panic!("one alert: {:?}", tls.alerts) };
        let said = alert.said.expect("in the clear");
        assert_eq!((alert.by, said.level, said.number), (Side::Client, 2, 48));
        assert_eq!(said.name(), Some("unknown_ca"));
        assert!(connection.first < alert.at && alert.at < connection.last);
        assert!(!tls.established && !tls.resumed && !tls.encrypted_certificate);
        assert!(tls.certificate_request.is_none() && tls.client_chain.is_none());
        let ends: Vec<_> = connection.endings.iter().map(|ending| (ending.by, ending.how)).collect();
        assert_eq!(ends, [(Side::Client, How::Fin), (Side::Server, How::Fin)]);
        for side in [Side::Client, Side::Server] {
            let sent = connection.sent_by(side);
            assert!(!sent.lost && !sent.cut_off && !sent.truncated && !sent.beginning_unseen, "{sent:?}");
        }
        assert!(!connection.lacks_certificate());
        chains.push(&tls.chain);
    }
    assert!(chains.iter().all(|chain| chain.len() == 1 && *chain == chains[0]));
    let name = b"cucm2";
    assert!(chains[0][0].windows(name.len()).any(|window| window == name));
    let summary = captured.summary;
    assert_eq!((summary.files, summary.not_understood, summary.truncated), (1, 0, 0));
    assert_eq!(summary.packets, summary.tcp + summary.other);
}
