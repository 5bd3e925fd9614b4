//! The pairs of one body in a table, to be asked by name.

use super::{Found, Pair, items};

/// Like [`str::trim`]; a value without blanks at its ends, which is nearly every one, is told by two bytes.
fn trim(value: &str) -> &str {
    let may_be_blank = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ' || *byte >= 0x80);
    let bytes = value.as_bytes();
    if may_be_blank(bytes.first()) || may_be_blank(bytes.last()) { value.trim() } else { value }
}

/// Pairs kept without allocating. The longest body of the reference has 21.
const NEAR: usize = 24;

/// Where a pair stands in its body. Half the size of two slices: the table is written for every record.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Tells most keys apart, see [`tag`].
    tag: u32,
    key: u32,
    value: u32,
    value_length: u32,
}

/// Length, first and last byte of a key: one number to compare before the key itself is.
fn tag(key: &[u8]) -> Option<u32> {
    let length = u8::try_from(key.len()).ok()?;
    Some(u32::from_le_bytes([length, *key.first()?, *key.last()?, 0]))
}

/// The pairs of one body, collected once and asked by name. Keeps order and duplicates.
#[derive(Debug, Clone)]
pub struct Fields<'b> {
    body: &'b str,
    near: [Place; NEAR],
    near_len: usize,
    far: Vec<(&'b str, &'b str)>,
}

impl<'b> Fields<'b> {
    /// Collects the pairs of `body`.
    #[inline]
    pub fn of(body: &'b str) -> Self {
        let mut fields = Self { body, near: [Place::default(); NEAR], near_len: 0, far: Vec::new() };
        let mut items = items(body);
        while let Some(found) = items.find_next() {
            let Found::Pair(pair) = found else { continue };
            match (fields.near.get_mut(fields.near_len), Place::of(body, pair)) {
                // Behind the first pair that is kept elsewhere all are, or the order would be lost.
                (Some(place), Some(pair)) if fields.far.is_empty() => {
                    *place = pair;
                    fields.near_len += 1;
                }
                _ => {
                    let part = |from: usize, to: usize| body.get(from..to).unwrap_or("");
                    fields.far.push((part(pair.key, pair.key_end), part(pair.value, pair.value_end)));
                }
            }
        }
        fields
    }

    /// Every pair in the order written.
    pub fn iter(&self) -> impl Iterator<Item = (&'b str, &'b str)> + '_ {
        self.near()
            .iter()
            .map(|place| (place.key_in(self.body), place.value_in(self.body)))
            .chain(self.far.iter().copied())
    }

    fn near(&self) -> &[Place] {
        self.near.get(..self.near_len).unwrap_or_default()
    }

    /// The value of the first pair with this key, trimmed of blanks (pasted values have some).
    pub fn get(&self, key: &str) -> Option<&'b str> {
        let near = tag(key.as_bytes()).and_then(|tag| {
            self.near().iter().find(|place| place.tag == tag && place.key_in(self.body) == key)
        });
        let value = match near {
            Some(place) => place.value_in(self.body),
            None => self.far.iter().find(|(name, _)| *name == key)?.1,
        };
        Some(trim(value))
    }

    /// Like [`Fields::get`]; a missing pair reads as the empty value, which the box writes for the same meaning.
    pub fn text(&self, key: &str) -> &'b str {
        self.get(key).unwrap_or("")
    }

    /// The value of the first pair with this key, if it is a number.
    pub fn number<N: std::str::FromStr>(&self, key: &str) -> Option<N> {
        self.get(key)?.parse().ok()
    }
}

impl Place {
    /// `None` for a key longer than any, and in a body of gigabytes.
    fn of(body: &str, pair: Pair) -> Option<Self> {
        Some(Self {
            tag: tag(body.as_bytes().get(pair.key..pair.key_end)?)?,
            key: u32::try_from(pair.key).ok()?,
            value: u32::try_from(pair.value).ok()?,
            value_length: u32::try_from(pair.value_end - pair.value).ok()?,
        })
    }

    fn key_in(self, body: &str) -> &str {
        part(body, self.key, self.tag & 0xFF)
    }

    fn value_in(self, body: &str) -> &str {
        part(body, self.value, self.value_length)
    }
}

fn part(body: &str, at: u32, length: u32) -> &str {
    let (at, length) = (at as usize, length as usize);
    body.get(at..at + length).unwrap_or("")
}
