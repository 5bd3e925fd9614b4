//! One direction of a connection: what of its beginning has come, in whatever order.

use super::ceilings::Ceilings;
use super::connection::{Moment, Sent};
use super::pieces::Pieces;
use super::tls::{self, RECORD, Record, Told};

/// A segment further ahead than this belongs to another connection: no window is as large.
const FAR: i64 = 16 << 20;

/// So much of something that is not TLS is enough.
const PLAIN: i64 = 512;

/// One direction.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The sequence number of place 0: of the first packet that was seen.
    origin: Option<u32>,
    /// Place of the first byte that was sent, if it is known.
    start: Option<i64>,
    /// The lowest and the highest place that were seen. The highest tells how often the numbers wrapped around.
    low: i64,
    high: i64,
    /// What the other side acknowledged first, and how far it came.
    first_acknowledged: Option<u32>,
    acknowledged: i64,
    /// Place of the FIN.
    end: Option<i64>,
    pieces: Pieces,
    /// Everything from the start up to this place is there.
    whole: i64,
    /// Place of the next record, not behind that.
    record: i64,
    told: Option<Told>,
    /// What is told, in bytes.
    weight: usize,
    sent: Sent,
}

impl Stream {
    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.pieces.held() + self.weight
    }

    /// What was counted so far.
    pub(super) fn sent(&self) -> &Sent {
        &self.sent
    }

    /// Whether nothing more is wanted of it.
    pub(super) fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// Whether the first byte may have this number, by what came of it; `None` if nothing is known.
    pub(super) fn may_begin(&self, sequence: u32, ceilings: &Ceilings) -> Option<bool> {
        let near = |distance: i64| (0..=reach(ceilings.direction)).contains(&distance);
        if self.origin.is_some() {
            return Some(near(self.low - self.place(sequence)));
        }
        let acknowledged = self.first_acknowledged?;
        Some(near(i64::from(acknowledged.wrapping_sub(sequence))))
    }

    /// Says which number the first byte has.
    pub(super) fn begin(&mut self, sequence: u32) {
        self.see(sequence);
        let start = self.place(sequence);
        self.start = Some(start);
        self.whole = start;
        self.record = start;
    }

    /// Whether bytes with this number can be of this direction.
    pub(super) fn may_follow(&self, sequence: u32) -> bool {
        self.origin.is_none() || (self.place(sequence) - self.high).abs() < FAR
    }

    /// Adds what was counted elsewhere, but for what was counted here too.
    pub(super) fn add(&mut self, other: &Sent, (packets, bytes): (u64, u64)) {
        self.sent.packets += other.packets.saturating_sub(packets);
        self.sent.bytes += other.bytes.saturating_sub(bytes);
        self.sent.truncated |= other.truncated;
    }

    /// Gives files other numbers.
    pub(super) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        self.pieces.renumber(file);
        if let Some(told) = &mut self.told {
            told.renumber(file);
        }
    }

    /// Whether the first byte is known.
    pub(super) fn has_begun(&self) -> bool {
        self.start.is_some()
    }

    /// Notes what the other side acknowledged.
    pub(super) fn acknowledge(&mut self, sequence: u32) {
        self.first_acknowledged.get_or_insert(sequence);
        if self.origin.is_some() {
            let place = self.place(sequence);
            if (0..FAR).contains(&(place - self.acknowledged)) {
                self.acknowledged = place;
            }
        }
    }

    /// Notes the FIN, whose number follows the last byte.
    pub(super) fn finish(&mut self, sequence: u32) {
        if self.see(sequence) {
            self.end.get_or_insert(self.place(sequence));
        }
    }

    /// Counts a packet of this side, captured as a whole or not.
    pub(super) fn count(&mut self, bytes: usize, truncated: bool) {
        self.sent.packets += 1;
        self.sent.bytes += u64::try_from(bytes).unwrap_or(0);
        self.sent.truncated |= truncated;
    }

    /// Takes payload.
    pub(super) fn take(&mut self, sequence: u32, payload: &[u8], at: Moment, ceilings: &Ceilings) {
        if !self.see(sequence) {
            return;
        }
        let length = i64::try_from(payload.len()).unwrap_or(0);
        let place = self.place(sequence);
        let end = place + length;
        self.high = self.high.max(end);
        if self.told.is_some() {
            return;
        }
        let (low, high) = self.wanted(ceilings);
        let (from, to) = (place.max(low), end.min(high));
        if from < to {
            let skipped = usize::try_from(from - place).unwrap_or(0);
            let kept = usize::try_from(to - place).unwrap_or(0);
            self.pieces.insert(from, &payload[skipped..kept], at);
            self.scan(ceilings);
        }
        // Only reordering by more than all that is looked at could still bring something.
        if place >= high || self.pieces.len() >= ceilings.pieces {
            self.settle(ceilings);
        }
    }

    /// Reads what is there, and holds nothing any more.
    pub(super) fn settle(&mut self, ceilings: &Ceilings) {
        if self.told.is_some() {
            return;
        }
        let (_, high) = self.wanted(ceilings);
        let expected = self.acknowledged.min(self.end.unwrap_or(i64::MAX)).max(self.high).min(high);
        let missing = self.pieces.end().unwrap_or(self.start.unwrap_or(expected)) < expected;
        let late = self.start.zip(self.pieces.start()).is_some_and(|(start, first)| first > start);
        self.sent.contradicted = self.pieces.contradicted();
        let runs = self.pieces.take();
        let told = tls::read(&runs, self.start);
        self.sent.lost = !told.whole && (missing || late || runs.len() > 1);
        let full = runs.iter().map(|run| run.marks.len()).sum::<usize>() >= ceilings.pieces;
        self.sent.cut_off = told.cut_off || (full && !told.whole);
        self.weight = told.weight();
        self.told = Some(told);
    }

    /// What was said, and what was counted.
    pub(super) fn tell(mut self, ceilings: &Ceilings) -> (Told, Sent) {
        self.settle(ceilings);
        self.sent.beginning_unseen = self.start.is_none();
        (self.told.unwrap_or_default(), self.sent)
    }

    /// What may be said once the direction is settled.
    pub(super) fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// Between which places bytes are looked at.
    fn wanted(&self, ceilings: &Ceilings) -> (i64, i64) {
        match self.start {
            Some(start) => (start, start + reach(ceilings.direction)),
            // Some that were sent before the first that came may come later.
            None => (-reach(ceilings.midstream), reach(ceilings.midstream)),
        }
    }

    /// Notes a number that this side uses; says whether it can be of this connection.
    fn see(&mut self, sequence: u32) -> bool {
        if self.origin.is_none() {
            self.origin = Some(sequence);
        }
        let place = self.place(sequence);
        let plausible = place - self.high < FAR && self.high - place < FAR;
        if plausible {
            self.low = self.low.min(place);
            self.high = self.high.max(place);
        }
        plausible
    }

    /// The place of a number: the one next to the highest place, of all those that the number stands for.
    fn place(&self, sequence: u32) -> i64 {
        let origin = i64::from(self.origin.unwrap_or(sequence));
        let ahead = i64::from(sequence) - origin - self.high;
        // The distance modulo 2^32, between -2^31 and 2^31.
        let ahead = (ahead + (1 << 31)).rem_euclid(1 << 32) - (1 << 31);
        self.high + ahead
    }

    /// Follows the records as far as everything is there, and settles where the handshake is over.
    fn scan(&mut self, ceilings: &Ceilings) {
        let Some(start) = self.start else { return };
        let whole = self.pieces.whole_to(self.whole);
        self.whole = whole;
        while let Some(head) = self.pieces.look::<RECORD>(self.record).filter(|_| self.record < whole) {
            match Record::read(head) {
                Some(record) if record.is_data() => return self.settle(ceilings),
                Some(record) => {
                    let next = self.record + reach(RECORD + record.length);
                    if next > whole {
                        return;
                    }
                    self.record = next;
                }
                None if self.record > start || whole - start >= PLAIN => return self.settle(ceilings),
                None => return,
            }
        }
    }
}

fn reach(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX >> 1)
}
