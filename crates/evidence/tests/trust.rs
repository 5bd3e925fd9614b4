//! What is wrong with trust stores and with a box's own certificate.

use chrono::{DateTime, Utc};
use waytrace_evidence::Role;
use waytrace_evidence::certificate::{Certificate, Certificates, Digest};
use waytrace_evidence::trust::{NameOf, ServerChecks, ServerIssue, StoreChecks, StoreIssue, TrustStore};

const STORE: &[u8] = include_bytes!("fixtures/certificates/store.pem");

fn now() -> DateTime<Utc> {
    "2025-06-01T00:00:00Z".parse().expect("a time")
}

fn read(text: &str) -> Vec<Certificate> {
    Certificates::read(text.as_bytes()).into_certificates()
}

#[test]
fn what_is_wrong_with_a_store() {
    let issues = StoreChecks { now: now(), soon_days: 60 }.check(&TrustStore::read(STORE));
    let title = |issue: &StoreIssue| match issue {
        StoreIssue::Duplicate { certificate, count } => {
            format!("{} {count} times", certificate.subject.short())
        }
        StoreIssue::SameNameOtherKey { common_name, told_apart, .. } => {
            format!("same {common_name} {told_apart}")
        }
        StoreIssue::Expired { certificate, root, .. } => {
            format!("expired {} {root}", certificate.subject.short())
        }
        StoreIssue::ExpiresSoon { certificate, days, .. } => {
            format!("{} {days} days", certificate.subject.short())
        }
        StoreIssue::MissingIssuer { certificate, issuer, other_key } => {
            format!("{} lacks {} {other_key}", certificate.subject.short(), issuer.short())
        }
        StoreIssue::NoCa { certificate } => format!("no CA {}", certificate.subject.short()),
        StoreIssue::WeakKey { certificate, key } => format!("{} {key}", certificate.subject.short()),
        StoreIssue::WeakDigest { certificate, digest } => format!("{} {digest}", certificate.subject.short()),
        other => format!("{other:?}"),
    };
    assert_eq!(
        issues.iter().map(title).collect::<Vec<_>>(),
        [
            "Example Root CA 2 times",
            "same cucm.example.com false",
            "same Example Rekeyed Root true",
            "expired Example Old CA false",
            "Example Soon CA 30 days",
            "Example Orphan CA lacks Example Gone Root false",
            "Example Weak CA RSA with 1024 bits",
            "Example SHA-1 CA SHA-1",
            "no CA expe.example.com",
        ]
    );
    let same = issues.iter().find(|issue| matches!(issue, StoreIssue::SameNameOtherKey { .. }));
    assert_eq!(same.expect("same names").bugs(), ["CSCwa12905", "CSCun30200"]);
    // Every one says in words what it is about.
    assert!(issues.iter().all(|issue| issue.to_string().contains("xample")));
}

#[test]
fn an_issuer_with_another_key_is_missing_too() {
    let gone = read(include_str!("fixtures/certificates/gone.pem")).remove(0);
    let other = read(include_str!("fixtures/certificates/other.pem")).remove(0);
    let store = TrustStore::new(vec![other.clone()]);
    let lacks = |store: &TrustStore| {
        let issues = StoreChecks { now: now(), soon_days: 0 }.check(store);
        issues.into_iter().find(|issue| matches!(issue, StoreIssue::MissingIssuer { .. }))
    };
    assert!(lacks(&store).is_some());
    assert!(lacks(&TrustStore::new(vec![other, gone])).is_none());
}

fn checks() -> ServerChecks {
    let mut checks = ServerChecks::new(now(), 60);
    checks.role = Some(Role::Edge);
    checks.names = vec![
        (NameOf::Own, "expe.example.com".to_owned()),
        (NameOf::Cluster, "expe-cluster.example.com".to_owned()),
    ];
    checks.domains = vec!["example.com".to_owned()];
    checks
}

#[test]
fn what_is_wrong_with_a_servers_certificate() {
    let store = TrustStore::read(STORE);
    let cluster =
        ServerIssue::NameMissing { name: "expe-cluster.example.com".to_owned(), of: NameOf::Cluster };
    let own = ServerIssue::NameMissing { name: "expe.example.com".to_owned(), of: NameOf::Own };
    let domain = ServerIssue::DomainMissing { domain: "example.com".to_owned() };
    let not_after = "2044-01-01T00:00:00Z".parse().expect("a time");
    let soon = "2025-06-20T00:00:00Z".parse().expect("a time");
    for (name, text, expected) in [
        ("names", include_str!("fixtures/certificates/names.pem"), vec![cluster.clone(), domain.clone()]),
        (
            "public",
            include_str!("fixtures/certificates/public.pem"),
            vec![ServerIssue::NoClientAuth { public: true }, domain.clone()],
        ),
        (
            "publicboth",
            include_str!("fixtures/certificates/publicboth.pem"),
            vec![ServerIssue::ClientAuthEnds { not_after }, cluster.clone()],
        ),
        (
            "clientonly",
            include_str!("fixtures/certificates/clientonly.pem"),
            vec![
                ServerIssue::ExpiresSoon { not_after: soon, days: 19 },
                ServerIssue::NoServerAuth,
                own.clone(),
                cluster.clone(),
                domain.clone(),
            ],
        ),
    ] {
        assert_eq!(checks().check(&read(text), &store), expected, "{name}");
    }
    assert_eq!(domain.entry(), Some("JAB-001"));
    assert_eq!(checks().check(&[], &store), [ServerIssue::NoCertificate]);
}

#[test]
fn chains_of_servers() {
    let store = TrustStore::read(STORE);
    let quiet = ServerChecks::new(now(), 0);
    let default = quiet.check(&read(include_str!("fixtures/certificates/default.pem")), &store);
    assert!(matches!(default[..], [ServerIssue::SelfSigned { .. }]), "{default:?}");
    let other = include_str!("fixtures/certificates/other.pem");
    let incomplete = quiet.check(&read(other), &store);
    let [ServerIssue::ChainIncomplete { missing, found: 0 }] = &incomplete[..] else {
        panic!("{incomplete:?}")
    };
    assert_eq!(missing.short(), "Example Gone Root");
    let with_root = format!("{other}{}", include_str!("fixtures/certificates/gone.pem"));
    let untrusted = quiet.check(&read(&with_root), &store);
    let [ServerIssue::RootNotTrusted { root }] = &untrusted[..] else { panic!("{untrusted:?}") };
    assert_eq!(root.short(), "Example Gone Root");
}

#[test]
fn wildcards_do_not_count() {
    let mut checks = ServerChecks::new(now(), 0);
    checks.names = vec![(NameOf::Peer, "a.wild.example.com".to_owned())];
    let issues =
        checks.check(&read(include_str!("fixtures/certificates/names.pem")), &TrustStore::read(STORE));
    let (name, wildcard) = ("a.wild.example.com".to_owned(), "*.wild.example.com".to_owned());
    assert_eq!(issues, [ServerIssue::OnlyByWildcard { name, wildcard }]);
}

#[test]
fn issues_are_written_with_their_kind() {
    let issue = ServerIssue::WeakDigest { digest: Digest::Sha1 };
    assert_eq!(serde_json::to_string(&issue).expect("JSON"), r#"{"issue":"weak_digest","digest":"sha1"}"#);
}

/// What an issue is called in the catalogue is what it is called in JSON.
#[test]
fn issues_are_called_the_same_everywhere() {
    let called = |json: serde_json::Value| json["issue"].as_str().map(str::to_owned);
    let mention = |not_after| ServerIssue::ExpiresSoon { not_after, days: 3 };
    let soon = mention(now());
    assert_eq!(called(serde_json::to_value(&soon).expect("JSON")).as_deref(), Some(soon.name()));
    for issue in
        [ServerIssue::NoCertificate, ServerIssue::NoServerAuth, ServerIssue::NoClientAuth { public: true }]
    {
        assert_eq!(called(serde_json::to_value(&issue).expect("JSON")).as_deref(), Some(issue.name()));
    }
}
