//! The pairs of a body whose order is known, read in one pass without a table.

use super::{Fields, between};
use crate::scan::{self, trim};
use crate::time::{UTC_TIME, any_utc_time, usual_utc_time};
use chrono::NaiveDateTime;

/// Gives the pairs of one body, each key asked for once.
pub(crate) trait Pairs<'b> {
    /// The value of the first pair with this key, trimmed of blanks.
    fn next(&mut self, key: &str) -> Option<&'b str>;

    /// Passes over a pair whose value does not matter and is nearly always this one.
    fn pass(&mut self, pair: &str);

    /// The value of `UTCTime`.
    fn utc(&mut self) -> Option<NaiveDateTime>;
}

/// What a reader wants of a body.
pub(crate) trait Values<'b>: Sized {
    /// Asks for the pairs, no key twice, in the order in which the box usually writes them.
    fn read(pairs: &mut impl Pairs<'b>) -> Self;

    /// Reads them in one pass. A body with anything unusual about it (another order, another key, text, quotes in
    /// a value) is collected first, so that the order never matters for what is read.
    #[inline]
    fn of(body: &'b str) -> Self {
        let mut walk = Walk { rest: body };
        let values = Self::read(&mut walk);
        if walk.rest.is_empty() { values } else { collected(body) }
    }
}

/// Reads the values of a body by its table.
#[inline(never)]
pub(crate) fn collected<'b, V: Values<'b>>(body: &'b str) -> V {
    let mut fields = Fields::none(body);
    fields.collect();
    V::read(&mut &fields)
}

impl<'b> Pairs<'b> for &Fields<'b> {
    #[inline]
    fn next(&mut self, key: &str) -> Option<&'b str> {
        self.get(key)
    }

    #[inline]
    fn pass(&mut self, _: &str) {}

    #[inline]
    fn utc(&mut self) -> Option<NaiveDateTime> {
        self.get("UTCTime").and_then(any_utc_time)
    }
}

/// Takes pairs off the front of a body. Each is taken only if it has the key that is asked for, so a body that is
/// used up held these pairs, each once, and nothing else.
struct Walk<'b> {
    rest: &'b str,
}

impl<'b> Pairs<'b> for Walk<'b> {
    // The keys are known where this is called: comparing them there takes a few instructions.
    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn next(&mut self, key: &str) -> Option<&'b str> {
        let after = self.rest.strip_prefix(key)?.strip_prefix("=\"")?;
        let (value, after) = after.split_at(scan::near(b'"', after.as_bytes())?);
        let after = after.strip_prefix('"')?;
        self.rest = behind(after)?;
        Some(trim(value))
    }

    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn pass(&mut self, pair: &str) {
        if let Some(rest) = self.rest.strip_prefix(pair).and_then(behind) {
            self.rest = rest;
        }
    }

    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn utc(&mut self) -> Option<NaiveDateTime> {
        let after = self.rest.strip_prefix("UTCTime=\"")?;
        // The usual form says where it ends.
        if let Some((value, end)) = after.split_at_checked(UTC_TIME)
            && let Some(utc) = usual_utc_time(value.as_bytes())
            && let Some(rest) = end.strip_prefix('"').and_then(behind)
        {
            self.rest = rest;
            return Some(utc);
        }
        self.next("UTCTime").and_then(any_utc_time)
    }
}

/// What follows a pair: the next one, or the end. `None` if its value may go on behind the quote.
#[expect(clippy::inline_always, reason = "handing the text on through memory takes longer than this")]
#[inline(always)]
fn behind(after: &str) -> Option<&str> {
    let bytes = after.as_bytes();
    match bytes {
        // All that may stand between two items comes before the letters.
        [b' ', next, ..] if *next >= b'A' => return after.get(1..),
        _ => {}
    }
    let end = bytes.strip_prefix(b":").unwrap_or(bytes);
    matches!(end.first(), None | Some(b' ' | b'\n' | b'\r' | b'\t')).then(|| after.get(between(bytes)..))?
}
