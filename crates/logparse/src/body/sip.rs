//! SIP messages: the lines of `network.sip`, and the dumps inside `developer.sip.leg`.
//!
//! Each message is written twice: at INFO with its main fields in `Detail` ([`index`]), and at DEBUG with the whole
//! message in a dump. Both lines carry the same `Msg-Hash` (log grammar, a4). A message that the proxy sends on is
//! dumped again by the leg that does it, without a hash (a3).

pub mod index;

use super::address::Peer;
use super::line::{Head, Line, broken, broken_at, detail_below};
use super::message::{Dump, StartLine};
use crate::event::Event;
use crate::keyval::{Pairs, Values};
use index::{Index, Name};

/// A SIP message received or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SipMessage<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// Which way it went.
    pub action: SipAction<'b>,
    /// This box's end. Absent up to X7.
    pub local: Peer<'b>,
    /// The other end.
    pub peer: Peer<'b>,
    /// `Msg-Hash` of the DEBUG line; [`SipMessage::hash`] has that of either line.
    pub msg_hash: Option<u64>,
    /// The whole message, at DEBUG level.
    pub dump: Option<Dump<'b>>,
    /// `Detail`: the main fields, at INFO level. Read on demand by [`SipMessage::index`].
    pub detail: &'b str,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SipAction<'b> {
    /// It came in.
    Received,
    /// It went out.
    Sent,
    /// Another word.
    Other(&'b str),
}

impl<'b> SipMessage<'b> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self.action {
            SipAction::Received => "sip.received",
            SipAction::Sent => "sip.sent",
            SipAction::Other(_) => "sip.other",
        }
    }

    /// The main fields, of an INFO line.
    pub fn index(&self) -> Option<Index<'b>> {
        Index::read(self.detail)
    }

    /// Joins the INFO and the DEBUG line of one message. Absent up to X7.
    pub fn hash(&self) -> Option<u64> {
        self.msg_hash.or_else(|| index::value(self.detail, Name::Hash)?.parse().ok())
    }

    /// Method of the request, or of the request that is answered.
    pub fn method(&self) -> Option<&'b str> {
        index::value(self.detail, Name::Method).or_else(|| {
            let dump = self.dump?;
            dump.start().method().or_else(|| dump.header(&["CSeq"])?.split_whitespace().nth(1))
        })
    }

    /// Status code of a response.
    pub fn code(&self) -> Option<u16> {
        let code = index::value(self.detail, Name::Code).and_then(|code| code.parse().ok());
        code.or_else(|| self.dump?.start().code())
    }

    /// Call-ID: the same end to end, unless a B2BUA lies between (log grammar, b).
    pub fn call_id(&self) -> Option<&'b str> {
        index::value(self.detail, Name::CallId).or_else(|| self.dump?.header(&["Call-ID", "i"]))
    }
}

/// The pairs of a message.
#[derive(Debug, PartialEq)]
pub(super) struct MessagePairs<'b> {
    head: Head<'b>,
    action: Option<&'b str>,
    local: Peer<'b>,
    src: Peer<'b>,
    dst: Peer<'b>,
    detail: Option<&'b str>,
    msg_hash: Option<u64>,
}

impl<'b> Values<'b> for MessagePairs<'b> {
    #[inline]
    fn read(pairs: &mut impl Pairs<'b>) -> Self {
        Self {
            head: Head::next(pairs, r#"Module="network.sip""#),
            action: pairs.next("Action"),
            local: Peer::of(pairs.next("Local-ip"), pairs.next("Local-port")),
            src: Peer::of(pairs.next("Src-ip"), pairs.next("Src-port")),
            dst: Peer::of(pairs.next("Dst-ip"), pairs.next("Dst-port")),
            detail: pairs.next("Detail"),
            msg_hash: pairs.next("Msg-Hash").and_then(|hash| hash.parse().ok()),
        }
    }
}

/// Reads a line of `network.sip`.
pub(super) fn read<'b>(body: &'b str, continuation: &'b str) -> Event<'b> {
    let MessagePairs { head, action, local, src, dst, detail, msg_hash } = MessagePairs::of(body);
    let detail = detail.or_else(|| detail_below(continuation));
    let action = match action {
        Some("Received") => SipAction::Received,
        Some("Sent") => SipAction::Sent,
        Some(other) => SipAction::Other(other),
        // X7 names one end only, and by that the direction.
        None if !src.is_unknown() => SipAction::Received,
        None if !dst.is_unknown() => SipAction::Sent,
        None if detail.is_some() => SipAction::Other(""),
        None => return broken(body, "Action="),
    };
    let detail = detail.unwrap_or("");
    if let Some(at) = index::bad_code(detail) {
        return broken_at(body, at, "a status code of three digits");
    }
    Event::Sip(SipMessage {
        head,
        action,
        local,
        peer: if src.is_unknown() { dst } else { src },
        msg_hash,
        dump: if detail.is_empty() { dump(body, continuation) } else { None },
        detail,
    })
}

fn dump<'b>(body: &'b str, continuation: &'b str) -> Option<Dump<'b>> {
    // A web page flattens the dump onto the head line.
    let flattened = || if body.contains("SIPMSG:") { Dump::find(body) } else { None };
    if continuation.is_empty() { flattened() } else { Dump::find(continuation).or_else(flattened) }
}

/// A SIP message on its way through the proxy, dumped by the leg that handles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SipLeg<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// The leg: an address in the memory of `tvcs`, the same in all lines of one leg.
    pub leg: &'b str,
    /// `Inbound` or `Outbound`, where the line says so.
    pub side: &'b str,
    /// The function that writes.
    pub function: &'b str,
    /// The message. It has no bars; an empty line ends it.
    pub dump: Dump<'b>,
}

/// Reads a line of `developer.sip.leg` if a SIP message begins at its end; `None` for its many other lines.
pub(super) fn leg<'b>(body: &'b str, continuation: &'b str) -> Option<Event<'b>> {
    let first = start_at_end(body)?;
    let line = Line::of(body, continuation);
    let complete = continuation.ends_with("\n\n") || continuation.ends_with("\n\r\n");
    Some(Event::SipLeg(SipLeg {
        head: line.head(),
        leg: line.text("this"),
        side: line.text("Type"),
        function: line.text("Method"),
        dump: Dump { first, rest: continuation, complete },
    }))
}

/// The start line at the end of a head line: `… INVITE sip:user@example.com SIP/2.0` or `… SIP/2.0 200 OK`.
fn start_at_end(body: &str) -> Option<&str> {
    const VERSION: &str = "SIP/2.0";
    let body = body.trim_end();
    if let Some(before) = body.strip_suffix(VERSION) {
        let before = before.trim_end();
        let target = before.rfind(' ')?;
        let method = before[..target].trim_end();
        let start = method.rfind([' ', '"', ':']).map_or(0, |at| at + 1);
        return Some(&body[start..]);
    }
    let at = memchr::memmem::rfind(body.as_bytes(), b"SIP/2.0 ")?;
    matches!(StartLine::read(&body[at..]), StartLine::Status { .. }).then_some(&body[at..])
}

#[cfg(test)]
mod tests {
    use super::start_at_end;

    #[test]
    fn a_start_line_behind_other_words() {
        let cases = [
            (
                r#"this="0x1" mBranchId=1 INVITE sip:a@example.com SIP/2.0"#,
                Some("INVITE sip:a@example.com SIP/2.0"),
            ),
            (r#"Thread="0x1":  this="0x1" SIP/2.0 200 OK"#, Some("SIP/2.0 200 OK")),
            (r#"this="0x1" speaks SIP/2.0 today"#, None),
            (r#"this="0x1" isCall="true""#, None),
            ("SIP/2.0", None),
        ];
        for (body, start) in cases {
            assert_eq!(start_at_end(body), start, "{body}");
        }
    }
}
