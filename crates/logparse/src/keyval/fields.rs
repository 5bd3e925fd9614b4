//! The pairs of one body in a table, to be asked by name.

use super::{Found, Pair, items, usual_pair};
use crate::scan::trim;

/// Pairs kept without allocating. The longest body of the reference has 21.
const NEAR: usize = 24;

/// Where a pair stands in its body. A quarter of the size of two slices: the table is written for every record.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    key: u16,
    key_length: u16,
    value: u16,
    value_length: u16,
}

/// Slots of the table that says where a key is.
const SLOTS: usize = 128;

/// The slot of a key, by its length, first and last byte. Different keys may have the same.
#[inline]
fn slot(key: &[u8]) -> usize {
    let (Some(first), Some(last)) = (key.first(), key.last()) else { return 0 };
    // These factors keep the names apart that stand in one line.
    (key.len() * 11 + usize::from(*first) * 123 + usize::from(*last) * 94) % SLOTS
}

/// The pairs of one body, collected once and asked by name. Keeps order and duplicates.
#[derive(Debug, Clone)]
pub struct Fields<'b> {
    body: &'b str,
    /// For each slot the first pair whose key has it, counted from 1; 0 where none has.
    slots: [u8; SLOTS],
    near: [Place; NEAR],
    near_len: usize,
    far: Vec<(&'b str, &'b str)>,
}

impl<'b> Fields<'b> {
    /// Collects the pairs of `body`.
    #[inline]
    pub fn of(body: &'b str) -> Self {
        let mut fields = Self::none(body);
        fields.collect();
        fields
    }

    /// The table before [`Fields::collect`] fills it where it lies.
    #[inline]
    pub(crate) fn none(body: &'b str) -> Self {
        Self { body, slots: [0; SLOTS], near: [Place::default(); NEAR], near_len: 0, far: Vec::new() }
    }

    pub(crate) fn collect(&mut self) {
        let body = self.body;
        let mut items = items(body);
        loop {
            // Nearly every body is such pairs alone, from its first byte to its last.
            let mut at = items.at;
            while let Some(pair) = usual_pair(body.as_bytes(), at) {
                at = pair.value_end + 1;
                self.push(pair);
            }
            items.at = at;
            loop {
                match items.find_next() {
                    None => return,
                    Some(Found::Pair(pair)) => self.push(pair),
                    Some(Found::Text(..)) => {}
                }
                if items.held.is_none() {
                    break;
                }
            }
        }
    }

    #[inline]
    fn push(&mut self, pair: Pair) {
        match (self.near.get_mut(self.near_len), Place::of(pair)) {
            // Behind the first pair that is kept elsewhere all are, or the order would be lost.
            (Some(place), Some(found)) if self.far.is_empty() => {
                *place = found;
                self.near_len += 1;
                let first = &mut self.slots[slot(&self.body.as_bytes()[pair.key..pair.key_end])];
                #[expect(clippy::cast_possible_truncation, reason = "NEAR is less than 256")]
                let this = self.near_len as u8;
                *first = if *first == 0 { this } else { *first };
            }
            _ => self.push_far(pair),
        }
    }

    #[cold]
    fn push_far(&mut self, pair: Pair) {
        let part = |from: usize, to: usize| self.body.get(from..to).unwrap_or("");
        self.far.push((part(pair.key, pair.key_end), part(pair.value, pair.value_end)));
    }

    /// Every pair in the order written.
    pub fn iter(&self) -> impl Iterator<Item = (&'b str, &'b str)> + '_ {
        let near = self.near.get(..self.near_len).unwrap_or_default();
        near.iter()
            .map(|place| (place.key_in(self.body), place.value_in(self.body)))
            .chain(self.far.iter().copied())
    }

    /// The value of the first pair with this key, trimmed of blanks (pasted values have some).
    #[inline]
    pub fn get(&self, key: &str) -> Option<&'b str> {
        let first = usize::from(self.slots[slot(key.as_bytes())]);
        match self.near.get(first.wrapping_sub(1)) {
            Some(place) if place.key_in(self.body) == key => Some(trim(place.value_in(self.body))),
            None if self.far.is_empty() => None,
            _ => self.search(key),
        }
    }

    /// The same for a key that shares its slot with an earlier one, or is kept far.
    #[cold]
    fn search(&self, key: &str) -> Option<&'b str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| trim(value))
    }

    /// Like [`Fields::get`]; a missing pair reads as the empty value, which the box writes for the same meaning.
    #[inline]
    pub fn text(&self, key: &str) -> &'b str {
        self.get(key).unwrap_or("")
    }

    /// The value of the first pair with this key, if it is a number.
    #[inline]
    pub fn number<N: std::str::FromStr>(&self, key: &str) -> Option<N> {
        self.get(key)?.parse().ok()
    }
}

impl Place {
    /// `None` in a body longer than any.
    #[inline]
    fn of(pair: Pair) -> Option<Self> {
        // The end is the greatest of the four.
        u16::try_from(pair.value_end).ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "the end of the value fits")]
        let short = |place: usize| place as u16;
        Some(Self {
            key: short(pair.key),
            key_length: short(pair.key_end - pair.key),
            value: short(pair.value),
            value_length: short(pair.value_end - pair.value),
        })
    }

    #[inline]
    fn key_in(self, body: &str) -> &str {
        part(body, self.key, self.key_length)
    }

    #[inline]
    fn value_in(self, body: &str) -> &str {
        part(body, self.value, self.value_length)
    }
}

#[inline]
fn part(body: &str, at: u16, length: u16) -> &str {
    let (at, length) = (usize::from(at), usize::from(length));
    body.get(at..at + length).unwrap_or("")
}
