//! Lines that came over remote syslog or through an editor.
//!
//! A box sends its local line as the message of a packet, so stamp, host and program often stand twice. The inner
//! ones are the box's own and have the milliseconds; the outer ones are the sender's framing (log grammar, d).

use super::{Envelope, FIRST_FIELDS, begins_with_digit, local, sender};
use crate::fault::Parsed;
use crate::time::{any_stamp, yearless};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_till1, take_while_m_n};
use nom::character::complete::{char, space0, u8};
use nom::combinator::{opt, recognize};
use nom::multi::many1_count;
use nom::sequence::{delimited, preceded, terminated};

/// Takes off `Line 190: `, which an editor's search puts before each line it finds.
pub(super) fn without_line_number(line: &str) -> &str {
    fn prefix(input: &str) -> Parsed<'_, &str> {
        let number = take_while_m_n(1, 9, |c: char| c.is_ascii_digit());
        recognize((tag("Line "), number, char(':'), space0)).parse(input)
    }
    prefix(line).map_or(line, |(rest, _)| rest)
}

/// Replaces an outer envelope by the line repeated behind it, if there is one.
#[cold]
pub(super) fn repeated<'b>(outer: &mut Envelope<'b>, body: &'b str) -> &'b str {
    let mut inner = Envelope { repeated: true, priority: outer.priority, ..Envelope::default() };
    let Some(body) = local(&mut inner, body, None) else { return body };
    *outer = inner;
    body
}

/// Reads a packet of either RFC, with or without its priority, or a line with the BSD stamp.
pub(super) fn packet(line: &str) -> Option<(Envelope<'_>, &str)> {
    let (rest, priority) = priority(line).ok()?;
    let mut outer = Envelope::default();
    let body = if let Ok((rest, envelope)) = ietf(rest) {
        outer = envelope;
        let message = rest.trim_start_matches([' ', '\u{feff}']);
        // The program may be said again in the message: `tvcs: UTCTime=…`.
        let (said, _, body) = super::process(message);
        if said == outer.process && !said.is_empty() { body.trim_start() } else { message }
    } else if let Some(body) = local(&mut outer, rest, None) {
        body
    } else {
        let (rest, stamp) = yearless(rest).ok()?;
        outer.yearless = Some(stamp);
        sender(&mut outer, rest, None)
    };
    outer.priority = priority;
    let body = if begins_with_digit(body) { repeated(&mut outer, body) } else { body };
    Some((outer, body))
}

/// `<166>`, perhaps behind the packet's length (syslog over TLS), or nothing.
fn priority(input: &str) -> Parsed<'_, Option<u8>> {
    let length = terminated(take_while_m_n(1, 6, |c: char| c.is_ascii_digit()), char(' '));
    opt(preceded(opt(length), delimited(char('<'), u8, char('>')))).parse(input)
}

/// `1 STAMP HOST PROGRAM PID MSGID [data]`, where `-` stands for what is not known.
fn ietf(input: &str) -> Parsed<'_, Envelope<'_>> {
    fn field(input: &str) -> Parsed<'_, &str> {
        let (rest, field) = preceded(char(' '), take_till1(|c| c == ' ')).parse(input)?;
        Ok((rest, if field == "-" { "" } else { field }))
    }
    let (rest, stamp) = preceded(tag("1 "), any_stamp).parse(input)?;
    let (rest, (host, process, pid, _)) = (field, field, field, field).parse(rest)?;
    let (rest, _) = preceded(char(' '), alt((tag("-"), recognize(many1_count(structured))))).parse(rest)?;
    Ok((rest, Envelope { stamp: Some(stamp), host, process, pid: pid.parse().ok(), ..Envelope::default() }))
}

/// `[id name="value" …]`; a quote or bracket inside a value is written behind a backslash.
fn structured(input: &str) -> Parsed<'_, &str> {
    let plain = recognize(is_not("\"\\"));
    let escaped = recognize((char('\\'), nom::character::complete::anychar));
    let value = recognize((char('"'), nom::multi::many0_count(alt((plain, escaped))), char('"')));
    let inside = nom::multi::many0_count(alt((recognize(is_not("\"]")), value)));
    recognize((char('['), inside, char(']'))).parse(input)
}

/// Reads `host program[pid]: Module=…`, a line whose time was cut off.
///
/// Nothing but a body that is an Expressway's for certain tells it from prose.
pub(super) fn timeless(line: &str) -> Option<(Envelope<'_>, &str)> {
    let mut found = Envelope::default();
    let body = sender(&mut found, line, None);
    let certain = body.starts_with("[ET_") || FIRST_FIELDS.iter().any(|field| body.starts_with(field));
    (certain && found.pid.is_some() && !found.host.is_empty()).then_some((found, body))
}
