//! `key="value"` pairs as the box writes them: no escaping, so a value may hold quotes of its own.
//!
//! A value ends at the first quote that is followed by the end of the line, by another pair, or by blanks and free
//! text, and that does not close a quote opened inside the value (log grammar, a3). Backslash is no escape.

mod fields;
mod list;
mod walk;

#[cfg(test)]
mod tests;

use crate::scan;
pub use fields::Fields;
pub use list::{Address, Addresses, Bare, List, addresses, bare, list};
#[cfg(test)]
pub(crate) use walk::collected;
pub(crate) use walk::{Pairs, Values};

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
    body: &'b str,
    /// Where the next item begins.
    at: usize,
    /// A pair found behind text that was given out first.
    held: Option<Pair>,
    /// Whether the pair read last has no closing quote.
    open: bool,
}

/// Where a pair stands in its body.
#[derive(Debug, Clone, Copy)]
struct Pair {
    key: usize,
    key_end: usize,
    value: usize,
    value_end: usize,
}

/// Reads `body` as pairs and text.
pub fn items(body: &str) -> Items<'_> {
    Items { body, at: 0, held: None, open: false }
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

/// What [`Items`] finds, as places.
enum Found {
    Pair(Pair),
    Text(usize, usize),
}

impl Items<'_> {
    /// Finds the next item.
    fn find_next(&mut self) -> Option<Found> {
        if let Some(pair) = self.held.take() {
            return Some(Found::Pair(pair));
        }
        let bytes = self.body.as_bytes();
        if let Some(pair) = usual_pair(bytes, self.at) {
            self.at = pair.value_end + 1;
            self.open = false;
            return Some(Found::Pair(pair));
        }
        self.find_any(self.at + between(bytes.get(self.at..)?))
    }

    /// Finds an item that is not simply the next pair: text, or a value with quotes in it.
    fn find_any(&mut self, start: usize) -> Option<Found> {
        let text = |end: usize| {
            let length = self.body.get(start..end).unwrap_or("").trim_end().len();
            (length > 0).then_some(Found::Text(start, start + length))
        };
        let Some(opening) = self.body.get(start..).and_then(opening) else {
            self.at = self.body.len();
            return text(self.body.len());
        };
        let (key, value) = (start + opening.key, start + opening.value);
        let (length, closed) = closing(&self.body.as_bytes()[value..]);
        let pair = Pair { key, key_end: start + opening.key_end, value, value_end: value + length };
        let text = text(key);
        self.open = !closed;
        self.at = (pair.value_end + 1).min(self.body.len());
        match text {
            Some(text) => {
                self.held = Some(pair);
                Some(text)
            }
            None => Some(Found::Pair(pair)),
        }
    }
}

impl<'b> Iterator for Items<'b> {
    type Item = Item<'b>;

    fn next(&mut self) -> Option<Item<'b>> {
        let part = |from: usize, to: usize| self.body.get(from..to).unwrap_or("");
        Some(match self.find_next()? {
            Found::Pair(pair) => Item::Pair(part(pair.key, pair.key_end), part(pair.value, pair.value_end)),
            Found::Text(from, to) => Item::Text(part(from, to)),
        })
    }
}

/// Length of what may stand between two items: blanks, the colon after `Level="…"`, a comma.
#[inline]
fn between(bytes: &[u8]) -> usize {
    let is_between = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b':' | b',' | b'\r' | b'\n');
    bytes.iter().take_while(is_between).count()
}

struct Opening {
    key: usize,
    key_end: usize,
    value: usize,
}

/// Reads a pair that is the very next item and whose value ends at its first quote, with a blank or nothing behind
/// it. That is nearly every item of a log; what is different is left to [`opening`] and [`closing`].
#[expect(clippy::inline_always, reason = "handing a pair on through memory takes longer than finding it")]
#[inline(always)]
fn usual_pair(bytes: &[u8], at: usize) -> Option<Pair> {
    let key = match bytes.get(at..)? {
        // All that may stand between two items comes before the letters.
        [b' ', next, ..] if *next >= b'A' => at + 1,
        rest => at + between(rest),
    };
    let key_end = key + key_length(&bytes[key..]);
    if key_end == key || !bytes[key_end..].starts_with(b"=\"") {
        return None;
    }
    let value = key_end + 2;
    let value_end = value + first_quote(&bytes[value..])?;
    let after = match bytes.get(value_end + 1) {
        Some(b':') => bytes.get(value_end + 2),
        after => after,
    };
    matches!(after, None | Some(b' ' | b'\n' | b'\r' | b'\t')).then_some(Pair {
        key,
        key_end,
        value,
        value_end,
    })
}

/// Position of the first quote. Values are short.
#[inline]
fn first_quote(bytes: &[u8]) -> Option<usize> {
    scan::near(b'"', bytes)
}

/// Length of the key at the start of these bytes.
#[inline]
fn key_length(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words.iter().take(2) {
        let others = scan::no_letters(u64::from_le_bytes(*word));
        length += others.trailing_zeros() as usize / 8;
        if others != 0 {
            break;
        }
    }
    if bytes.get(length) == Some(&b'=') { length } else { length + rest_of_key(&bytes[length..]) }
}

/// The same for what follows the letters of a key: digits or a low line, or the end of text that is no key.
#[cold]
fn rest_of_key(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_key(**byte)).count()
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
