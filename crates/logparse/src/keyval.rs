//! `key="value"` pairs as the box writes them: no escaping, so a value may hold quotes of its own.
//!
//! A value ends at the first quote that is followed by the end of the line, by another pair, or by blanks and free
//! text, and that does not close a quote opened inside the value (log grammar, a3). Backslash is no escape.

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
}

/// Reads `body` as pairs and text.
pub fn items(body: &str) -> Items<'_> {
    Items { rest: body, held: None }
}

/// The value of the first pair with this key. For more than one key, collect [`Fields`].
pub fn value<'b>(body: &'b str, key: &str) -> Option<&'b str> {
    items(body).find_map(|item| match item {
        Item::Pair(name, value) if name == key => Some(value),
        _ => None,
    })
}

impl<'b> Iterator for Items<'b> {
    type Item = Item<'b>;

    fn next(&mut self) -> Option<Item<'b>> {
        if let Some((key, value)) = self.held.take() {
            return Some(Item::Pair(key, value));
        }
        let Some(opening) = opening(self.rest) else {
            let text = trim_text(std::mem::take(&mut self.rest));
            return (!text.is_empty()).then_some(Item::Text(text));
        };
        let text = trim_text(&self.rest[..opening.key]);
        let key = &self.rest[opening.key..opening.key_end];
        let value = &self.rest[opening.value..];
        let end = closing(value.as_bytes());
        self.rest = value.get(end + 1..).unwrap_or("");
        if text.is_empty() {
            return Some(Item::Pair(key, &value[..end]));
        }
        self.held = Some((key, &value[..end]));
        Some(Item::Text(text))
    }
}

fn trim_text(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', ':', ',', '\r', '\n']).trim_end()
}

struct Opening {
    key: usize,
    key_end: usize,
    value: usize,
}

/// Finds the next `key="`.
fn opening(text: &str) -> Option<Opening> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'=', &bytes[from..]) {
        let equals = from + at;
        let quote = equals + 1 + usize::from(bytes.get(equals + 1) == Some(&b' '));
        let key = key_start(&bytes[..equals]);
        if bytes.get(quote) == Some(&b'"') && key < equals {
            return Some(Opening { key, key_end: equals, value: quote + 1 });
        }
        from = equals + 1;
    }
    None
}

fn key_start(before: &[u8]) -> usize {
    before.iter().rposition(|byte| !is_key(*byte)).map_or(0, |at| at + 1)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Finds the quote that closes a value, or the value's length when none does.
fn closing(value: &[u8]) -> usize {
    let mut inside = false;
    let mut last = value.len();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', &value[from..]) {
        let quote = from + at;
        let after = &value[quote + 1..];
        if inside {
            inside = false;
        } else if may_close(after) {
            return quote;
        } else {
            inside = true;
        }
        last = quote;
        from = quote + 1;
    }
    last
}

/// Whether what follows a quote allows it to end a value.
fn may_close(after: &[u8]) -> bool {
    let after = after.strip_prefix(b":").unwrap_or(after);
    let after = after.strip_prefix(b",").unwrap_or(after);
    after.first().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) || {
        let key = after.iter().take_while(|byte| is_key(**byte)).count();
        key > 0 && after[key..].starts_with(b"=\"")
    }
}

/// Pairs kept without allocating. The longest body of the reference has 21.
const NEAR: usize = 24;

/// The pairs of one body, collected once and asked by name. Keeps order and duplicates.
#[derive(Debug, Clone)]
pub struct Fields<'b> {
    near: [(&'b str, &'b str); NEAR],
    near_len: usize,
    far: Vec<(&'b str, &'b str)>,
}

impl<'b> Fields<'b> {
    /// Collects the pairs of `body`.
    pub fn of(body: &'b str) -> Self {
        let mut fields = Self { near: [("", ""); NEAR], near_len: 0, far: Vec::new() };
        for item in items(body) {
            if let Item::Pair(key, value) = item {
                if fields.near_len < NEAR {
                    fields.near[fields.near_len] = (key, value);
                    fields.near_len += 1;
                } else {
                    fields.far.push((key, value));
                }
            }
        }
        fields
    }

    /// Every pair in the order written.
    pub fn iter(&self) -> impl Iterator<Item = (&'b str, &'b str)> + '_ {
        self.near[..self.near_len].iter().chain(&self.far).copied()
    }

    /// The value of the first pair with this key, trimmed of blanks (pasted values have some).
    pub fn get(&self, key: &str) -> Option<&'b str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(body: &str) -> Vec<(&str, &str)> {
        Fields::of(body).iter().collect()
    }

    #[test]
    fn colons_after_level_and_empty_values() {
        let body = r#"Level="DEBUG":  Action="Sent" TrackingID="" Last-via-addr="""#;
        let expected = [("Level", "DEBUG"), ("Action", "Sent"), ("TrackingID", ""), ("Last-via-addr", "")];
        assert_eq!(pairs(body), expected);
    }

    #[test]
    fn quotes_inside_a_value() {
        let rule = r#"CPL: <rule unauthenticated-origin=".*" destination=".*@x" message-regex=""> matched "#;
        let body = format!(r#"Detail="{rule}" Level="1""#);
        assert_eq!(pairs(&body), [("Detail", rule), ("Level", "1")]);
    }

    #[test]
    fn a_value_that_ends_in_an_equals_sign() {
        let body = r#"Request="https://x.example/?email=" Rule="https://x.example/""#;
        assert_eq!(pairs(body), [("Request", "https://x.example/?email="), ("Rule", "https://x.example/")]);
    }

    #[test]
    fn duplicate_keys_and_missing_blanks() {
        let body = r#"Node="a" Node="b"Level="1""#;
        assert_eq!(pairs(body), [("Node", "a"), ("Node", "b"), ("Level", "1")]);
    }

    #[test]
    fn text_between_pairs_is_kept() {
        let body = r#"Thread="0x7f": TTSSL: Failed to establish iResult="-1" done"#;
        let texts: Vec<_> = items(body).filter(|item| matches!(item, Item::Text(_))).collect();
        assert_eq!(texts, [Item::Text("TTSSL: Failed to establish"), Item::Text("done")]);
    }

    #[test]
    fn an_unclosed_value_runs_to_the_end() {
        assert_eq!(pairs(r#"Msg="GET /x HTTP"#), [("Msg", "GET /x HTTP")]);
    }

    #[test]
    fn more_pairs_than_are_kept_near() {
        let body = (0..40).fold(String::new(), |body, n| body + &format!("k{n}=\"{n}\" "));
        let fields = Fields::of(&body);
        assert_eq!(fields.iter().count(), 40);
        assert_eq!(fields.number::<u32>("k39"), Some(39));
    }
}
