//! What is learnt while weighing: the labels (thread and cause) of each transaction's units, and the causes of each host
//! and port. Everything is numbered from zero, because this is asked for every pair in every round.

use super::{PortCauses, Slot};
use crate::engine::transaction::{Key, Transaction};
use crate::engine::unit::Unit;
use std::collections::{BTreeMap, HashMap};

/// Thread and cause of a unit.
type Label = (u32, u32);

/// Weights of a few things; searching them in order beats every map.
#[derive(Debug, Clone)]
struct Tally<K> {
    entries: Vec<(K, f64)>,
}

impl<K: PartialEq + Copy> Tally<K> {
    fn add(&mut self, key: K, weight: f64) {
        match self.entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += weight,
            None => self.entries.push((key, weight)),
        }
    }

    fn get(&self, key: K) -> f64 {
        self.entries.iter().find(|(known, _)| *known == key).map_or(0.0, |(_, sum)| *sum)
    }

    fn sum(&self) -> f64 {
        self.entries.iter().map(|(_, weight)| weight).sum()
    }
}

/// A port's causes say something only when so much weight stands behind them.
const ENOUGH: f64 = 3.0;

/// Everything learnt about one window.
pub(super) struct Knowledge {
    /// Number of each slot's transaction, and of its host and port.
    transaction_of: Vec<usize>,
    port_of: Vec<usize>,
    /// Labels by transaction: from units settled earlier, and now.
    earlier: Vec<Tally<Label>>,
    labels: Vec<Tally<Label>>,
    /// Labels by slot: what is left out when the slot itself is judged.
    own: Vec<Tally<Label>>,
    /// Causes by host and port: from units settled earlier, and now.
    known: Vec<Tally<u32>>,
    causes: Vec<Tally<u32>>,
}

impl Knowledge {
    pub(super) fn new(slots: &[Slot], transactions: &BTreeMap<Key, Transaction>, ports: &PortCauses) -> Self {
        let (mut keys, mut hosts) = (HashMap::new(), HashMap::new());
        let (mut earlier, mut known) = (Vec::new(), Vec::new());
        let (mut transaction_of, mut port_of) = (Vec::new(), Vec::new());
        for slot in slots {
            transaction_of.push(*keys.entry(slot.key).or_insert_with(|| {
                let settled = transactions.get(&slot.key).map_or(&[][..], |transaction| &transaction.labels);
                let mut tally = Tally { entries: Vec::new() };
                for (thread, cause, weight) in settled {
                    tally.add((*thread, *cause), *weight);
                }
                earlier.push(tally);
                earlier.len() - 1
            }));
            port_of.push(*hosts.entry(slot.host_port).or_insert_with(|| {
                let seen = ports.seen.get(&slot.host_port).into_iter().flatten();
                known.push(Tally { entries: seen.map(|(cause, weight)| (*cause, *weight)).collect() });
                known.len() - 1
            }));
        }
        let own = vec![Tally { entries: Vec::new() }; slots.len()];
        Self { transaction_of, port_of, labels: earlier.clone(), earlier, own, causes: known.clone(), known }
    }

    /// Forgets what this window taught so far.
    pub(super) fn clear(&mut self) {
        self.labels.clone_from(&self.earlier);
        self.causes.clone_from(&self.known);
        for tally in &mut self.own {
            tally.entries.clear();
        }
    }

    pub(super) fn add(&mut self, slot: usize, unit: &Unit, weight: f64) {
        let label = (unit.thread, unit.cause);
        self.labels[self.transaction_of[slot]].add(label, weight);
        self.own[slot].add(label, weight);
        self.causes[self.port_of[slot]].add(unit.cause, weight);
    }

    /// How well a unit's label fits what the transaction's other attempts have. The attempt's own weight is left out: a
    /// guess must not confirm itself. `alone` is the pair's own weight where a slot can have many units, and only that
    /// is left out then. Shares are of squares, so that the strongest label stands out; without other attempts there
    /// is nothing to say.
    pub(super) fn of_label(&self, slot: usize, unit: &Unit, alone: Option<f64>) -> f64 {
        let mine = (unit.thread, unit.cause);
        let others = |label: Label, weight: f64| {
            let own = match alone {
                Some(weight) => {
                    if label == mine {
                        weight
                    } else {
                        0.0
                    }
                }
                None => self.own[slot].get(label),
            };
            (weight - own).max(0.0).powi(2)
        };
        let (mut all, mut fits) = (0.0, 0.0);
        for (label, weight) in &self.labels[self.transaction_of[slot]].entries {
            let weight = others(*label, *weight);
            all += weight;
            fits += if *label == mine { weight } else { 0.0 };
        }
        if all < 1e-12 { 1.0 } else { fits / all + 0.01 }
    }

    /// How well a unit's cause fits the host and port.
    pub(super) fn of_port(&self, slot: usize, unit: &Unit) -> f64 {
        let causes = &self.causes[self.port_of[slot]];
        let sum = causes.sum();
        if sum > ENOUGH { causes.get(unit.cause) / sum + 0.02 } else { 1.0 }
    }
}
