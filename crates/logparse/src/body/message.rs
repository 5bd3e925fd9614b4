//! HTTP messages inside the log: the start line in `Msg="…"`, and the dump that follows a DEBUG head.

use crate::fault::{Fault, Parsed};
use nom::Parser;
use nom::bytes::complete::{tag, take_till1, take_while, take_while_m_n};
use nom::character::complete::space1;
use nom::combinator::{map_res, recognize, rest};

/// The first line of an HTTP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartLine<'b> {
    /// `GET /path HTTP/1.1`
    Request {
        /// Method, such as `GET`.
        method: &'b str,
        /// Request target: a path, or an absolute URL where a request comes in through the tunnel.
        target: &'b str,
    },
    /// `HTTP/1.1 502 connect failed`
    Status {
        /// Status code.
        code: u16,
        /// Reason phrase; Traffic Server says here why it failed. May be empty.
        reason: &'b str,
    },
    /// Something else, as written.
    Other(&'b str),
}

impl<'b> StartLine<'b> {
    /// Reads a start line. Never fails: what is neither form is kept as it is.
    ///
    /// ```
    /// use waytrace_logparse::body::message::StartLine;
    /// assert_eq!(StartLine::read("HTTP/1.1 200 "), StartLine::Status { code: 200, reason: "" });
    /// ```
    pub fn read(line: &'b str) -> Self {
        let line = line.trim();
        status(line).or_else(|_| request(line)).map_or(Self::Other(line), |(_, start)| start)
    }
}

fn version(input: &str) -> Parsed<'_, &str> {
    recognize((tag("HTTP/"), take_while(|c: char| c.is_ascii_digit() || c == '.'))).parse(input)
}

fn status(input: &str) -> Parsed<'_, StartLine<'_>> {
    let code = map_res(take_while_m_n(3, 3, |c: char| c.is_ascii_digit()), str::parse);
    let (input, (_, _, code, reason)) = (version, space1, code, rest).parse(input)?;
    Ok((input, StartLine::Status { code, reason: reason.trim() }))
}

fn request(input: &str) -> Parsed<'_, StartLine<'_>> {
    let word = || take_till1::<_, _, Fault<'_>>(|c: char| c == ' ');
    let (input, (method, _, target, _, _)) = (word(), space1, word(), space1, version).parse(input)?;
    Ok((input, StartLine::Request { method, target }))
}

/// A message dumped after a head line: `HTTPMSG:`, then lines between two bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dump<'b> {
    /// The lines of the message, the first without its bar. Line ends and the blank before each line remain.
    pub text: &'b str,
    /// Whether the closing bar was seen; a dump without it was cut short.
    pub complete: bool,
}

impl<'b> Dump<'b> {
    /// Finds the dump in the lines that continue a record, or behind the fields of a flattened one.
    pub fn find(text: &'b str) -> Option<Self> {
        let mark = memchr::memmem::find(text.as_bytes(), b"MSG:")?;
        let inside = text[mark + 4..].trim_start();
        let inside = inside.strip_prefix('|').unwrap_or(inside);
        let mut at = 0;
        for line in inside.split_inclusive('\n') {
            if at > 0 && line.trim() == "|" {
                return Some(Self { text: &inside[..at], complete: true });
            }
            at += line.len();
        }
        Some(Self { text: inside, complete: false })
    }

    /// The message's first line.
    pub fn start(&self) -> StartLine<'b> {
        StartLine::read(self.text.lines().next().unwrap_or(""))
    }

    /// Header names and values in order, until the empty line. Names compare without case.
    pub fn headers(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        let lines = self.text.lines().skip(1).map(str::trim).take_while(|line| !line.is_empty());
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_lines() {
        let cases = [
            ("GET /x HTTP/1.1", StartLine::Request { method: "GET", target: "/x" }),
            ("HTTP/1.1 502 connect failed", StartLine::Status { code: 502, reason: "connect failed" }),
            ("HTTP/1.1 200 ", StartLine::Status { code: 200, reason: "" }),
            ("HTTP/1.1 20", StartLine::Other("HTTP/1.1 20")),
            ("", StartLine::Other("")),
        ];
        for (line, expected) in cases {
            assert_eq!(StartLine::read(line), expected);
        }
    }

    #[test]
    fn a_dump_with_its_bars() {
        let dump =
            Dump::find("HTTPMSG:\n|GET /x HTTP/1.1\n Host: a.example:8443\n Cookie:<CONCEALED>\n \n |\n\n")
                .expect("a dump");
        assert!(dump.complete);
        assert_eq!(dump.start(), StartLine::Request { method: "GET", target: "/x" });
        let headers: Vec<_> = dump.headers().collect();
        assert_eq!(headers, [("Host", "a.example:8443"), ("Cookie", "<CONCEALED>")]);
    }

    #[test]
    fn a_dump_cut_short() {
        let dump = Dump::find("HTTPMSG:\n|GET /x HTTP/1.1\n...\n\n").expect("a dump");
        assert!(!dump.complete);
        assert_eq!(dump.headers().count(), 0);
        assert!(Dump::find("HTTPMSG:").is_some_and(|dump| dump.text.is_empty()));
        assert!(Dump::find("no dump").is_none());
    }
}
