//! HTTP and SIP messages inside the log: a start line in a field, and the dump that follows a DEBUG head.

use crate::fault::{Fault, Parsed};
use crate::scan::{near, trim, trim_start};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_while, take_while_m_n};
use nom::character::complete::space1;
use nom::combinator::{map_res, recognize, rest};

/// The first line of an HTTP or SIP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartLine<'b> {
    /// `GET /path HTTP/1.1`, `INVITE sip:user@example.com SIP/2.0`
    Request {
        /// Method, such as `GET`.
        method: &'b str,
        /// Request target: a path, a URI, or an absolute URL where a request comes in through the tunnel.
        target: &'b str,
    },
    /// `HTTP/1.1 502 connect failed`, `SIP/2.0 200 OK`
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
    #[inline]
    pub fn read(line: &'b str) -> Self {
        let line = trim(line);
        usual_status(line).or_else(|| usual_request(line)).unwrap_or_else(|| Self::read_any(line))
    }

    /// Reads a start line by the grammar.
    #[inline(never)]
    fn read_any(line: &'b str) -> Self {
        status(line).or_else(|_| request(line)).map_or(Self::Other(line), |(_, start)| start)
    }

    /// Method of a request.
    pub fn method(&self) -> Option<&'b str> {
        if let Self::Request { method, .. } = self { Some(method) } else { None }
    }

    /// Status code of a response.
    pub fn code(&self) -> Option<u16> {
        if let Self::Status { code, .. } = self { Some(*code) } else { None }
    }
}

/// `HTTP/1.1 200 OK`, told by its places alone; `None` leaves the line to the grammar.
#[inline]
fn usual_status(line: &str) -> Option<StartLine<'_>> {
    let rest = line.strip_prefix("HTTP/1.1 ").or_else(|| line.strip_prefix("SIP/2.0 "))?;
    let (code, after) = rest.as_bytes().split_first_chunk::<3>()?;
    let [hundreds, tens, ones] = code.map(|byte| u16::from(byte.wrapping_sub(b'0')));
    let ends = matches!(after, [] | [b' ', ..]);
    (hundreds < 10 && tens < 10 && ones < 10 && ends)
        .then(|| StartLine::Status { code: hundreds * 100 + tens * 10 + ones, reason: trim(&rest[3..]) })
}

/// `GET /path HTTP/1.1`, the same way. A target without blanks is taken as it stands.
#[inline]
fn usual_request(line: &str) -> Option<StartLine<'_>> {
    let before = line.strip_suffix(" HTTP/1.1").or_else(|| line.strip_suffix(" SIP/2.0"))?;
    let (method, target) = before.split_at(near(b' ', before.as_bytes())?);
    let target = &target[1..];
    // A method with a slash may be the version of an odd status line.
    let plain = !method.is_empty()
        && !method.contains('/')
        && !target.is_empty()
        && memchr::memchr2(b' ', b'\t', target.as_bytes()).is_none();
    plain.then_some(StartLine::Request { method, target })
}

fn version(input: &str) -> Parsed<'_, &str> {
    let digits = take_while(|c: char| c.is_ascii_digit() || c == '.');
    recognize((alt((tag("HTTP/"), tag("SIP/"))), digits)).parse(input)
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

/// A message dumped by the box (log grammar, a3). The box puts one blank before each line after the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dump<'b> {
    /// The message's first line.
    pub first: &'b str,
    /// The lines after it: headers, an empty line, the body. Line ends and the blank before each line remain.
    pub rest: &'b str,
    /// Whether the end of the dump was seen; a dump without it was cut short.
    pub complete: bool,
}

impl<'b> Dump<'b> {
    /// Finds `HTTPMSG:` or `SIPMSG:` in the lines that continue a record, or behind the fields of a flattened one.
    ///
    /// The bar before the first line may be missing, or have a blank or a writer's label beside it; the bar that
    /// ends the dump stands alone, or is glued to the last line of the body.
    #[inline]
    pub fn find(text: &'b str) -> Option<Self> {
        if text.is_empty() { None } else { Self::find_in(text) }
    }

    #[inline]
    fn find_in(text: &'b str) -> Option<Self> {
        let inside = after_mark(text)?.trim_start();
        let (inside, complete) = until_bar(inside.strip_prefix('|').unwrap_or(inside));
        let end = memchr::memchr(b'\n', inside.as_bytes());
        let (first, rest) = end.map_or((inside, ""), |at| (&inside[..at], &inside[at + 1..]));
        let first = trim(first);
        let first = match memchr::memchr(b'|', first.as_bytes()) {
            Some(bar) if !first[..bar].contains(' ') => first[bar + 1..].trim_start(),
            _ => first,
        };
        Some(Self { first, rest, complete })
    }

    /// The message's first line, read. A page that flattens the dump puts headers behind it, on the same line.
    #[inline]
    pub fn start(&self) -> StartLine<'b> {
        match StartLine::read(self.first) {
            StartLine::Status { code, reason } => StartLine::Status { code, reason: before_header(reason).0 },
            start => start,
        }
    }

    /// Header names and values in order, until the empty line. Names compare without case.
    pub fn headers(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        self.fields().map(|(name, value)| (trim(name), trim(trim_start(value))))
    }

    /// The value of the first header with one of these names: the long one and, for SIP, the one-letter form.
    pub fn header(&self, names: &[&str]) -> Option<&'b str> {
        let is_wanted = |name| names.iter().any(|want| trim(name).eq_ignore_ascii_case(want));
        self.fields().find(|(name, _)| is_wanted(name)).map(|(_, value)| trim(trim_start(value)))
    }

    /// Headers, split at their colon.
    fn fields(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        let mut rest = self.rest;
        let lines = std::iter::from_fn(move || {
            let end = memchr::memchr(b'\n', rest.as_bytes());
            let (line, after) = end.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
            rest = after;
            let line = trim(trim_start(line));
            (!line.is_empty()).then_some(line)
        });
        let lines = std::iter::once(before_header(self.first).1).chain(lines.fuse());
        lines
            .filter_map(|line| line.split_at_checked(near(b':', line.as_bytes())?))
            .map(|(name, value)| (name, &value[1..]))
    }

    /// The lines after the empty line, as they stand.
    pub fn body(&self) -> &'b str {
        let mut at = 0;
        for line in self.rest.split_inclusive('\n') {
            at += line.len();
            if line.trim().is_empty() {
                return &self.rest[at..];
            }
        }
        ""
    }
}

/// What follows `HTTPMSG:` or `SIPMSG:`, which nearly always stands at the very beginning.
fn after_mark(text: &str) -> Option<&str> {
    let start = text.strip_prefix(' ').unwrap_or(text);
    if let Some(inside) = start.strip_prefix("HTTPMSG:").or_else(|| start.strip_prefix("SIPMSG:")) {
        return Some(inside);
    }
    let mark = memchr::memmem::find(text.as_bytes(), b"MSG:")?;
    Some(&text[mark + 4..])
}

/// Splits a line before the first word that ends in a colon: where a flattened header begins.
fn before_header(text: &str) -> (&str, &str) {
    let Some(colon) = memchr::memmem::find(text.as_bytes(), b": ") else { return (text, "") };
    let name = text[..colon].rfind(' ').map_or(0, |blank| blank + 1);
    (text[..name].trim_end(), &text[name..])
}

/// Cuts a dump at its closing bar.
fn until_bar(inside: &str) -> (&str, bool) {
    // The usual case is decided from the end: a long body is not read line by line.
    let trimmed = inside.trim_end();
    if let Some(text) = trimmed.strip_suffix('|')
        && memchr::memchr(b'\n', trimmed.as_bytes()).is_some()
    {
        return (text.strip_suffix(' ').unwrap_or(text), true);
    }
    let mut at = 0;
    for line in inside.split_inclusive('\n') {
        if at > 0 && line.trim() == "|" {
            return (&inside[..at], true);
        }
        at += line.len();
    }
    (inside, false)
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
            ("SIP/2.0 408 Request Timeout", StartLine::Status { code: 408, reason: "Request Timeout" }),
            (
                "OPTIONS sip:e.example SIP/2.0",
                StartLine::Request { method: "OPTIONS", target: "sip:e.example" },
            ),
            ("HTTP/1.1 20", StartLine::Other("HTTP/1.1 20")),
            ("", StartLine::Other("")),
        ];
        for (line, expected) in cases {
            assert_eq!(StartLine::read(line), expected);
        }
    }

    #[test]
    fn a_dump_with_its_bars() {
        let dump = Dump::find(
            "HTTPMSG:\n|GET /x HTTP/1.1\n Host: a.example:8443\n Cookie:<CONCEALED>\n \n a=1\n |\n\n",
        )
        .expect("a dump");
        assert!(dump.complete);
        assert_eq!(dump.start(), StartLine::Request { method: "GET", target: "/x" });
        let headers: Vec<_> = dump.headers().collect();
        assert_eq!(headers, [("Host", "a.example:8443"), ("Cookie", "<CONCEALED>")]);
        assert_eq!((dump.header(&["h", "host"]), dump.body()), (Some("a.example:8443"), " a=1\n"));
    }

    #[test]
    fn every_way_a_dump_begins_and_ends() {
        let sip = "OPTIONS sip:e.example SIP/2.0";
        for text in [
            " SIPMSG:\n |OPTIONS sip:e.example SIP/2.0\n Via: x\n \n |\n\n",
            "SIPMSG:\nOPTIONS sip:e.example SIP/2.0\n Via: x\n \n|\n",
            "SIPMSG:\n| OPTIONS sip:e.example SIP/2.0\n Via: x\n \n </info>|\n",
            "SIPMSG: |OPTIONS sip:e.example SIP/2.0\n Via: x\n |\nstray line\n",
            "SIPMSG:\n request:|OPTIONS sip:e.example SIP/2.0\nVia: x\n\n|",
        ] {
            let dump = Dump::find(text).expect(text);
            assert_eq!(
                (dump.first, dump.header(&["Via", "v"]), dump.complete),
                (sip, Some("x"), true),
                "{text}"
            );
        }
    }

    #[test]
    fn headers_on_the_line_of_the_start() {
        let dump = Dump::find(
            "SIPMSG:\n| SIP/2.0 404 Not Found Via: SIP/2.0/TLS 192.0.2.6:7003;rport\nVia: b\nCall-ID: c @x\n",
        )
        .expect("a dump");
        assert_eq!(dump.start(), StartLine::Status { code: 404, reason: "Not Found" });
        let headers: Vec<_> = dump.headers().collect();
        assert_eq!(headers, [("Via", "SIP/2.0/TLS 192.0.2.6:7003;rport"), ("Via", "b"), ("Call-ID", "c @x")]);
        let dump = Dump::find("HTTPMSG: |GET /x HTTP/1.1 Host: a.example").expect("a dump");
        assert_eq!((dump.start().method(), dump.header(&["host"])), (Some("GET"), Some("a.example")));
    }

    #[test]
    fn a_dump_cut_short() {
        let dump = Dump::find("HTTPMSG:\n|GET /x HTTP/1.1\n...\n\n").expect("a dump");
        assert!(!dump.complete);
        assert_eq!((dump.headers().count(), dump.body()), (0, ""));
        assert!(Dump::find("HTTPMSG:").is_some_and(|dump| dump.first.is_empty()));
        assert!(Dump::find("no dump").is_none());
    }
}
