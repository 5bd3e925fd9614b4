//! What time alone says of a unit and an attempt.

use super::Slot;
use crate::engine::transaction::{End, Moment};
use crate::engine::unit::Unit;
use std::sync::LazyLock;

/// How fast the weight falls with the time between a unit and the end of its attempt, in milliseconds.
const TAU: f64 = 1.5;
/// How much the weight bends away from an exponential, in square milliseconds.
const BEND: f64 = 16.0;
/// The writer's clock is the better one; of the stamp's delay a share is added, which decides between ends that the
/// writer puts in the same millisecond. A longer delay says nothing.
const LAG_SHARE: f64 = 0.25;
const MAX_LAG: Moment = 2;
/// A unit's stamp may be this much later than the end of its attempt.
pub(super) const BACK: Moment = 3;
/// The end of an attempt is at most this much later than its unit.
pub(crate) const AHEAD: Moment = 30;
/// Clocks of the two paths differ by about this much.
pub(super) const SLACK: Moment = 2;
/// Weight of an attempt whose end the log cannot have shown yet.
const OPEN_AT_END: f64 = 0.3;
/// Weight of an attempt that should have ended by now, and for which no end was seen: its line may be lost. The longer
/// ago it began, the less it is believed.
const OPEN_TOO_LONG: f64 = 1e-4;
const OPEN_FOR_AGES: f64 = 5e-6;
/// From here on an attempt began ages ago, in milliseconds.
const AGES: Moment = 2_000;
/// Weight of an attempt during which a failure was tolerated: nothing ended at that moment.
pub(super) const DURING: f64 = 0.2;
/// Weight of a transaction that shows no attempt at all (Traffic Server 9 and later write none for a failed handshake):
/// at most this much, and less the longer it ran, because its few attempts ended at unknown moments. In milliseconds.
const WITHOUT_ATTEMPT: f64 = 0.2;
const HIDDEN_ENDS: f64 = 2.0;
/// Such a transaction began ages ago from here on, in milliseconds: its attempts take their time one after another.
const HIDDEN_AGES: Moment = 10_000;

impl Slot {
    /// Whether it began in time, at an address that the unit may mean.
    pub(super) fn may_own(&self, unit: &Unit) -> bool {
        self.started <= unit.time + SLACK && (unit.ip.is_none() || self.ip.is_none() || unit.ip == self.ip)
    }

    /// What time alone says of a unit here, if it is open or was answered or shows no attempt; `None` if it cannot be.
    pub(super) fn weight(&self, unit: &Unit, may_see_end: bool) -> Option<f64> {
        let over = self.ended.is_some_and(|(ended, _)| ended < unit.time - BACK);
        let answered = matches!(self.ended, Some((_, End::Answer)));
        if over || (answered && unit.enforced()) {
            return None;
        }
        let for_ages = unit.time - self.started > AGES;
        Some(match self.attempt {
            None => self.hidden(unit),
            Some(_) if !unit.enforced() => DURING,
            Some(_) if may_see_end => OPEN_AT_END,
            Some(_) if for_ages => OPEN_FOR_AGES,
            Some(_) => OPEN_TOO_LONG,
        })
    }

    /// What time says where no attempt is shown: all but the last ended at some moment before the transaction did.
    fn hidden(&self, unit: &Unit) -> f64 {
        let ran = (self.ended.map_or(unit.time, |(ended, _)| ended) - self.started).max(1);
        // The longer ago it began, the less its silence is that of a handshake.
        if ran > HIDDEN_AGES {
            return OPEN_FOR_AGES;
        }
        WITHOUT_ATTEMPT.min(HIDDEN_ENDS / f64::from(i32::try_from(ran).unwrap_or(i32::MAX)))
    }
}

/// Weight of a distance in milliseconds, and of the lag of the end. The square makes two middling distances better than
/// a short and a long one, so that of two pairings with the same sum the one that keeps the order wins. Below the floor
/// a far end is no worse than no end at all.
pub(super) fn nearness(distance: Moment, lag: Moment) -> f64 {
    /// The weight of what is farther away than the table goes.
    const FLOOR: f64 = 1e-9;
    /// By distance and lag; it is asked for every pair.
    static TABLE: LazyLock<Vec<[f64; 3]>> = LazyLock::new(|| {
        let weight = |distance: i32, lag: i32| {
            let distance = (f64::from(distance) + LAG_SHARE * f64::from(lag)).abs();
            (-distance / TAU - distance * distance / BEND).exp() + FLOOR
        };
        let all = (-BACK..=AHEAD).filter_map(|distance| i32::try_from(distance).ok());
        all.map(|distance| [0, 1, 2].map(|lag| weight(distance, lag))).collect()
    });
    let row = usize::try_from(distance + BACK).ok().and_then(|row| TABLE.get(row));
    row.map_or(FLOOR, |row| row[usize::try_from(lag.clamp(0, MAX_LAG)).unwrap_or(0)])
}
