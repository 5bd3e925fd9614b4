//! What a record, or several put together, proves: kept until it is told.

use super::super::findings::{Findings, Proof};
use super::super::transaction::Moment;
use crate::catalogue::{Catalogue, Confidence, Signature};
use crate::field::{Asked, Field, Subject, Value};
use crate::finding::{Line, Target};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A proof, kept until it is told.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Held {
    pub(super) signature: usize,
    pub(super) target: Target,
    pub(super) confidence: Confidence,
    pub(super) lines: Vec<Line>,
    pub(super) names: Vec<(String, String)>,
    pub(super) user: Option<String>,
    pub(super) call: Option<String>,
    /// The values its signature groups by.
    pub(super) group: u64,
}

/// What is looked at: a record, or several put together.
pub(in crate::engine) struct Seen<'s> {
    pub(in crate::engine) subject: &'s dyn Subject,
    /// Its lines, kept when somebody needs them.
    pub(in crate::engine) lines: &'s dyn Fn() -> Vec<Line>,
    /// How sure it is that it says what it seems to say.
    pub(in crate::engine) confidence: Confidence,
    pub(in crate::engine) time: Moment,
}

/// Where proofs go.
pub(crate) struct Told<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) findings: &'a mut Findings,
    pub(crate) node: &'a str,
}

/// Tells a proof; gives the position of its finding.
pub(in crate::engine) fn tell(held: Held, told: &mut Told<'_>) -> Option<usize> {
    let Held { signature, target, confidence, lines, names, user, call, .. } = held;
    let proof = Proof { signature, node: told.node, target, confidence, lines: &lines, names };
    let at = told.findings.add(told.catalogue, proof)?;
    if let Some(user) = user {
        told.findings.user(at, user);
    }
    if let Some(call) = call {
        told.findings.call(at, call);
    }
    Some(at)
}

pub(in crate::engine) fn hold(at_signature: usize, signature: &Signature, seen: &Seen<'_>) -> Held {
    let subject = seen.subject;
    let names = signature.names.iter().map(|(name, asked)| (name.clone(), words(asked.of(subject))));
    let of = |field| subject.get(field).map(|value| value.to_string()).filter(|text| !text.is_empty());
    Held {
        signature: at_signature,
        target: target(&signature.group.by, subject),
        confidence: seen.confidence,
        lines: (seen.lines)(),
        names: names.collect(),
        user: of(Field::User),
        call: of(Field::Call),
        group: values(&signature.group.by, subject),
    }
}

/// What a finding about records is about: the peer, or whatever else its signature groups by.
fn target(by: &[Asked], subject: &dyn Subject) -> Target {
    let mut target = Target { host: String::new(), ip: None, port: None };
    for asked in by {
        match (asked, asked.of(subject)) {
            (Asked::Field(Field::PeerIp), Some(Value::Text(ip)))
                if ip.parse::<std::net::IpAddr>().is_ok() =>
            {
                target.ip = ip.parse().ok();
            }
            (Asked::Field(Field::PeerPort), Some(Value::Number(port))) => {
                target.port = u16::try_from(port).ok();
            }
            (_, Some(value)) => {
                if !target.host.is_empty() {
                    target.host.push_str(", ");
                }
                target.host.push_str(&value.to_string());
            }
            (_, None) => {}
        }
    }
    target
}

fn words(value: Option<Value<'_>>) -> String {
    /// A value that fills a name in a sentence.
    const MAX: usize = 300;
    let text = value.map(|value| value.to_string()).unwrap_or_default();
    if text.is_empty() {
        return "(not in the log)".to_owned();
    }
    text.chars().take(MAX).collect()
}

/// The values that must be the same, as one number: there are too many records to keep a text of each.
pub(super) fn values(asked: &[Asked], subject: &dyn Subject) -> u64 {
    let mut hasher = DefaultHasher::new();
    for asked in asked {
        match asked.of(subject) {
            Some(Value::Text(text)) => text.hash(&mut hasher),
            Some(Value::Number(number)) => number.hash(&mut hasher),
            Some(Value::Flag(flag)) => flag.hash(&mut hasher),
            None => hasher.write_u8(0),
        }
    }
    hasher.finish()
}
