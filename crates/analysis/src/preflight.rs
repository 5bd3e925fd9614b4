//! What will break when a box goes to X14.2 or later, which checks the certificates of the servers inside.
//!
//! Every server that configuration, log or capture shows is one row. Where its certificate was seen, OpenSSL is asked
//! with the trust store of the box; where it was not, that is said, and how to ask. Nothing is guessed.

mod ask;
mod judge;
mod rows;

use crate::foreseen::Foreseen;
use crate::papers::CertificateKind;
use crate::report::{NodeReport, Report};
use crate::stores::Files;
use chrono::{DateTime, Utc};
use rows::Rows;
use serde::Serialize;
use std::net::SocketAddr;
use waytrace_evidence::certificate::Certificate;
use waytrace_evidence::verdict::Verdict;
use waytrace_evidence::{Release, Role};
use waytrace_signatures::Catalogue;

/// What is foreseen for the boxes of a case.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Preflight {
    /// Box by box, in the order of the report.
    pub boxes: Vec<PreflightBox>,
}

/// What is foreseen for one box.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PreflightBox {
    /// Host name.
    pub node: String,
    /// Which of the two it is, if known.
    pub role: Option<Role>,
    /// Its release, if a dump tells.
    pub release: Option<Release>,
    /// Whether it checks the certificates of inner servers already.
    pub enforcement: Enforcement,
    /// Certificates in its trust store; none if the store was not given.
    pub trusted: Option<usize>,
    /// Servers, those that break first.
    pub servers: Vec<PreflightServer>,
    /// What else must be known.
    pub notes: Vec<String>,
}

/// Whether a box checks the certificates of inner servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Enforcement {
    /// Its release does, and nothing was seen that switches it off.
    Already,
    /// Its release does, and `VerifyOriginServer` is off.
    SwitchedOff,
    /// Its release does not; X14.2 will.
    WithUpgrade,
    /// No dump tells the release.
    Unknown,
    /// It is an Expressway-E: it hands requests on, and the Expressway-C checks.
    NotHere,
}

/// One server and port.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PreflightServer {
    /// Name or address by which the box asks for it.
    pub host: String,
    /// Port; unknown where only a line without a request names the server.
    pub port: Option<u16>,
    /// What the port serves, in words.
    pub service: Option<String>,
    /// Where it was seen, in words.
    pub seen: Vec<String>,
    /// What enforcement would do.
    pub outlook: Outlook,
    /// Why nothing else can be said, where it cannot.
    pub why: Option<String>,
    /// The certificate that it showed in a capture.
    pub presented: Option<PreflightChain>,
    /// What OpenSSL 1.1.1 and Traffic Server say to it.
    pub verdict: Option<Verdict>,
    /// What OpenSSL 3 says, if that is something else.
    pub verdict_3: Option<Verdict>,
    /// What the log says already, without a capture: OpenSSL's words.
    pub told: Option<String>,
    /// The findings that enforcement would lead to, in the order in which they show up.
    pub findings: Vec<Foreseen>,
    /// How to see its certificate: commands, one a line.
    pub ask: Vec<String>,
}

/// What enforcement would do to the requests to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outlook {
    /// They are refused.
    Breaks,
    /// Not known.
    Unknown,
    /// They go on to work.
    Works,
    /// It is checked already by something else, which the upgrade does not change.
    Unchanged,
}

/// A chain from a capture.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PreflightChain {
    /// The server.
    pub server: SocketAddr,
    /// When it was presented last.
    pub at: DateTime<Utc>,
    /// Files of the capture.
    pub members: Vec<String>,
    /// The chain, the server's own certificate first.
    pub chain: Vec<Certificate>,
    /// What of it could not be read: its place in the chain, from 0, and the reason.
    pub malformed: Vec<(usize, String)>,
    /// How many different chains this server showed.
    pub different: usize,
}

impl Preflight {
    /// Looks ahead for every box of a report. `language` is that of the fixes.
    pub fn of(report: &Report, catalogue: &Catalogue, language: &str) -> Self {
        let boxes = report.nodes.iter().map(|node| PreflightBox::of(node, report, catalogue, language));
        Self { boxes: boxes.collect() }
    }

    /// Whether something will break.
    pub fn breaks(&self) -> bool {
        self.any(Outlook::Breaks)
    }

    /// Whether something is not known, so that nothing broken means nothing. A box that is to check and of which no
    /// server was seen is not known either.
    pub fn is_incomplete(&self) -> bool {
        let without = |one: &PreflightBox| {
            let judged = one.servers.iter().any(|server| server.outlook != Outlook::Unchanged);
            one.enforcement != Enforcement::NotHere && !judged
        };
        self.any(Outlook::Unknown) || self.boxes.iter().any(without)
    }

    fn any(&self, outlook: Outlook) -> bool {
        self.boxes.iter().flat_map(|one| &one.servers).any(|server| server.outlook == outlook)
    }
}

impl PreflightBox {
    fn of(node: &NodeReport, report: &Report, catalogue: &Catalogue, language: &str) -> Self {
        let enforcement = enforcement(node, report);
        let store = Files::newest(&report.certificates, &node.host, CertificateKind::TrustStore);
        let trusted = store.certificates().count();
        let mut one = Self {
            node: node.host.clone(),
            role: node.role,
            release: node.release.clone(),
            enforcement,
            trusted: (trusted > 0).then_some(trusted),
            servers: Vec::new(),
            notes: Vec::new(),
        };
        if enforcement != Enforcement::NotHere {
            let rows = Rows::of(node, report, catalogue);
            one.notes = rows.notes();
            if !store.are_whole() {
                one.notes.push(
                    "a part of its trust store could not be read: fetch the bundle again (CERT-020)"
                        .to_owned(),
                );
            }
            one.servers = rows.judge(node, &store, report, catalogue, language);
            one.servers.sort_by(|a, b| (a.outlook, &a.host, a.port).cmp(&(b.outlook, &b.host, b.port)));
        }
        one
    }
}

/// The first release that checks by default (CSCwc69661).
fn first_that_checks() -> Option<Release> {
    "X14.2".parse().ok()
}

fn enforcement(node: &NodeReport, report: &Report) -> Enforcement {
    if node.role == Some(Role::Edge) {
        return Enforcement::NotHere;
    }
    let switch = report.facts.get(&node.host).and_then(|facts| facts.mra.verify_origin_server);
    match (node.release.as_ref(), first_that_checks()) {
        (Some(release), Some(first)) if *release < first => Enforcement::WithUpgrade,
        (Some(_), _) if switch == Some(false) => Enforcement::SwitchedOff,
        (Some(_), _) => Enforcement::Already,
        (None, _) => Enforcement::Unknown,
    }
}
