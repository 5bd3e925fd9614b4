//! Requests of which the log has nothing but their failed end: it begins in the middle, or lines were lost.
//!
//! Such a one may have gone to any server of its process, so that nothing but the moment speaks for it. It is a last
//! resort: a unit falls to it only if no other request may own the unit.

use super::time::{AHEAD, nearness};
use super::{Pair, Slot};
use crate::engine::transaction::{End, Key, Moment, Transaction};
use crate::engine::unit::Unit;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// Ceiling on those that one unit may fall to: the nearest.
const MOST: usize = 8;

/// Those of a window, by process and by the moment they ended.
#[derive(Debug, Default)]
pub(super) struct Headless(FxHashMap<u32, Vec<(Moment, usize)>>);

impl Headless {
    /// When one ended, if that is within a window, and as a failed handshake ends.
    pub(super) fn end(transaction: &Transaction, within: RangeInclusive<Moment>) -> Option<Moment> {
        transaction.ended.filter(|ended| within.contains(ended) && transaction.ended_in_handshake())
    }

    /// Adds one, and the position of its slot.
    pub(super) fn add(&mut self, slot: &Slot, at: usize) {
        if let Some((ended, _)) = slot.ended {
            self.0.entry(slot.key.pid).or_default().push((ended, at));
        }
    }

    /// To be called before any is looked for.
    pub(super) fn sort(&mut self) {
        self.0.values_mut().for_each(|ended| ended.sort_unstable());
    }

    /// Those of a unit's process that ended soon after it, the nearest first.
    pub(super) fn near(&self, unit: &Unit) -> impl Iterator<Item = Pair> {
        let ended = self.0.get(&unit.pid).filter(|_| unit.enforced()).map_or(&[][..], Vec::as_slice);
        let first = ended.partition_point(|(ended, _)| *ended < unit.time);
        let near = ended[first..].iter().take_while(|(ended, _)| *ended <= unit.time + AHEAD);
        near.take(MOST).map(|(ended, slot)| Pair {
            slot: *slot,
            place: 0,
            base: nearness(ended - unit.time, 0),
        })
    }
}

impl Slot {
    /// One that ended at this moment; `transaction` is its number in the window.
    pub(super) fn headless(key: Key, ended: Moment, transaction: usize) -> Self {
        Self {
            key,
            attempt: None,
            port: None,
            host_port: 0,
            hidden_end: true,
            transaction,
            name: None,
            nameless: true,
            started: Moment::MIN,
            ended: Some((ended, End::Failed)),
            lag: 0,
            ip: None,
        }
    }
}
