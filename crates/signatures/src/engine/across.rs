//! What joins the logs of several boxes: one request passes an Expressway-E and an Expressway-C.
//!
//! Both write the TrackingID of the client's request (log grammar of `traffic_server`, a4). Of requests that failed,
//! the leg on each box is kept, so that a finding about the one box can show what the other one saw. Of a sample of
//! all requests the times are compared, which tells how far the clocks of two boxes are apart.

mod clocks;

pub use clocks::ClockDifference;

use super::findings::touched;
use super::transaction::Transaction;
use crate::catalogue::Confidence;
use crate::finding::{Line, Member, Role, Touched};
use clocks::Crossings;
use rustc_hash::FxHasher;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// Ceiling on the legs kept with their lines. Requests beyond it are still counted, on the box that names the cause.
const MAX_LEGS: usize = 1_000;
/// Lines kept of one leg: the request, what was sent on, and both answers, at two levels.
const MAX_LINES: usize = 8;

/// Ceiling on the legs of one request. A request passes two boxes, and a few more where it is tried again.
const MOST_OTHERS: usize = 16;

/// One request on one box.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) touched: Touched,
    pub(crate) lines: Vec<Line>,
}

/// Requests by their TrackingID.
#[derive(Debug, Default)]
pub(crate) struct Across {
    legs: HashMap<u64, Vec<Leg>>,
    kept: usize,
    crossings: Crossings,
}

/// A request as a number, by its TrackingID and what was asked for: what is kept of the many that findings touch.
pub(crate) fn number(tracking_id: &str, url: &str) -> u64 {
    let mut hasher = FxHasher::default();
    (tracking_id, url).hash(&mut hasher);
    hasher.finish()
}

impl Across {
    /// Takes a request that is over. `inside` says that the node is an Expressway-C.
    pub(crate) fn close(&mut self, node: &str, inside: bool, transaction: &Transaction) {
        if transaction.tracking_id.is_empty() {
            return;
        }
        self.crossings.take(node, inside, transaction);
        let answered = transaction.answered.max(transaction.status.as_ref().map(|(code, _)| *code));
        let is_bad = answered.is_none_or(|code| code >= 500) || !transaction.findings.is_empty();
        if is_bad && self.kept < MAX_LEGS {
            self.kept += 1;
            let leg = Leg {
                touched: touched(node, transaction, Confidence::Certain, Vec::new()),
                lines: transaction.lines.lines(Role::Context).take(MAX_LINES).collect(),
            };
            self.legs.entry(number(&transaction.tracking_id, &transaction.url)).or_default().push(leg);
        }
    }

    /// The legs of a request on other boxes: with the same TrackingID and the same URL.
    pub(crate) fn others(&self, of: &Touched) -> Vec<&Leg> {
        if of.tracking_id.is_empty() {
            return Vec::new();
        }
        let legs = self.legs.get(&number(&of.tracking_id, &of.url)).map(Vec::as_slice).unwrap_or_default();
        let same = |leg: &&Leg| {
            leg.touched.node != of.node
                && leg.touched.tracking_id == of.tracking_id
                && leg.touched.url == of.url
        };
        legs.iter().filter(same).take(MOST_OTHERS).collect()
    }

    /// Takes the requests of other boxes, read apart; their inputs are counted from `first` on.
    pub(crate) fn join(&mut self, other: Self, first: Member) {
        for (number, mut legs) in other.legs {
            for leg in &mut legs {
                leg.touched.renumber(first);
                leg.lines.iter_mut().for_each(|line| line.member += first);
            }
            self.kept += legs.len();
            self.legs.entry(number).or_default().extend(legs);
        }
        self.crossings.join(other.crossings);
    }

    /// How far clocks are apart, as far as requests tell.
    pub(crate) fn clocks(&self) -> Vec<ClockDifference> {
        self.crossings.differences()
    }
}
