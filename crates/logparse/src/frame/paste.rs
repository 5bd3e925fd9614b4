//! A record that was wrapped over several lines by a PDF, a web page or a mail.
//!
//! Knows just enough of the grammar to tell a record that breaks off from one that is whole: a value without its
//! closing quote, a thread without a message, a certificate line without its last field. Only what follows such a
//! break is joined; dumps, XML, PEM bodies and tracebacks follow a whole record and are left as they are.

mod lines;
mod state;

#[cfg(test)]
mod tests;

use crate::envelope::envelope;
use lines::{Line, Lines, is_blank};
use state::State;

/// How a record ends that an excerpt holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrap {
    /// Its length in bytes.
    pub(super) length: usize,
    /// Whether its lines were joined; the text is in the scratch then.
    pub(super) joined: bool,
}

/// A record wrapped over more lines or bytes than this is not joined.
const MOST_LINES: usize = 64;
const MOST_BYTES: usize = 16 * 1024;

/// Looks at a record whose head line ends at `head_end` and which has more lines. `None`: an ordinary record.
///
/// `excerpt` tells that the text around it is one. The joined text is written to `scratch`.
pub(super) fn read(record: &[u8], head_end: usize, excerpt: bool, scratch: &mut String) -> Option<Wrap> {
    if !excerpt && begins_dump(&record[head_end..]) {
        return None;
    }
    let mut lines = Lines::new(record, head_end);
    let first = lines.next()?;
    if first.opens_dump() {
        return if excerpt { end_of_dump(record, first.start) } else { None };
    }
    let head = String::from_utf8_lossy(record[..head_end].trim_ascii_end());
    let lost = first.begins_with_key() && state::has_key_of(&head, &first);
    let mut state = State::of(envelope(&head).1);
    if !lost && state.takes(&first, true) {
        scratch.clear();
        scratch.push_str(&head);
        if let Some(wrap) = join(record, Lines::new(record, head_end), &mut state, scratch) {
            return Some(wrap);
        }
    }
    // A record whose head is lost is not the continuation of another one.
    if lost {
        return Some(Wrap { length: first.start, joined: false });
    }
    if excerpt { end_of_text(record, head_end) } else { None }
}

/// Whether the very next line opens a dump: what nearly every record of more lines has, and needs no closer look.
fn begins_dump(rest: &[u8]) -> bool {
    let line = rest.strip_prefix(b" ").unwrap_or(rest);
    line.starts_with(b"HTTPMSG:") || line.starts_with(b"SIPMSG:")
}

/// Joins the lines that complete the record in `text`.
fn join(record: &[u8], lines: Lines<'_>, state: &mut State, text: &mut String) -> Option<Wrap> {
    let mut good: Option<(usize, usize)> = None;
    for (count, line) in lines.enumerate() {
        let stop = line.opens_dump() || count == MOST_LINES || text.len() > MOST_BYTES;
        if stop || state::has_key_of(text, &line) || !state.takes(&line, count == 0) {
            break;
        }
        line.append_to(text);
        *state = State::of(envelope(text).1);
        if state.is_whole() {
            good = Some((text.len(), line.end));
        }
    }
    let (length, end) = good?;
    text.truncate(length);
    let end = after_blank_lines(record, end);
    // The dump of a wrapped head belongs to it like any other.
    if Lines::new(record, end).next().is_some_and(|line| line.opens_dump()) {
        let length = end_of_dump(record, end).map_or(record.len(), |wrap| wrap.length);
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&record[end..length]));
        return Some(Wrap { length, joined: true });
    }
    Some(Wrap { length: end, joined: true })
}

/// End of a dump inside an excerpt: behind its last line (a bar, or dots where it was cut), if text follows there.
fn end_of_dump(record: &[u8], start: usize) -> Option<Wrap> {
    let mut lines = Lines::new(record, start).skip(1);
    let last = lines.find(|line| matches!(line.text, b"|" | b"..." | b"\xe2\x80\xa6"))?;
    let length = after_blank_lines(record, last.end);
    (length < record.len()).then_some(Wrap { length, joined: false })
}

/// End of a whole record inside an excerpt: where prose begins, behind an empty line or at a rule of `=` signs.
fn end_of_text(record: &[u8], head_end: usize) -> Option<Wrap> {
    let prose = Lines::new(record, head_end)
        .find(|line| (line.after_blank && !line.is_indented) || line.is_rule())?;
    Some(Wrap { length: prose.start, joined: false })
}

/// Where the next line begins that is not empty.
fn after_blank_lines(record: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(end) = memchr::memchr(b'\n', &record[at..]) {
        if !is_blank(&record[at..at + end]) {
            return at;
        }
        at += end + 1;
    }
    if is_blank(&record[at..]) { record.len() } else { at }
}
