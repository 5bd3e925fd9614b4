//! Connections of which a file has only a part: those that began in an earlier file, or go on in a later one.
//!
//! Files of one capture may be read in any order. Of a connection whose opening a file does not have, the first packets
//! are kept as they came, so that they can be played to the connection that an earlier file left open.

use super::ceilings::Ceilings;
use super::connection::Moment;
use super::flow::Flow;
use super::packet::Segment;
use super::table::Key;
use super::tls::Record;

/// What a kept packet costs besides its payload, about.
const COST: usize = 96;

/// A connection at the edge of a stretch of files.
#[derive(Debug)]
pub(super) struct Loose {
    pub(super) key: Key,
    /// The stretch it was seen in.
    pub(super) stretch: usize,
    /// Its place in the order in which connections were first seen.
    pub(super) id: u64,
    pub(super) flow: Flow,
    /// Its first packets; `None` if its opening is there, or if there was no room.
    pub(super) log: Option<Log>,
}

/// A packet of a connection, without its addresses.
#[derive(Debug)]
struct Kept {
    side: usize,
    sequence: u32,
    acknowledged: Option<u32>,
    /// SYN, FIN and RST.
    flags: [bool; 3],
    cut: bool,
    at: Moment,
    payload: Vec<u8>,
}

/// The first packets of a connection, as they came.
#[derive(Debug, Default)]
pub(super) struct Log {
    kept: Vec<Kept>,
    bytes: usize,
    /// Bytes of payload of each side.
    payload: [usize; 2],
    /// Packets and bytes of each side that are kept.
    counted: [(u64, u64); 2],
    /// Sides that have nothing more to say of a handshake.
    done: [bool; 2],
}

impl Log {
    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.bytes
    }

    /// Keeps a packet, as long as it may be part of a handshake.
    pub(super) fn take(
        &mut self,
        side: usize,
        segment: &Segment<'_>,
        cut: bool,
        at: Moment,
        ceilings: &Ceilings,
    ) {
        let length = segment.payload.len();
        let full = self.kept.len() >= ceilings.pieces || self.payload[side] + length > ceilings.midstream;
        if self.done[side] || full {
            self.done[side] = true;
            return;
        }
        let head = segment.payload.first_chunk();
        self.done[side] = head.and_then(|head| Record::read(*head)).is_some_and(Record::is_data);
        self.payload[side] += length;
        self.bytes += length + COST;
        self.counted[side].0 += 1;
        self.counted[side].1 += u64::try_from(length).unwrap_or(0);
        self.kept.push(Kept {
            side,
            sequence: segment.sequence,
            acknowledged: segment.acknowledged,
            flags: [segment.syn, segment.fin, segment.rst],
            cut,
            at,
            payload: segment.payload.to_vec(),
        });
    }
}

impl Kept {
    fn segment(&self, key: Key) -> Segment<'_> {
        let [syn, fin, rst] = self.flags;
        Segment {
            from: key[self.side],
            to: key[1 - self.side],
            sequence: self.sequence,
            acknowledged: self.acknowledged,
            syn,
            fin,
            rst,
            payload: &self.payload,
        }
    }
}

impl Loose {
    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.flow.held() + self.log.as_ref().map_or(0, Log::held)
    }

    /// Gives files other numbers.
    pub(super) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        self.flow.renumber(file);
        for kept in self.log.iter_mut().flat_map(|log| &mut log.kept) {
            kept.at.frame.file = file(kept.at.frame.file);
        }
    }

    /// One connection of this and of what a later stretch has of the same two ends, if they are one.
    pub(super) fn go_on(mut self, mut later: Self, ceilings: &Ceilings) -> Result<Self, Box<(Self, Self)>> {
        if self.stretch == later.stretch {
            return Err(Box::new((self, later)));
        }
        let Some(log) = later.log.take() else {
            // The opening was sent again: what the earlier file has of it is an attempt of the same connection.
            if later.flow.opens_again(&self.flow) {
                later.flow.begin_with(&self.flow);
                return Ok(Self { log: self.log, ..later });
            }
            return Err(Box::new((self, later)));
        };
        let owned = log.kept.iter().all(|kept| {
            let segment = kept.segment(self.key);
            self.flow.owns(kept.side, &segment, ceilings) && self.flow.may_follow(kept.side, &segment)
        });
        if !owned {
            later.log = Some(log);
            return Err(Box::new((self, later)));
        }
        for kept in &log.kept {
            self.flow.take(kept.side, &kept.segment(self.key), kept.cut, kept.at, ceilings);
        }
        self.flow.end_with(&later.flow, log.counted);
        Ok(Self { stretch: later.stretch, ..self })
    }
}
