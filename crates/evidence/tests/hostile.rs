//! What holds for certificates of any bytes, and for real ones with bytes changed.

use base64::Engine;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use waytrace_evidence::certificate::{Certificate, Certificates};
use waytrace_evidence::trust::{ServerChecks, StoreChecks, TrustStore};
use waytrace_evidence::verdict::{Dialect, Question};

const STORE: &[u8] = include_bytes!("fixtures/certificates/store.pem");
const FILES: [&[u8]; 5] = [
    include_bytes!("fixtures/certificates/names.cer"),
    include_bytes!("fixtures/certificates/chain.p7c"),
    include_bytes!("fixtures/certificates/chain.p7b"),
    include_bytes!("fixtures/certificates/public.pem"),
    STORE,
];

/// One change of bytes.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Copy(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<usize>(), 0..40_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => (any::<usize>(), prop::collection::vec(any::<u8>(), 0..9)).prop_map(|(at, new)| Change::Insert(at, new)),
        1 => (any::<usize>(), any::<usize>(), 0..80_usize).prop_map(|(at, to, count)| Change::Copy(at, to, count)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: Change) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    match change {
        Change::Set(at, byte) => bytes[at % length] = byte,
        Change::Remove(at, count) => {
            bytes.drain(at % length..(at % length + count).min(length));
        }
        Change::Insert(at, new) => {
            bytes.splice(at % length..at % length, new);
        }
        Change::Copy(at, to, count) => {
            let part = bytes[at % length..(at % length + count).min(length)].to_vec();
            bytes.splice(to % length..to % length, part);
        }
    }
}

fn now() -> DateTime<Utc> {
    "2025-06-01T00:00:00Z".parse().expect("a time")
}

/// Asks everything of a file, as leaf and as store.
fn everything(bytes: &[u8]) {
    let read = Certificates::read(bytes);
    for malformed in &read.malformed {
        assert!(malformed.place.offset <= bytes.len() && malformed.place.line >= 1);
    }
    let known = TrustStore::read(STORE);
    let certificates = read.into_certificates();
    let store = TrustStore::new(certificates.clone());
    for issue in (StoreChecks { now: now(), soon_days: 60 }).check(&store) {
        assert!(!issue.to_string().is_empty());
    }
    for issue in ServerChecks::new(now(), 60).check(&certificates, &known) {
        assert!(!issue.to_string().is_empty());
    }
    for dialect in [Dialect::OpenSsl111, Dialect::OpenSsl3] {
        for store in [&store, &known] {
            let question =
                Question::new(&certificates, store, now()).dialect(dialect).name("expe.example.com");
            let verdict = question.ask();
            assert_eq!(verdict.is_accepted(), verdict.steps.is_empty());
            assert_eq!(verdict.chain.is_empty(), certificates.is_empty());
        }
    }
    for certificate in &certificates {
        let again = Certificate::from_der(certificate.der()).expect("what was read");
        let pem = Certificates::read(certificate.pem().as_bytes());
        assert!(again.same_as(certificate) && pem.found[0].certificate.same_as(certificate));
        assert!(serde_json::to_string(certificate).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        everything(&bytes);
    }

    #[test]
    fn any_bytes_in_a_block(bytes in prop::collection::vec(any::<u8>(), 0..300), label in "(CERTIFICATE|PKCS7|CMS|X)") {
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        everything(format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n").as_bytes());
    }

    #[test]
    fn changed_files(file in 0..FILES.len(), changes in prop::collection::vec(change(), 1..6)) {
        let mut bytes = FILES[file].to_vec();
        for change in changes {
            apply(&mut bytes, change);
        }
        everything(&bytes);
    }

    #[test]
    fn changed_certificates(which in any::<usize>(), changes in prop::collection::vec(change(), 1..4)) {
        let all = Certificates::read(STORE).into_certificates();
        let mut der = all[which % all.len()].der().to_vec();
        for change in changes {
            apply(&mut der, change);
        }
        everything(&der);
    }
}
