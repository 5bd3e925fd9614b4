//! Where a line stands.

use crate::report::Report;
use serde_json::{Value, json};
use std::fmt::Write;
use waytrace_signatures::Line;

/// The place of a line with its text.
pub(super) fn location(report: &Report, line: &Line) -> Value {
    place(report, line.member, line.line, Some(&line.text))
}

/// The place of a line by its number.
pub(super) fn place(report: &Report, member: u32, line: u64, text: Option<&str>) -> Value {
    let region = match text {
        Some(text) => json!({ "startLine": line, "snippet": { "text": text } }),
        None => json!({ "startLine": line }),
    };
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(report.input(member)), "index": member },
            "region": region,
        },
    })
}

/// The name of an input as a URI reference. `!` between archive and member stays.
pub(super) fn uri(name: &str) -> String {
    let mut out = String::from(if name.starts_with('/') { "file://" } else { "" });
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'!' => {
                out.push(char::from(byte));
            }
            other => {
                let written = write!(out, "%{other:02X}");
                debug_assert!(written.is_ok(), "a string takes every text");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn names_are_uri_references() {
        for (name, wanted) in [
            ("-", "-"),
            ("a b/c:d.txt", "a%20b/c%3Ad.txt"),
            ("mail.zip!expc.tar.gz!log.txt", "mail.zip!expc.tar.gz!log.txt"),
            ("/tmp/ü.txt", "file:///tmp/%C3%BC.txt"),
            ("a%20b", "a%2520b"),
        ] {
            assert_eq!(uri(name), wanted);
        }
    }
}
