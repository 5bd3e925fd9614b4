//! Bytes that arrive in any order, more than once, and not all of them.

use super::connection::Moment;
use std::collections::BTreeMap;

/// What a piece costs besides its bytes, about: its moment, its place in the map, and what an allocation takes.
const COST: usize = 96;

/// One piece, as it arrived.
#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    at: Moment,
}

/// The pieces of a stream or of a datagram, by their place. No two of them overlap: what arrived first stays, as
/// most receivers do it, and as a receiver did that had already passed the data on.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    by_place: BTreeMap<i64, Piece>,
    bytes: usize,
    contradicted: bool,
}

/// Bytes without a hole in them.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Place of the first byte.
    pub(super) start: i64,
    pub(super) bytes: Vec<u8>,
    /// Where each piece begins, counted from the start of the run, and when it arrived.
    pub(super) marks: Vec<(usize, Moment)>,
}

impl Run {
    /// When the last of these bytes arrived.
    pub(super) fn arrived(&self, from: usize, to: usize) -> Moment {
        let begin = self.marks.partition_point(|(start, _)| *start <= from).saturating_sub(1);
        let end = self.marks.partition_point(|(start, _)| *start < to);
        let moments = self.marks.get(begin..end).unwrap_or_default().iter().map(|(_, at)| *at);
        moments.max().unwrap_or_default()
    }
}

impl Pieces {
    /// What is held, in bytes of memory, about.
    pub(super) fn held(&self) -> usize {
        self.bytes + self.by_place.len() * COST
    }

    /// How many pieces are held.
    pub(super) fn len(&self) -> usize {
        self.by_place.len()
    }

    /// Whether a place was sent twice with different bytes.
    pub(super) fn contradicted(&self) -> bool {
        self.contradicted
    }

    /// Place of the first byte that is held.
    pub(super) fn start(&self) -> Option<i64> {
        self.by_place.first_key_value().map(|(start, _)| *start)
    }

    /// Place behind the last byte that is held.
    pub(super) fn end(&self) -> Option<i64> {
        self.by_place.last_key_value().map(|(start, piece)| start + length(piece))
    }

    /// Takes what is new of these bytes.
    pub(super) fn insert(&mut self, start: i64, bytes: &[u8], at: Moment) {
        let end = start.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        let mut place = start;
        let mut new = Vec::new();
        let before = self.by_place.range(..=start).next_back();
        let after = self.by_place.range(start.saturating_add(1)..end.max(start.saturating_add(1)));
        for (old, piece) in before.into_iter().chain(after) {
            let old_end = old + length(piece);
            if old_end <= start {
                continue;
            }
            if *old > place {
                new.push((place, *old));
            }
            self.contradicted |= differ(*old, &piece.bytes, start, bytes);
            place = place.max(old_end);
        }
        if place < end {
            new.push((place, end));
        }
        for (from, to) in new {
            let part = |place: i64| usize::try_from(place - start).unwrap_or(0);
            let bytes = bytes[part(from)..part(to)].to_vec();
            self.bytes += bytes.len();
            self.by_place.insert(from, Piece { bytes, at });
        }
    }

    /// Gives files other numbers.
    pub(super) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        self.by_place.values_mut().for_each(|piece| piece.at.frame.file = file(piece.at.frame.file));
    }

    /// Place up to which everything from `from` on is there.
    pub(super) fn whole_to(&self, from: i64) -> i64 {
        let before = self.by_place.range(..=from).next_back();
        let mut place = before.map_or(from, |(start, piece)| from.max(start + length(piece)));
        for (start, piece) in self.by_place.range(from.saturating_add(1)..) {
            if *start > place {
                break;
            }
            place = place.max(start + length(piece));
        }
        place
    }

    /// Some bytes from a place on, if they are all there.
    pub(super) fn look<const N: usize>(&self, from: i64) -> Option<[u8; N]> {
        let mut out = [0; N];
        for (byte, place) in out.iter_mut().zip(from..) {
            let (start, piece) = self.by_place.range(..=place).next_back()?;
            *byte = *piece.bytes.get(usize::try_from(place - start).ok()?)?;
        }
        Some(out)
    }

    /// Everything that is held, as runs without holes. Leaves nothing.
    pub(super) fn take(&mut self) -> Vec<Run> {
        self.bytes = 0;
        let mut runs: Vec<Run> = Vec::new();
        let mut end = i64::MIN;
        for (start, piece) in std::mem::take(&mut self.by_place) {
            if start != end || runs.is_empty() {
                runs.push(Run { start, ..Run::default() });
            }
            end = start + length(&piece);
            if let Some(run) = runs.last_mut() {
                run.marks.push((run.bytes.len(), piece.at));
                run.bytes.extend_from_slice(&piece.bytes);
            }
        }
        runs
    }
}

fn length(piece: &Piece) -> i64 {
    i64::try_from(piece.bytes.len()).unwrap_or(i64::MAX)
}

/// Whether two stretches of bytes say different things where they overlap.
fn differ(start: i64, bytes: &[u8], other_start: i64, other: &[u8]) -> bool {
    let from = start.max(other_start);
    let skip = |start: i64| usize::try_from(from - start).unwrap_or(usize::MAX);
    let rest = bytes.get(skip(start)..).unwrap_or_default();
    let other = other.get(skip(other_start)..).unwrap_or_default();
    let length = rest.len().min(other.len());
    rest[..length] != other[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(pieces: &mut Pieces) -> Vec<(i64, String)> {
        let runs = pieces.take();
        runs.into_iter().map(|run| (run.start, String::from_utf8(run.bytes).expect("letters"))).collect()
    }

    #[test]
    fn what_arrived_first_stays() {
        for (parts, want, contradicted) in [
            (vec![(0, "abcd"), (2, "cdef")], vec![(0, "abcdef")], false),
            (vec![(0, "abcd"), (2, "XXef")], vec![(0, "abcdef")], true),
            (vec![(4, "ef"), (0, "abcdXX")], vec![(0, "abcdef")], true),
            (vec![(2, "cd"), (6, "gh"), (0, "abXdefXhij")], vec![(0, "abcdefghij")], true),
            (vec![(0, "ab"), (4, "ef")], vec![(0, "ab"), (4, "ef")], false),
            (vec![(-3, "xyz"), (0, "ab"), (-3, "xyzab")], vec![(-3, "xyzab")], false),
            (vec![(0, ""), (5, "")], vec![], false),
        ] {
            let mut pieces = Pieces::default();
            for (start, bytes) in &parts {
                pieces.insert(*start, bytes.as_bytes(), Moment::default());
            }
            assert_eq!(pieces.contradicted(), contradicted, "{parts:?}");
            let want: Vec<_> = want.into_iter().map(|(start, text)| (start, text.to_owned())).collect();
            assert_eq!(held(&mut pieces), want, "{parts:?}");
        }
    }

    #[test]
    fn what_is_there_is_found() {
        let mut pieces = Pieces::default();
        pieces.insert(3, b"def", Moment::default());
        assert_eq!(pieces.whole_to(0), 0);
        assert_eq!(pieces.whole_to(4), 6);
        pieces.insert(0, b"abc", Moment::default());
        assert_eq!(pieces.whole_to(0), 6);
        assert_eq!(pieces.look::<4>(1), Some(*b"bcde"));
        assert_eq!(pieces.look::<4>(3), None);
    }
}
