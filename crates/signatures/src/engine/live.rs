//! A log that is followed while it is written: time passes without records, nothing may wait for the end, and state
//! stays bounded for days.
//!
//! What is settled here is settled as in a log that is read as a whole; it only does not wait for the next record. What
//! is not settled yet can be looked at ([`Engine::outlook`]), which changes nothing of what will be settled.

use super::attribution::{self, AHEAD, Owner};
use super::contrast::contrasted;
use super::findings::{Findings, Proof, Room};
use super::node::Node;
use super::settle::{Out, target_of};
use super::subject::{OriginTls, names};
use super::transaction::{Key, Moment, Transaction};
use super::unit::Unit;
use super::watch::{Told, Watches};
use super::{Across, Engine, TransactionCounts};
use crate::catalogue::Confidence;
use crate::detectors::Detector;
use crate::field::Kind;
use crate::finding::{Finding, Member, Target};
use std::collections::HashSet;

/// What waits for later lines is looked at after so much time. Lines about it, and about what competes with it, have
/// come by then: twice the longest distance that counts (attribution notes, 5).
const OUTLOOK: Moment = 2 * AHEAD;
/// A request of which nothing was heard for so long is given up. Traffic Server itself waits 30 s by default.
const PATIENCE: Moment = 120_000;
/// The same where the log shows no attempt: Traffic Server 9 writes none of those it makes, four for 30 s each.
const PATIENCE_WITHOUT_STEPS: Moment = 300_000;
/// How often is looked for such requests, by the clock of the node.
const SWEEP: Moment = 5_000;
/// Transactions whose details are kept with a finding, where a log is followed for days.
const TRANSACTIONS: usize = 20;
/// Findings in all, and of one source: whoever makes up names cannot fill the memory, nor the room of others.
const ROOM: Room = Room { findings: 2_000, of_source: 500, tracked: 200_000 };

/// State of an engine that follows a log.
#[derive(Debug, Default)]
pub(super) struct Following {
    /// The follower's clock, in milliseconds since it began.
    now: Moment,
    /// When the records that are fed now were heard.
    heard: Moment,
    /// Counts of nodes that were let go.
    let_go: TransactionCounts,
}

impl Following {
    pub(super) fn heard(&self) -> Moment {
        self.heard
    }

    pub(super) fn let_go(&self) -> TransactionCounts {
        self.let_go
    }
}

/// A finding as it stands now.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Standing<'e> {
    /// Its number, in the order of first proofs.
    pub number: usize,
    /// The finding.
    pub finding: &'e Finding,
    /// How often it was proven: by a record, a handshake, or a request.
    pub times: u64,
    /// Whether a later record says that it is over.
    pub over: bool,
}

impl Engine {
    /// Follows a log that does not end: requests of which nothing is heard for two minutes are given up, nodes and
    /// findings make room, fewer details are kept.
    pub fn follow(&mut self) {
        self.following = Some(Following::default());
        self.findings.keep_transactions = TRANSACTIONS;
        self.findings.room = ROOM;
    }

    /// Says that an input is of the same source as another one, such as a second connection of one sender: they share
    /// the room for findings.
    pub fn same_source(&mut self, input: Member, first: Member) {
        if input != first {
            self.findings.sources.insert(input, first);
        }
    }

    /// Says what time it is on the follower's clock, in milliseconds since it began. Records that are fed count as
    /// heard at this time.
    pub fn clock(&mut self, now: i64) {
        if let Some(following) = &mut self.following {
            following.now = following.now.max(now);
            following.heard = following.now;
        }
    }

    /// Says that records that are fed from here on, until the clock is set again, were heard earlier: they waited to be
    /// complete.
    pub fn heard(&mut self, earlier: i64) {
        if let Some(following) = &mut self.following {
            following.heard = earlier.min(following.now);
        }
    }

    /// Settles what is due by the follower's clock.
    pub fn pass(&mut self) {
        let Some(now) = self.following.as_ref().map(|following| following.now) else { return };
        let (nodes, mut out) = self.split();
        for node in nodes.values_mut() {
            let due = node.pass(now);
            node.settle_due(due, &mut out);
            let time = node.now();
            if node.watches.is_due(time) {
                let mut told = Told { catalogue: out.catalogue, findings: out.findings, node: &node.host };
                node.watches.settle(time, &mut told);
            }
            if (time - node.swept).abs() >= SWEEP {
                node.swept = time;
                node.give_up_quiet(&mut out);
                node.watches.sweep(time, out.catalogue);
            }
        }
    }

    /// Whether anything waits for later lines, so that time alone may prove something.
    pub fn awaits(&self) -> bool {
        self.nodes.values().any(Node::awaits)
    }

    /// What waits for later lines and means a new finding as far as is known now, each once. It is settled a moment
    /// later, and may then mean another one.
    pub fn outlook(&mut self) -> Vec<Finding> {
        let (mut found, mut across) = (Findings::default(), Across::default());
        for node in self.nodes.values_mut() {
            let (catalogue, findings, across) = (&*self.catalogue, &mut found, &mut across);
            node.preview(&mut Out { catalogue, findings, across, watching: None });
        }
        let is_new =
            |finding: &Finding| !self.findings.knows(finding) && self.findings.has_room(&finding.evidence);
        found.into_all().into_iter().filter(is_new).collect()
    }

    /// Numbers of the findings that are new since the last call.
    pub fn new_numbers(&mut self) -> Vec<usize> {
        self.findings.news()
    }

    /// The finding with this number.
    pub fn standing(&self, number: usize) -> Option<Standing<'_>> {
        let finding = self.findings.all().get(number)?;
        Some(Standing { number, finding, times: self.findings.times(number), over: finding.over })
    }

    /// Every finding so far.
    pub fn all_standing(&self) -> impl Iterator<Item = Standing<'_>> {
        (0..self.findings.all().len()).filter_map(|number| self.standing(number))
    }

    /// Proofs that were not kept because there are too many findings.
    pub fn dropped_proofs(&self) -> u64 {
        self.findings.dropped
    }

    /// Host names, with the newest stamp of each in milliseconds since 1970.
    pub fn newest(&self) -> impl Iterator<Item = (&str, Option<i64>)> {
        self.nodes.iter().map(|(host, node)| (host.as_str(), node.last))
    }

    /// Makes room for nodes: those that wrote least go, an eighth at once. A box that is watched writes all the time.
    pub(super) fn let_nodes_go(&mut self) {
        let mut records: Vec<u64> = self.nodes.values().map(|node| node.records).collect();
        let some = (records.len() / 8).max(1).min(records.len().saturating_sub(1));
        let (_, most, _) = records.select_nth_unstable(some);
        let (most, mut left) = (*most, some);
        let Some(following) = &mut self.following else { return };
        let counts = &mut following.let_go;
        self.nodes.retain(|_, node| {
            let goes = left > 0 && node.records <= most;
            if goes {
                left -= 1;
                counts.total += node.counts.total;
                counts.failed += node.counts.failed;
                counts.evicted += node.counts.evicted + node.transactions.len() as u64;
            }
            !goes
        });
        self.last = 0;
    }
}

impl Node {
    /// Whether anything here waits for later lines.
    fn awaits(&self) -> bool {
        !self.units.pending().is_empty()
            || !self.ended.is_empty()
            || !self.replaced.is_empty()
            || self.handshakes.first().is_some()
            || self.watches.awaits_time()
    }

    /// Looks at what is not settled yet, each thing once.
    fn preview(&mut self, out: &mut Out<'_>) {
        let until = self.now() - OUTLOOK;
        self.preview_units(until, out);
        self.preview_ended(until, out);
        let (host, catalogue) = (&self.host, out.catalogue);
        self.handshakes.preview(until, |handshake| {
            Watches::preview(handshake, &mut Told { catalogue, findings: out.findings, node: host });
        });
    }

    fn preview_units(&mut self, until: Moment, out: &mut Out<'_>) {
        let pending = self.units.pending();
        if !pending.iter().any(|unit| unit.time <= until && unit.is_fresh()) {
            return;
        }
        let owners = attribution::attribute(pending, until, &self.transactions, &self.ports, self.now());
        let due = pending.iter().filter(|unit| unit.time <= until);
        for (unit, owner) in due.zip(owners).filter(|(unit, _)| unit.is_fresh()) {
            let owner = if unit.enforced() { owner } else { self.tolerated_owner(unit, owner) };
            self.preview_unit(unit, &owner, out);
        }
        self.units.previewed(until);
    }

    fn preview_unit(&self, unit: &Unit, owner: &Owner, out: &mut Out<'_>) {
        let transaction = owner.slot.as_ref().and_then(|slot| self.transactions.get(&slot.key));
        let target = target_of(unit, owner, transaction);
        let ip = target.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let subject = OriginTls { unit, target: &target, ip: &ip };
        // An attempt that has not ended may still turn out not to be the one.
        let is_over = owner.slot.as_ref().is_some_and(|slot| slot.ended.is_some());
        let most = if is_over { Confidence::Certain } else { Confidence::Likely };
        let confidence = match target.port {
            Some(_) => Confidence::of(owner.port).min(most),
            None => Confidence::Certain,
        };
        for signature in out.catalogue.claims(&subject) {
            let (target, names) = (target.clone(), names(&subject));
            let proof = Proof { signature, node: &self.host, target, confidence, lines: &unit.lines, names };
            let Some(at) = out.findings.add(out.catalogue, proof) else { continue };
            match transaction {
                Some(transaction) => {
                    let confidence = Confidence::of(owner.transaction).min(most);
                    out.findings.touch(at, &self.host, transaction, confidence, &unit.lines);
                    out.findings.close(at, &self.host, transaction);
                }
                None => out.findings.unattributed(at),
            }
        }
        self.preview_contrast(unit, target, confidence, out);
    }

    /// A port that is refused beside ports of the same server that work.
    fn preview_contrast(&self, unit: &Unit, target: Target, confidence: Confidence, out: &mut Out<'_>) {
        let Some(signature) = out.catalogue.detector(Detector::PortContrast) else { return };
        let Some(port) = target.port.filter(|_| unit.enforced() && unit.check.is_some()) else { return };
        let Some(line) = unit.lines.first() else { return };
        let working = self.servers.working(&target.host, port);
        if working.is_empty() {
            return;
        }
        let (ports, lines) = contrasted(line, &working);
        let names = vec![("working_ports".to_owned(), ports)];
        let proof = Proof { signature, node: &self.host, target, confidence, lines: &lines, names };
        out.findings.add(out.catalogue, proof);
    }

    /// Requests that failed, and that no line that waits may explain.
    fn preview_ended(&mut self, until: Moment, out: &mut Out<'_>) {
        let pending = self.units.pending();
        let explained = |key: &Key, transaction: &Transaction| {
            pending.iter().any(|unit| {
                unit.pid == key.pid && (transaction.host.is_empty() || unit.host == transaction.host)
            })
        };
        let fresh: Vec<Key> = self
            .ended
            .iter()
            .filter(|(ended, _)| *ended <= until)
            .filter(|(_, key)| {
                let known = self.transactions.get(key);
                known.is_some_and(|known| !known.previewed && !explained(key, known))
            })
            .map(|(_, key)| *key)
            .collect();
        for key in fresh {
            if let Some(transaction) = self.transactions.get_mut(&key) {
                transaction.previewed = true;
            }
            let Some(transaction) = self.transactions.get(&key) else { continue };
            self.tell_unexplained(transaction, Confidence::Likely, out);
        }
    }

    /// Gives up requests of which nothing was heard for long. One that waits for an answer is told: surely so if the
    /// log itself went on that long; if there was only silence, it may be the log that does not come.
    fn give_up_quiet(&mut self, out: &mut Out<'_>) {
        let quiet: HashSet<Key> = self
            .transactions
            .iter()
            .filter(|(_, known)| {
                let patience = if known.attempts.is_empty() { PATIENCE_WITHOUT_STEPS } else { PATIENCE };
                known.ended.is_none() && self.now() - known.last_seen >= patience
            })
            .map(|(key, _)| *key)
            .collect();
        for key in &quiet {
            let Some(transaction) = self.transactions.remove(key) else { continue };
            self.counts.evicted += 1;
            if let Some(open) = transaction.attempts.last().filter(|attempt| attempt.ended.is_none()) {
                let shown = self.shown.map_or(open.started, |(newest, _)| newest) - open.started;
                let waited = self.now() - open.started;
                let confidence = if shown >= PATIENCE { Confidence::Certain } else { Confidence::Possible };
                self.failed(&transaction, Kind::HttpSilent, Some(waited / 1000), confidence, out);
            }
            self.close(&transaction, out);
            self.recycle(transaction);
        }
    }
}
