//! Lines of other products that stray into a case's logs.

use super::{Envelope, begins_with_field, is_name, process};
use crate::frame::Foreign;
use crate::scan;

/// Reads a line that has no host: an endpoint's, or an Expressway's from which the host was cut.
///
/// Endpoints write the process directly after the stamp, then the component and a level of one letter.
#[cold]
pub(super) fn hostless<'b>(envelope: &mut Envelope<'b>, rest: &'b str) -> &'b str {
    let (process, pid, body) = process(rest);
    let body = body.trim_start();
    let ours = begins_with_field(body) || body.starts_with('[') || body.is_empty();
    let foreign = (!ours && (pid.is_some() || has_letter_level(body))).then_some(Foreign::RoomOs);
    (envelope.process, envelope.pid, envelope.foreign) = (process, pid, foreign);
    body
}

/// `MainEvents I: `
fn has_letter_level(body: &str) -> bool {
    let name = body.bytes().take_while(|byte| is_name(*byte)).count();
    let level = body[name..].trim_start().as_bytes();
    name > 0 && matches!(level, [b'A'..=b'Z', b':', ..])
}

/// Reads a line of a Meeting Server's syslog: facility and severity stand between stamp and host, or the program
/// is `host:server`.
pub(super) fn meeting_server<'b>(
    envelope: &mut Envelope<'b>,
    first: &'b str,
    rest: &'b str,
) -> Option<&'b str> {
    let rest = scan::trim_start(rest);
    let (host, rest) = if is_facility(first) {
        let end = rest.find(' ')?;
        (&rest[..end], rest[end..].trim_start())
    } else if rest.starts_with("host:") {
        (first, rest)
    } else {
        return None;
    };
    let end = rest.find(": ").or_else(|| rest.find(' ')).unwrap_or(rest.len());
    let (process, body) = rest.split_at(end);
    let body = body.trim_start_matches([':', ' ']);
    (envelope.host, envelope.process, envelope.foreign) = (host, process, Some(Foreign::MeetingServer));
    Some(body)
}

/// `local0.info`
fn is_facility(word: &str) -> bool {
    // The host of every ordinary record is asked about, and the longest such word is `authpriv.warning`.
    let Some(dot) = word.bytes().rev().take(8).position(|byte| byte == b'.') else { return false };
    let (facility, severity) = (&word[..word.len() - dot - 1], &word[word.len() - dot..]);
    let severities = ["emerg", "alert", "crit", "err", "error", "warning", "warn", "notice", "info", "debug"];
    let facilities = ["kern", "user", "daemon", "auth", "authpriv", "syslog", "cron", "ftp", "local"];
    severities.contains(&severity)
        && facilities.contains(&facility.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Recognises a line of the event log as a Meeting Server's web page shows it: date, time and level, separated by
/// tabs or blanks.
pub(super) fn event_log(line: &str) -> Option<Foreign> {
    let mut words = line.split_ascii_whitespace();
    let (date, time, level) = (words.next()?, words.next()?, words.next()?);
    let shaped = |text: &str, shape: &str| {
        text.len() >= shape.len()
            && shape
                .bytes()
                .zip(text.bytes())
                .all(|(want, byte)| if want == b'0' { byte.is_ascii_digit() } else { byte == want })
    };
    let dated = shaped(date, "0000-00-00") && date.len() == 10 && shaped(time, "00:00:00.000");
    (dated && ["Info", "Warning", "Error", "Debug", "Trace"].contains(&level))
        .then_some(Foreign::MeetingServer)
}
