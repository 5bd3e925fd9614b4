//! Which attempts may own a unit; what time says of each is in `time.rs`.
//!
//! Attempts are laid out by the server they went to and by the moment they ended, so that a unit meets only those that
//! it may belong to.

use super::headless::Headless;
use super::time::{AHEAD, BACK, DURING, SLACK, nearness};
use super::{Pair, Slot};
use crate::engine::transaction::{Attempt, End, Key, Moment, Transaction};
use crate::engine::unit::Unit;
use rustc_hash::{FxHashMap, FxHasher};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// Below this weight a pair is no more than a last resort. An attempt that ended 12 ms after its unit is the longest
/// that was measured.
const FAR: f64 = 1e-7;
/// Ceiling on the possible owners of one unit that are weighed against each other: the nearest in time.
const MAX_CANDIDATES: usize = 96;

/// What the units of a window name as their server: its name, or its address.
#[derive(Debug, Default)]
struct Server<'u> {
    pid: u32,
    /// Empty for one that is known by its address.
    name: &'u str,
    /// The name is an address.
    named_so: Option<IpAddr>,
    /// Stands for the name (see [`host_port`]).
    hash: u64,
    /// Some unit knows the server by its address only.
    by_address: bool,
    /// Attempts that ended without an answer, by the moment they ended.
    failed: Vec<(Moment, usize)>,
    /// Attempts that are open or were answered, and transactions without attempts.
    others: Vec<usize>,
}

/// Where a unit looks for its attempt.
#[derive(Debug, Clone, Copy)]
struct Place {
    name: usize,
    /// The server under its address, and whether it is named so.
    address: Option<(usize, bool)>,
}

/// The attempts of a window by the server they went to.
#[derive(Debug, Default)]
pub(super) struct Near<'u> {
    names: FxHashMap<(u32, &'u str), usize>,
    addresses: FxHashMap<(u32, IpAddr), usize>,
    last_name: Option<usize>,
    servers: Vec<Server<'u>>,
    places: Vec<Place>,
    /// An address may decide, because some unit knows its server by nothing else.
    by_address: bool,
    headless: Headless,
    slots: Vec<Slot>,
    /// How many transactions have slots.
    transactions: usize,
    /// First and last moment of the units.
    first: Moment,
    last: Moment,
    /// Some unit was tolerated: answered attempts may own it.
    tolerated: bool,
}

/// All that may own a unit.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) slots: Vec<Slot>,
    /// Pairs of the units in their order.
    pub(super) pairs: Vec<Pair>,
    /// Where the pairs of each unit begin; one more at the end.
    pub(super) starts: Vec<usize>,
    /// Pairs so unlikely that they are no more than a last resort, with their units: they are not weighed.
    pub(super) far: Vec<(usize, Pair)>,
    /// How many transactions the slots are of.
    pub(super) transactions: usize,
}

impl Candidates {
    /// Finds them for these units. `now` is the last moment the log shows.
    pub(super) fn of(units: &[&Unit], transactions: &BTreeMap<Key, Transaction>, now: Moment) -> Self {
        let times = || units.iter().map(|unit| unit.time);
        let mut near = Near {
            first: times().min().unwrap_or(0),
            last: times().max().unwrap_or(0),
            tolerated: units.iter().any(|unit| !unit.enforced()),
            ..Near::default()
        };
        let mut before = None;
        for unit in units {
            near.place(unit, before.replace(*unit));
        }
        for (key, transaction) in transactions {
            near.take(*key, transaction);
        }
        near.servers.iter_mut().for_each(|server| server.failed.sort_unstable());
        near.headless.sort();
        let (mut pairs, mut starts, mut far) = (Vec::with_capacity(4 * units.len()), vec![0], Vec::new());
        for (at, (unit, place)) in units.iter().zip(&near.places).enumerate() {
            near.pair(unit, *place, now - unit.time <= AHEAD, |pair| {
                if pair.base < FAR {
                    far.push((at, pair));
                } else {
                    pairs.push(pair);
                }
            });
            far.extend(near.headless.near(unit).map(|pair| (at, pair)));
            let start = starts[at];
            if pairs.len() - start > MAX_CANDIDATES {
                pairs[start..].sort_by(|a, b| b.base.total_cmp(&a.base));
                pairs.truncate(start + MAX_CANDIDATES);
            }
            starts.push(pairs.len());
        }
        Self { slots: near.slots, pairs, starts, far, transactions: near.transactions }
    }
}

impl<'u> Near<'u> {
    /// Notes which server a unit is about. `before` is the unit before it, which is often about the same one.
    fn place(&mut self, unit: &'u Unit, before: Option<&Unit>) {
        let same = |before: &Unit| (before.pid, &before.host, before.ip) == (unit.pid, &unit.host, unit.ip);
        if before.is_some_and(same) {
            self.places.extend(self.places.last().copied());
            return;
        }
        let servers = &mut self.servers;
        let name = *self.names.entry((unit.pid, &unit.host)).or_insert_with(|| {
            let (named_so, hash) = (unit.host.parse().ok(), hash(&unit.host));
            servers.push(Server { pid: unit.pid, name: &unit.host, named_so, hash, ..Server::default() });
            servers.len() - 1
        });
        let address = unit.ip.map(|ip| {
            let named_so = servers[name].named_so == Some(ip);
            let at = *self.addresses.entry((unit.pid, ip)).or_insert_with(|| {
                servers.push(Server::default());
                servers.len() - 1
            });
            servers[at].by_address |= named_so;
            self.by_address |= named_so;
            (at, named_so)
        });
        self.places.push(Place { name, address });
    }

    /// Takes the attempts of a transaction that some unit may belong to.
    fn take(&mut self, key: Key, transaction: &Transaction) {
        let from = transaction.opened.or_else(|| transaction.attempts.first().map(|a| a.started));
        if from.is_some_and(|from| from > self.last + SLACK)
            || transaction.ended.is_some_and(|ended| ended < self.first - BACK)
        {
            return;
        }
        let nameless = transaction.host.is_empty();
        if nameless && transaction.is_headless() {
            let ended = Headless::end(transaction, self.first..=self.last + AHEAD);
            if let Some(slot) = ended.map(|ended| Slot::headless(key, ended, self.transactions)) {
                self.headless.add(&slot, self.slots.len());
                self.slots.push(slot);
                self.transactions += 1;
            }
            return;
        }
        let name = if nameless { None } else { self.name(key.pid, &transaction.host) };
        if name.is_none() && (self.addresses.is_empty() || !(nameless || self.by_address)) {
            return;
        }
        let before = self.slots.len();
        let server = match name {
            Some(name) => self.servers[name].hash,
            None => hash(&transaction.host_or_ip()),
        };
        let mut slot = Slot {
            key,
            attempt: None,
            port: transaction.port,
            host_port: 0,
            hidden_end: false,
            transaction: self.transactions,
            name,
            nameless,
            started: transaction.opened.unwrap_or(Moment::MAX),
            ended: transaction.ended.map(|ended| (ended, End::Failed)),
            lag: 0,
            ip: None,
        };
        if transaction.attempts.is_empty() {
            if transaction.answered.is_some() {
                slot.ended = Some((transaction.ended.unwrap_or(Moment::MAX), End::Answer));
            }
            slot.host_port = host_port(server, slot.port);
            self.add(slot);
            if matches!(slot.ended, Some((_, End::Failed))) {
                self.add(Slot { hidden_end: true, ..slot });
            }
        }
        for (number, attempt) in transaction.attempts.iter().enumerate() {
            if self.concerns(attempt) {
                let port = attempt.port.or(transaction.port);
                let Attempt { started, ended, end_lag: lag, ip, .. } = *attempt;
                let host_port = host_port(server, port);
                self.add(Slot { attempt: Some(number), port, host_port, started, ended, lag, ip, ..slot });
            }
        }
        self.transactions += usize::from(self.slots.len() > before);
    }

    /// The number of a server, if a unit names it. The transaction before often went to the same one.
    fn name(&mut self, pid: u32, host: &str) -> Option<usize> {
        let same = |at: &usize| (self.servers[*at].pid, self.servers[*at].name) == (pid, host);
        if let Some(at) = self.last_name.filter(same) {
            return Some(at);
        }
        let at = self.names.get(&(pid, host)).copied()?;
        self.last_name = Some(at);
        Some(at)
    }

    /// Whether an attempt may own any unit of the window.
    fn concerns(&self, attempt: &Attempt) -> bool {
        let in_time = match attempt.ended {
            Some((ended, End::Answer)) => self.tolerated && ended >= self.first - BACK,
            Some((ended, _)) => ended >= self.first - BACK && (self.tolerated || ended <= self.last + AHEAD),
            None => true,
        };
        in_time && !attempt.taken && attempt.started <= self.last + SLACK
    }

    /// Adds a slot where units will look for it.
    fn add(&mut self, slot: Slot) {
        let address = slot.ip.filter(|_| slot.nameless || self.by_address);
        let address = address.and_then(|ip| self.addresses.get(&(slot.key.pid, ip)).copied());
        let address = address.filter(|at| slot.nameless || self.servers[*at].by_address);
        let at = self.slots.len();
        for server in slot.name.into_iter().chain(address) {
            match slot.ended.filter(|(_, end)| slot.takes_one() && *end != End::Answer) {
                Some((ended, _)) => self.servers[server].failed.push((ended, at)),
                None => self.servers[server].others.push(at),
            }
        }
        if slot.name.is_some() || address.is_some() {
            self.slots.push(slot);
        }
    }

    /// Gives a unit's pairs.
    fn pair(&self, unit: &Unit, place: Place, may_see_end: bool, mut take: impl FnMut(Pair)) {
        self.meet(unit, place.name, may_see_end, &mut take, |_| true);
        // Where the unit or the transaction knows the server by its address only, the address decides.
        if let Some((address, named_so)) = place.address {
            let fits = |slot: &Slot| slot.nameless || (named_so && slot.name != Some(place.name));
            self.meet(unit, address, may_see_end, take, fits);
        }
    }

    /// Gives a unit's pairs with the attempts at one server, of which some may not fit.
    fn meet(
        &self,
        unit: &Unit,
        server: usize,
        may_see_end: bool,
        mut take: impl FnMut(Pair),
        fits: impl Fn(&Slot) -> bool,
    ) {
        let Server { failed, others, .. } = &self.servers[server];
        let enforced = unit.enforced();
        let (from, to) = (unit.time - BACK, if enforced { unit.time + AHEAD } else { Moment::MAX });
        // What was tolerated ended nothing, so that no hidden end says more than its transaction does.
        let may_own = |at: usize| {
            let slot = &self.slots[at];
            slot.may_own(unit) && fits(slot) && (enforced || !slot.hidden_end)
        };
        // The nearest on either side: in a storm of failures there are thousands, and few of them are weighed in the end.
        let middle = failed.partition_point(|(ended, _)| *ended < unit.time);
        let before = failed[..middle].iter().rev().take_while(|(ended, _)| *ended >= from);
        let before = before.filter(|(_, at)| may_own(*at)).take(MAX_CANDIDATES);
        let after = failed[middle..].iter().take_while(|(ended, _)| *ended <= to);
        for (ended, at) in before.chain(after.filter(|(_, at)| may_own(*at)).take(MAX_CANDIDATES)) {
            let slot = &self.slots[*at];
            let base = if enforced { nearness(ended - unit.time, slot.lag) } else { DURING };
            take(Pair { slot: *at, place: 0, base });
        }
        for at in others {
            let slot = &self.slots[*at];
            if slot.may_own(unit)
                && fits(slot)
                && let Some(base) = slot.weight(unit, may_see_end)
            {
                take(Pair { slot: *at, place: 0, base });
            }
        }
    }
}

fn hash(host: &str) -> u64 {
    let mut hasher = FxHasher::default();
    host.hash(&mut hasher);
    hasher.finish()
}

/// One number for a server and a port.
fn host_port(server: u64, port: Option<u16>) -> u64 {
    /// Spreads the ports over all bits (the golden ratio).
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    server ^ port.map_or(0, |port| (u64::from(port) + 1).wrapping_mul(SPREAD))
}
