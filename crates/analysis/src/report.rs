//! The report: findings with their words, and what they rest on.

use crate::coverage::Coverage;
use crate::groups::{Group, groups};
use crate::papers::{CapturedTraffic, CertificateFile};
use crate::presented::Presented;
use crate::redact::Names;
use crate::site::Silenced;
use crate::speech::Speech;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use waytrace_evidence::{NodeFacts, Release, Role};
use waytrace_logparse::Forms;
use waytrace_signatures::{
    ClockDifference, Confidence, Contradicted, HeldOn, Line, Prose, Reference, ServerSummary, Severity,
    Touched, TransactionCounts,
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
    /// What was given, member by member.
    pub members: Vec<Member>,
    /// The files of certificates, and whose they are.
    pub certificates: Vec<CertificateFile>,
    /// What the captures show, and whose they are.
    pub traffic: Vec<CapturedTraffic>,
    /// Findings that what is known of a box contradicts: they are not told.
    pub contradicted: Vec<Contradicted>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Problems that a site's rules silence.
    pub silenced: Vec<Silenced>,
    /// Problems that the user's filters leave out ([`crate::Selection`]).
    pub left_out: usize,
    /// What else the reader of the report must know.
    pub notes: Vec<String>,
    /// Names that stand in what was read, if they were learnt ([`crate::Analyzer::learning_names`]).
    pub(crate) names: Option<Names>,
    /// How it speaks to people.
    pub speech: Speech,
    /// What the dumps of each box say, by its host name.
    pub facts: HashMap<String, NodeFacts>,
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
    /// Host of its first record.
    pub host: Option<String>,
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
    /// Which Expressway it is, if the log or a dump tells.
    pub role: Option<Role>,
    /// Its release, if a dump tells.
    pub release: Option<Release>,
    /// The product's own name, if a dump tells.
    pub product: Option<String>,
    /// Its full name, if a dump tells.
    pub name: Option<String>,
    /// Domains that its dump names, such as `example.com`.
    pub domains: Vec<String>,
    /// The cluster it is part of, if a dump tells.
    pub cluster: Option<Cluster>,
    /// First and last stamp.
    pub first: Option<DateTime<Utc>>,
    /// First and last stamp.
    pub last: Option<DateTime<Utc>>,
    /// Records it wrote.
    pub records: u64,
}

impl NodeReport {
    /// A box of which nothing but the name is known.
    pub(crate) fn named(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            role: None,
            release: None,
            product: None,
            name: None,
            domains: Vec::new(),
            cluster: None,
            first: None,
            last: None,
            records: 0,
        }
    }
}

/// A cluster, as the dump of one of its peers tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cluster {
    /// Its name.
    pub name: Option<String>,
    /// All its peers.
    pub peers: Vec<ClusterPeer>,
}

/// A peer of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClusterPeer {
    /// Name or address in the configuration.
    pub address: String,
    /// Host name of the node of this report that it is; none if nothing of it was given.
    pub node: Option<String>,
}

/// What is to be done, or known, on one peer of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerCheck {
    /// The peer.
    pub peer: ClusterPeer,
    /// What its log says of the problem.
    pub state: PeerState,
}

/// What the log of a peer says of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerState {
    /// It has it.
    Affected,
    /// It does not: so many requests to the same server and port were answered.
    Fine(u64),
    /// Its log shows no request that could tell.
    Untold,
    /// No log of it was given.
    NoLog,
}

/// A member of what the user gave.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Its name, as the report writes it.
    pub name: String,
    /// What it is, in words.
    pub kind: String,
    /// Its bytes, where known.
    pub bytes: Option<u64>,
    /// What was done with it.
    pub treatment: Treatment,
}

/// What was done with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Treatment {
    /// Read as a log.
    Analysed,
    /// Read for facts about its box.
    Facts,
    /// Only listed.
    Listed,
    /// Not read, or not to the end; the reason stands among what is unread.
    Unread,
}

impl Treatment {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Analysed => "analysed",
            Self::Facts => "facts",
            Self::Listed => "listed",
            Self::Unread => "unread",
        }
    }
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
    /// What the server presented in the handshake that the finding is about, where a capture has it.
    pub presented: Option<Presented>,
    /// What to do or know on each peer of its cluster, where the repair is to be made on every one.
    pub checklist: Vec<PeerCheck>,
    /// The repair is to be made on every peer of a cluster.
    pub(crate) on_every_peer: bool,
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
