//! Settling: units get their owner, ended transactions leave, and both become findings.

use super::across::Across;
use super::attribution::{self, Owner};
use super::contrast::Contrast;
use super::findings::{Findings, Proof};
use super::handshake::HandshakeSubject;
use super::node::{Due, Node};
use super::subject::{Failed, OriginTls, names};
use super::transaction::{Attempt, End, Moment, Transaction};
use super::unit::Unit;
use super::watch::Told;
use crate::catalogue::{Catalogue, Confidence};
use crate::detectors::Detector;
use crate::field::{Kind, Subject};
use crate::finding::{Line, Role, Target};
use crate::nearest::Watching;

/// An attempt without an answer for this long is silent.
const SILENT: Moment = 25_000;
/// A request of which the log shows no attempt has waited no longer than this: Traffic Server tries four times, for 30 s
/// each, as it comes.
const MOST_PATIENT: Moment = 600_000;

/// Where findings go, and what they are made from.
pub(crate) struct Out<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) findings: &'a mut Findings,
    /// Requests that other nodes may have seen as well.
    pub(crate) across: &'a mut Across,
    /// A signature somebody asks about.
    pub(crate) watching: Option<&'a mut Watching>,
}

impl Out<'_> {
    /// Shows a subject to whoever asks about a signature.
    fn show(&mut self, subject: &dyn Subject, lines: &[Line]) {
        if let Some(watching) = self.watching.as_deref_mut() {
            watching
                .look(&self.catalogue.signatures()[watching.signature], subject, || lines.first().cloned());
        }
    }
}

impl Node {
    /// Settles what is due.
    pub(crate) fn settle_due(&mut self, due: Due, out: &mut Out<'_>) {
        match due {
            Due::Nothing => {}
            Due::Until(moment) => self.settle(moment, false, out),
            Due::All => self.settle(Moment::MAX, false, out),
        }
    }

    /// Settles everything up to a moment. `complete` says that no record follows.
    pub(crate) fn settle(&mut self, until: Moment, complete: bool, out: &mut Out<'_>) {
        self.settle_units(until, out);
        self.settle_ended(until, complete, out);
        self.contrast(out);
        self.settle_handshakes(until, out);
        let now = self.now();
        let mut told = Told { catalogue: out.catalogue, findings: out.findings, node: &self.host };
        self.watches.settle(now, &mut told);
    }

    fn settle_handshakes(&mut self, until: Moment, out: &mut Out<'_>) {
        for handshake in self.handshakes.take_until(until) {
            out.show(&HandshakeSubject::of(&handshake), &handshake.lines);
            let mut told = Told { catalogue: out.catalogue, findings: out.findings, node: &self.host };
            self.watches.handshake(&handshake, &mut told);
        }
    }

    fn settle_units(&mut self, until: Moment, out: &mut Out<'_>) {
        if !self.units.pending().iter().any(|unit| unit.time <= until) {
            return;
        }
        let (units, transactions) = (self.units.pending(), &self.transactions);
        let owners = attribution::attribute(units, until, transactions, &self.ports, self.now());
        for (unit, owner) in self.units.take_until(until).into_iter().zip(owners) {
            let owner = if unit.enforced() { owner } else { self.tolerated_owner(&unit, owner) };
            self.settle_unit(&unit, &owner, out);
        }
    }

    /// A tolerated failure has no end of attempt to go by: the transaction is a guess, and the port is told only if
    /// requests for the host go to just one (attribution notes, 7).
    pub(super) fn tolerated_owner(&self, unit: &Unit, mut owner: Owner) -> Owner {
        /// At best so many of a hundred are right (measured).
        const GUESS: f64 = 0.85;
        let open = self.transactions.values().filter(|transaction| transaction.host == unit.host);
        let mut ports: Vec<u16> = open.filter_map(port_of).chain(self.servers.ports(&unit.host)).collect();
        ports.sort_unstable();
        ports.dedup();
        owner.transaction = owner.transaction.min(GUESS);
        owner.port = if ports.len() == 1 { owner.port.min(0.98) } else { owner.port.min(0.49) };
        owner
    }

    fn settle_unit(&mut self, unit: &Unit, owner: &Owner, out: &mut Out<'_>) {
        let mut transaction = owner.slot.as_ref().and_then(|slot| self.transactions.get_mut(&slot.key));
        attribution::learn(unit, owner, transaction.as_deref_mut(), &mut self.ports);
        let target = target_of(unit, owner, transaction.as_deref());
        let ip = target.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let subject = OriginTls { unit, target: &target, ip: &ip };
        // Without a port the claim is about the server, and the line itself proves it.
        let confidence = if target.port.is_some() { Confidence::of(owner.port) } else { Confidence::Certain };
        out.show(&subject, &unit.lines);
        for signature in out.catalogue.claims(&subject) {
            let (target, names) = (target.clone(), names(&subject));
            let proof = Proof { signature, node: &self.host, target, confidence, lines: &unit.lines, names };
            let Some(at) = out.findings.add(out.catalogue, proof) else { continue };
            match transaction.as_deref_mut() {
                Some(transaction) => {
                    let confidence = Confidence::of(owner.transaction);
                    out.findings.touch(at, &self.host, transaction, confidence, &unit.lines);
                    if !transaction.findings.contains(&at) {
                        transaction.findings.push(at);
                    }
                }
                None => out.findings.unattributed(at),
            }
        }
        if unit.enforced()
            && unit.check.is_some()
            && target.port.is_some()
            && let Some(line) = unit.lines.first()
        {
            self.refused.refuse(target, confidence, line);
        }
    }

    fn settle_ended(&mut self, until: Moment, complete: bool, out: &mut Out<'_>) {
        // A unit that still waits may belong to a transaction that ended after it.
        let oldest = self.units.pending().iter().map(|unit| unit.time).min().unwrap_or(Moment::MAX);
        while let Some((ended, key)) = self.ended.front().copied() {
            if ended > until || ended >= oldest.saturating_sub(attribution::AHEAD) {
                break;
            }
            self.ended.pop_front();
            if let Some(transaction) = self.transactions.remove(&key) {
                self.close(&transaction, out);
                self.recycle(transaction);
            }
        }
        for transaction in std::mem::take(&mut self.replaced) {
            self.close(&transaction, out);
            self.recycle(transaction);
        }
        if complete {
            self.tell_open(out);
        }
    }

    /// The log ends: what is still open tells its findings what is known, and whether it waits for an answer.
    fn tell_open(&self, out: &mut Out<'_>) {
        for transaction in self.transactions.values() {
            tell_findings(&self.host, transaction, out);
            let open = transaction.attempts.last().filter(|attempt| attempt.ended.is_none());
            let waited =
                open.map_or(0, |attempt| self.now() - attempt.started).max(longest_wait(transaction));
            if waited >= SILENT {
                self.failed(transaction, Kind::HttpSilent, Some(waited / 1000), Confidence::Certain, out);
            }
        }
    }

    /// A transaction is over: it is counted, its findings learn how it ended, and a failure nobody explained is told.
    pub(super) fn close(&mut self, transaction: &Transaction, out: &mut Out<'_>) {
        tell_findings(&self.host, transaction, out);
        out.across.close(&self.host, self.is_behind_tunnel(), transaction);
        let failed = transaction.failed_here();
        self.counts.failed += u64::from(failed);
        let handed_on = transaction.attempts.iter().any(|attempt| attempt.handed_on);
        self.hands_on |= handed_on;
        if let Some(port) = port_of(transaction).filter(|_| !handed_on)
            && let Some(server) = self.servers.entry(&transaction.host_or_ip(), port)
        {
            server.ip = server.ip.or_else(|| ip_of(transaction));
            if failed {
                server.failed += 1;
            } else if transaction.answered.is_some() {
                server.answered += 1;
                if server.sample.is_none() {
                    server.sample = transaction.lines.last(Role::Context);
                    self.refused.answers(&transaction.host_or_ip());
                }
            }
        }
        self.tell_unexplained(transaction, Confidence::Certain, out);
    }

    /// Tells of an ended request that waited in vain, or whose failure no line explains; `most` is how sure the latter
    /// can be.
    pub(super) fn tell_unexplained(&self, transaction: &Transaction, most: Confidence, out: &mut Out<'_>) {
        let waited = longest_wait(transaction);
        if waited >= SILENT {
            self.failed(transaction, Kind::HttpSilent, Some(waited / 1000), Confidence::Certain, out);
        } else if transaction.failed_here() && transaction.labels.is_empty() {
            let confidence = if transaction.lost_its_reason() { Confidence::Possible } else { most };
            self.failed(transaction, Kind::HttpFailed, None, confidence, out);
        }
    }

    /// Tells of a request that failed, or waits; `confidence` is how sure that is.
    pub(super) fn failed(
        &self,
        transaction: &Transaction,
        kind: Kind,
        waited: Option<i64>,
        confidence: Confidence,
        out: &mut Out<'_>,
    ) {
        let target = Target {
            host: transaction.host_or_ip().into_owned(),
            ip: ip_of(transaction),
            port: port_of(transaction),
        };
        let ip = target.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let waited = waited.or_else(|| Some(without_answer(transaction)? / 1000));
        let subject = Failed { kind, transaction, target: &target, ip: &ip, waited };
        let lines: Vec<Line> = transaction.lines.last(Role::Proof).into_iter().collect();
        out.show(&subject, &lines);
        for signature in out.catalogue.claims(&subject) {
            let (target, names) = (target.clone(), names(&subject));
            let proof = Proof { signature, node: &self.host, target, confidence, lines: &lines, names };
            if let Some(at) = out.findings.add(out.catalogue, proof) {
                out.findings.touch(at, &self.host, transaction, Confidence::Certain, &[]);
                out.findings.close(at, &self.host, transaction);
            }
        }
    }

    /// Tells servers of which one port is refused and another one works.
    fn contrast(&mut self, out: &mut Out<'_>) {
        let Some(signature) = out.catalogue.detector(Detector::PortContrast) else { return };
        let node = &self.host;
        for Contrast { target, confidence, ports, lines } in self.refused.take(&self.servers) {
            let names = vec![("working_ports".to_owned(), ports)];
            let proof = Proof { signature, node, target, confidence, lines: &lines, names };
            out.findings.add(out.catalogue, proof);
        }
    }
}

fn tell_findings(node: &str, transaction: &Transaction, out: &mut Out<'_>) {
    for at in &transaction.findings {
        out.findings.close(*at, node, transaction);
    }
}

/// The server a unit is about. Its port is known only through the attempt it belongs to.
pub(super) fn target_of(unit: &Unit, owner: &Owner, transaction: Option<&Transaction>) -> Target {
    let attempt = owner.slot.as_ref().and_then(|slot| transaction?.attempts.get(slot.attempt?));
    let ip = unit.ip.or_else(|| attempt.and_then(|attempt| attempt.ip));
    let sure_enough = owner.port >= 0.5 || unit.enforced();
    let port = owner.slot.as_ref().filter(|_| sure_enough).and_then(|slot| slot.port);
    Target { host: unit.host.clone(), ip, port }
}

fn ip_of(transaction: &Transaction) -> Option<std::net::IpAddr> {
    own_attempts(transaction).find_map(|attempt| attempt.ip)
}

fn port_of(transaction: &Transaction) -> Option<u16> {
    own_attempts(transaction).find_map(|attempt| attempt.port).or(transaction.port)
}

/// The attempts to reach the origin server itself.
fn own_attempts(transaction: &Transaction) -> impl Iterator<Item = &Attempt> {
    transaction.attempts.iter().filter(|attempt| !attempt.handed_on)
}

/// How long a failed request went without an answer: its longest attempt, or all of it where the log shows none, because
/// Traffic Server 9 writes no step for a handshake that did not end well.
fn without_answer(transaction: &Transaction) -> Option<Moment> {
    if !transaction.attempts.is_empty() {
        return Some(longest_wait(transaction));
    }
    // Nobody waits longer; a gap in the log, or a number that was used again, looks like it.
    Some(transaction.ended? - transaction.opened?).filter(|waited| *waited <= MOST_PATIENT)
}

/// The longest time an attempt stayed without an answer before the next one, or before the proxy gave up.
fn longest_wait(transaction: &Transaction) -> Moment {
    let wait = |attempt: &Attempt| match attempt.ended {
        Some((ended, End::Retry | End::Failed)) => ended - attempt.started,
        _ => 0,
    };
    transaction.attempts.iter().map(wait).max().unwrap_or(0)
}
