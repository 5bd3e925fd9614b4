//! Verdicts: the texts beside the reference, the name beside the chain, and the bundles in `testdata/bundles/`.

use chrono::{DateTime, Utc};
use std::fs;
use std::path::{Path, PathBuf};
use waytrace_evidence::certificate::{Certificate, Certificates};
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Side, Step, VerifyError};

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn codes_texts_and_alerts_are_those_of_the_reference() {
    let table = fs::read_to_string(testdata("reference/x509_verify_errors.tsv")).expect("the reference");
    let rows: Vec<Vec<_>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for error in VerifyError::ALL {
        let row = rows.iter().find(|row| row[1] == error.symbol()).expect("a row of the reference");
        let new = Dialect::OpenSsl3;
        assert_eq!(error.code(new).to_string(), row[7], "{error:?}");
        assert_eq!(error.code(Dialect::OpenSsl111).to_string(), row[6], "{error:?}");
        assert_eq!(error.text(Dialect::OpenSsl111), row[3], "{error:?}");
        // The text of 3.6 is longer; the one before it is in the notes.
        let text = if *error == VerifyError::NotYetValid { "certificate is not yet valid" } else { row[4] };
        assert_eq!(error.text(new), text, "{error:?}");
        assert!(row[8].ends_with(&format!("({})", error.alert())), "{error:?}: {}", row[8]);
    }
}

/// The certificates of one file of a box.
fn member(bundle: &str, name: &str, what: &str) -> Vec<Certificate> {
    let folders = fs::read_dir(testdata("bundles").join(bundle)).expect("a bundle");
    let begins = format!("diagnostic_log_{name}_");
    let folder = folders
        .map(|entry| entry.expect("an entry"))
        .find(|entry| entry.file_name().to_string_lossy().starts_with(&begins))
        .expect("a box");
    let files = fs::read_dir(folder.path()).expect("a folder");
    let begins = format!("{what}_{name}_");
    let file = files
        .map(|entry| entry.expect("an entry"))
        .find(|entry| entry.file_name().to_string_lossy().starts_with(&begins))
        .expect("a file");
    let read = Certificates::read(&fs::read(file.path()).expect("bytes"));
    assert_eq!((read.malformed.len(), read.private_keys, read.dropped), (0, 0, 0), "{bundle} {name} {what}");
    read.into_certificates()
}

#[test]
fn boxes_trust_their_own_certificates() {
    let at = time("2025-06-12T08:00:00Z");
    for (bundle, name, own) in [
        ("single-c", "expc", "server"),
        ("pair", "expc", "server"),
        ("pair", "expc", "client"),
        ("pair", "expe", "server"),
        ("cluster", "expc1", "server"),
        ("cluster", "expc2", "server"),
        ("cluster", "expe1", "server"),
        ("cluster", "expe2", "server"),
    ] {
        let store = TrustStore::new(member(bundle, name, "ca"));
        let presented = member(bundle, name, own);
        let full = format!("{name}.example.com");
        for dialect in [Dialect::OpenSsl111, Dialect::OpenSsl3] {
            let question = Question::new(&presented, &store, at).dialect(dialect).name(&full);
            assert_eq!(question.ask().outcome, Outcome::Accepted, "{bundle} {name} {own}");
            let mut client = question;
            client.side = Side::Client;
            // The server certificate of the pair's Expressway-C has no clientAuth; it has a client certificate.
            let refused = (bundle, name, own) == ("pair", "expc", "server");
            assert_eq!(client.ask().is_accepted(), !refused, "{bundle} {name} {own}");
        }
    }
}

#[test]
fn one_peer_of_the_cluster_lacks_a_ca() {
    let (first, second) = (member("cluster", "expc1", "ca"), member("cluster", "expc2", "ca"));
    let lacking: Vec<_> = second.iter().filter(|other| !first.iter().any(|own| own.same_as(other))).collect();
    assert_eq!(
        lacking.iter().map(|certificate| certificate.title()).collect::<Vec<_>>(),
        ["Example Voice CA"]
    );
    assert!(first.iter().all(|own| second.iter().any(|other| own.same_as(other))));
    let presented = vec![lacking[0].clone()];
    let at = time("2025-02-20T12:00:00Z");
    let verdict = |store: Vec<Certificate>| Question::new(&presented, &TrustStore::new(store), at).ask();
    // Where it is trusted, only its use as a leaf is wrong.
    assert_eq!(verdict(second).failure().map(|failure| failure.error), Some(VerifyError::InvalidPurpose));
    assert_eq!(verdict(first).failure().map(|failure| failure.error), Some(VerifyError::DepthZeroSelfSigned));
}

#[test]
fn the_name_is_asked_after_the_chain() {
    let read = |bytes: &[u8]| Certificates::read(bytes).into_certificates();
    let presented = read(include_bytes!("fixtures/certificates/names.pem"));
    let store = TrustStore::read(include_bytes!("fixtures/certificates/store.pem"));
    let at = time("2025-06-01T00:00:00Z");
    let question = Question::new(&presented, &store, at);
    for (name, accepted) in [
        ("expe.example.com", true),
        ("EXPE.EXAMPLE.COM", true),
        ("a.wild.example.com", true),
        ("a.b.wild.example.com", false),
        ("expe", false),
        // It has the address, but only as iPAddress.
        ("192.0.2.7", false),
    ] {
        let expected = if accepted { Outcome::Accepted } else { Outcome::NameMismatch };
        assert_eq!(question.name(name).ask().outcome, expected, "{name}");
    }
    assert_eq!(question.name("expe").ask().to_string(), "refused: the name is not in the certificate");
    // Where the chain is wrong too, the chain is told first, and the name where the connection goes on.
    let empty = TrustStore::default();
    let verdict = Question::new(&presented, &empty, at).name("other.example.com").ask();
    let steps = verdict.steps.iter().map(|step| match step {
        Step::Failure(failure) => failure.to_string(),
        other => format!("{other:?}"),
    });
    assert_eq!(
        steps.collect::<Vec<_>>(),
        [
            "20 at depth 0: unable to get local issuer certificate",
            "21 at depth 0: unable to verify the first certificate",
            "NameMismatch",
        ]
    );
    assert_eq!(
        verdict.missing.map(|name| name.line().to_owned()).as_deref(),
        Some("CN=Example Issuing CA,O=Example")
    );
}

#[test]
fn nothing_presented_is_unknown() {
    let store = TrustStore::default();
    let verdict = Question::new(&[], &store, time("2025-06-01T00:00:00Z")).ask();
    assert!(matches!(verdict.outcome, Outcome::Unknown(_)));
}

#[test]
fn an_issuer_that_cannot_be_read_is_no_guess() {
    let read = |bytes: &[u8]| Certificates::read(bytes).into_certificates();
    let presented = read(include_bytes!("fixtures/certificates/names.pem"));
    let mut der = read(include_bytes!("fixtures/certificates/issuing.pem"))[0].der().to_vec();
    // Basic constraints: the boolean becomes something that has no place there.
    let basic = [0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x00];
    let at = der.windows(basic.len()).position(|window| window == basic).expect("basic constraints");
    der[at + 2] = 0x04;
    let store = TrustStore::new(vec![Certificate::from_der(&der).expect("still a certificate")]);
    let verdict = Question::new(&presented, &store, time("2025-06-01T00:00:00Z")).ask();
    let Outcome::Unknown(unknown) = &verdict.outcome else { panic!("{verdict}") };
    assert_eq!(unknown.why, "extension 2.5.29.19 of its issuer cannot be read");
}
