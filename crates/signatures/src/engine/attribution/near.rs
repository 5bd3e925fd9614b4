//! Which attempts may own a unit, and what time alone says of each.

use crate::engine::transaction::{Attempt, End, Key, Moment, Transaction};
use crate::engine::unit::Unit;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// How fast the weight falls with the time between a unit and the end of its attempt, in milliseconds.
const TAU: f64 = 1.5;
/// How much the weight bends away from an exponential, in square milliseconds.
const BEND: f64 = 16.0;
/// The writer's clock is the better one; of the stamp's delay a share is added, which decides between ends that the
/// writer puts in the same millisecond. A longer delay says nothing.
const LAG_SHARE: f64 = 0.25;
const MAX_LAG: Moment = 2;
/// A unit's stamp may be this much later than the end of its attempt.
const BACK: Moment = 3;
/// The end of an attempt is at most this much later than its unit.
pub(crate) const AHEAD: Moment = 30;
/// Clocks of the two paths differ by about this much.
const SLACK: Moment = 2;
/// Weight of an attempt whose end the log cannot have shown yet.
const OPEN_AT_END: f64 = 0.3;
/// Weight of an attempt that should have ended by now, and for which no end was seen: its line may be lost. The longer
/// ago it began, the less it is believed.
const OPEN_TOO_LONG: f64 = 1e-4;
const OPEN_FOR_AGES: f64 = 5e-6;
/// From here on an attempt began ages ago, in milliseconds.
const AGES: Moment = 2_000;
/// Weight of an attempt during which a failure was tolerated: nothing ended at that moment.
const DURING: f64 = 0.2;
/// Weight of a transaction that shows no attempt at all (Traffic Server 9 and later write none for a failed handshake).
const WITHOUT_ATTEMPT: f64 = 0.2;
/// Ceiling on the possible owners of one unit that are weighed against each other: the nearest in time.
const MAX_CANDIDATES: usize = 96;
/// A possible owner, before it is weighed against others.
pub(super) struct Candidate<'t> {
    pub(super) key: Key,
    pub(super) transaction: &'t Transaction,
    pub(super) attempt: Option<(usize, &'t Attempt)>,
    pub(super) base: f64,
}

/// The transactions of a window by the host and the addresses they went to.
pub(super) struct Near<'t> {
    by_host: HashMap<&'t str, Vec<(Key, &'t Transaction)>>,
    by_ip: HashMap<IpAddr, Vec<(Key, &'t Transaction)>>,
}

impl<'t> Near<'t> {
    pub(super) fn new(units: &[Unit], transactions: &'t BTreeMap<Key, Transaction>) -> Self {
        let times = || units.iter().map(|unit| unit.time);
        let (first, last) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
        let mut near = Self { by_host: HashMap::new(), by_ip: HashMap::new() };
        for (key, transaction) in transactions {
            let from = transaction.opened.or_else(|| transaction.attempts.first().map(|a| a.started));
            let too_late = from.is_some_and(|from| from > last + SLACK);
            let too_early = transaction.ended.is_some_and(|ended| ended < first - BACK);
            if too_late || too_early {
                continue;
            }
            if !transaction.host.is_empty() {
                near.by_host.entry(&transaction.host).or_default().push((*key, transaction));
            }
            let mut ips: Vec<IpAddr> = transaction.attempts.iter().filter_map(|attempt| attempt.ip).collect();
            ips.sort_unstable();
            ips.dedup();
            for ip in ips {
                near.by_ip.entry(ip).or_default().push((*key, transaction));
            }
        }
        near
    }

    /// The possible owners of a unit, the nearest in time if there are too many. `now` is the last moment the log shows.
    pub(super) fn candidates(&self, unit: &Unit, now: Moment) -> Vec<Candidate<'t>> {
        let mut found = Vec::new();
        for (key, transaction) in self.of(unit) {
            candidates(unit, key, transaction, now - unit.time <= AHEAD, &mut found);
        }
        if found.len() > MAX_CANDIDATES {
            found.sort_by(|a: &Candidate<'_>, b| b.base.total_cmp(&a.base));
            found.truncate(MAX_CANDIDATES);
        }
        found
    }

    /// Transactions for the unit's host; and, where the unit or the transaction knows the server by its address
    /// only, those for its address.
    fn of<'s>(&'s self, unit: &Unit) -> impl Iterator<Item = (Key, &'t Transaction)> + use<'s, 't> {
        let by_host = self.by_host.get(unit.host.as_str()).into_iter().flatten().copied();
        let is_address = unit.host.parse().ok() == unit.ip;
        let by_ip = unit.ip.and_then(|ip| self.by_ip.get(&ip)).into_iter().flatten().copied();
        let host = unit.host.clone();
        let others = by_ip.filter(move |(_, transaction)| {
            transaction.host != host && (transaction.host.is_empty() || is_address)
        });
        let pid = unit.pid;
        by_host.chain(others).filter(move |(key, _)| key.pid == pid)
    }
}

fn candidates<'t>(
    unit: &Unit,
    key: Key,
    transaction: &'t Transaction,
    may_see_end: bool,
    out: &mut Vec<Candidate<'t>>,
) {
    for (number, attempt) in transaction.attempts.iter().enumerate().filter(|(_, attempt)| !attempt.taken) {
        if unit.ip.is_some() && attempt.ip.is_some() && unit.ip != attempt.ip {
            continue;
        }
        if let Some(base) = weight(unit, attempt, may_see_end) {
            out.push(Candidate { key, transaction, attempt: Some((number, attempt)), base });
        }
    }
    let in_time = transaction.opened.is_some_and(|opened| opened <= unit.time + SLACK)
        && transaction.ended.is_none_or(|ended| ended >= unit.time - BACK);
    if transaction.attempts.is_empty() && in_time && (transaction.answered.is_none() || !unit.enforced()) {
        // The longer ago it began, the less its silence is that of a handshake.
        let ages = transaction.opened.is_some_and(|opened| unit.time - opened > AGES);
        let base = if ages { OPEN_FOR_AGES } else { WITHOUT_ATTEMPT };
        out.push(Candidate { key, transaction, attempt: None, base });
    }
}

/// What time alone says of a pair; `None` if it cannot be.
fn weight(unit: &Unit, attempt: &Attempt, may_see_end: bool) -> Option<f64> {
    if attempt.started > unit.time + SLACK {
        return None;
    }
    if !unit.enforced() {
        let over = attempt.ended.is_some_and(|(ended, _)| ended < unit.time - BACK);
        return (!over).then_some(DURING);
    }
    match attempt.ended {
        Some((_, End::Answer)) => None,
        Some((ended, _)) => {
            let distance = ended - unit.time;
            let lag = LAG_SHARE * as_f64(attempt.end_lag.clamp(0, MAX_LAG));
            (-BACK..=AHEAD).contains(&distance).then(|| nearness(as_f64(distance) + lag))
        }
        None if may_see_end => Some(OPEN_AT_END),
        None => Some(if unit.time - attempt.started <= AGES { OPEN_TOO_LONG } else { OPEN_FOR_AGES }),
    }
}

/// Weight of a distance in milliseconds. The square makes two middling distances better than a short and a long one,
/// so that of two pairings with the same sum the one that keeps the order wins. Below the floor a far end is no worse
/// than no end at all.
fn nearness(distance: f64) -> f64 {
    let distance = distance.abs();
    (-distance / TAU - distance * distance / BEND).exp() + 1e-9
}

fn as_f64(small: Moment) -> f64 {
    f64::from(i32::try_from(small).unwrap_or(i32::MAX))
}
