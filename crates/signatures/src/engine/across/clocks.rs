//! How far the clocks of two boxes are apart, measured on requests that passed both.
//!
//! The Expressway-E sends a request on and gets its answer; in between the Expressway-C receives it and answers. As
//! with NTP, the difference of the clocks is the mean of the differences at both ends, and wrong by half of what the
//! way there and back takes, at most.

use super::super::transaction::{Moment, Transaction};
use super::number;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};

/// Requests of one box that wait for their other leg. Beyond it every second one is let go: by its number, so that
/// the same ones are kept of every box.
const MAX_WAITING: usize = 8_192;
/// A difference beyond this is not believed: a day.
const BELIEVED: i64 = 86_400_000;
/// Pairs of boxes whose clocks are compared.
const MAX_PAIRS: usize = 1_024;
/// Measurements kept of one pair of boxes.
const MAX_MEASURED: usize = 999;

/// The clock of one box against that of another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockDifference {
    /// The box whose clock is compared.
    pub node: String,
    /// The box it is compared with.
    pub reference: String,
    /// By how much the clock of `node` is ahead, in milliseconds. Median of all measurements.
    pub ahead: i64,
    /// By how much that may be wrong, in milliseconds: half of what the way between the boxes took.
    pub uncertain: i64,
    /// Requests it was measured on.
    pub requests: usize,
}

impl ClockDifference {
    /// By how many milliseconds the clock of each node is ahead of one of them: of the first in each group of nodes
    /// that comparisons connect. A node that no comparison leads to is left out.
    pub fn offsets(differences: &[Self]) -> HashMap<String, i64> {
        let mut ahead = HashMap::new();
        // Each stretch of boxes that comparisons connect has a clock of its own to go by.
        for first in differences {
            if ahead.contains_key(&first.reference) || ahead.contains_key(&first.node) {
                continue;
            }
            ahead.insert(first.reference.clone(), 0);
            let mut known = 0;
            while known < ahead.len() {
                known = ahead.len();
                for difference in differences {
                    match (ahead.get(&difference.reference), ahead.get(&difference.node)) {
                        (Some(known), None) => {
                            ahead.insert(difference.node.clone(), known + difference.ahead)
                        }
                        (None, Some(known)) => {
                            ahead.insert(difference.reference.clone(), known - difference.ahead)
                        }
                        _ => None,
                    };
                }
            }
        }
        ahead
    }
}

/// The times of a request on one box.
#[derive(Debug, Clone)]
pub(crate) struct Crossing {
    request: u64,
    node: String,
    inside: bool,
    start: Moment,
    end: Moment,
    /// It was compared, or came twice on one box: nothing more can be learnt from it.
    done: bool,
}

impl Crossing {
    /// What an Expressway-E sent on and got back; what an Expressway-C received and answered.
    fn of(node: &str, inside: bool, request: u64, transaction: &Transaction) -> Option<Self> {
        let (start, end) = if inside {
            (transaction.opened?, transaction.ended?)
        } else {
            let [attempt] = transaction.attempts.as_slice() else { return None };
            transaction.answered?;
            (attempt.started, attempt.ended?.0)
        };
        Some(Self { request, node: node.to_owned(), inside, start, end, done: false })
    }
}

/// Requests that wait for their other leg, and what was measured on those that had both.
#[derive(Debug, Default)]
pub(crate) struct Crossings {
    waiting: IndexMap<u64, Crossing>,
    /// Bits that must be zero in the number of a request that is kept.
    sieve: u64,
    /// (outside, inside) → (difference, slack)
    measured: BTreeMap<(String, String), Vec<(i64, i64)>>,
}

impl Crossings {
    /// Takes a request that is over. `inside` says that the node is an Expressway-C.
    pub(crate) fn take(&mut self, node: &str, inside: bool, transaction: &Transaction) {
        let request = number(&transaction.tracking_id, &transaction.url);
        // Of a large log most are passed over, before anything is made of them.
        if request & self.sieve == 0
            && let Some(crossing) = Crossing::of(node, inside, request, transaction)
        {
            self.compare(crossing);
        }
    }

    fn compare(&mut self, crossing: Crossing) {
        if crossing.request & self.sieve != 0 {
            return;
        }
        let Some(other) = self.waiting.get_mut(&crossing.request) else {
            self.wait(crossing);
            return;
        };
        if other.done || crossing.done || other.node == crossing.node {
            // Which leg belongs to which is not known any more.
            other.done = true;
            return;
        }
        if other.inside == crossing.inside {
            return;
        }
        other.done = true;
        let other = other.clone();
        let (outer, inner) = if crossing.inside { (&other, &crossing) } else { (&crossing, &other) };
        let pair = (outer.node.clone(), inner.node.clone());
        if self.measured.len() >= MAX_PAIRS && !self.measured.contains_key(&pair) {
            return;
        }
        let pair = self.measured.entry(pair).or_default();
        let slack = (outer.end - outer.start).saturating_sub(inner.end - inner.start);
        let ahead = i64::midpoint(inner.start - outer.start, inner.end - outer.end);
        // A leg inside that took longer than the one outside is that of another request; clocks that are days apart
        // are logs of other days.
        if slack >= 0 && ahead.abs() <= BELIEVED && pair.len() < MAX_MEASURED {
            pair.push((ahead, slack));
        }
    }

    fn wait(&mut self, crossing: Crossing) {
        if self.waiting.len() >= MAX_WAITING {
            self.sieve = self.sieve << 1 | 1;
            let sieve = self.sieve;
            self.waiting.retain(|request, _| request & sieve == 0);
        }
        self.waiting.insert(crossing.request, crossing);
    }

    /// Takes what was read apart from this: legs that wait may find their other one here.
    pub(crate) fn join(&mut self, other: Self) {
        for (pair, measured) in other.measured {
            let known = self.measured.entry(pair).or_default();
            let room = MAX_MEASURED.saturating_sub(known.len());
            known.extend(measured.into_iter().take(room));
        }
        for crossing in other.waiting.into_values() {
            self.compare(crossing);
        }
    }

    pub(crate) fn differences(&self) -> Vec<ClockDifference> {
        let difference = |((outer, inner), measured): (&(String, String), &Vec<(i64, i64)>)| {
            let mut ahead: Vec<i64> = measured.iter().map(|(ahead, _)| *ahead).collect();
            let mut slack: Vec<i64> = measured.iter().map(|(_, slack)| *slack).collect();
            ahead.sort_unstable();
            slack.sort_unstable();
            Some(ClockDifference {
                node: inner.clone(),
                reference: outer.clone(),
                ahead: *ahead.get(ahead.len() / 2)?,
                uncertain: slack.get(slack.len() / 2)?.div_euclid(2) + 1,
                requests: ahead.len(),
            })
        };
        self.measured.iter().filter_map(difference).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(request: u64, node: &str, inside: bool, start: Moment, end: Moment) -> Crossing {
        Crossing { request, node: node.to_owned(), inside, start, end, done: false }
    }

    #[test]
    fn a_clock_that_is_ahead_is_measured_from_both_ends() {
        let mut crossings = Crossings::default();
        for request in 0..9 {
            let at = 10_000 + Moment::try_from(request).expect("small") * 100;
            // The way there takes 4 ms, the way back 6 ms, and the clock inside is 1.8 s ahead.
            let outer = leg(request, "expe", false, at, at + 60);
            let inner = leg(request, "expc", true, at + 1804, at + 1854);
            let both = if request % 2 == 0 { [outer, inner] } else { [inner, outer] };
            for leg in both {
                crossings.compare(leg);
            }
        }
        let all = crossings.differences();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].node.as_str(), all[0].reference.as_str()), ("expc", "expe"));
        assert_eq!((all[0].ahead, all[0].uncertain, all[0].requests), (1799, 6, 9));
    }

    #[test]
    fn the_same_requests_are_kept_of_both_boxes_however_many_there_are() {
        let mut crossings = Crossings::default();
        let many = 4 * MAX_WAITING as u64;
        for request in 0..many {
            crossings.compare(leg(request, "expe", false, 0, 10));
        }
        assert!(crossings.waiting.len() <= MAX_WAITING);
        for request in 0..many {
            crossings.compare(leg(request, "expc", true, 105, 107));
        }
        assert_eq!(crossings.differences()[0].ahead, 101);
    }
}
