//! Which attempt does a unit (a line without Txn-id) belong to? The joint model.
//!
//! Every unit goes to one attempt and every attempt takes at most one unit, all at once over a window of log time. Four
//! kinds of knowledge are multiplied: the end of an attempt is a moment after its unit (time); all units of a
//! transaction sit on one thread and as a rule have one cause; one host and port has as a rule one cause. It starts
//! from time alone, brings the weights into balance over units and attempts, learns each transaction's labels and each
//! port's causes from the result, and goes round again. What remains is the posterior.
//!
//! Facts and model: measured on real Traffic Servers, `docs/attribution.md`.

mod knowledge;
mod near;

pub(crate) use near::AHEAD;

use super::transaction::{Attempt, Key, Moment, Transaction};
use super::unit::Unit;
use knowledge::Knowledge;
use near::Near;
use std::collections::{BTreeMap, HashMap};

/// Weight of "none of these": the true attempt is not in the log.
const NONE: f64 = 1e-5;
/// From this posterior on an attempt is given away for good.
const SURE: f64 = 0.99;
/// Sums this near to one are in balance.
const EVEN: f64 = 1e-4;
/// A round that changes no weight by more than this is the last one.
const SETTLED: f64 = 1e-3;
/// Rounds of learning, and of balancing within each.
const ROUNDS: usize = 20;
const BALANCE: usize = 8;

/// One possible owner of a unit.
#[derive(Debug, Clone)]
struct Pair {
    unit: usize,
    slot: usize,
    base: f64,
}

/// An attempt as the model sees it.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    /// Position in the transaction's attempts; `None` where the log shows no attempt.
    pub(crate) attempt: Option<usize>,
    pub(crate) port: Option<u16>,
    host_port: u64,
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

/// Finds the owner of every unit. `now` is the last moment the log shows.
pub(crate) fn attribute(
    units: &[Unit],
    transactions: &BTreeMap<Key, Transaction>,
    ports: &PortCauses,
    now: Moment,
) -> Vec<Owner> {
    let mut model = Model::new(units, transactions, now);
    let weights = model.solve(units, transactions, ports);
    model.owners(units.len(), &weights)
}

/// Keeps what the settled units taught, for the windows to come.
pub(crate) fn learn(
    unit: &Unit,
    owner: &Owner,
    transaction: Option<&mut Transaction>,
    ports: &mut PortCauses,
) {
    let Some(slot) = &owner.slot else { return };
    ports.learn(slot.host_port, unit.cause, owner.transaction);
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

struct Model {
    pairs: Vec<Pair>,
    slots: Vec<Slot>,
    slot_of: HashMap<(Key, Option<usize>), usize>,
    of_unit: Vec<Vec<usize>>,
    of_slot: Vec<Vec<usize>>,
}

impl Model {
    fn new(units: &[Unit], transactions: &BTreeMap<Key, Transaction>, now: Moment) -> Self {
        let of_unit = vec![Vec::new(); units.len()];
        let mut model = Self {
            pairs: Vec::new(),
            slots: Vec::new(),
            slot_of: HashMap::new(),
            of_unit,
            of_slot: Vec::new(),
        };
        let near = Near::new(units, transactions);
        for (at, unit) in units.iter().enumerate() {
            for candidate in near.candidates(unit, now) {
                model.pair(at, candidate.key, candidate.transaction, candidate.attempt, candidate.base);
            }
        }
        model
    }

    fn pair(
        &mut self,
        unit: usize,
        key: Key,
        transaction: &Transaction,
        attempt: Option<(usize, &Attempt)>,
        base: f64,
    ) {
        let number = attempt.map(|(number, _)| number);
        let next = self.slots.len();
        let slot = *self.slot_of.entry((key, number)).or_insert(next);
        if slot == next {
            let port = attempt.and_then(|(_, attempt)| attempt.port).or(transaction.port);
            let host_port = host_port(transaction, port);
            self.slots.push(Slot { key, attempt: number, port, host_port });
            self.of_slot.push(Vec::new());
        }
        self.of_unit[unit].push(self.pairs.len());
        self.of_slot[slot].push(self.pairs.len());
        self.pairs.push(Pair { unit, slot, base });
    }

    /// The posterior of every pair.
    fn solve(
        &mut self,
        units: &[Unit],
        transactions: &BTreeMap<Key, Transaction>,
        known: &PortCauses,
    ) -> Vec<f64> {
        let mut knowledge = Knowledge::new(&self.slots, transactions, known);
        let mut weights: Vec<f64> = self.pairs.iter().map(|pair| pair.base).collect();
        let mut before = vec![0.0; weights.len()];
        for round in 0..ROUNDS {
            if round > 0 {
                for (pair, weight) in self.pairs.iter().zip(&mut weights) {
                    let unit = &units[pair.unit];
                    let alone = self.slots[pair.slot].attempt.is_none().then_some(*weight);
                    let label = knowledge.of_label(pair.slot, unit, alone);
                    *weight = pair.base * label * knowledge.of_port(pair.slot, unit);
                }
            }
            self.balance(&mut weights);
            let change =
                weights.iter().zip(&before).map(|(now, before)| (now - before).abs()).fold(0.0, f64::max);
            if change < SETTLED {
                break;
            }
            before.clone_from(&weights);
            knowledge.clear();
            for (pair, weight) in self.pairs.iter().zip(&weights) {
                knowledge.add(pair.slot, &units[pair.unit], *weight);
            }
        }
        weights
    }

    /// Normalises over the candidates of each unit and of each attempt in turn.
    fn balance(&self, weights: &mut [f64]) {
        // "None of these" is a candidate of each unit, and is scaled with the others.
        let mut none = vec![NONE; self.of_unit.len()];
        for _ in 0..BALANCE {
            let mut even = true;
            for (slot, pairs) in self.of_slot.iter().enumerate() {
                // A transaction without attempts may have any number of units.
                if self.slots[slot].attempt.is_some() {
                    let sum: f64 = pairs.iter().map(|at| weights[*at]).sum();
                    // At most one unit, and perhaps none: a weak claim is not made a strong one.
                    if sum > 1.0 {
                        even &= sum < 1.0 + EVEN;
                        scale(weights, pairs, sum);
                    }
                }
            }
            for (pairs, none) in self.of_unit.iter().zip(&mut none) {
                let sum: f64 = pairs.iter().map(|at| weights[*at]).sum::<f64>() + *none;
                even &= (sum - 1.0).abs() < EVEN;
                scale(weights, pairs, sum);
                *none /= sum;
            }
            if even {
                break;
            }
        }
    }

    /// Takes pairs by falling posterior, and sums the posteriors of each unit's transaction and port.
    fn owners(&self, units: usize, weights: &[f64]) -> Vec<Owner> {
        let mut order: Vec<usize> = (0..self.pairs.len()).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
        let mut owners = vec![Owner::default(); units];
        let mut used = vec![false; self.slots.len()];
        for at in order {
            let Pair { unit, slot, .. } = self.pairs[at];
            if owners[unit].slot.is_none() && !used[slot] {
                used[slot] = self.slots[slot].attempt.is_some();
                owners[unit].slot = Some(self.slots[slot].clone());
            }
        }
        for (owner, pairs) in owners.iter_mut().zip(&self.of_unit) {
            let Some(chosen) = owner.slot.clone() else { continue };
            for at in pairs {
                let slot = &self.slots[self.pairs[*at].slot];
                owner.transaction += if slot.key == chosen.key { weights[*at] } else { 0.0 };
                owner.port += if slot.port == chosen.port { weights[*at] } else { 0.0 };
            }
        }
        owners
    }
}

/// One number for the host and port a transaction goes to.
fn host_port(transaction: &Transaction, port: Option<u16>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (transaction.host_or_ip(), port).hash(&mut hasher);
    hasher.finish()
}

fn scale(weights: &mut [f64], pairs: &[usize], sum: f64) {
    if sum > 1e-30 {
        for at in pairs {
            weights[*at] /= sum;
        }
    }
}
