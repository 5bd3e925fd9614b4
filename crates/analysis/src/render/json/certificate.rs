//! Certificates in JSON.

use super::time;
use crate::presented::{Bearing, Other, Presented};
use serde::Serialize;
use waytrace_evidence::certificate::{Certificate, Checked};
use waytrace_evidence::verdict::Verdict;

/// What a server presented.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Handshake<'a> {
    node: &'a str,
    captures: Vec<File<'a>>,
    server: String,
    at: Option<String>,
    chain: Vec<One<'a>>,
    unreadable: usize,
    malformed: Vec<Broken<'a>>,
    encrypted: bool,
    #[cfg_attr(test, schemars(with = "Option<crate::render::json::schema::Verdict>"))]
    verdict: Option<&'a Verdict>,
    agrees: Option<bool>,
    bearing: Option<&'static str>,
    others: Vec<OtherPort<'a>>,
    alerts_sent: &'a [u8],
    alerts_received: &'a [u8],
}

impl<'a> Handshake<'a> {
    pub(super) fn of(presented: &'a Presented) -> Self {
        Self {
            node: &presented.node,
            captures: presented.members.iter().map(|member| File { member }).collect(),
            server: presented.server.to_string(),
            at: time(Some(presented.at)),
            chain: presented.chain.iter().map(One::of).collect(),
            unreadable: presented.malformed.len(),
            malformed: presented
                .malformed
                .iter()
                .map(|(place, reason)| Broken { place: *place, reason })
                .collect(),
            encrypted: presented.encrypted,
            verdict: presented.verdict.as_ref(),
            agrees: presented
                .claim
                .as_ref()
                .zip(presented.verdict.as_ref())
                .and_then(|(claim, verdict)| claim.agrees(verdict)),
            bearing: presented.bearing.map(Bearing::word),
            others: presented.others.iter().map(OtherPort::of).collect(),
            alerts_sent: &presented.alerts_sent,
            alerts_received: &presented.alerts_received,
        }
    }
}

/// What the server showed on another port.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OtherPort<'a> {
    server: String,
    certificate: One<'a>,
    #[cfg_attr(test, schemars(with = "Option<crate::render::json::schema::Verdict>"))]
    verdict: Option<&'a Verdict>,
}

impl<'a> OtherPort<'a> {
    fn of(other: &'a Other) -> Self {
        Self {
            server: other.server.to_string(),
            certificate: One::of(&other.certificate),
            verdict: other.verdict.as_ref(),
        }
    }
}

/// A certificate that could not be read: its place in the chain, from 0.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Broken<'a> {
    place: usize,
    reason: &'a str,
}

/// A file of a capture.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct File<'a> {
    member: &'a str,
}

/// One certificate.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct One<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    not_before: Option<String>,
    not_after: Option<String>,
    dns: &'a [String],
    ip: Vec<String>,
    self_signed: Option<bool>,
    ca: bool,
    sha1: &'a str,
    sha256: &'a str,
}

impl<'a> One<'a> {
    pub(super) fn of(certificate: &'a Certificate) -> Self {
        Self {
            subject: certificate.subject.line(),
            issuer: certificate.issuer.line(),
            serial: &certificate.serial,
            not_before: time(Some(certificate.not_before)),
            not_after: time(Some(certificate.not_after)),
            dns: &certificate.names.dns,
            ip: certificate.names.ip.iter().map(ToString::to_string).collect(),
            self_signed: match certificate.self_signed {
                Checked::Yes => Some(true),
                Checked::No => Some(false),
                _ => None,
            },
            ca: certificate.is_ca(),
            sha1: &certificate.sha1,
            sha256: &certificate.sha256,
        }
    }
}
