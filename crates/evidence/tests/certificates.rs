//! Certificates as they are read: from PEM with text around it, DER and PKCS#7, and with broken ones between.

use std::net::IpAddr;
use waytrace_evidence::certificate::{Certificate, Certificates, Checked, Digest, KeyKind, Purpose};

const NAMES: &str = include_str!("fixtures/certificates/names.pem");
const ISSUING: &str = include_str!("fixtures/certificates/issuing.pem");
const ROOT: &str = include_str!("fixtures/certificates/root.pem");
const DEFAULT: &str = include_str!("fixtures/certificates/default.pem");

fn one(text: &str) -> Certificate {
    let mut read = Certificates::read(text.as_bytes());
    assert!(read.malformed.is_empty(), "{:?}", read.malformed);
    read.found.remove(0).certificate
}

#[test]
fn everything_a_certificate_says() {
    let certificate = one(NAMES);
    assert_eq!(certificate.subject.line(), r"OU=Voice+CN=expe.example.com,O=Example\, Inc.");
    assert_eq!(certificate.subject.common_name(), Some("expe.example.com"));
    assert_eq!(certificate.issuer.line(), "CN=Example Issuing CA,O=Example");
    assert_eq!(certificate.version, 3);
    let names = &certificate.names;
    assert_eq!(names.dns, ["expe.example.com", "*.wild.example.com"]);
    let addresses: Vec<IpAddr> = vec!["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()];
    assert_eq!(names.ip, addresses);
    assert_eq!(names.uri, ["sip:expe.example.com"]);
    assert_eq!(names.srv, ["_xmpp-server.example.com"]);
    assert_eq!(names.email, ["ops@example.com"]);
    assert_eq!(names.other, 2);
    assert_eq!((certificate.key.kind, certificate.key.bits), (KeyKind::Rsa, Some(2048)));
    assert_eq!(certificate.key.to_string(), "RSA 2048");
    assert_eq!(certificate.signature.name, "ecdsa-with-SHA256");
    assert_eq!(certificate.signature.digest, Some(Digest::Sha256));
    assert_eq!(certificate.not_before.to_rfc3339(), "2024-01-01T00:00:00+00:00");
    assert_eq!(certificate.not_after.to_rfc3339(), "2044-01-01T00:00:00+00:00");
    let usage: Vec<_> = certificate.key_usage.expect("key usage").names().collect();
    assert_eq!(usage, ["digitalSignature", "keyEncipherment"]);
    assert_eq!(certificate.purposes, Some(vec![Purpose::ServerAuth, Purpose::ClientAuth]));
    assert_eq!(certificate.subject_key_id.as_deref(), Some("ba6acb5c94392dc2026bd394287f37a18b3cb9a7"));
    assert_eq!(certificate.authority_key_id.as_deref(), Some("b732b549829ba5ae9702dcacf15e8334ae760f00"));
    assert_eq!(certificate.sha256, "defd2c40c6038251c3d237b2587c0963f52a49a6c7fa0dca0a4a1b61b4cfb68f");
    assert_eq!(certificate.sha1.len(), 40);
    assert!(!certificate.is_ca() && !certificate.self_issued && !certificate.public);
    assert_eq!(certificate.pem(), NAMES);
}

#[test]
fn who_signed_is_verified() {
    let (leaf, issuing, root) = (one(NAMES), one(ISSUING), one(ROOT));
    assert_eq!(leaf.signed_by(&issuing.key), Checked::Yes);
    assert_eq!(leaf.signed_by(&root.key), Checked::No);
    assert!(matches!(leaf.signed_by(&leaf.key), Checked::Unknown(_)), "ECDSA with an RSA key");
    assert_eq!((leaf.self_signed, root.self_signed), (Checked::No, Checked::Yes));
    assert_eq!(one(DEFAULT).self_signed, Checked::Yes);
    assert_eq!(issuing.basic_constraints.map(|basic| (basic.ca, basic.path_length)), Some((true, Some(0))));
}

#[test]
fn every_form_gives_the_same() {
    let pem = one(NAMES);
    let der = Certificates::read(include_bytes!("fixtures/certificates/names.cer"));
    assert!(der.found[0].certificate.same_as(&pem));
    for (form, bytes) in [
        ("PEM", &include_bytes!("fixtures/certificates/chain.p7b")[..]),
        ("DER", &include_bytes!("fixtures/certificates/chain.p7c")[..]),
    ] {
        let read = Certificates::read(bytes);
        let subjects: Vec<_> = read.found.iter().map(|located| located.certificate.title()).collect();
        assert_eq!(subjects, ["Example Issuing CA", "Example Root CA"], "{form}");
        assert!(read.malformed.is_empty());
    }
}

#[test]
fn broken_ones_are_told_and_the_others_read() {
    let damaged = NAMES.replacen("MII", "MIA", 1);
    let cut: String = ROOT.split_inclusive('\n').take(4).collect();
    let text = format!("Trusted CAs\r\n{ISSUING}then\n{damaged}{cut}{ROOT}-----BEGIN X509 CRL-----\n");
    let read = Certificates::read(text.as_bytes());
    let places: Vec<_> = read.found.iter().map(|located| located.place).collect();
    assert_eq!(read.found.len(), 2);
    assert_eq!((places[0].offset, places[0].line), (13, 2));
    assert_eq!(&text[places[1].offset..], &format!("{ROOT}-----BEGIN X509 CRL-----\n"));
    assert_eq!(read.malformed.len(), 2, "{:?}", read.malformed);
    assert!(text[read.malformed[0].place.offset..].starts_with(&damaged));
    assert_eq!(read.malformed[1].reason, "its end is missing");
    assert_eq!(text.lines().nth(read.malformed[1].place.line - 1), Some("-----BEGIN CERTIFICATE-----"));
    assert_eq!(read.other_blocks, 1);
}

#[test]
fn a_private_key_is_counted_and_nothing_else() {
    let label = ["RSA PRIVATE", "KEY"].join(" ");
    let text = format!("-----BEGIN {label}-----\nc2VjcmV0\n-----END {label}-----\n{ROOT}");
    let read = Certificates::read(text.as_bytes());
    assert_eq!((read.private_keys, read.found.len(), read.malformed.len()), (1, 1, 0));
    let shown = format!("{read:?}{}", serde_json::to_string(&read).expect("JSON"));
    assert!(!shown.contains("c2VjcmV0"));
}

#[test]
fn what_is_no_certificate() {
    for (bytes, malformed) in [(&b""[..], 0), (b" \n", 0), (b"hello", 1), (&[0x30, 0x82, 0xff, 0xff], 1)] {
        let read = Certificates::read(bytes);
        assert_eq!((read.found.len(), read.malformed.len()), (0, malformed), "{bytes:?}");
    }
}
