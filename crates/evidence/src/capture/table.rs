//! All connections of a capture, and what they may cost.

use super::ceilings::Ceilings;
use super::connection::{Connection, Moment};
use super::flow::Flow;
use super::packet::Segment;
use super::summary::CaptureSummary;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

/// So many packets after its end a connection is told. What was reordered, or sent again, comes until then.
const LINGER: u64 = 4096;

/// The two ends, the lower one first.
type Key = [SocketAddr; 2];

#[derive(Debug)]
struct Watched {
    flow: Flow,
    /// Tells it from an earlier one between the same ends.
    id: u64,
    /// It had a packet since it was last looked at.
    used: bool,
    /// It is in `closed`.
    closing: bool,
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
            self.add(key, at, ceilings, summary);
        }
        let Some(watched) = self.flows.get_mut(&key) else { return };
        let before = watched.flow.held();
        watched.flow.take(side, segment, cut, at, ceilings);
        watched.used = true;
        self.held = self.held - before + watched.flow.held();
        if watched.flow.is_closed() && !watched.closing {
            watched.closing = true;
            self.closed.push_back((key, watched.id, number + LINGER));
        }
        if self.held > ceilings.held {
            self.make_room(ceilings, summary);
        }
    }

    fn add(&mut self, key: Key, at: Moment, ceilings: &Ceilings, summary: &mut CaptureSummary) {
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
            summary.evicted += 1;
            self.remove(oldest, ceilings, summary);
        }
        self.next += 1;
        let watched = Watched { flow: Flow::new(key, at), id: self.next, used: true, closing: false };
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
            let before = watched.flow.held();
            if watched.flow.give_up(ceilings) {
                summary.given_up += 1;
                self.held = self.held - before + watched.flow.held();
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
        self.held -= watched.flow.held();
        let Some(connection) = watched.flow.tell(ceilings) else {
            summary.strays += 1;
            return;
        };
        let bytes = weight(&connection);
        if self.told.len() >= ceilings.kept || self.told_bytes + bytes > ceilings.kept_bytes {
            summary.dropped += 1;
            return;
        }
        self.told_bytes += bytes;
        self.told.push(connection);
    }

    /// Tells all that is left.
    pub(super) fn finish(mut self, ceilings: &Ceilings, summary: &mut CaptureSummary) -> Vec<Connection> {
        let mut left: Vec<_> = self.flows.iter().map(|(key, watched)| (watched.id, *key)).collect();
        left.sort_unstable();
        for (_, key) in left {
            self.remove(key, ceilings, summary);
        }
        self.told.sort_by_key(|connection| {
            let place = connection.seen.first().map(|seen| (seen.file, seen.first));
            (connection.first, place)
        });
        self.told
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
