//! What is learnt while weighing: the labels (thread and cause) of each transaction's units, and the causes of each host
//! and port. Everything is numbered from zero and laid out flat, because all of it is asked in every round.

use super::near::Candidates;
use super::{PortCauses, Slot};
use crate::engine::transaction::{Key, Transaction};
use crate::engine::unit::Unit;
use std::collections::{BTreeMap, HashMap};

/// A port's causes say something only when so much weight stands behind them.
const ENOUGH: f64 = 3.0;
/// Below this sum of squares there is nothing to say.
const NOTHING: f64 = 1e-12;
/// What a label, and a cause, is worth that was seen nowhere else.
const STRANGE_LABEL: f64 = 0.01;
const STRANGE_CAUSE: f64 = 0.02;

/// Position of no cell.
const NO_CELL: u32 = u32::MAX;

/// Weights of a few things for each of many owners.
#[derive(Debug, Default)]
struct Tally {
    cells: Vec<Cell>,
    /// Position of the newest cell of each owner.
    newest: Vec<u32>,
    /// Weight of each cell that is known beforehand; of those behind the end nothing is.
    earlier: Vec<f64>,
    weights: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// What is weighed.
    key: u64,
    owner: u32,
    /// Position of the cell before it, of the same owner.
    before: u32,
}

impl Tally {
    fn of(owners: usize) -> Self {
        Self { newest: vec![NO_CELL; owners], ..Self::default() }
    }

    fn owner(&mut self) -> usize {
        self.newest.push(NO_CELL);
        self.newest.len() - 1
    }

    fn find(&self, owner: usize, key: u64) -> Option<u32> {
        let mut at = self.newest[owner];
        while let Some(cell) = self.cells.get(at as usize) {
            if cell.key == key {
                return Some(at);
            }
            at = cell.before;
        }
        None
    }

    fn add(&mut self, owner: usize, key: u64) -> u32 {
        let new = number(self.cells.len());
        let before = std::mem::replace(&mut self.newest[owner], new);
        self.cells.push(Cell { key, owner: number(owner), before });
        new
    }

    /// The position of a cell; it is made where it is not known.
    fn cell(&mut self, owner: usize, key: u64) -> u32 {
        self.find(owner, key).unwrap_or_else(|| self.add(owner, key))
    }

    fn add_earlier(&mut self, owner: usize, key: u64, weight: f64) {
        let at = self.cell(owner, key);
        self.earlier.resize(self.cells.len(), 0.0);
        self.earlier[at as usize] += weight;
    }

    /// Goes back to what is known beforehand.
    fn clear(&mut self) {
        self.weights.clear();
        self.weights.extend_from_slice(&self.earlier);
        self.weights.resize(self.cells.len(), 0.0);
    }

    /// Sums of something for each owner.
    fn sums(&self, sums: &mut Vec<f64>, of: impl Fn(f64) -> f64) {
        sums.clear();
        sums.resize(self.newest.len(), 0.0);
        for (cell, weight) in self.cells.iter().zip(&self.weights) {
            sums[cell.owner as usize] += of(*weight);
        }
    }
}

/// A label at an attempt, or at one pair where a transaction without attempts can have many units: what is left out
/// when its pairs are judged.
#[derive(Debug, Clone, Copy)]
struct Own {
    owner: u32,
    transaction: u32,
    /// Position in `labels`; `NO_CELL` where the label has nothing to be compared with.
    label: u32,
    /// Position in `causes`.
    cause: u32,
}

/// Everything learnt about one window.
#[derive(Debug)]
pub(super) struct Knowledge {
    /// Labels by transaction.
    labels: Tally,
    /// Causes by host and port.
    causes: Tally,
    own: Vec<Own>,
    /// How many owners there are in `own`: the slots, then lone pairs.
    owners: usize,
    /// What was learnt of each in `own`: a factor.
    pub(super) factors: Vec<f64>,
    /// What the pairs of each in `own` weigh in this round, to be learnt from.
    pub(super) noted: Vec<f64>,
    /// Room for sums.
    squares: Vec<f64>,
    others: Vec<f64>,
    totals: Vec<f64>,
    cause_factors: Vec<f64>,
}

impl Knowledge {
    /// Makes room for what the pairs can teach, and notes in each pair where that is.
    pub(super) fn new(
        units: &[&Unit],
        candidates: &mut Candidates,
        transactions: &BTreeMap<Key, Transaction>,
        known: &PortCauses,
    ) -> Self {
        let Candidates { slots, pairs, starts, transactions: count, .. } = candidates;
        let mut new = Self {
            labels: Tally::of(*count),
            causes: Tally::default(),
            own: Vec::with_capacity(pairs.len()),
            owners: slots.len(),
            factors: Vec::new(),
            noted: Vec::new(),
            squares: Vec::new(),
            others: Vec::new(),
            totals: Vec::new(),
            cause_factors: Vec::new(),
        };
        let speaks = new.earlier_labels(slots, *count, transactions);
        let ports = new.earlier_causes(slots, known);
        let mut of_slot = Tally::of(slots.len());
        for (unit, range) in units.iter().zip(starts.windows(2)) {
            let label = joined(unit.thread, unit.cause);
            for pair in &mut pairs[range[0]..range[1]] {
                let slot = &slots[pair.slot];
                let known = slot.takes_one().then(|| of_slot.find(pair.slot, label)).flatten();
                pair.place = known.unwrap_or_else(|| {
                    let own = new.own(pair.slot, slot, speaks[slot.transaction].then_some(label));
                    let cause = new.causes.cell(ports[pair.slot], unit.cause.into());
                    new.own.push(Own { cause, ..own });
                    of_slot.add(pair.slot, label)
                });
            }
        }
        new.factors.resize(new.own.len(), 1.0);
        new.noted.resize(new.own.len(), 0.0);
        new
    }

    /// Takes the labels of units settled earlier; gives the transactions whose labels can say anything. A transaction
    /// of one attempt and no earlier label has nothing to compare with.
    fn earlier_labels(
        &mut self,
        slots: &[Slot],
        count: usize,
        transactions: &BTreeMap<Key, Transaction>,
    ) -> Vec<bool> {
        let mut speaks = vec![false; count];
        let mut previous = None;
        for slot in slots {
            if previous == Some(slot.transaction) {
                speaks[slot.transaction] = true;
                continue;
            }
            previous = Some(slot.transaction);
            let settled = transactions.get(&slot.key).map_or(&[][..], |transaction| &transaction.labels);
            speaks[slot.transaction] = slot.attempt.is_none() || !settled.is_empty();
            for (thread, cause, weight) in settled {
                self.labels.add_earlier(slot.transaction, joined(*thread, *cause), *weight);
            }
        }
        speaks
    }

    /// Takes the causes of units settled earlier; gives the number of each slot's host and port.
    fn earlier_causes(&mut self, slots: &[Slot], known: &PortCauses) -> Vec<usize> {
        let mut numbers = HashMap::new();
        let mut last = None;
        let of_slot = slots.iter().map(|slot| match last {
            Some((host_port, port)) if host_port == slot.host_port => port,
            _ => {
                let port = *numbers.entry(slot.host_port).or_insert_with(|| {
                    let port = self.causes.owner();
                    for (cause, weight) in known.seen.get(&slot.host_port).into_iter().flatten() {
                        self.causes.add_earlier(port, (*cause).into(), *weight);
                    }
                    port
                });
                last = Some((slot.host_port, port));
                port
            }
        });
        of_slot.collect()
    }

    /// A label at a slot, or at a pair alone.
    fn own(&mut self, at: usize, slot: &Slot, label: Option<u64>) -> Own {
        let owner = if slot.takes_one() {
            at
        } else {
            self.owners += 1;
            self.owners - 1
        };
        let label = label.map_or(NO_CELL, |label| self.labels.cell(slot.transaction, label));
        Own { owner: number(owner), transaction: number(slot.transaction), label, cause: NO_CELL }
    }

    /// Learns from what was noted, and forgets it.
    pub(super) fn learn(&mut self) {
        let Self { labels, causes, own, noted, factors, squares, others, totals, cause_factors, .. } = self;
        labels.clear();
        causes.clear();
        for (own, noted) in own.iter().zip(&*noted) {
            causes.weights[own.cause as usize] += noted;
            if let Some(weight) = labels.weights.get_mut(own.label as usize) {
                *weight += noted;
            }
        }
        causes.sums(totals, |weight| weight);
        labels.sums(squares, |weight| weight * weight);
        others.clear();
        others.resize(self.owners, 0.0);
        for (own, noted) in own.iter().zip(&*noted) {
            if let Some(all) = labels.weights.get(own.label as usize) {
                others[own.owner as usize] += rest(*all, *noted) - all * all;
            }
        }
        // How well a cause fits its host and port.
        cause_factors.clear();
        cause_factors.extend(causes.cells.iter().zip(&causes.weights).map(|(cell, weight)| {
            let total = totals[cell.owner as usize];
            if total > ENOUGH { weight / total + STRANGE_CAUSE } else { 1.0 }
        }));
        // How well a label fits what the transaction's other attempts have. The attempt's own weight is left out: a
        // guess must not confirm itself. Shares are of squares, so that the strongest label stands out; without
        // other attempts there is nothing to say.
        for ((own, noted), factor) in own.iter().zip(noted).zip(factors) {
            *factor = cause_factors[own.cause as usize];
            if let Some(all) = labels.weights.get(own.label as usize) {
                let sum = squares[own.transaction as usize] + others[own.owner as usize];
                *factor *= if sum < NOTHING { 1.0 } else { rest(*all, *noted) / sum + STRANGE_LABEL };
            }
            *noted = 0.0;
        }
    }
}

/// The square of what is left of a weight without one's own part.
fn rest(all: f64, own: f64) -> f64 {
    let rest = (all - own).max(0.0);
    rest * rest
}

fn joined(thread: u32, cause: u32) -> u64 {
    u64::from(thread) << 32 | u64::from(cause)
}

/// A position as it is kept. Pairs are far fewer than this can count: 96 for each of a thousand units.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NO_CELL)
}
