//! What is wrong with files of certificates, as subjects that conditions are tried on.

use super::watch::{Seen, Told, hold, tell as tell_proof};
use crate::catalogue::Confidence;
use crate::field::{Field, Kind, Subject, Value};
use crate::finding::Line;
use chrono::{DateTime, Utc};
use waytrace_evidence::certificate::Malformed;
use waytrace_evidence::trust::{Mention, NameOf, ServerIssue, StoreIssue};
use waytrace_logparse::x509::normalise;

/// One thing that is wrong with a file of certificates.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Fault<'a> {
    /// With what a box trusts.
    Store(&'a StoreIssue),
    /// With the certificate that a box shows itself; what people call that certificate stands beside it.
    Own(&'a ServerIssue, &'a str),
    /// With something in a file that looks like a certificate and cannot be read.
    Unreadable(&'a Malformed),
}

/// A fault as a subject: few fields, all of them made at once.
struct FaultSubject {
    kind: Kind,
    fields: Vec<(Field, Owned)>,
}

enum Owned {
    Text(String),
    Number(i64),
    Flag(bool),
}

impl Subject for FaultSubject {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        let (_, value) = self.fields.iter().find(|(known, _)| *known == field)?;
        Some(match value {
            Owned::Text(text) => Value::Text(text),
            Owned::Number(number) => Value::Number(*number),
            Owned::Flag(flag) => Value::Flag(*flag),
        })
    }
}

/// Makes a finding of every entry that knows a fault.
pub(super) fn tell(fault: &Fault<'_>, places: &[Line], told: &mut Told<'_>) {
    let subject = FaultSubject::of(fault);
    let lines = || places.to_vec();
    // That the file says so is certain; how much an entry makes of it is in the entry.
    let seen = Seen { subject: &subject, lines: &lines, confidence: Confidence::Certain, time: 0 };
    for at in told.catalogue.claims_of_file(&subject) {
        let held = hold(at, &told.catalogue.signatures()[at], &seen);
        tell_proof(held, told);
    }
}

impl FaultSubject {
    fn of(fault: &Fault<'_>) -> Self {
        match fault {
            Fault::Store(issue) => Self::of_store(issue),
            Fault::Own(issue, title) => Self::of_own(issue, title),
            Fault::Unreadable(malformed) => {
                let words = format!("line {}: {}", malformed.place.line, malformed.reason);
                Self::new(Kind::CertificateFile, "unreadable", words)
            }
        }
    }

    fn new(kind: Kind, name: &str, words: String) -> Self {
        let name = Owned::Text(name.to_owned());
        Self {
            kind,
            fields: vec![(Field::CertificateIssue, name), (Field::CertificateWords, Owned::Text(words))],
        }
    }

    fn of_store(issue: &StoreIssue) -> Self {
        let mut new = Self::new(Kind::CertificateStore, issue.name(), issue.to_string());
        if let Some(certificate) = issue.certificates().first() {
            new.text(Field::CertificateSubject, called(certificate));
        }
        match issue {
            StoreIssue::SameNameOtherKey { common_name, same_subject, told_apart, .. } => {
                new.flag(Field::CertificateSameSubject, *same_subject);
                new.text(Field::CertificateName, common_name.clone());
                new.flag(Field::CertificateToldApart, *told_apart);
            }
            StoreIssue::Expired { root, not_after, .. } => {
                new.flag(Field::CertificateRoot, *root);
                new.day(*not_after);
            }
            StoreIssue::ExpiresSoon { root, not_after, days, .. } => {
                new.flag(Field::CertificateRoot, *root);
                new.day(*not_after);
                new.fields.push((Field::CertificateDays, Owned::Number(*days)));
            }
            StoreIssue::NotYetValid { not_before, .. } => new.day(*not_before),
            StoreIssue::MissingIssuer { issuer, .. } => {
                new.text(Field::CertificateIssuer, issuer.to_string());
            }
            _ => {}
        }
        new
    }

    fn of_own(issue: &ServerIssue, title: &str) -> Self {
        let mut new = Self::new(Kind::CertificateOwn, issue.name(), issue.to_string());
        new.text(Field::CertificateSubject, title.to_owned());
        match issue {
            ServerIssue::ChainIncomplete { missing, .. } => {
                new.text(Field::CertificateIssuer, missing.to_string());
            }
            ServerIssue::RootNotTrusted { root } => new.text(Field::CertificateIssuer, root.to_string()),
            ServerIssue::ChainRefused(failure) => {
                new.text(Field::CertificateError, normalise(failure.text).into_owned());
            }
            ServerIssue::Expired { not_after } | ServerIssue::ClientAuthEnds { not_after } => {
                new.day(*not_after);
            }
            ServerIssue::ExpiresSoon { not_after, days } => {
                new.day(*not_after);
                new.fields.push((Field::CertificateDays, Owned::Number(*days)));
            }
            ServerIssue::NotYetValid { not_before } => new.day(*not_before),
            ServerIssue::NoClientAuth { public } => new.flag(Field::CertificatePublic, *public),
            ServerIssue::NameMissing { name, of } => {
                new.text(Field::CertificateName, name.clone());
                new.text(Field::CertificateNameOf, whose(*of).to_owned());
            }
            ServerIssue::OnlyByWildcard { name, .. } => new.text(Field::CertificateName, name.clone()),
            ServerIssue::DomainMissing { domain } => new.text(Field::CertificateName, domain.clone()),
            _ => {}
        }
        new
    }

    fn text(&mut self, field: Field, text: String) {
        self.fields.push((field, Owned::Text(text)));
    }

    fn flag(&mut self, field: Field, flag: bool) {
        self.fields.push((field, Owned::Flag(flag)));
    }

    fn day(&mut self, time: DateTime<Utc>) {
        self.text(Field::CertificateDate, time.date_naive().to_string());
    }
}

/// What a person calls a certificate.
fn called(certificate: &Mention) -> String {
    match certificate.subject.short() {
        "" => certificate.to_string(),
        name => name.to_owned(),
    }
}

fn whose(of: NameOf) -> &'static str {
    match of {
        NameOf::Cluster => "cluster",
        NameOf::Peer => "peer",
        _ => "own",
    }
}
