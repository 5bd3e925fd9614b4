//! The report: findings with their words, and what they rest on.

use crate::coverage::Coverage;
use crate::groups::{Group, groups};
use crate::site::Silenced;
use chrono::{DateTime, Utc};
use std::net::IpAddr;
use waytrace_evidence::Role;
use waytrace_logparse::Forms;
use waytrace_signatures::{
    ClockDifference, Confidence, HeldOn, Line, Prose, Reference, ServerSummary, Severity, Touched,
    TransactionCounts,
};

/// Everything an analysis gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// What was read, by number ([`Line::member`] points here).
    pub inputs: Vec<Input>,
    /// The boxes whose logs were read, in the order first seen.
    pub nodes: Vec<NodeReport>,
    /// Problems, the gravest first.
    pub findings: Vec<Problem>,
    /// How far the clocks of the boxes are apart, where requests passed two of them.
    pub clocks: Vec<ClockDifference>,
    /// Transactions of all nodes.
    pub transactions: TransactionCounts,
    /// What became of the requests to each server and port, the busiest first: what works is told too.
    pub servers: Vec<ServerSummary>,
    /// What was read and how much of it was understood.
    pub coverage: Coverage,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Problems that a site's rules silence.
    pub silenced: Vec<Silenced>,
    /// What else the reader of the report must know.
    pub notes: Vec<String>,
}

/// One input that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// Path as the user gave it; `-` is standard input.
    pub name: String,
    /// Bytes read.
    pub bytes: u64,
    /// Lines in it.
    pub lines: u64,
    /// Records in it.
    pub records: u64,
    /// Records of an Expressway; none means that it is no log.
    pub recognised: u64,
    /// In which forms it came.
    pub forms: Forms,
}

/// Something that could not be read, or was not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// Path as the user gave it.
    pub name: String,
    /// Why, and what to try.
    pub reason: String,
    /// Whether the user named this very file.
    pub named: bool,
    /// Whether what the user wanted read may be missing because of it. False for captures, certificates and the
    /// like, unless the user named the file itself.
    pub may_hold_log: bool,
    /// Whether part of it was read.
    pub partly_read: bool,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeReport {
    /// Host name in its log.
    pub host: String,
    /// Which Expressway it is, if the log tells.
    pub role: Option<Role>,
    /// First and last stamp.
    pub first: Option<DateTime<Utc>>,
    /// First and last stamp.
    pub last: Option<DateTime<Utc>>,
    /// Records it wrote.
    pub records: u64,
}

/// A problem, in full.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Problem {
    /// Id of the signature.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the claim is, target and port included.
    pub confidence: Confidence,
    /// Host name of the node whose log shows it.
    pub node: String,
    /// All the nodes it holds for, if they are several.
    pub nodes: Vec<HeldOn>,
    /// Other nodes that the same requests passed.
    pub seen_on: Vec<String>,
    /// Other nodes for which the same server and port answered, with the number of their requests.
    pub fine_on: Vec<(String, u64)>,
    /// It is about the certificate that the server shows, or about how that was judged.
    pub about_certificate: bool,
    /// Which certificate of the server that is, in words, if the port tells.
    pub certificate: Option<String>,
    /// The server it is about.
    pub target: ProblemTarget,
    /// Lines that prove it; more than are kept in `evidence`.
    pub evidence_count: u64,
    /// Transactions it touched; more than are kept in `transactions`.
    pub transaction_count: u64,
    /// Proofs for which no transaction could be found.
    pub unattributed: u64,
    /// First and last proof.
    pub first: Option<DateTime<Utc>>,
    /// First and last proof.
    pub last: Option<DateTime<Utc>>,
    /// Users it touched.
    pub users: Vec<String>,
    /// Calls it touched, by Call-ID or Call-serial-number.
    pub calls: Vec<String>,
    /// Transactions it touched.
    pub transactions: Vec<Touched>,
    /// Lines that prove it, and the story of one transaction around them, in log order.
    pub evidence: Vec<Line>,
    /// Ids of other entries that fired on the same thing.
    pub also: Vec<String>,
    /// What to tell people, names filled in.
    pub text: Prose,
    /// Bugs and documents it rests on.
    pub references: Vec<Reference>,
}

/// What tells one problem of a run from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProblemKey {
    id: String,
    node: String,
    target: ProblemTarget,
}

impl Problem {
    /// What tells it from the other problems of its run.
    pub fn key(&self) -> ProblemKey {
        ProblemKey { id: self.id.clone(), node: self.node.clone(), target: self.target.clone() }
    }
}

/// The server a problem is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProblemTarget {
    /// Name or address that was asked for.
    pub host: String,
    /// Address that was connected to.
    pub ip: Option<IpAddr>,
    /// Port; known only through the transaction.
    pub port: Option<u16>,
    /// What the port serves, in words.
    pub service: Option<String>,
}

impl Report {
    /// The findings, those together that one repair concerns.
    pub fn groups(&self) -> Vec<Group> {
        groups(&self.findings)
    }

    /// Whether something that may hold log text was not read, so that finding nothing proves nothing.
    pub fn is_partial(&self) -> bool {
        self.unread.iter().any(|unread| unread.may_hold_log)
    }

    /// Whether no input was a log.
    pub fn has_no_log(&self) -> bool {
        self.coverage.recognised == 0
    }

    /// Name of the input with this number.
    pub fn input(&self, member: u32) -> &str {
        self.inputs.get(member as usize).map_or("?", |input| &input.name)
    }
}
