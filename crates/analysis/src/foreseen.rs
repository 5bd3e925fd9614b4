//! What a verdict would lead to where it is enforced: the findings, with their fix, in the order in which they show up.

use serde::Serialize;
use waytrace_evidence::verdict::{Step, Verdict};
use waytrace_logparse::x509::normalise;
use waytrace_signatures::{Catalogue, Refused, Severity, Signature};

/// A finding that enforcement would lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Foreseen {
    /// Id of the entry.
    pub id: String,
    /// How bad it would be.
    pub severity: Severity,
    /// The problem in one line.
    pub title: String,
    /// What to do.
    pub fix: Vec<String>,
}

/// Whose certificate is judged, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// The name or address that is asked for.
    pub(crate) host: &'a str,
    pub(crate) port: Option<u16>,
    /// The box that would refuse it.
    pub(crate) node: &'a str,
}

/// The findings of a verdict. Whoever mends the first meets the second.
pub(crate) fn foreseen(
    verdict: &Verdict,
    about: About<'_>,
    catalogue: &Catalogue,
    language: &str,
) -> Vec<Foreseen> {
    let mut all: Vec<Foreseen> = Vec::new();
    for step in &verdict.steps {
        let (error, depth) = match step {
            Step::Failure(failure) => (Some(normalise(failure.text)), failure.depth),
            Step::NameMismatch => (None, 0),
            _ => continue,
        };
        let refused = error.as_deref().map_or(Refused::Name, |error| Refused::Chain(error, depth));
        for one in of(refused, about, catalogue, language) {
            if !all.iter().any(|known| known.id == one.id) {
                all.push(one);
            }
        }
    }
    all
}

/// The findings of one refusal.
pub(crate) fn of(
    refused: Refused<'_>,
    about: About<'_>,
    catalogue: &Catalogue,
    language: &str,
) -> Vec<Foreseen> {
    let entry = |signature: &Signature| {
        let text = signature.text(language).fill(&|name| Some(value(name, refused, about, catalogue)));
        Foreseen { id: signature.id.clone(), severity: signature.severity, title: text.title, fix: text.fix }
    };
    catalogue.foresee(refused).into_iter().map(entry).collect()
}

/// What fills a name of an entry's text.
fn value(name: &str, refused: Refused<'_>, about: About<'_>, catalogue: &Catalogue) -> String {
    let port = about.port.and_then(|port| catalogue.ports.get(port));
    match (name, refused) {
        ("target", _) => match about.port {
            Some(port) => format!("{} port {port}", about.host),
            None => about.host.to_owned(),
        },
        ("host" | "ip", _) => about.host.to_owned(),
        ("node", _) => about.node.to_owned(),
        ("port", _) => about.port.map_or_else(|| "unknown".to_owned(), |port| port.to_string()),
        ("service", _) => {
            port.map_or_else(|| "a service of this server".to_owned(), |port| port.service.clone())
        }
        ("certificate", _) => port.map_or_else(
            || "one this program cannot name without its port".to_owned(),
            |port| port.certificate.clone(),
        ),
        ("error" | "reason", Refused::Chain(error, _)) => error.to_owned(),
        ("error" | "reason", Refused::Name) => "the name is not in the certificate".to_owned(),
        ("depth", Refused::Chain(_, depth)) => depth.to_string(),
        _ => "unknown".to_owned(),
    }
}
