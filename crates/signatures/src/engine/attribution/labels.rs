//! What the units of a transaction have in common: one thread, and as a rule one cause.

use crate::engine::transaction::{Key, Transaction};
use std::collections::{BTreeMap, HashMap};

/// Thread and cause of a unit.
type Label = (u32, u32);

/// How much of each label the units weighed so far give to each transaction, and to each of its attempts.
#[derive(Default)]
pub(super) struct Labels {
    transactions: HashMap<Key, BTreeMap<Label, f64>>,
    slots: HashMap<(usize, Label), f64>,
}

impl Labels {
    pub(super) fn clear(&mut self) {
        self.transactions.clear();
        self.slots.clear();
    }

    pub(super) fn add(&mut self, key: Key, slot: usize, label: Label, weight: f64) {
        *self.transactions.entry(key).or_default().entry(label).or_default() += weight;
        *self.slots.entry((slot, label)).or_default() += weight;
    }

    /// Adds what units settled earlier say of each transaction.
    pub(super) fn recall(&mut self, transactions: &BTreeMap<Key, Transaction>) {
        for (key, labels) in &mut self.transactions {
            for (thread, cause, weight) in transactions.get(key).iter().flat_map(|t| &t.labels) {
                *labels.entry((*thread, *cause)).or_default() += weight;
            }
        }
    }

    /// How well a label fits what the transaction's other attempts have. The attempt's own weight is left out: a
    /// guess must not confirm itself. Shares are of squares, so that the strongest label stands out; without other
    /// attempts there is nothing to say.
    pub(super) fn evidence(&self, key: Key, slot: usize, label: Label) -> f64 {
        let Some(labels) = self.transactions.get(&key) else { return 1.0 };
        let others = |(other, weight): (&Label, &f64)| {
            let own = self.slots.get(&(slot, *other)).copied().unwrap_or(0.0);
            (weight - own).max(0.0).powi(2)
        };
        let all: f64 = labels.iter().map(others).sum();
        if all < 1e-12 {
            return 1.0;
        }
        labels.get_key_value(&label).map_or(0.0, others) / all + 0.01
    }
}
