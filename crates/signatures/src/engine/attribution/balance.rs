//! Brings the weights of pairs into balance: each unit goes somewhere, each attempt takes at most one unit.

use super::knowledge::Knowledge;
use super::near::Candidates;

/// Weight of "none of these": the true attempt is not in the log.
const NONE: f64 = 1e-5;

/// The weights of a window's pairs.
#[derive(Debug)]
pub(super) struct Balance {
    /// What speaks for each pair, before others are considered.
    likely: Vec<f64>,
    /// How much each slot gives to whom it fits, because others want it too. It is kept from round to round, so that it
    /// comes to rest together with what is learnt.
    share: Vec<f64>,
    wanted: Vec<f64>,
    /// The balanced weights.
    pub(super) weights: Vec<f64>,
}

impl Balance {
    pub(super) fn new(candidates: &Candidates) -> Self {
        let (slots, pairs) = (candidates.slots.len(), candidates.pairs.len());
        let (likely, weights) = (vec![0.0; pairs], vec![0.0; pairs]);
        Self { likely, share: vec![1.0; slots], wanted: vec![0.0; slots], weights }
    }

    /// One round: each unit is given out over its candidates, by time and by what was learnt. Then attempts that are
    /// wanted more than once are cut. Gives the greatest change of a weight.
    pub(super) fn round(&mut self, candidates: &Candidates, knowledge: &mut Knowledge) -> f64 {
        let Self { likely, share, wanted, weights } = self;
        let Knowledge { factors, noted, .. } = knowledge;
        let mut change: f64 = 0.0;
        wanted.fill(0.0);
        for range in candidates.starts.windows(2) {
            let range = range[0]..range[1];
            let pairs = &candidates.pairs[range.clone()];
            let (likely, weights) = (&mut likely[range.clone()], &mut weights[range]);
            // "None of these" is one more candidate.
            let mut sum = NONE;
            for (pair, likely) in pairs.iter().zip(likely.iter_mut()) {
                *likely = pair.base * factors[pair.place as usize];
                sum += *likely * share[pair.slot];
            }
            let scale = 1.0 / sum;
            for ((pair, likely), weight) in pairs.iter().zip(likely).zip(weights) {
                let claim = *likely * scale;
                wanted[pair.slot] += claim;
                let now = claim * share[pair.slot];
                noted[pair.place as usize] += now;
                change = change.max((now - *weight).abs());
                *weight = now;
            }
        }
        self.cut(candidates);
        change
    }

    /// Cuts attempts that are wanted more than once. One that is wanted less stays so: a weak claim is not made a strong
    /// one. A transaction without attempts may have any number of units.
    fn cut(&mut self, candidates: &Candidates) {
        for ((share, wanted), slot) in self.share.iter_mut().zip(&self.wanted).zip(&candidates.slots) {
            *share = if *wanted > 1.0 && slot.takes_one() { 1.0 / wanted } else { 1.0 };
        }
    }
}
