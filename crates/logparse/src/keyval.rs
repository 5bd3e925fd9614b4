//! `key="value"` pairs as the box writes them: no escaping, so a value may hold quotes of its own.
//!
//! A value ends at the first quote that is followed by the end of the line, by another pair, or by blanks and free
//! text, and that does not close a quote opened inside the value (log grammar, a3). Backslash is no escape.

mod list;

#[cfg(test)]
mod tests;

pub use list::{Address, Addresses, Bare, List, addresses, bare, list};

/// A stretch of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'b> {
    /// `key="value"`, the value without its quotes.
    Pair(&'b str, &'b str),
    /// Words between pairs, trimmed of blanks and of the colon after `Level="…"`.
    Text(&'b str),
}

/// The pairs and the text between them, in order. Duplicate keys come as often as they are written.
///
/// ```
/// use waytrace_logparse::keyval::{Item, items};
/// let body = r#"Level="INFO": Detail="Sending Request" Txn-id="7" and more"#;
/// let items: Vec<_> = items(body).collect();
/// assert_eq!(items[1], Item::Pair("Detail", "Sending Request"));
/// assert_eq!(items[3], Item::Text("and more"));
/// ```
#[derive(Debug, Clone)]
pub struct Items<'b> {
    rest: &'b str,
    /// A pair found behind text that was given out first.
    held: Option<(&'b str, &'b str)>,
    /// Whether the pair read last has no closing quote.
    open: bool,
}

/// Reads `body` as pairs and text.
pub fn items(body: &str) -> Items<'_> {
    Items { rest: body, held: None, open: false }
}

/// The value of the first pair with this key. For more than one key, collect [`Fields`].
pub fn value<'b>(body: &'b str, key: &str) -> Option<&'b str> {
    items(body).find_map(|item| match item {
        Item::Pair(name, value) if name == key => Some(value),
        _ => None,
    })
}

/// Whether the last value of `body` has no closing quote: the line broke off inside it.
pub(crate) fn is_open(body: &str) -> bool {
    let mut items = items(body);
    while items.next().is_some() {}
    items.open
}

impl<'b> Iterator for Items<'b> {
    type Item = Item<'b>;

    fn next(&mut self) -> Option<Item<'b>> {
        if let Some((key, value)) = self.held.take() {
            return Some(Item::Pair(key, value));
        }
        let between = self.rest.bytes().take_while(|byte| is_between(*byte)).count();
        let rest = &self.rest[between..];
        let opening = match next_pair(rest.as_bytes()) {
            Some(opening) => opening,
            None => match opening(rest) {
                Some(opening) => opening,
                None => {
                    self.rest = "";
                    let text = rest.trim_end();
                    return (!text.is_empty()).then_some(Item::Text(text));
                }
            },
        };
        let key = &rest[opening.key..opening.key_end];
        let value = &rest[opening.value..];
        let (end, closed) = closing(value.as_bytes());
        self.open = !closed;
        self.rest = value.get(end + 1..).unwrap_or("");
        let text = rest[..opening.key].trim_end();
        if text.is_empty() {
            return Some(Item::Pair(key, &value[..end]));
        }
        self.held = Some((key, &value[..end]));
        Some(Item::Text(text))
    }
}

/// What may stand between two items: blanks, the colon after `Level="…"`, a comma.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b':' | b',' | b'\r' | b'\n')
}

struct Opening {
    key: usize,
    key_end: usize,
    value: usize,
}

/// Reads a pair that begins at once, which is what nearly every item of a log does.
fn next_pair(bytes: &[u8]) -> Option<Opening> {
    let key_end = bytes.iter().position(|byte| !is_key(*byte))?;
    (key_end > 0 && bytes[key_end] == b'=' && bytes.get(key_end + 1) == Some(&b'"')).then_some(Opening {
        key: 0,
        key_end,
        value: key_end + 2,
    })
}

/// Finds the next `key="`, wherever it is.
fn opening(text: &str) -> Option<Opening> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'=', &bytes[from..]) {
        let equals = from + at;
        let quote = equals + 1 + usize::from(bytes.get(equals + 1) == Some(&b' '));
        let key = key_start(&bytes[..equals], from);
        if bytes.get(quote) == Some(&b'"') && key < equals {
            return Some(Opening { key, key_end: equals, value: quote + 1 });
        }
        from = equals + 1;
    }
    None
}

/// Start of the key that ends here; it cannot begin before `from`, where the last `=` was.
fn key_start(before: &[u8], from: usize) -> usize {
    before[from..].iter().rposition(|byte| !is_key(*byte)).map_or(from, |at| from + at + 1)
}

fn is_key(byte: u8) -> bool {
    KEY[usize::from(byte)]
}

/// Bytes that a key is made of. A table, because every byte of every key is asked about.
const KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let this = byte as u8;
        table[byte] = this.is_ascii_alphanumeric() || this == b'-' || this == b'_';
        byte += 1;
    }
    table
};

/// Finds the quote that closes a value, and whether there is one; otherwise the last quote or the value's end.
fn closing(value: &[u8]) -> (usize, bool) {
    let mut inside = false;
    let mut last = value.len();
    for quote in memchr::memchr_iter(b'"', value) {
        if inside {
            inside = false;
        } else if may_close(value, quote) {
            return (quote, true);
        } else {
            inside = true;
        }
        last = quote;
    }
    (last, false)
}

/// Whether what follows a quote allows it to end a value.
fn may_close(value: &[u8], quote: usize) -> bool {
    let after = &value[quote + 1..];
    let after = after.strip_prefix(b":").unwrap_or(after);
    let after = after.strip_prefix(b",").unwrap_or(after);
    if after.first().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        return true;
    }
    let key = after.iter().take_while(|byte| is_key(**byte)).count();
    let follows = &after[key..];
    // `="true"Next-key=on`: a blank and the next quotes are missing. Only behind one plain word, because `a="b=c"`
    // inside a value looks the same.
    let plain = || value[..quote].iter().all(u8::is_ascii_alphanumeric);
    key > 0 && (follows.starts_with(b"=\"") || (follows.first() == Some(&b'=') && plain()))
}

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
    key: u32,
    key_length: u32,
    value: u32,
    value_length: u32,
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
    pub fn of(body: &'b str) -> Self {
        let mut fields = Self { body, near: [Place::default(); NEAR], near_len: 0, far: Vec::new() };
        for item in items(body) {
            let Item::Pair(key, value) = item else { continue };
            match (fields.near.get_mut(fields.near_len), Place::of(body, key, value)) {
                (Some(place), Some(pair)) => {
                    *place = pair;
                    fields.near_len += 1;
                }
                _ => fields.far.push((key, value)),
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
        let near = self.near().iter().find(|place| place.has_key(self.body, key));
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
    /// Where `key` and `value`, which are parts of `body`, stand in it; `None` in a body of gigabytes.
    fn of(body: &str, key: &str, value: &str) -> Option<Self> {
        let place =
            |part: &str| u32::try_from((part.as_ptr() as usize).wrapping_sub(body.as_ptr() as usize)).ok();
        let length = |part: &str| u32::try_from(part.len()).ok();
        Some(Self {
            key: place(key)?,
            key_length: length(key)?,
            value: place(value)?,
            value_length: length(value)?,
        })
    }

    fn key_in(self, body: &str) -> &str {
        part(body, self.key, self.key_length)
    }

    fn value_in(self, body: &str) -> &str {
        part(body, self.value, self.value_length)
    }

    fn has_key(self, body: &str, key: &str) -> bool {
        self.key_length as usize == key.len() && self.key_in(body) == key
    }
}

fn part(body: &str, at: u32, length: u32) -> &str {
    let (at, length) = (at as usize, length as usize);
    body.get(at..at + length).unwrap_or("")
}
