//! Requests of which the log has nothing but their failed end: it begins in the middle, or lines were lost.
//!
//! Such a one may have gone to any server of its process, so that nothing but the moment speaks for it. It is a last
//! resort: a unit falls to it only if no other request may own the unit.

use super::near::Candidates;
use super::time::{AHEAD, nearness};
use super::{Pair, Slot};
use crate::engine::transaction::{End, Key, Moment, Transaction};
use crate::engine::unit::Unit;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// Ceiling on those that one unit may fall to: the nearest.
const MOST: usize = 8;
/// From this ratio of the weights by time on one casts doubt on another owner.
const MUCH_NEARER: f64 = 10.0;

/// Those of a window, by process and by the moment they ended.
#[derive(Debug, Default)]
pub(super) struct Headless(FxHashMap<u32, Vec<(Moment, usize)>>);

impl Headless {
    /// When one ended, if that is within a window, and as a failed handshake ends.
    pub(super) fn end(transaction: &Transaction, within: RangeInclusive<Moment>) -> Option<Moment> {
        // One that was given a refusal in an earlier window has its reason.
        let is_open = transaction.ended_in_handshake() && transaction.labels.is_empty();
        transaction.ended.filter(|ended| is_open && within.contains(ended))
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

impl Candidates {
    /// Whether one of these ended so much nearer to a unit than the request that the unit goes to that it may be the
    /// owner as well.
    pub(super) fn is_doubtful(&self, unit: usize, owner: Key) -> bool {
        let pairs = &self.pairs[self.starts[unit]..self.starts[unit + 1]];
        let own = pairs.iter().filter(|pair| self.slots[pair.slot].key == owner).map(|pair| pair.base);
        let own = own.fold(0.0, f64::max);
        let first = self.far.partition_point(|(of, _)| *of < unit);
        let far = self.far[first..].iter().take_while(|(of, _)| *of == unit);
        far.filter(|(_, pair)| self.slots[pair.slot].is_headless())
            .any(|(_, pair)| pair.base > MUCH_NEARER * own)
    }
}

impl Slot {
    /// Whether nothing but its end is known.
    pub(super) fn is_headless(&self) -> bool {
        self.started == Moment::MIN
    }

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
