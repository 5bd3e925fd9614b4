//! What stands before the body of a record: who wrote it, where, and when.
//!
//! The same line arrives in many wrappings: behind an editor's line number, inside a remote syslog packet, or with
//! its time cut off. What wraps a line is taken off here; what the box itself wrote into it is kept.

mod foreign;
mod relay;

#[cfg(test)]
mod tests;

use crate::frame::Foreign;
use crate::scan;
use crate::time::{Stamp, Yearless, stamp};

/// Stamp, host and process of a record. Whatever is missing in the log is missing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Envelope<'b> {
    /// The stamp at the start of the line, on the box's clock.
    pub stamp: Option<Stamp>,
    /// A stamp that does not tell its year. Then [`Envelope::stamp`] is empty: no year is made up.
    pub yearless: Option<Yearless>,
    /// Host name as the box writes it. Empty if the record has none.
    pub host: &'b str,
    /// Name of the process, such as `traffic_server`. Empty for writers that leave it out.
    pub process: &'b str,
    /// Process id, where the writer gives one.
    pub pid: Option<u32>,
    /// A second program's name behind the first, such as `web` in `httpd[15060]: web:`.
    pub component: &'b str,
    /// Priority of a remote syslog packet: facility × 8 + severity.
    pub priority: Option<u8>,
    /// Whether a remote syslog header stood before the box's own line, which was repeated inside.
    pub repeated: bool,
    /// Which other product wrote this line, if it is not an Expressway's.
    pub foreign: Option<Foreign>,
}

/// Splits the head line of a record into its envelope and its body, without the blanks between them.
///
/// A line without a stamp and without anything else of an envelope is all body.
#[inline]
pub fn envelope(head: &str) -> (Envelope<'_>, &str) {
    after(head, None)
}

/// The same for a line that follows others: most lines have the sender of the one before, which is kept for the next.
#[inline]
pub(crate) fn after<'b>(head: &'b str, before: Option<&mut Sender<'b>>) -> (Envelope<'b>, &'b str) {
    let mut envelope = Envelope::default();
    let body = read(&mut envelope, head, before);
    (envelope, body)
}

/// Who wrote a line, and the text that said so: ` host process[pid]: `.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sender<'b> {
    text: &'b str,
    host: &'b str,
    process: &'b str,
    pid: Option<u32>,
}

impl<'b> Sender<'b> {
    /// Fills in the sender of a line that begins with the same text, and gives its body; only where reading it anew
    /// could not give anything else.
    #[inline]
    fn again(&self, envelope: &mut Envelope<'b>, rest: &'b str) -> Option<&'b str> {
        let body = rest.strip_prefix(self.text).filter(|_| !self.text.is_empty())?;
        // No second program begins like this, and no blank is left to be taken off.
        let first = *body.as_bytes().first()?;
        let alone = first > b' ' && first < 0x80 && !is_name(first);
        if !alone && !begins_with_field(body) {
            return None;
        }
        (envelope.host, envelope.process, envelope.pid) = (self.host, self.process, self.pid);
        Some(body)
    }
}

// An envelope is filled where it lies, by this and all that follow: handing it on from one to the next took longer
// than reading it.

/// Fills in the envelope of a line and gives its body.
fn read<'b>(envelope: &mut Envelope<'b>, head: &'b str, before: Option<&mut Sender<'b>>) -> &'b str {
    let Some(body) = local(envelope, head, before) else { return wrapped(envelope, head) };
    if begins_with_digit(body) { relay::repeated(envelope, body) } else { body }
}

/// Reads a line that does not begin with a full stamp.
#[cold]
fn wrapped<'b>(envelope: &mut Envelope<'b>, head: &'b str) -> &'b str {
    let line = head.strip_prefix('\u{feff}').unwrap_or(head);
    let line = relay::without_line_number(line);
    let found = relay::packet(line).or_else(|| relay::timeless(line)).unwrap_or_else(|| {
        let foreign = foreign::event_log(line);
        (Envelope { foreign, ..Envelope::default() }, line)
    });
    *envelope = found.0;
    found.1
}

/// Reads `stamp host process[pid]:` in front of a body; leaves the envelope as it is where no stamp stands.
fn local<'b>(envelope: &mut Envelope<'b>, line: &'b str, before: Option<&mut Sender<'b>>) -> Option<&'b str> {
    let (rest, stamp) = stamp(line)?;
    envelope.stamp = Some(stamp);
    let again = before.as_deref().and_then(|before| before.again(envelope, rest));
    Some(match again {
        Some(body) => body,
        None => sender(envelope, rest, before),
    })
}

/// Reads `host process[pid]:` behind a stamp.
fn sender<'b>(envelope: &mut Envelope<'b>, line: &'b str, before: Option<&mut Sender<'b>>) -> &'b str {
    let rest = line.trim_start_matches(' ');
    let (host, after) = rest.split_at(scan::near(b' ', rest.as_bytes()).unwrap_or(rest.len()));
    if host.ends_with(':') || begins_with_field(host) {
        return foreign::hostless(envelope, rest);
    }
    if let Some(body) = foreign::meeting_server(envelope, host, after) {
        return body;
    }
    envelope.host = host;
    let (process, pid, body) = process(scan::trim_start(after));
    (envelope.process, envelope.pid) = (process, pid);
    let text = scan::trim_start(body);
    if let Some(before) = before {
        let read = &line[..line.len() - text.len()];
        if read.trim_end_matches(' ').ends_with(':') && !process.is_empty() {
            *before = Sender { text: read, host, process, pid };
        }
    }
    let body = text;
    if begins_with_field(body) {
        return body;
    }
    let (component, body) = second(process, body);
    envelope.component = component;
    body
}

fn begins_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// Reads `name[pid]:`, `name:`, `name` followed by the first field of a body, or nothing.
///
/// Some writers put no program at all before `UTCTime=`, some put no colon after it, and some no blank after the
/// colon (log grammar, a1).
#[inline]
fn process(text: &str) -> (&str, Option<u32>, &str) {
    let bytes = text.as_bytes();
    let name_end = bytes.iter().position(|byte| !is_name(*byte)).unwrap_or(bytes.len());
    let (name, rest) = text.split_at(name_end);
    // No program's name begins with a digit; a repeated stamp does.
    if name.is_empty() || begins_with_digit(name) {
        return ("", None, text);
    }
    if let Some(inside) = rest.strip_prefix('[') {
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        let (pid, after) = inside.split_at(digits);
        if let (Ok(pid), Some(after)) = (pid.parse(), after.strip_prefix(']')) {
            return (name, Some(pid), after.strip_prefix(':').unwrap_or(after));
        }
    }
    if let Some(after) = rest.strip_prefix(':') {
        return (name, None, after);
    }
    let after = rest.trim_start();
    if after.len() < rest.len() && begins_with_field(after) {
        return (name, None, after);
    }
    ("", None, text)
}

/// Reads the second program of `httpd[15060]: web:`, and takes off a first one that is written twice.
fn second<'b>(first: &str, body: &'b str) -> (&'b str, &'b str) {
    let (name, pid, rest) = process(body);
    let after = rest.trim_start();
    if name.is_empty() || rest.len() == body.len() || name.len() > PROGRAM {
        return ("", body);
    }
    if name == first {
        return ("", after);
    }
    let named = pid.is_some() || body[name.len()..].starts_with(':');
    if named && (name == "web" || begins_with_field(after)) { (name, after) } else { ("", body) }
}

/// Programs have short names; what is longer is the first word of a sentence.
const PROGRAM: usize = 32;

/// What a body begins with when its program is written without a colon.
const FIRST_FIELDS: [&str; 5] = ["UTCTime=", "Event=", "Module=", "Level=", "Detail="];

/// Whether a body of pairs begins here.
fn begins_with_field(text: &str) -> bool {
    let may = matches!(text.as_bytes().first(), Some(b'U' | b'E' | b'M' | b'L' | b'D'));
    may && FIRST_FIELDS.iter().any(|field| text.starts_with(field))
}

fn is_name(byte: u8) -> bool {
    NAME[usize::from(byte)]
}

/// Bytes that the name of a program is made of. A table, because every byte of every name is asked about.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let this = byte as u8;
        table[byte] = this.is_ascii_alphanumeric() || matches!(this, b'_' | b'-' | b'.' | b'/');
        byte += 1;
    }
    table
};
