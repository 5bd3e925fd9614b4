//! Several records on one line, as a ticket or a web page runs them together.
//!
//! A stamp inside a line is not enough: values hold stamps, and a remote syslog packet repeats its line inside. A
//! second record is a whole head (stamp, host and program or first field) behind a body that is not broken off.

use super::stamp::is_stamp;
use crate::envelope::envelope;
use crate::keyval;
use memchr::memmem::Finder;

/// Finds the second head of a line.
#[derive(Debug)]
pub(super) struct Splitter {
    /// What a stamp behind a blank begins with. Two rare bytes apart: the search runs at the speed of memory.
    century: Finder<'static>,
}

/// How many stamps that begin no record are looked at in one line, so that no line costs the square of its length.
const TRIES: usize = 12;

/// How much of a second head must be seen: stamp, host and program.
const HEAD: usize = 192;

impl Default for Splitter {
    fn default() -> Self {
        Self { century: Finder::new(b" 20") }
    }
}

impl Splitter {
    /// Position of the next record's first byte in `line`, which begins with a record's head.
    pub(super) fn next_head(&self, line: &[u8]) -> Option<usize> {
        // The outer stamp of a packet may be the first hit, never a record: it has no body before it.
        let stamps = self.century.find_iter(line).map(|at| at + 1).filter(|at| is_stamp(&line[*at..]));
        stamps.take(TRIES).find_map(|stamp| {
            let begin = before_line_number(line, stamp);
            (is_head(&line[stamp..]) && may_end(&line[..begin])).then_some(begin)
        })
    }
}

/// Where `Line 190: ` begins, if it stands in front of a stamp.
fn before_line_number(line: &[u8], stamp: usize) -> usize {
    let before = line[..stamp].trim_ascii_end();
    let number = before.strip_suffix(b":").unwrap_or(before);
    let digits = number.iter().rev().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let word = &number[..number.len() - digits];
    let numbered = number.len() < before.len() && digits > 0;
    match word.strip_suffix(b"Line ") {
        Some(begin) if numbered && stamp - before.len() <= 4 => begin.len(),
        _ => stamp,
    }
}

/// Whether a whole head stands here.
fn is_head(bytes: &[u8]) -> bool {
    let text = valid(&bytes[..bytes.len().min(HEAD)]);
    let (found, body) = envelope(text);
    let program = !found.process.is_empty() || body.starts_with("UTCTime=\"") || body.starts_with("Event=\"");
    found.stamp.is_some() && !found.host.is_empty() && program && !found.repeated && found.foreign.is_none()
}

/// Whether a record may end here: it has a body, and no value of it is open.
fn may_end(record: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(record) else { return false };
    let body = envelope(text).1.trim();
    // A tag such as `tvcs:` in front of a repeated line is no body.
    !body.is_empty() && !keyval::is_open(body)
}

fn valid(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "2022-07-11T18:55:25.910+02:00 vcsc tvcs: Event=\"x\" Level=\"1\"";

    fn parts(line: &str) -> Vec<&str> {
        let splitter = Splitter::default();
        let mut rest = line;
        let mut parts = Vec::new();
        while let Some(at) = splitter.next_head(rest.as_bytes()) {
            let (part, after) = rest.split_at(at);
            parts.push(part);
            rest = after;
        }
        parts.push(rest);
        parts
    }

    #[test]
    fn records_run_together_are_cut_apart() {
        let line = format!("{A} {A}  Line 17: {A} Line 18: {A}");
        let expected = [format!("{A} "), format!("{A}  "), format!("Line 17: {A} "), format!("Line 18: {A}")];
        assert_eq!(parts(&line), expected);
    }

    #[test]
    fn a_stamp_in_a_line_is_no_record() {
        for line in [
            format!("<182>1 2024-03-18T16:54:33.000+01:00 vcsc tvcs - - [meta sequenceId=\"1\"] {A}"),
            format!("<182>Jul 11 18:55:25 vcsc tvcs: {A}"),
            "2022-07-11T18:55:25Z vcsc tvcs: Detail=\"until 2022-07-11T18:55:25Z or later\"".into(),
            format!("2022-07-11T18:55:25Z vcsc tvcs: Detail=\"it said: {A} and more"),
            "2022-07-11T18:55:25Z vcsc 2022-07-11T18:55:25Z".into(),
        ] {
            assert_eq!(parts(&line), [line.as_str()]);
        }
    }
}
