//! What stands before the body of a record: who wrote it, where, and when.

use crate::time::{Stamp, stamp};

/// Stamp, host and process of a record. Whatever is missing in the log is missing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Envelope<'b> {
    /// The stamp at the start of the line, on the box's clock.
    pub stamp: Option<Stamp>,
    /// Host name as the box writes it. Empty if the record has no stamp.
    pub host: &'b str,
    /// Name of the process, such as `traffic_server`. Empty for writers that leave it out.
    pub process: &'b str,
    /// Process id, where the writer gives one.
    pub pid: Option<u32>,
}

/// Splits the head line of a record into its envelope and its body, without the blanks between them.
///
/// A line without a stamp has an empty envelope and is all body.
pub fn envelope(head: &str) -> (Envelope<'_>, &str) {
    let line = head.strip_prefix('\u{feff}').unwrap_or(head);
    let Ok((rest, stamp)) = stamp(line) else {
        return (Envelope::default(), line);
    };
    let (host, rest) = word(rest.trim_start());
    let rest = rest.trim_start();
    let (process, pid, body) = process(rest);
    (Envelope { stamp: Some(stamp), host, process, pid }, body.trim_start())
}

fn word(text: &str) -> (&str, &str) {
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    text.split_at(end)
}

/// Reads `name[pid]:`, `name:`, `name` followed by the first field of a body, or nothing.
///
/// Some writers put no program at all before `UTCTime=`, some put no colon after it, and some no blank after the
/// colon (log grammar, a1).
fn process(text: &str) -> (&str, Option<u32>, &str) {
    let bytes = text.as_bytes();
    let name_end = bytes.iter().position(|byte| !is_name(*byte)).unwrap_or(bytes.len());
    let (name, rest) = text.split_at(name_end);
    if name.is_empty() {
        return ("", None, text);
    }
    if let Some(inside) = rest.strip_prefix('[')
        && let Some((pid, after)) = inside.split_once(']')
        && let Ok(pid) = pid.parse()
    {
        return (name, Some(pid), after.strip_prefix(':').unwrap_or(after));
    }
    if let Some(after) = rest.strip_prefix(':') {
        return (name, None, after);
    }
    let after = rest.trim_start();
    if after.len() < rest.len() && FIRST_FIELDS.iter().any(|field| after.starts_with(field)) {
        return (name, None, after);
    }
    ("", None, text)
}

/// What a body begins with when its program is written without a colon.
const FIRST_FIELDS: [&str; 4] = ["UTCTime=", "Event=", "Module=", "Level="];

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

#[cfg(test)]
mod tests {
    use super::envelope;

    #[test]
    fn every_way_a_program_is_written() {
        let cases = [
            ("traffic_server[18242]:  Event=\"x\"", "traffic_server", Some(18242), "Event=\"x\""),
            ("traffic_server[2030]:[ET_NET 1]ERROR:SSL", "traffic_server", Some(2030), "[ET_NET 1]ERROR:SSL"),
            ("tvcs: UTCTime=\"\"", "tvcs", None, "UTCTime=\"\""),
            ("edgeconfigprovisioning UTCTime=\"\"", "edgeconfigprovisioning", None, "UTCTime=\"\""),
            ("UTCTime=\"\" Module=\"m\"", "", None, "UTCTime=\"\" Module=\"m\""),
            ("free text here", "", None, "free text here"),
            ("XCP_JABBERD[20026]: UTCTime=\"\"", "XCP_JABBERD", Some(20026), "UTCTime=\"\""),
            ("", "", None, ""),
        ];
        for (text, process, pid, body) in cases {
            let line = format!("2022-07-11T18:55:25.910+02:00 vcsc {text}");
            let (envelope, rest) = envelope(&line);
            assert_eq!((envelope.host, envelope.process, envelope.pid, rest), ("vcsc", process, pid, body));
        }
    }

    #[test]
    fn a_line_without_stamp_is_all_body() {
        let (envelope, body) = envelope("|GET / HTTP/1.1");
        assert_eq!((envelope.stamp, envelope.host, body), (None, "", "|GET / HTTP/1.1"));
    }
}
