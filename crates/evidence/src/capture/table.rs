//! All connections of a capture, and what they may cost.

use super::ceilings::Ceilings;
use super::connection::{Connection, Moment};
use super::flow::Flow;
use super::loose::{Log, Loose};
use super::packet::Segment;
use super::summary::CaptureSummary;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

mod stretches;

/// So many packets after its end a connection is told. What was reordered, or sent again, comes until then.
const LINGER: u64 = 4096;

/// The two ends, the lower one first.
pub(super) type Key = [SocketAddr; 2];

#[derive(Debug)]
struct Watched {
    flow: Flow,
    /// Tells it from an earlier one between the same ends.
    id: u64,
    /// It had a packet since it was last looked at.
    used: bool,
    /// It is in `closed`.
    closing: bool,
    /// What was seen first, where its opening may stand in another file.
    log: Option<Log>,
}

/// The connections.
#[derive(Debug, Default)]
pub(super) struct Table {
    flows: HashMap<Key, Watched>,
    /// Connections in the order in which somebody is to look at them. Who was used since then goes to the back.
    turns: VecDeque<(Key, u64)>,
    /// Ended ones, with the packet from which on they are told.
    closed: VecDeque<(Key, u64, u64)>,
    next: u64,
    held: usize,
    /// Connections that may begin in an earlier file, or go on in a later one.
    loose: Vec<Loose>,
    /// Number of the stretch that is read.
    stretch: usize,
    told: Vec<Connection>,
    told_bytes: usize,
}

impl Table {
    /// Takes a segment. `number` counts packets; `cut` says that it was not captured as a whole.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        cut: bool,
        (at, number): (Moment, u64),
        ceilings: &Ceilings,
        summary: &mut CaptureSummary,
    ) {
        self.tell_closed(number, ceilings, summary);
        let side = usize::from(segment.from > segment.to);
        let key = if side == 0 { [segment.from, segment.to] } else { [segment.to, segment.from] };
        let known = self.flows.get(&key).map(|watched| watched.flow.owns(side, segment, ceilings));
        if known == Some(false) {
            self.remove(key, ceilings, summary);
        }
        if known != Some(true) {
            // An acknowledgement alone says nothing of a connection that nobody knows.
            if segment.payload.is_empty() && !(segment.syn || segment.fin || segment.rst) {
                return;
            }
            let opens = segment.syn && segment.acknowledged.is_none();
            self.add(key, at, opens, ceilings, summary);
        }
        let Some(watched) = self.flows.get_mut(&key) else { return };
        let before = watched.held();
        if let Some(log) = &mut watched.log {
            log.take(side, segment, cut, at, ceilings);
        }
        watched.flow.take(side, segment, cut, at, ceilings);
        watched.used = true;
        self.held = self.held - before + watched.held();
        if watched.flow.is_closed() && !watched.closing {
            watched.closing = true;
            self.closed.push_back((key, watched.id, number + LINGER));
        }
        if self.held > ceilings.held {
            self.forget_logs(ceilings, summary);
            self.make_room(ceilings, summary);
        }
    }

    /// Begins a connection. `opens` says that its first packet is there.
    fn add(&mut self, key: Key, at: Moment, opens: bool, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        while self.flows.len() >= ceilings.open.max(1) {
            let Some((oldest, id)) = self.turns.pop_front() else { break };
            let Some(watched) = self.flows.get_mut(&oldest).filter(|watched| watched.id == id) else {
                continue;
            };
            if std::mem::take(&mut watched.used) {
                self.turns.push_back((oldest, id));
                continue;
            }
            watched.flow.cut_short();
            self.held -= watched.log.take().map_or(0, |log| log.held());
            summary.evicted += 1;
            self.remove(oldest, ceilings, summary);
        }
        self.next += 1;
        let log = (!opens).then(Log::default);
        let watched = Watched { flow: Flow::new(key, at), id: self.next, used: true, closing: false, log };
        self.flows.insert(key, watched);
        self.turns.push_back((key, self.next));
        self.forget_turns();
    }

    /// Turns of connections that are gone stay until they are met. There must not be more of them than of others.
    fn forget_turns(&mut self) {
        if self.turns.len() > 2 * self.flows.len() + 1024 {
            self.turns.retain(|(key, id)| self.flows.get(key).is_some_and(|watched| watched.id == *id));
        }
    }

    /// Reads the bytes of quiet connections, then tells them, until an eighth of the room is free.
    fn make_room(&mut self, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        for _ in 0..self.turns.len() * 3 {
            if self.held <= ceilings.held - ceilings.held / 8 {
                break;
            }
            let Some((key, id)) = self.turns.pop_front() else { break };
            let Some(watched) = self.flows.get_mut(&key).filter(|watched| watched.id == id) else { continue };
            if std::mem::take(&mut watched.used) {
                self.turns.push_back((key, id));
                continue;
            }
            let before = watched.held();
            if watched.flow.give_up(ceilings) {
                summary.given_up += 1;
                self.held = self.held - before + watched.held();
                self.turns.push_back((key, id));
            } else {
                watched.flow.cut_short();
                summary.evicted += 1;
                self.remove(key, ceilings, summary);
            }
        }
    }

    fn tell_closed(&mut self, number: u64, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        while let Some((key, id, due)) = self.closed.front().copied() {
            if due > number {
                break;
            }
            self.closed.pop_front();
            if self.flows.get(&key).is_some_and(|watched| watched.id == id) {
                self.remove(key, ceilings, summary);
            }
        }
    }

    fn remove(&mut self, key: Key, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        let Some(watched) = self.flows.remove(&key) else { return };
        if watched.log.is_some() && self.loose.len() < ceilings.open {
            self.loose.push(watched.loosen(key, self.stretch));
            return;
        }
        self.held -= watched.held();
        self.tell(watched.flow, ceilings, summary);
    }

    fn tell(&mut self, flow: Flow, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        match flow.tell(ceilings) {
            Some(connection) => self.keep(connection, ceilings, summary),
            None => summary.strays += 1,
        }
    }

    fn keep(&mut self, connection: Connection, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        let bytes = weight(&connection);
        if self.told.len() >= ceilings.kept || self.told_bytes + bytes > ceilings.kept_bytes {
            summary.dropped += 1;
            return;
        }
        self.told_bytes += bytes;
        self.told.push(connection);
    }
}

impl Watched {
    /// Bytes held.
    fn held(&self) -> usize {
        self.flow.held() + self.log.as_ref().map_or(0, Log::held)
    }

    /// What waits for another file.
    fn loosen(self, key: Key, stretch: usize) -> Loose {
        Loose { key, stretch, id: self.id, flow: self.flow, log: self.log }
    }
}

/// Bytes that a connection keeps of what strangers sent.
fn weight(connection: &Connection) -> usize {
    let Some(tls) = &connection.tls else { return 0 };
    let chains = tls.chain.iter().chain(tls.client_chain.iter().flatten());
    let authorities = tls.certificate_request.iter().flat_map(|request| &request.authorities);
    let ciphers = tls.client_hello.as_ref().map_or(0, |hello| hello.ciphers.len() * 2);
    chains.chain(authorities).map(Vec::len).sum::<usize>() + ciphers
}
