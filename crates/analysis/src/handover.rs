//! The certificates that somebody has to upload somewhere, ready to be handed over.
//!
//! Only certificates, never a key. What is missing and was not presented cannot be handed over: it is said instead.

use crate::papers::CertificateKind;
use crate::presented::Presented;
use crate::report::{Problem, Report};
use crate::stores::Files;
use std::fmt::Write;
use waytrace_evidence::certificate::Certificate;

/// Files to write into one folder, and what could not be handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handover {
    /// Name and content of each file; the first is a README.
    pub files: Vec<(String, String)>,
}

/// One certificate, and where it goes.
struct Item {
    file: String,
    pem: String,
    title: String,
    sha256: String,
    places: Vec<String>,
}

/// What of the certificates at fault has to be uploaded, and where.
pub fn handover(report: &Report) -> Handover {
    let mut items: Vec<Item> = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for problem in &report.findings {
        if let Some(presented) = &problem.presented {
            to_expressway(problem, presented, report, &mut items, &mut missing);
            to_server(problem, presented, report, &mut items);
        }
    }
    if items.is_empty() && missing.is_empty() {
        return Handover::default();
    }
    let readme = readme(&items, &missing);
    let files = items.into_iter().map(|item| (item.file, item.pem));
    Handover { files: std::iter::once(("README.txt".to_owned(), readme)).chain(files).collect() }
}

/// What the Expressway lacks to trust the server, and nobody has uploaded since.
fn to_expressway(
    problem: &Problem,
    presented: &Presented,
    report: &Report,
    items: &mut Vec<Item>,
    missing: &mut Vec<String>,
) {
    let Some(verdict) = presented.verdict.as_ref() else { return };
    let lacks_trust = verdict.failure().is_some_and(|failure| matches!(failure.code, 2 | 18..=21));
    if !lacks_trust {
        return;
    }
    let place = format!(
        "Maintenance > Security > Trusted CA certificate, on {} (for {}, {})",
        peers(problem),
        problem.target.host,
        problem.id
    );
    let cas = presented.chain.iter().skip(1).chain(presented.chain.first().filter(|leaf| leaf.self_issued));
    let now: Vec<_> = Files::newest(&report.certificates, &presented.node, CertificateKind::TrustStore)
        .certificates()
        .collect();
    for certificate in cas.filter(|ca| now.iter().all(|known| known.der() != ca.der())) {
        add(items, certificate, &place);
    }
    if let Some(name) = &verdict.missing
        && !presented.chain.iter().chain(now.iter().copied()).any(|known| known.subject.same_as(name))
    {
        missing.push(format!(
            "{}: not in the capture; ask whoever runs this CA. It goes to {place}",
            name.line()
        ));
    }
}

/// What the server lacks to trust the Expressway: it sent alert 48.
fn to_server(problem: &Problem, presented: &Presented, report: &Report, items: &mut Vec<Item>) {
    const UNKNOWN_CA: u8 = 48;
    if !presented.alerts_received.contains(&UNKNOWN_CA) {
        return;
    }
    let node = &presented.node;
    let member = presented.members.first().map_or("", String::as_str);
    let files = |kind| Files::beside(&report.certificates, node, kind, member);
    // A client certificate of a later bundle is not what the box showed then.
    let here = |kind| Files::in_folder_of(&report.certificates, node, kind, member).certificates().next();
    let (client, server) = (CertificateKind::Client, CertificateKind::Server);
    let own = here(client).or_else(|| here(server));
    let own = own.or_else(|| files(client).certificates().next());
    let own = own.or_else(|| files(server).certificates().next());
    let place = format!(
        "tomcat-trust and CallManager-trust of {} (Cisco Unified OS Administration > Security > Certificate Management)",
        problem.target.host
    );
    let mut issuer = own.filter(|own| !own.self_issued).map(|own| own.issuer.clone());
    let store = files(CertificateKind::TrustStore);
    // A chain has a handful of certificates; whatever goes round ends here.
    for _ in 0..8 {
        let Some(name) = issuer.take() else { break };
        let Some(found) = store.certificates().find(|certificate| certificate.subject.same_as(&name)) else {
            break;
        };
        add(items, found, &place);
        issuer = (!found.self_issued).then(|| found.issuer.clone());
    }
}

/// The peers that need it: those of the checklist, or the nodes of the finding.
fn peers(problem: &Problem) -> String {
    if !problem.checklist.is_empty() {
        let names = problem.checklist.iter().map(|check| check.peer.address.as_str());
        return names.collect::<Vec<_>>().join(", ");
    }
    if problem.nodes.is_empty() {
        return problem.node.clone();
    }
    problem.nodes.iter().map(|held| held.node.as_str()).collect::<Vec<_>>().join(", ")
}

fn add(items: &mut Vec<Item>, certificate: &Certificate, place: &str) {
    if let Some(known) = items.iter_mut().find(|item| item.sha256 == certificate.sha256) {
        if !known.places.iter().any(|other| other == place) {
            known.places.push(place.to_owned());
        }
        return;
    }
    items.push(Item {
        file: format!("{}_{}.pem", safe(certificate.title()), &certificate.sha256[..16]),
        pem: certificate.pem(),
        title: certificate.subject.line().to_owned(),
        sha256: certificate.sha256.clone(),
        places: vec![place.to_owned()],
    });
}

/// A name that is safe as a file's: a certificate's subject is a stranger's text.
fn safe(name: &str) -> String {
    const MOST: usize = 60;
    let safe = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' });
    let safe: String = safe.take(MOST).collect();
    if safe.is_empty() { "certificate".to_owned() } else { safe }
}

fn readme(items: &[Item], missing: &[String]) -> String {
    let mut out =
        "Certificates taken from packet captures and trust stores. Compare each fingerprint with its\n\
                   owner before you trust it: a capture shows what was sent, not who sent it.\n"
            .to_owned();
    for item in items {
        let _ = write!(
            out,
            "\n{}\n  subject: {}\n  SHA-256: {}\n",
            item.file,
            printable(&item.title),
            item.sha256
        );
        for place in &item.places {
            let _ = writeln!(out, "  upload to: {}", printable(place));
        }
    }
    if !missing.is_empty() {
        out.push_str("\nNeeded, and not to be had from what was given:\n");
        for line in missing {
            let _ = writeln!(out, "  {}", printable(line));
        }
    }
    out
}

fn printable(text: &str) -> String {
    crate::Escaped(text).to_string()
}
