//! Gathers what was found into findings: one for each signature, node and target.

use super::fold::tracked;
use super::transaction::Transaction;
use crate::catalogue::{Catalogue, Confidence};
use crate::field::{Asked, Field};
use crate::finding::{Finding, Line, Member, ProofLine, Role, Target, Touched};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Lines of evidence left free for the story of one transaction.
const ROOM_FOR_STORY: usize = 10;

/// Tells one finding from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Group {
    signature: usize,
    node: String,
    target: Target,
}

/// Every finding so far, and which of them are news.
#[derive(Debug)]
pub(crate) struct Findings {
    all: Vec<Finding>,
    groups: IndexMap<Group, usize>,
    news: Vec<usize>,
    /// Proofs that were not kept because there are too many findings.
    pub(crate) dropped: u64,
    /// Transactions kept with each finding.
    pub(crate) keep_transactions: usize,
    /// How often each finding was proven.
    times: Vec<u64>,
    /// How many findings each source has, where there is a ceiling on them.
    of_source: HashMap<Member, usize>,
    /// The first of the inputs of one source, by the others.
    pub(crate) sources: HashMap<Member, Member>,
    /// What may be kept.
    pub(crate) room: Room,
}

/// What may be kept of all findings together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Findings.
    pub(crate) findings: usize,
    /// Findings that rest on one source.
    pub(crate) of_source: usize,
    /// Requests that are known by their TrackingIDs.
    pub(crate) tracked: usize,
}

impl Default for Findings {
    fn default() -> Self {
        let keep_transactions = Finding::MAX_TRANSACTIONS;
        let room = Room { findings: Self::MAX, of_source: usize::MAX, tracked: usize::MAX };
        Self {
            all: Vec::new(),
            groups: IndexMap::new(),
            news: Vec::new(),
            dropped: 0,
            keep_transactions,
            times: Vec::new(),
            of_source: HashMap::new(),
            sources: HashMap::new(),
            room,
        }
    }
}

/// One proof of a finding.
pub(crate) struct Proof<'a> {
    pub(crate) signature: usize,
    pub(crate) node: &'a str,
    pub(crate) target: Target,
    pub(crate) confidence: Confidence,
    pub(crate) lines: &'a [Line],
    pub(crate) names: Vec<(String, String)>,
}

impl Findings {
    /// Ceiling on the findings of one run.
    pub(crate) const MAX: usize = 10_000;

    /// Adds a proof; gives the position of its finding.
    pub(crate) fn add(&mut self, catalogue: &Catalogue, proof: Proof<'_>) -> Option<usize> {
        let signature = &catalogue.signatures()[proof.signature];
        let target = if signature.trigger.declares_names() {
            proof.target
        } else {
            narrow(proof.target, &signature.group.by)
        };
        let group = Group { signature: proof.signature, node: proof.node.to_owned(), target: target.clone() };
        let confidence = proof.confidence.min(signature.confidence);
        let at = match self.groups.get(&group).copied() {
            Some(at) => at,
            None if !self.take_room(proof.lines) => {
                self.dropped += 1;
                return None;
            }
            None => {
                self.times.push(0);
                let (at, node) = (proof.signature, proof.node.to_owned());
                let finding = Finding::new(at, signature, node, target, confidence);
                self.all.push(Finding { names: proof.names, ..finding });
                let at = self.all.len() - 1;
                self.groups.insert(group, at);
                self.news.push(at);
                at
            }
        };
        self.times[at] += 1;
        let finding = &mut self.all[at];
        finding.over = false;
        finding.confidence = finding.confidence.max(confidence);
        finding.evidence_count += proof.lines.iter().filter(|line| line.role == Role::Proof).count() as u64;
        for line in proof.lines {
            see(finding, line.time.map(|time| time.to_utc()));
            finding.keep(line.clone(), Finding::MAX_EVIDENCE - ROOM_FOR_STORY);
        }
        Some(at)
    }

    /// Whether one more finding that rests on these lines may be kept; if so, it is counted.
    fn take_room(&mut self, lines: &[Line]) -> bool {
        let has_room = self.has_room(lines);
        if has_room && self.room.of_source != usize::MAX {
            *self.of_source.entry(self.source(lines)).or_default() += 1;
        }
        has_room
    }

    /// Whether there is room for one more finding that rests on these lines.
    pub(crate) fn has_room(&self, lines: &[Line]) -> bool {
        let of_source = || self.of_source.get(&self.source(lines)).copied().unwrap_or(0);
        self.all.len() < self.room.findings
            && (self.room.of_source == usize::MAX || of_source() < self.room.of_source)
    }

    /// The first input of the source that these lines are of.
    fn source(&self, lines: &[Line]) -> Member {
        let member = lines.first().map_or(0, |line| line.member);
        self.sources.get(&member).copied().unwrap_or(member)
    }

    /// Whether there is a finding of the same signature, node and target.
    pub(crate) fn knows(&self, other: &Finding) -> bool {
        let (signature, node, target) = (other.signature, other.node.clone(), other.target.clone());
        self.groups.contains_key(&Group { signature, node, target })
    }

    /// How often a finding was proven.
    pub(crate) fn times(&self, at: usize) -> u64 {
        self.times[at]
    }

    /// Notes that a proof found no transaction.
    pub(crate) fn unattributed(&mut self, at: usize) {
        self.all[at].unattributed += 1;
    }

    /// Notes that what a finding says is over.
    pub(crate) fn clear(&mut self, at: usize) {
        self.all[at].over = true;
    }

    /// Notes a user a finding touches.
    pub(crate) fn user(&mut self, at: usize, user: String) {
        let users = &mut self.all[at].users;
        if users.len() < Finding::MAX_USERS {
            users.insert(user);
        }
    }

    /// Notes a call a finding touches.
    pub(crate) fn call(&mut self, at: usize, call: String) {
        let calls = &mut self.all[at].calls;
        if calls.len() < Finding::MAX_CALLS {
            calls.insert(call);
        }
    }

    /// Ties a transaction to a finding, or brings what is known of it up to date.
    pub(crate) fn touch(
        &mut self,
        at: usize,
        node: &str,
        transaction: &Transaction,
        confidence: Confidence,
        lines: &[Line],
    ) {
        let Some(key) = transaction.key else { return };
        let keep = self.keep_transactions;
        let finding = &mut self.all[at];
        track(finding, transaction, &mut self.room.tracked);
        let numbers = lines.iter().map(|line| ProofLine { member: line.member, line: line.line, confidence });
        let same = |t: &&mut Touched| t.pid == key.pid && t.txn_id == key.id && t.run == transaction.run;
        if let Some(known) = finding.transactions.iter_mut().rev().find(same) {
            known.confidence = known.confidence.max(confidence);
            let room = Finding::MAX_PROOF.saturating_sub(known.proof.len());
            known.proof.extend(numbers.take(room));
        } else if !transaction.findings.contains(&at) {
            finding.transaction_count += 1;
            finding.untracked += u64::from(transaction.tracking_id.is_empty());
            if finding.transactions.len() < keep {
                finding.transactions.push(touched(node, transaction, confidence, numbers.collect()));
            }
        }
        if !transaction.user.is_empty()
            && finding.users.len() < Finding::MAX_USERS
            && confidence >= Confidence::Likely
        {
            finding.users.insert(transaction.user.clone());
        }
    }

    /// A transaction is over: its status, its lines and its user are known now.
    pub(crate) fn close(&mut self, at: usize, node: &str, transaction: &Transaction) {
        let Some(key) = transaction.key else { return };
        let finding = &mut self.all[at];
        track(finding, transaction, &mut self.room.tracked);
        let same = |t: &&mut Touched| t.pid == key.pid && t.txn_id == key.id && t.run == transaction.run;
        if let Some(known) = finding.transactions.iter_mut().rev().find(same) {
            *known = touched(node, transaction, known.confidence, std::mem::take(&mut known.proof));
            let sure = known.confidence >= Confidence::Likely;
            if sure && !transaction.user.is_empty() && finding.users.len() < Finding::MAX_USERS {
                finding.users.insert(transaction.user.clone());
            }
            let first = finding
                .transactions
                .first()
                .is_some_and(|t| (t.pid, t.txn_id, t.run) == (key.pid, key.id, transaction.run));
            // The story of one transaction is told whole; of the others the line numbers do.
            if first {
                for line in transaction.lines.lines(Role::Context) {
                    finding.keep(line, Finding::MAX_EVIDENCE);
                }
            }
        }
    }

    /// Positions of findings that are new since the last call.
    pub(crate) fn news(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.news)
    }

    pub(crate) fn all(&self) -> &[Finding] {
        &self.all
    }

    pub(crate) fn into_all(self) -> Vec<Finding> {
        self.all
    }
}

/// Notes the request by its TrackingID, by which another box knows it too.
fn track(finding: &mut Finding, transaction: &Transaction, room: &mut usize) {
    let Some(number) = tracked(&transaction.tracking_id, &transaction.url) else { return };
    if *room == 0 {
        // It has requests that nobody can find on another box.
        finding.untracked += u64::from(!finding.tracked.contains(&number));
    } else if finding.tracked.len() < Finding::MAX_TRACKED && finding.tracked.insert(number) {
        *room -= 1;
    }
}

/// Leaves out of a target what the signature does not group by.
fn narrow(target: Target, group: &[Asked]) -> Target {
    let by = |field| group.contains(&Asked::Field(field));
    Target {
        host: if by(Field::TargetHost) { target.host } else { String::new() },
        ip: target.ip.filter(|_| by(Field::TargetIp)),
        port: target.port.filter(|_| by(Field::TargetPort)),
    }
}

fn see(finding: &mut Finding, time: Option<DateTime<Utc>>) {
    let Some(time) = time else { return };
    finding.first = Some(finding.first.map_or(time, |first| first.min(time)));
    finding.last = Some(finding.last.map_or(time, |last| last.max(time)));
}

pub(crate) fn touched(
    node: &str,
    transaction: &Transaction,
    confidence: Confidence,
    proof: Vec<ProofLine>,
) -> Touched {
    let key = transaction.key.unwrap_or(super::transaction::Key { pid: 0, id: 0 });
    let status = transaction.status.as_ref();
    Touched {
        node: node.to_owned(),
        pid: key.pid,
        txn_id: key.id,
        run: transaction.run,
        tracking_id: transaction.tracking_id.clone(),
        user: transaction.user.clone(),
        host: transaction.host_or_ip().into_owned(),
        port: transaction.port.or_else(|| transaction.attempts.iter().find_map(|attempt| attempt.port)),
        url: transaction.url.clone(),
        status: status.map(|(code, reason)| format!("{code} {reason}").trim().to_owned()).unwrap_or_default(),
        confidence,
        lines: transaction.lines.numbers(),
        proof,
    }
}
