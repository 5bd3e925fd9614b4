//! The head line of a record with its pairs collected once: what every reader of a source starts from.

use super::address::Peer;
use crate::event::{Defect, Event};
use crate::keyval::{self, Fields, Pairs};
use crate::time::any_utc_time;
use chrono::NaiveDateTime;

/// What the lines of every source have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head<'b> {
    /// The writer's clock.
    pub utc: Option<NaiveDateTime>,
    /// Level without its padding: a word such as `INFO` in module lines, a number from 1 to 4 in events, where 1 is
    /// the most important (log grammar, a5).
    pub level: &'b str,
    /// Thread of the writer, where it says so; the lines of one handshake and of many calls share it.
    pub thread: &'b str,
}

impl<'b> Head<'b> {
    /// Reads the pairs that lines of a module of the network begin with.
    #[expect(clippy::inline_always, reason = "so that every key is known where it is compared")]
    #[inline(always)]
    pub(super) fn next(pairs: &mut impl Pairs<'b>, module: &str) -> Self {
        let utc = pairs.utc();
        pairs.pass(module);
        let level = pairs.next("Level").unwrap_or("");
        Self { utc, level, thread: pairs.next("Thread").unwrap_or("") }
    }
}

/// A head line and the lines after it.
#[derive(Debug)]
pub(super) struct Line<'b> {
    pub(super) body: &'b str,
    pub(super) continuation: &'b str,
    pub(super) fields: Fields<'b>,
}

impl<'b> Line<'b> {
    #[inline]
    pub(super) fn of(body: &'b str, continuation: &'b str) -> Self {
        let mut line = Self { body, continuation, fields: Fields::none(body) };
        line.fields.collect();
        line
    }

    #[inline]
    pub(super) fn head(&self) -> Head<'b> {
        Head {
            utc: self.fields.get("UTCTime").and_then(any_utc_time),
            level: self.fields.text("Level"),
            thread: self.fields.text("Thread"),
        }
    }

    #[inline]
    pub(super) fn text(&self, key: &str) -> &'b str {
        self.fields.text(key)
    }

    /// The two ends of a connection, `(Src-*, Dst-*)`. The address may be missing where the port is not (a2, trap 8).
    #[inline]
    pub(super) fn ends(&self) -> (Peer<'b>, Peer<'b>) {
        (self.peer("Src-ip", "Src-port"), self.peer("Dst-ip", "Dst-port"))
    }

    /// The end that a line names which names one only: the other one than the writer's.
    #[inline]
    pub(super) fn other_end(&self) -> Peer<'b> {
        let src = self.peer("Src-ip", "Src-port");
        if src.is_unknown() { self.peer("Dst-ip", "Dst-port") } else { src }
    }

    #[inline]
    pub(super) fn peer(&self, ip: &str, port: &str) -> Peer<'b> {
        Peer::of(self.fields.get(ip), self.fields.get(port))
    }

    /// The value of `Detail`; web pages put it on a line of its own.
    pub(super) fn detail(&self) -> Option<&'b str> {
        self.fields.get("Detail").or_else(|| detail_below(self.continuation))
    }

    /// What the line says: `Detail`, or the words behind the fields that name its writer (a2, form 4).
    pub(super) fn said(&self) -> &'b str {
        self.detail().unwrap_or_else(|| self.free_text())
    }

    /// The words behind the fields that name the writer, with the pairs among them.
    pub(super) fn free_text(&self) -> &'b str {
        ["Thread", "CodeLocation", "Level"].iter().find_map(|key| self.after(key)).unwrap_or("")
    }

    /// What stands behind the pair with this key.
    fn after(&self, key: &str) -> Option<&'b str> {
        let value = self.fields.get(key)?;
        let rest = self.body.get(offset(self.body, value) + value.len()..)?.trim_start();
        let rest = rest.strip_prefix('"').unwrap_or(rest);
        Some(rest.trim_start_matches([' ', '\t', ':']).trim_end())
    }

    /// The record is of this source and cannot be read: `expected` is missing altogether.
    pub(super) fn broken(&self, expected: &'static str) -> Event<'b> {
        broken(self.body, expected)
    }

    /// The same, where the place is known: `at` is a part of the body.
    pub(super) fn broken_at(&self, at: &str, expected: &'static str) -> Event<'b> {
        broken_at(self.body, at, expected)
    }
}

/// [`Line::broken`] for a body whose pairs were not collected.
#[cold]
pub(super) fn broken<'b>(body: &'b str, expected: &'static str) -> Event<'b> {
    Event::Broken { text: body, defect: Defect { offset: body.len(), expected } }
}

/// [`Line::broken_at`] for a body whose pairs were not collected.
#[cold]
pub(super) fn broken_at<'b>(body: &'b str, at: &str, expected: &'static str) -> Event<'b> {
    Event::Broken { text: body, defect: Defect { offset: offset(body, at).min(body.len()), expected } }
}

/// The value of a `Detail` that stands at the start of the line after the head.
pub(super) fn detail_below(continuation: &str) -> Option<&str> {
    let next = continuation.lines().next()?.trim_start();
    next.starts_with("Detail=").then(|| keyval::value(next, "Detail"))?.map(str::trim)
}

/// Where `part`, which was cut out of `whole`, begins in it.
pub(super) fn offset(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize)
}

/// The word between `before` and `after` in `text`, for sentences with names in quotes.
pub(super) fn between<'b>(text: &'b str, before: &str, after: &str) -> Option<&'b str> {
    let start = memchr::memmem::find(text.as_bytes(), before.as_bytes())? + before.len();
    let rest = &text[start..];
    let end = memchr::memmem::find(rest.as_bytes(), after.as_bytes())?;
    Some(&rest[..end])
}

/// The value of an unquoted `key=value` in running text, up to a blank, a comma or a quote.
pub(super) fn loose<'b>(text: &'b str, key: &str) -> Option<&'b str> {
    let mut rest = text;
    loop {
        let at = memchr::memmem::find(rest.as_bytes(), key.as_bytes())?;
        let (before, from) = rest.split_at(at);
        let value = &from[key.len()..];
        let starts_word = before.as_bytes().last().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if starts_word && let Some(value) = value.strip_prefix('=') {
            let end = value.find([' ', ',', '"', '\t', '\n']).unwrap_or(value.len());
            return Some(&value[..end]);
        }
        rest = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_says() {
        let cases = [
            (r#"Level="INFO":  Detail="one two ""#, "one two"),
            (
                r#"Level="ERROR" CodeLocation="a(1)" Method="::f" Thread="0x1": T: no luck iResult="-1""#,
                r#"T: no luck iResult="-1""#,
            ),
            (r#"Level="DEBUG" CodeLocation="a(1)" some words"#, "some words"),
            (r#"Level="DEBUG": "#, ""),
        ];
        for (body, said) in cases {
            assert_eq!(Line::of(body, "").said(), said, "{body}");
        }
        assert_eq!(Line::of(r#"Level="INFO": Action="Sent""#, "Detail=\"below \"\n").said(), "below");
    }

    #[test]
    fn unquoted_values() {
        let text = "calculatedResponse=76c , response=319a";
        assert_eq!(loose(text, "response"), Some("319a"));
        assert_eq!(loose(text, "tokens"), None);
        assert_eq!(loose("x tokens=2", "tokens"), Some("2"));
    }
}
