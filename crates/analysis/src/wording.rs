//! From a finding to words: fills in what an entry's text mentions.

use crate::report::{Problem, ProblemTarget};
use waytrace_signatures::{Catalogue, Finding, Prose};

/// Words for what a log does not tell.
const UNKNOWN: &[(&str, &str)] = &[
    ("target", "a server the log does not name"),
    ("host", "a server the log does not name"),
    ("ip", "an address the log does not show"),
    ("port", "unknown"),
    ("service", "a service the log does not name (the port is unknown)"),
    ("certificate", "one the log does not name (the port is unknown)"),
    ("error", "a reason the log does not give"),
    ("depth", "unknown"),
    ("reason", "no reason given"),
    ("alert", "unknown"),
    ("status", "5xx"),
    ("working_ports", "another port"),
    ("minutes", "many"),
];

/// A finding with its words, in a language if the catalogue has it.
pub(crate) fn problem(finding: Finding, catalogue: &Catalogue, language: &str) -> Problem {
    let signature = &catalogue.signatures()[finding.signature];
    let text = signature.text(language).fill(&|name| Some(value(name, &finding, catalogue)));
    let port = finding.target.port.and_then(|port| catalogue.ports.get(port));
    Problem {
        id: finding.id,
        severity: finding.severity,
        confidence: finding.confidence,
        node: finding.node,
        nodes: finding.holds,
        seen_on: finding.seen_on,
        presented: None,
        checklist: Vec::new(),
        on_every_peer: signature.on_every_peer,
        fine_on: Vec::new(),
        about_certificate: signature.is_about_certificate(),
        certificate: port.filter(|_| signature.is_about_certificate()).map(|port| port.certificate.clone()),
        target: ProblemTarget {
            service: port.map(|port| port.service.clone()),
            host: finding.target.host,
            ip: finding.target.ip,
            port: finding.target.port,
        },
        evidence_count: finding.evidence_count,
        transaction_count: finding.transaction_count,
        unattributed: finding.unattributed,
        first: finding.first,
        last: finding.last,
        users: finding.users.into_iter().collect(),
        calls: finding.calls.into_iter().collect(),
        transactions: finding.transactions,
        evidence: finding.evidence,
        also: finding.also,
        text: caveats(text, finding.unattributed, &finding.unknown),
        references: signature.references.clone(),
    }
}

/// Adds what this very log leaves open.
fn caveats(mut text: Prose, unattributed: u64, unknown: &[String]) -> Prose {
    if !unknown.is_empty() {
        text.doubts.push(format!(
            "It holds only with {}; what was given does not tell whether that is so here.",
            unknown.join(", ")
        ));
    }
    if unattributed > 0 {
        text.doubts.push(format!(
            "{unattributed} of the refusals could not be tied to a request: the log lacks the lines of these requests, or several fit equally."
        ));
    }
    text
}

fn value(name: &str, finding: &Finding, catalogue: &Catalogue) -> String {
    let target = &finding.target;
    let port = target.port.and_then(|port| catalogue.ports.get(port));
    let known = match name {
        // A log that begins in the middle of a request shows its answer and not where it went.
        "target" => Some(target_words(finding)).filter(|words| !words.is_empty()),
        "host" => Some(target.host.clone()).filter(|host| !host.is_empty()),
        "ip" => target.ip.map(|ip| ip.to_string()),
        "port" => target.port.map(|port| port.to_string()),
        "node" if finding.holds.is_empty() => Some(finding.node.clone()),
        "node" => {
            let nodes: Vec<_> = finding.holds.iter().map(|held| held.node.as_str()).collect();
            Some(nodes.join(", "))
        }
        "service" => match (port, target.port) {
            (Some(port), _) => Some(port.service.clone()),
            (None, Some(_)) => Some("a service this program does not know by its port".to_owned()),
            (None, None) => None,
        },
        "certificate" => match (port, target.port) {
            (Some(port), _) => Some(port.certificate.clone()),
            (None, Some(_)) => Some("one this program cannot name by its port".to_owned()),
            (None, None) => None,
        },
        other => finding.names.iter().find(|(known, _)| known == other).map(|(_, value)| value.clone()),
    };
    known.unwrap_or_else(|| {
        let unknown = UNKNOWN.iter().find(|(known, _)| *known == name);
        unknown.map_or_else(|| "unknown".to_owned(), |(_, words)| (*words).to_owned())
    })
}

/// `cucm.example (192.0.2.7) port 6972`, as much of it as is known.
fn target_words(finding: &Finding) -> String {
    let target = &finding.target;
    let mut words = target.host.clone();
    if let Some(ip) = target.ip
        && target.host != ip.to_string()
    {
        words = if words.is_empty() { ip.to_string() } else { format!("{words} ({ip})") };
    }
    match target.port {
        Some(port) if words.is_empty() => format!("port {port}"),
        Some(port) => format!("{words} port {port}"),
        None => words,
    }
}
