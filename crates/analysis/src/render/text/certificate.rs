//! Certificates in words.

use super::super::voice::Voice;
use crate::presented::{Bearing, Presented};
use chrono::{DateTime, Utc};
use waytrace_evidence::certificate::{Certificate, Checked, KeyKind};

/// Names of a certificate that are shown; large ones have hundreds.
const NAMES: usize = 6;

/// One certificate in a line.
pub(super) fn line(v: &Voice, certificate: &Certificate) -> String {
    let signed = match (&certificate.self_signed, certificate.self_issued) {
        (Checked::Yes, _) => v.t("self-signed").to_owned(),
        (_, true) => v.t("issued by itself, but not signed with its own key").to_owned(),
        _ => v.fill("signed by {0}", &[&certificate.issuer.short()]),
    };
    let names = names(v, certificate);
    let names =
        if names.is_empty() { v.t("no alternative name").to_owned() } else { v.fill("names {0}", &[&names]) };
    let (from, to) = (certificate.not_before.format("%Y-%m-%d"), certificate.not_after.format("%Y-%m-%d"));
    v.fill(
        "{0}: {1}, {2}, valid {3} to {4}, {5}",
        &[&certificate.title(), &signed, &key(v, certificate), &from, &to, &names],
    )
}

/// `RSA 2048`, `EC P-384`.
fn key(v: &Voice, certificate: &Certificate) -> String {
    let key = &certificate.key;
    let kind = match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss => "RSA",
        KeyKind::Ec => "EC",
        KeyKind::Ed25519 => "Ed25519",
        KeyKind::Ed448 => "Ed448",
        KeyKind::Dsa => "DSA",
        _ => v.t("another kind of key"),
    };
    let size = key.curve.clone().or_else(|| key.bits.map(|bits| bits.to_string()));
    size.map_or_else(|| kind.to_owned(), |size| format!("{kind} {size}"))
}

fn names(v: &Voice, certificate: &Certificate) -> String {
    let addresses: Vec<String> = certificate.names.ip.iter().map(ToString::to_string).collect();
    let all: Vec<&str> = certificate
        .names
        .dns
        .iter()
        .chain(&certificate.names.uri)
        .chain(&addresses)
        .map(String::as_str)
        .collect();
    let shown = all[..all.len().min(NAMES)].join(", ");
    let more = all.len().saturating_sub(NAMES);
    if more == 0 { shown } else { v.fill("{0} and {1} more", &[&shown, &more]) }
}

/// How long a certificate is still good, in words; nothing if for more than two months.
pub(super) fn days(v: &Voice, certificate: &Certificate, now: DateTime<Utc>) -> Option<String> {
    const SOON: i64 = 60;
    let days = certificate.days_left(now);
    if now < certificate.not_before {
        return Some(v.t("not valid yet").to_owned());
    }
    match days {
        ..0 => Some(v.fill("expired {0} days ago", &[&-days])),
        0..=SOON => Some(v.fill("expires in {0} days", &[&days])),
        _ => None,
    }
}

/// What an alert says to a certificate (RFC 8446 section 6.2).
fn alert(number: u8) -> &'static str {
    match number {
        40 => "handshake failure",
        42 => "bad certificate",
        43 => "unsupported certificate",
        44 => "certificate revoked",
        45 => "certificate expired",
        46 => "certificate unknown",
        48 => "unknown CA: the chain is the problem",
        49 => "access denied",
        51 => "decrypt error",
        70 => "protocol version",
        71 => "insufficient security",
        80 => "internal error: with Traffic Server, the name is the problem",
        116 => "certificate required",
        _ => "see RFC 8446",
    }
}

/// What was presented in a handshake, line by line.
pub(in crate::render) fn presented(v: &Voice, presented: &Presented) -> Vec<String> {
    let mut lines = Vec::new();
    let all = presented.chain.len();
    for (depth, certificate) in presented.chain.iter().enumerate() {
        let place = if all > 1 { format!("{depth}. ") } else { String::new() };
        lines.push(format!("{place}{}", line(v, certificate)));
    }
    if presented.encrypted {
        lines.push(v.t("TLS 1.3: the certificate is encrypted and cannot be read in a capture").to_owned());
    } else if presented.chain.is_empty() {
        lines.push(v.t("the certificate is not in the capture").to_owned());
    }
    for (place, reason) in &presented.malformed {
        lines.push(v.fill("certificate {0} of the chain could not be read: {1}", &[place, reason]));
    }
    if let Some(verdict) = &presented.verdict {
        lines.push(v.fill(
            "with the trust store of {0} OpenSSL says: {1}{2}",
            &[&presented.node, verdict, &compared(v, presented)],
        ));
        lines.extend(
            verdict
                .missing
                .as_ref()
                .map(|missing| v.fill("missing in the trust store: {0}", &[&missing.line()])),
        );
    }
    for (who, alerts) in
        [(&*presented.node, &presented.alerts_sent), (v.t("the server"), &presented.alerts_received)]
    {
        lines.extend(
            alerts
                .iter()
                .map(|number| v.fill("{0} sent alert {1} ({2})", &[&who, number, &v.t(alert(*number))])),
        );
    }
    for other in &presented.others {
        let verdict = other.verdict.as_ref().map(|verdict| format!("; {verdict}")).unwrap_or_default();
        lines.push(
            v.fill("port {0} showed {1}{2}", &[&other.server.port(), &line(v, &other.certificate), &verdict]),
        );
    }
    lines.extend(presented.bearing.map(|bearing| v.t(bearing_words(bearing)).to_owned()));
    lines
}

/// What the handshake means for the finding.
fn bearing_words(bearing: Bearing) -> &'static str {
    match bearing {
        Bearing::Confirms => {
            "this confirms the log: the same address and port at the same time, the alert and the verdict that go with its line"
        }
        Bearing::GivesPort => {
            "this confirms the log and gives the port: the only one on which anything of this address was refused at that time"
        }
        Bearing::OtherPort => {
            "on the port that the log's line was joined to, nothing was refused at that time: the line may be about this port, so the finding is less sure"
        }
        Bearing::Explains => "the log says only that it failed; the cause rests on this handshake",
        Bearing::Alone => "no line of a log says this: it rests on this handshake alone",
    }
}

/// How the prediction and the log go together.
fn compared(v: &Voice, presented: &Presented) -> String {
    let agrees = presented
        .claim
        .as_ref()
        .zip(presented.verdict.as_ref())
        .and_then(|(claim, verdict)| claim.agrees(verdict));
    match agrees {
        Some(true) => format!(" ({})", v.t("as the log has it")),
        Some(false) => format!(
            " ({})",
            v.t(
                "the log says something else: the store may have changed since, or this is another connection"
            )
        ),
        None => String::new(),
    }
}
