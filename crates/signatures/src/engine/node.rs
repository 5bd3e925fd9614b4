//! The engine of one node: its transactions, its units, its servers.
//!
//! Records come in file order; what they mean is settled a moment of log time later, when every line that could
//! change it has been seen.

use super::attribution::{AHEAD, PortCauses};
use super::collection::Collection;
use super::contrast::Contrasts;
use super::handshake::Handshakes;
use super::lines::At;
use super::record::RecordSubject;
use super::server::Servers;
use super::settle::Out;
use super::targets::Targets;
use super::transaction::{Key, Moment, Transaction};
use super::unit::Units;
use super::watch::{Told, Watches};
use crate::catalogue::Confidence;
use crate::finding::Role;
use std::collections::{BTreeMap, HashSet, VecDeque};
use waytrace_logparse::body::access::AccessDecision;
use waytrace_logparse::body::http::{HttpStep, Step};
use waytrace_logparse::{Event, Record};

/// How long after a unit it is settled, in log time. The end of its attempt follows within [`AHEAD`]; the rest is for
/// the units around it, which are weighed together with it.
const SETTLE: Moment = 4 * AHEAD;
/// How often settling is tried at most, in log time.
const STEP: Moment = 250;
/// A node that wrote nothing for so long, on the follower's clock, is quiet: settling need not wait for [`STEP`].
const QUIET: Moment = 100;
/// A jump back of the clock by more than this begins a new stretch of log.
const JUMP: Moment = 5_000;
/// Open transactions of one node that are kept; beyond it the oldest is given up and counted.
const MAX_OPEN: usize = 50_000;
/// Units that wait at once. At the highest load measured it is tens.
const MAX_PENDING: usize = 1024;
/// Storage of finished transactions kept for new ones.
const MAX_SPARE: usize = 256;

/// State of one node.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) host: String,
    pub(crate) records: u64,
    pub(crate) first: Option<Moment>,
    pub(crate) last: Option<Moment>,
    /// Requests that came in through the tunnel, and those that did not.
    came: (u64, u64),
    /// It sent requests on through the tunnel, so this is an Expressway-E.
    pub(crate) hands_on: bool,
    pub(crate) transactions: BTreeMap<Key, Transaction>,
    /// Ended transactions in the order they ended.
    pub(super) ended: VecDeque<(Moment, Key)>,
    pub(super) units: Units,
    pub(crate) servers: Servers,
    pub(crate) collection: Collection,
    pub(super) ports: PortCauses,
    pub(super) counts: Counts,
    /// Refused targets that were not yet seen beside a working port.
    pub(super) refused: Contrasts,
    /// Newest moment of this stretch of log.
    now: Moment,
    settled: Moment,
    runs: u32,
    /// Transactions whose key was used again, or that were given up; they wait to be closed.
    pub(super) replaced: Vec<Transaction>,
    /// Failed handshakes of the SIP side that wait for their other lines.
    pub(super) handshakes: Handshakes,
    /// What signatures over records remember.
    pub(super) watches: Watches,
    spare: Vec<Transaction>,
    targets: Targets,
    /// The newest stamp, and when it was heard on the follower's clock; only of a log that is followed.
    pub(super) shown: Option<(Moment, Moment)>,
    /// When requests were last given up that nobody hears of, on this node's clock.
    pub(super) swept: Moment,
}

/// How many transactions there were.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) total: u64,
    pub(crate) failed: u64,
    /// Given up because too many were open, or for too long while the log was followed.
    pub(crate) evicted: u64,
}

/// What has to be settled after a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    /// What is older than this.
    Until(Moment),
    /// Everything: the clock jumped back.
    All,
}

impl Node {
    pub(crate) fn new(host: &str) -> Self {
        Self { host: host.to_owned(), ..Self::default() }
    }

    /// Notes the record's time and says what is due before the record itself is taken.
    /// `heard` is when it came, on the clock of whoever follows the log.
    pub(crate) fn tick(&mut self, moment: Option<Moment>, heard: Option<Moment>) -> Due {
        self.records += 1;
        let Some(time) = moment else { return Due::Nothing };
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        if let Some(heard) = heard {
            self.hear(time, heard);
        }
        if time < self.now - JUMP {
            self.now = time;
            self.settled = time;
            return Due::All;
        }
        self.now = self.now.max(time);
        self.due()
    }

    /// Notes when a stamp was heard. While nothing came the clock went on; a log that was only late takes it back.
    fn hear(&mut self, time: Moment, heard: Moment) {
        let Some((known, _)) = self.shown.filter(|(known, _)| time >= known - JUMP) else {
            // The first stamp, or the box's clock was set back: that is settled as a jump.
            self.shown = Some((time, heard));
            return;
        };
        let newest = known.max(time);
        if newest > known {
            self.shown = Some((newest, heard));
        }
        if newest < self.now {
            self.now = newest;
            self.settled = self.settled.min(newest);
        }
    }

    /// Lets the clock go on to this moment of the follower's clock.
    pub(super) fn pass(&mut self, heard: Moment) -> Due {
        let Some((newest, then)) = self.shown else { return Due::Nothing };
        self.now = self.now.max(newest + (heard - then).max(0));
        if heard - then >= QUIET {
            // Nothing more comes that could be settled together with what waits.
            self.settled = self.settled.min(self.now - STEP);
        }
        self.due()
    }

    fn due(&mut self) -> Due {
        if self.units.pending().len() >= MAX_PENDING {
            // Time stands still, or a storm: what is oldest is settled with what is known.
            return Due::Until(self.units.pending().first().map_or(self.now, |unit| unit.time));
        }
        if self.handshakes.is_full() {
            return Due::Until(self.handshakes.first().unwrap_or(self.now));
        }
        let until = self.now - SETTLE;
        let waiting = self.watches.is_due(self.now)
            || !self.replaced.is_empty()
            || self.handshakes.first().is_some_and(|began| began <= until)
            || self.units.pending().first().is_some_and(|unit| unit.time <= until)
            || self.ended.front().is_some_and(|(ended, _)| *ended <= until);
        if waiting && self.now - self.settled >= STEP {
            self.settled = self.now;
            Due::Until(until)
        } else {
            Due::Nothing
        }
    }

    /// Lets log time pass without a record: the input pauses.
    pub(crate) fn pause(&mut self, milliseconds: Moment) -> Due {
        if self.last.is_some() {
            self.now += milliseconds;
        }
        self.due()
    }

    /// The newest moment the log shows, pauses included.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// Takes a record of this node.
    pub(crate) fn take(&mut self, record: &Record<'_>, at: &At<'_>, out: &mut Out<'_>) {
        let stamp = at.moment.unwrap_or(self.now);
        if let Some(watching) = out.watching.as_deref_mut() {
            let signature = &out.catalogue.signatures()[watching.signature];
            watching.look(signature, &RecordSubject::of(record), || Some(at.keep(Role::Proof)));
        }
        let mut told = Told { catalogue: out.catalogue, findings: out.findings, node: &self.host };
        self.watches.take(record, at, stamp, &mut told);
        self.collection.take(record, at);
        let pid = record.envelope.pid.unwrap_or(0);
        match &record.event {
            Event::Http(step) => {
                self.step(step, pid, at, stamp);
                self.tie(Key { pid, id: step.txn_id }, at, out);
            }
            Event::Access(decision) => self.access(decision, pid, at),
            Event::Diagnostic(line) => self.units.line(line, pid, at, stamp),
            Event::Tls(_) | Event::Ssl(_) | Event::Tcp(_) => self.handshakes.take(&record.event, at, stamp),
            _ => {}
        }
    }

    fn step(&mut self, step: &HttpStep<'_>, pid: u32, at: &At<'_>, stamp: Moment) {
        let moment = step.utc.map_or(stamp, |utc| utc.and_utc().timestamp_millis());
        let key = Key { pid, id: step.txn_id };
        if step.step == Step::ReceiveRequest {
            let local = matches!(step.peer.ip, "127.0.0.1" | "::1");
            self.came.0 += u64::from(local);
            self.came.1 += u64::from(!local);
        }
        let known = self.transactions.get_mut(&key);
        let is_other = |known: &Transaction| step.step == Step::ReceiveRequest && is_other(known, moment);
        let transaction = match known {
            Some(known) if !is_other(known) => known,
            known => {
                if known.is_some() {
                    self.give_up(key);
                }
                if step.step != Step::ReceiveRequest {
                    self.collection.headless(at, stamp, self.first);
                }
                self.open(key, moment);
                let Some(opened) = self.transactions.get_mut(&key) else { return };
                opened
            }
        };
        let was_open = transaction.ended.is_none();
        transaction.take(step, at, (moment, stamp), &mut self.targets);
        if was_open && transaction.ended.is_some() {
            self.ended.push_back((moment, key));
        }
    }

    /// Ties a request to the findings that its last line proved.
    fn tie(&mut self, key: Key, at: &At<'_>, out: &mut Out<'_>) {
        if self.watches.proven().is_empty() {
            return;
        }
        let Some(transaction) = self.transactions.get_mut(&key) else { return };
        for finding in self.watches.proven() {
            let lines = [at.keep(Role::Proof)];
            out.findings.touch(*finding, &self.host, transaction, Confidence::Certain, &lines);
            if !transaction.findings.contains(finding) {
                transaction.findings.push(*finding);
            }
        }
    }

    fn open(&mut self, key: Key, moment: Moment) {
        if self.transactions.len() >= MAX_OPEN {
            self.give_up_oldest();
        }
        self.runs = self.runs.wrapping_add(1);
        let mut transaction = self.spare.pop().unwrap_or_default();
        (transaction.key, transaction.run, transaction.last_seen) = (Some(key), self.runs, moment);
        self.transactions.insert(key, transaction);
        self.counts.total += 1;
    }

    /// Gives up the transactions that were quiet longest: an eighth at once, because finding them takes a while.
    fn give_up_oldest(&mut self) {
        let mut quiet: Vec<(Moment, Key)> =
            self.transactions.iter().map(|(key, transaction)| (transaction.last_seen, *key)).collect();
        let some = (quiet.len() / 8).max(1).min(quiet.len() - 1);
        quiet.select_nth_unstable(some);
        quiet.truncate(some);
        self.counts.evicted += quiet.len() as u64;
        let keys: HashSet<Key> = quiet.into_iter().map(|(_, key)| key).collect();
        for key in &keys {
            self.replaced.extend(self.transactions.remove(key));
        }
        self.ended.retain(|(_, ended)| !keys.contains(ended));
    }

    /// Whether this is an Expressway-C: requests come in through the tunnel. A few local ones say nothing.
    pub(crate) fn is_behind_tunnel(&self) -> bool {
        self.came.0 > self.came.1 && !self.hands_on
    }

    /// Takes a transaction out of the way of another one, to be closed when things are settled next.
    fn give_up(&mut self, key: Key) {
        self.replaced.extend(self.transactions.remove(&key));
        self.ended.retain(|(_, ended)| *ended != key);
    }

    pub(super) fn recycle(&mut self, mut transaction: Transaction) {
        if self.spare.len() < MAX_SPARE {
            transaction.reset();
            self.spare.push(transaction);
        }
    }

    /// Joins a decision to its request by URL: it carries no Txn-id.
    fn access(&mut self, decision: &AccessDecision<'_>, pid: u32, at: &At<'_>) {
        if decision.username.is_empty() {
            return;
        }
        let of_pid = Key { pid, id: 0 }..=Key { pid, id: u64::MAX };
        let waiting = self.transactions.range_mut(of_pid).map(|(_, transaction)| transaction);
        let waits =
            |t: &&mut Transaction| t.attempts.is_empty() && t.ended.is_none() && t.url == decision.url;
        if let Some(transaction) = waiting.rev().find(waits) {
            decision.username.clone_into(&mut transaction.user);
            transaction.lines.push(at);
        }
    }
}

/// Whether a request with a known key is a new one: the counter started again.
fn is_other(known: &Transaction, moment: Moment) -> bool {
    /// Both lines of one step have the same UTCTime, or nearly.
    const SAME_STEP: Moment = 50;
    known.opened.is_some_and(|opened| (moment - opened).abs() > SAME_STEP)
}
