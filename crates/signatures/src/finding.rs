//! What comes out: findings, owned and small.

use crate::catalogue::{Confidence, Severity, Signature};
use chrono::{DateTime, FixedOffset, Utc};
use indexmap::IndexSet;
use std::collections::HashSet;
use std::net::IpAddr;

/// Number of a member (a file, a stream) in the order its reader gave them out.
pub type Member = u32;

/// A line of a log, kept as proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which input it stands in.
    pub member: Member,
    /// Number of its first line there, from 1.
    pub line: u64,
    /// Position of its first byte there, from 0.
    pub offset: u64,
    /// Its stamp.
    pub time: Option<DateTime<FixedOffset>>,
    /// The line, cut to [`Line::MAX_TEXT`] bytes. Not escaped: it is a stranger's text.
    pub text: String,
    /// What it is kept for.
    pub role: Role,
}

impl Line {
    /// Ceiling on the text kept of one line, in bytes.
    pub const MAX_TEXT: usize = 2048;
}

/// What a line of evidence is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It says what the finding claims.
    Proof,
    /// It belongs to the story: the request, the retry, the answer.
    Context,
}

/// A server, as far as the log names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Name or address that was asked for, in lower case.
    pub host: String,
    /// Address that was connected to.
    pub ip: Option<IpAddr>,
    /// Port that was connected to.
    pub port: Option<u16>,
}

/// A transaction a finding touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Touched {
    /// Host name of the node whose log shows it.
    pub node: String,
    /// Process id of the proxy.
    pub pid: u32,
    /// The proxy's counter.
    pub txn_id: u64,
    /// How often the counter had started again with this pid and this number.
    pub run: u32,
    /// Joins the request across boxes; empty if the log has none.
    pub tracking_id: String,
    /// Who asked; empty if unknown.
    pub user: String,
    /// Host the request was for.
    pub host: String,
    /// Port the request was for.
    pub port: Option<u16>,
    /// What was asked of the origin server.
    pub url: String,
    /// Status line given to the client, such as `502 connect failed`; empty while there is none.
    pub status: String,
    /// How sure it is that the finding's lines belong to this transaction.
    pub confidence: Confidence,
    /// Line numbers of its records, in the order read.
    pub lines: Vec<(Member, u64)>,
    /// Line numbers of the finding's proofs that were tied to it; they carry no Txn-id of their own.
    pub proof: Vec<ProofLine>,
}

impl Touched {
    /// Counts its inputs from another number on.
    pub(crate) fn renumber(&mut self, first: Member) {
        let lines = self.lines.iter_mut().map(|(member, _)| member);
        for member in lines.chain(self.proof.iter_mut().map(|proof| &mut proof.member)) {
            *member += first;
        }
    }
}

/// A proof that was tied to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofLine {
    /// Which input it stands in.
    pub member: Member,
    /// Number of its line there.
    pub line: u64,
    /// How sure it is that the line belongs to this transaction.
    pub confidence: Confidence,
}

/// One problem of one target on one node.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// Position of its signature in the catalogue.
    pub signature: usize,
    /// The signature's id.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the claim is, target and port included.
    pub confidence: Confidence,
    /// Host name of the node whose log shows it.
    pub node: String,
    /// The server it is about.
    pub target: Target,
    /// Number of lines that prove it.
    pub evidence_count: u64,
    /// Number of transactions it touched.
    pub transaction_count: u64,
    /// Lines that prove it and no transaction could be found for.
    pub unattributed: u64,
    /// First and last proof.
    pub first: Option<DateTime<Utc>>,
    /// First and last proof.
    pub last: Option<DateTime<Utc>>,
    /// Users it touched, in the order seen.
    pub users: IndexSet<String>,
    /// Calls it touched, by Call-ID or Call-serial-number, each once, in the order seen.
    pub calls: IndexSet<String>,
    /// Transactions it touched, at most [`Finding::MAX_TRANSACTIONS`].
    pub transactions: Vec<Touched>,
    /// Lines kept, at most [`Finding::MAX_EVIDENCE`], in log order.
    pub evidence: Vec<Line>,
    /// Ids of other entries that fired on the same thing and were folded under this one.
    pub also: Vec<String>,
    /// The nodes it holds for, with what each of them shows; empty until the log has ended, or if it is only
    /// [`Finding::node`].
    pub holds: Vec<HeldOn>,
    /// Other nodes that the same requests passed.
    pub seen_on: Vec<String>,
    /// What the entry asks of the box, and nobody dumped.
    pub unknown: Vec<String>,
    /// The node is an Expressway-C.
    pub(crate) inside: bool,
    /// Requests it touched that have no TrackingID, or of which it is not kept.
    pub(crate) untracked: u64,
    /// Requests it touched, by their TrackingIDs.
    pub(crate) tracked: HashSet<u64>,
    /// A later record says that it is over: it is not told at the end.
    pub(crate) over: bool,
    /// Values for the names in the entry's text, beside those of the target.
    pub names: Vec<(String, String)>,
}

/// A node that a finding holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldOn {
    /// Host name.
    pub node: String,
    /// How sure the claim is there.
    pub confidence: Confidence,
    /// Lines of its log that prove it.
    pub evidence_count: u64,
    /// Transactions of it that were touched.
    pub transaction_count: u64,
}

/// What becomes of the counts when one finding goes under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absorb {
    /// It rests on lines of its own, which name no cause.
    Symptom,
    /// It rests on the same lines.
    SameLines,
    /// It is the same problem of another node.
    OtherNode,
}

impl Finding {
    /// A finding without any proof yet.
    pub(crate) fn new(
        at: usize,
        signature: &Signature,
        node: String,
        target: Target,
        confidence: Confidence,
    ) -> Self {
        Self {
            signature: at,
            id: signature.id.clone(),
            severity: signature.severity,
            confidence,
            node,
            target,
            evidence_count: 0,
            transaction_count: 0,
            unattributed: 0,
            first: None,
            last: None,
            users: IndexSet::new(),
            calls: IndexSet::new(),
            transactions: Vec::new(),
            evidence: Vec::new(),
            names: Vec::new(),
            also: Vec::new(),
            over: false,
            unknown: Vec::new(),
            inside: false,
            untracked: 0,
            tracked: HashSet::new(),
            seen_on: Vec::new(),
            holds: Vec::new(),
        }
    }

    /// Ceiling on the requests whose TrackingIDs are remembered with a finding.
    pub const MAX_TRACKED: usize = 50_000;
    /// Ceiling on the transactions kept with a finding, unless the engine was told otherwise; all are counted.
    pub const MAX_TRANSACTIONS: usize = 200;
    /// Ceiling on the proofs noted with one transaction.
    pub const MAX_PROOF: usize = 64;
    /// Ceiling on the lines kept with a finding; all are counted.
    pub const MAX_EVIDENCE: usize = 24;
    /// Ceiling on the users kept with a finding.
    pub const MAX_USERS: usize = 1000;
    /// Ceiling on the calls kept with a finding.
    pub const MAX_CALLS: usize = 1000;

    /// Takes over what another finding rests on.
    pub(crate) fn absorb(&mut self, other: Self, how: Absorb) {
        if how == Absorb::OtherNode {
            if self.holds.is_empty() {
                self.holds.push(self.as_held());
            }
            self.holds.push(other.as_held());
            self.confidence = self.confidence.max(other.confidence);
        }
        for id in std::iter::once(other.id).chain(other.also) {
            if id != self.id && !self.also.contains(&id) {
                self.also.push(id);
            }
        }
        let (lines, requests) = (other.evidence_count, other.transaction_count);
        match how {
            Absorb::SameLines => {
                self.evidence_count = self.evidence_count.max(lines);
                self.transaction_count += requests;
            }
            Absorb::Symptom | Absorb::OtherNode => {
                self.evidence_count += lines;
                self.transaction_count += requests;
            }
        }
        for node in other.seen_on {
            if !self.seen_on.contains(&node) {
                self.seen_on.push(node);
            }
        }
        self.tracked.extend(other.tracked);
        self.untracked += other.untracked;
        self.unattributed += other.unattributed;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        self.users.extend(other.users);
        self.users.truncate(Self::MAX_USERS);
        self.calls.extend(other.calls);
        self.calls.truncate(Self::MAX_CALLS);
        // A symptom was not refused by a line that names it: that it shares its cause is no more than likely.
        let most = match how {
            Absorb::Symptom | Absorb::SameLines => Confidence::Likely,
            Absorb::OtherNode => Confidence::Certain,
        };
        let unnamed = other
            .transactions
            .into_iter()
            .map(|touched| Touched { confidence: touched.confidence.min(most), ..touched });
        let room = Self::MAX_TRANSACTIONS.saturating_sub(self.transactions.len());
        self.transactions.extend(unnamed.take(room));
        for line in other.evidence {
            self.keep(line, Self::MAX_EVIDENCE);
        }
    }

    /// Counts its inputs from another number on.
    pub(crate) fn renumber(&mut self, first: Member) {
        for line in &mut self.evidence {
            line.member += first;
        }
        for touched in &mut self.transactions {
            touched.renumber(first);
        }
    }

    fn as_held(&self) -> HeldOn {
        HeldOn {
            node: self.node.clone(),
            confidence: self.confidence,
            evidence_count: self.evidence_count,
            transaction_count: self.transaction_count,
        }
    }

    /// Keeps a line in log order, once, if there is room.
    pub(crate) fn keep(&mut self, line: Line, ceiling: usize) {
        if self.evidence.len() >= ceiling {
            return;
        }
        let before = |known: &Line| (known.member, known.offset) < (line.member, line.offset);
        let place = self.evidence.partition_point(before);
        let known = self.evidence.get(place).map(|known| (known.member, known.offset));
        if known != Some((line.member, line.offset)) {
            self.evidence.insert(place, line);
        }
    }
}
