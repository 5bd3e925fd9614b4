//! Which attempt does a unit (a line without Txn-id) belong to? The joint model.
//!
//! Every unit goes to one attempt and every attempt takes at most one unit, all at once over a window of log time. Four
//! kinds of knowledge are multiplied: the end of an attempt is a moment after its unit (time); all units of a
//! transaction sit on one thread and as a rule have one cause; one host and port has as a rule one cause. It starts
//! from time alone, brings the weights into balance over units and attempts, learns each transaction's labels and each
//! port's causes from the result, and goes round again. What remains is the posterior.
//!
//! Facts and model: measured on real Traffic Servers, `docs/attribution.md`.

mod balance;
mod headless;
mod knowledge;
mod near;
mod time;

pub(crate) use time::AHEAD;

use super::transaction::{End, Key, Moment, Transaction};
use super::unit::Unit;
use balance::Balance;
use knowledge::Knowledge;
use near::Candidates;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// From this posterior on an attempt is given away for good.
const SURE: f64 = 0.99;
/// Where no attempt is shown, what is learnt from guesses confirms guesses: it makes nothing certain that time alone
/// does not give this share of the weight.
const BY_TIME: f64 = 0.95;
/// What such an owner has at most: `likely`.
const NOT_BY_TIME: f64 = 0.98;
/// A round that changes no weight by more than this is the last one.
const SETTLED: f64 = 1e-3;
/// Rounds at most, and how many of them are learnt from. The last ones only bring into balance what was learnt.
const ROUNDS: usize = 6;
const LESSONS: usize = 5;
/// Units that are not due yet compete with those that are if they are at most this much younger, in milliseconds:
/// an attempt of a due unit has ended by then.
const RIVALS: Moment = AHEAD;

/// One possible owner of a unit.
#[derive(Debug, Clone, Copy)]
struct Pair {
    slot: usize,
    /// Where its weight is learnt (see [`Knowledge`]).
    place: u32,
    base: f64,
}

/// An attempt as the model sees it, or a transaction that shows none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    /// Position in the transaction's attempts; `None` where the log shows no attempt.
    pub(crate) attempt: Option<usize>,
    pub(crate) port: Option<u16>,
    host_port: u64,
    /// Stands for the last attempt of a transaction that shows none: it ended with the transaction.
    hidden_end: bool,
    /// Number of the transaction in its window.
    transaction: usize,
    /// Number of the server's name in its window, where a unit names it.
    name: Option<usize>,
    /// The transaction does not say which host was asked for.
    nameless: bool,
    started: Moment,
    pub(super) ended: Option<(Moment, End)>,
    lag: Moment,
    ip: Option<IpAddr>,
}

impl Slot {
    /// Whether it is one attempt, which has one unit at most. A transaction that shows none may have any number.
    fn takes_one(&self) -> bool {
        self.attempt.is_some() || self.hidden_end
    }
}

/// Who owns a unit, as far as the log tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owner {
    /// The attempt it goes to.
    pub(crate) slot: Option<Slot>,
    /// Posterior that the transaction is the right one.
    pub(crate) transaction: f64,
    /// Posterior that the port is the right one.
    pub(crate) port: f64,
}

/// What is learnt of each host and port over time: which causes it showed.
#[derive(Debug, Default)]
pub(crate) struct PortCauses {
    seen: HashMap<u64, BTreeMap<u32, f64>>,
}

/// Ceiling on the settled units a transaction remembers.
const MAX_LABELS: usize = 32;
/// Ceiling on the host and port pairs that are remembered.
const MAX_PORTS: usize = 4096;

impl PortCauses {
    fn learn(&mut self, host_port: u64, cause: u32, weight: f64) {
        if self.seen.len() < MAX_PORTS || self.seen.contains_key(&host_port) {
            *self.seen.entry(host_port).or_default().entry(cause).or_default() += weight;
        }
    }
}

/// Finds the owners of the units up to a moment, in their order. `now` is the last moment the log shows.
pub(crate) fn attribute(
    units: &[Unit],
    until: Moment,
    transactions: &BTreeMap<Key, Transaction>,
    ports: &PortCauses,
    now: Moment,
) -> Vec<Owner> {
    let rivals = until.saturating_add(RIVALS);
    let units: Vec<&Unit> = units.iter().filter(|unit| unit.time <= rivals).collect();
    let mut candidates = Candidates::of(&units, transactions, now);
    let mut knowledge = Knowledge::new(&units, &mut candidates, transactions, ports);
    let mut balance = Balance::new(&candidates);
    for round in 1..=ROUNDS {
        if balance.round(&candidates, &mut knowledge) < SETTLED {
            break;
        }
        if round <= LESSONS {
            knowledge.learn();
        }
    }
    let chosen = choose(&candidates, &balance.weights);
    let due = units.iter().zip(chosen).enumerate().filter(|(_, (unit, _))| unit.time <= until);
    due.map(|(at, (_, slot))| owner(&candidates, &balance.weights, at, slot)).collect()
}

/// Keeps what the settled units taught, for the windows to come.
pub(crate) fn learn(
    unit: &Unit,
    owner: &Owner,
    transaction: Option<&mut Transaction>,
    ports: &mut PortCauses,
) {
    let Some(slot) = &owner.slot else { return };
    // What shows no attempt is often a guess, and a guess must not teach the windows to come.
    if slot.attempt.is_some() || owner.port >= SURE {
        ports.learn(slot.host_port, unit.cause, owner.transaction);
    }
    if let Some(transaction) = transaction {
        if transaction.labels.len() < MAX_LABELS {
            transaction.labels.push((unit.thread, unit.cause, owner.transaction));
        }
        let attempt = slot.attempt.and_then(|at| transaction.attempts.get_mut(at));
        // A guess does not take an attempt away from the units to come: that would make them surer than they are.
        if let Some(attempt) = attempt.filter(|_| unit.enforced() && owner.transaction >= SURE) {
            attempt.taken = true;
        }
    }
}

/// Takes pairs by falling weight; gives the slot of each unit.
fn choose(candidates: &Candidates, weights: &[f64]) -> Vec<Option<usize>> {
    /// No unit has two pairs above this, so they are few, and they settle most units.
    const HALF: f64 = 0.5;
    let Candidates { slots, pairs, starts, far, .. } = candidates;
    let mut chosen = vec![None; starts.len() - 1];
    let mut used = vec![false; slots.len()];
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(chosen.len());
    for strong in [true, false] {
        order.clear();
        for (unit, range) in starts.windows(2).enumerate().filter(|(unit, _)| chosen[*unit].is_none()) {
            let wanted = (range[0]..range[1]).filter(|pair| (weights[*pair] > HALF) == strong);
            order.extend(wanted.map(|pair| (pair, unit)));
        }
        order.sort_unstable_by(|(a, _), (b, _)| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
        for (pair, unit) in &order {
            let slot = pairs[*pair].slot;
            if chosen[*unit].is_none() && !used[slot] {
                used[slot] = slots[slot].takes_one();
                chosen[*unit] = Some(slot);
            }
        }
    }
    let left = far.iter().filter(|(unit, _)| chosen[*unit].is_none());
    let mut left: Vec<&(usize, Pair)> = left.collect();
    // Whoever is known to have gone to that server comes before those of whom nothing is known.
    let headless = |pair: &Pair| slots[pair.slot].is_headless();
    left.sort_by(|(_, a), (_, b)| headless(a).cmp(&headless(b)).then(b.base.total_cmp(&a.base)));
    for (unit, Pair { slot, .. }) in left {
        if chosen[*unit].is_none() && !used[*slot] {
            used[*slot] = true;
            chosen[*unit] = Some(*slot);
        }
    }
    chosen
}

/// Sums the posteriors of a unit's transaction and port.
fn owner(candidates: &Candidates, weights: &[f64], unit: usize, slot: Option<usize>) -> Owner {
    let Some(chosen) = slot.map(|slot| candidates.slots[slot]) else { return Owner::default() };
    let mut owner = Owner { slot: Some(chosen), ..Owner::default() };
    let range = candidates.starts[unit]..candidates.starts[unit + 1];
    for (pair, weight) in candidates.pairs[range.clone()].iter().zip(&weights[range]) {
        let slot = &candidates.slots[pair.slot];
        owner.transaction += if slot.key == chosen.key { *weight } else { 0.0 };
        owner.port += if slot.port == chosen.port { *weight } else { 0.0 };
    }
    if candidates.is_doubtful(unit, chosen.key) {
        owner.transaction = owner.transaction.min(NOT_BY_TIME);
        owner.port = owner.port.min(NOT_BY_TIME);
    }
    if chosen.attempt.is_none() {
        if !by_time(candidates, unit, |slot| slot.key == chosen.key) {
            owner.transaction = owner.transaction.min(NOT_BY_TIME);
        }
        if !by_time(candidates, unit, |slot| slot.port == chosen.port) {
            owner.port = owner.port.min(NOT_BY_TIME);
        }
    }
    owner
}

/// Whether time alone gives most of a unit's weight to slots that fit.
fn by_time(candidates: &Candidates, unit: usize, fits: impl Fn(&Slot) -> bool) -> bool {
    let pairs = &candidates.pairs[candidates.starts[unit]..candidates.starts[unit + 1]];
    let fitting = pairs.iter().filter(|pair| fits(&candidates.slots[pair.slot]));
    let sum: f64 = fitting.map(|pair| pair.base).sum();
    sum >= BY_TIME * pairs.iter().map(|pair| pair.base).sum::<f64>()
}
