//! `Module="network.http.trafficserver"`: the steps of a proxied HTTP transaction.
//!
//! With diagnostic logging on, each step is written twice: at INFO with the start line in `Msg`, and at DEBUG with
//! the whole message in a dump (log grammar, a4).

pub use super::address::Peer;
use super::line::{Head, Line, broken, broken_at};
use super::message::{Dump, StartLine};
use crate::event::Event;
use crate::keyval::{Pairs, Values};
use chrono::NaiveDateTime;

/// One step of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpStep<'b> {
    /// The writer's clock.
    pub utc: Option<NaiveDateTime>,
    /// Level of the line, such as `INFO`; each step may be written once at INFO and once at DEBUG.
    pub level: &'b str,
    /// Which step.
    pub step: Step<'b>,
    /// Counter of one `traffic_server` process. Starts again with the process: unique with host and pid only.
    pub txn_id: u64,
    /// Joins a request across boxes. Empty in responses.
    pub tracking_id: &'b str,
    /// The other end of this step's connection: who sent it, or whom it is sent to.
    pub peer: Peer<'b>,
    /// Address of the proxy before this one, where the log has it.
    pub last_via: &'b str,
    /// First line of the message, from `Msg` or from the dump.
    pub start: Option<StartLine<'b>>,
    /// The whole message, at DEBUG level.
    pub dump: Option<Dump<'b>>,
}

impl HttpStep<'_> {
    /// Whether this is the DEBUG line of the step, which has the dump.
    pub fn is_debug(&self) -> bool {
        self.level.eq_ignore_ascii_case("debug")
    }
}

/// The step of a transaction, from the proxy's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step<'b> {
    /// The client's request came in.
    ReceiveRequest,
    /// A request goes to the origin server; repeated for every retry.
    SendingRequest,
    /// The origin server answered.
    ReceiveResponse,
    /// The answer goes to the client; ends the transaction.
    SendingResponse,
    /// Another `Detail`.
    Other(&'b str),
}

impl<'b> Step<'b> {
    fn of(detail: &'b str) -> Self {
        match detail {
            "Receive Request" => Self::ReceiveRequest,
            "Sending Request" => Self::SendingRequest,
            "Receive Response" => Self::ReceiveResponse,
            "Sending Response" => Self::SendingResponse,
            other => Self::Other(other),
        }
    }

    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ReceiveRequest => "http.receive_request",
            Self::SendingRequest => "http.sending_request",
            Self::ReceiveResponse => "http.receive_response",
            Self::SendingResponse => "http.sending_response",
            Self::Other(_) => "http.other",
        }
    }
}

/// The pairs of a step.
#[derive(Debug, PartialEq)]
pub(super) struct StepPairs<'b> {
    utc: Option<NaiveDateTime>,
    level: &'b str,
    detail: Option<&'b str>,
    txn_id: Option<&'b str>,
    tracking_id: &'b str,
    src: Peer<'b>,
    dst: Peer<'b>,
    last_via: &'b str,
    message: Option<&'b str>,
}

impl<'b> Values<'b> for StepPairs<'b> {
    #[inline]
    fn read(pairs: &mut impl Pairs<'b>) -> Self {
        let utc = pairs.utc();
        pairs.pass(r#"Module="network.http.trafficserver""#);
        Self {
            utc,
            level: pairs.next("Level").unwrap_or(""),
            detail: pairs.next("Detail"),
            txn_id: pairs.next("Txn-id"),
            tracking_id: pairs.next("TrackingID").unwrap_or(""),
            src: Peer::of(pairs.next("Src-ip"), pairs.next("Src-port")),
            dst: Peer::of(pairs.next("Dst-ip"), pairs.next("Dst-port")),
            last_via: pairs.next("Last-via-addr").unwrap_or(""),
            message: pairs.next("Msg"),
        }
    }
}

/// Reads a step. Without `Detail` or a decimal `Txn-id` it is broken: nothing could be joined to it.
pub(super) fn step<'b>(body: &'b str, continuation: &'b str) -> Event<'b> {
    let pairs = StepPairs::of(body);
    let Some(detail) = pairs.detail else { return broken(body, "Detail=") };
    let Some(txn_id) = pairs.txn_id else { return broken(body, "a decimal Txn-id") };
    let Ok(number) = txn_id.parse() else { return broken_at(body, txn_id, "a decimal Txn-id") };
    let message = pairs.message;
    let dump = Dump::find(continuation).or_else(|| if message.is_none() { Dump::find(body) } else { None });
    let start = message.map(StartLine::read).or_else(|| dump.as_ref().map(Dump::start));
    Event::Http(HttpStep {
        utc: pairs.utc,
        level: pairs.level,
        step: Step::of(detail),
        txn_id: number,
        tracking_id: pairs.tracking_id,
        peer: if pairs.src.is_unknown() { pairs.dst } else { pairs.src },
        last_via: pairs.last_via,
        start,
        dump,
    })
}

/// `Event="Sending HTTP error response"`: the proxy refuses by itself. Carries no Txn-id; joins by the requester's
/// address and port to the response just before it (log grammar of HTTP, a4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpErrorResponse<'b> {
    /// Clock.
    pub head: Head<'b>,
    /// Status code.
    pub status: u16,
    /// Reason phrase.
    pub reason: &'b str,
    /// Who gets the answer.
    pub dst: Peer<'b>,
}

/// Reads the event. Without a status it says nothing.
pub(super) fn error_response<'b>(line: &Line<'b>) -> Event<'b> {
    let status = match line.fields.get("Status").map(|text| (text, text.parse())) {
        Some((_, Ok(status))) => status,
        Some((text, Err(_))) => return line.broken_at(text, "an HTTP status"),
        None => return line.broken("Status="),
    };
    let (_, dst) = line.ends();
    Event::HttpError(HttpErrorResponse { head: line.head(), status, reason: line.text("Reason"), dst })
}

/// What stands before the user in a path of UDS.
const USER: &str = "/cucm-uds/user/";

/// The user that a path of Unified CM names: `/cucm-uds/user/NAME/…`, or the file of his soft phone.
pub fn user_in(url: &str) -> Option<&str> {
    if let Some(at) = memchr::memmem::find(url.as_bytes(), USER.as_bytes()) {
        let rest = &url[at + USER.len()..];
        let user = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        return (!user.is_empty()).then_some(user);
    }
    let file = url.rsplit('/').next()?.strip_suffix(".cnf.xml")?;
    let devices = ["CSF", "BOT", "TAB", "TCT"];
    let user = devices.iter().find_map(|device| file.strip_prefix(device))?;
    (!user.is_empty()).then_some(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_in_paths() {
        let cases = [
            ("https://cucm.example:8443/cucm-uds/user/alice/devices", Some("alice")),
            ("https://cucm.example:8443/cucm-uds/user/bob?max=100", Some("bob")),
            ("https://cucm.example:6972/CSFcarol.cnf.xml", Some("carol")),
            ("https://cucm.example:6972/CSF.cnf.xml", None),
            ("https://cucm.example:8443/cucm-uds/servers", None),
            ("", None),
        ];
        for (url, user) in cases {
            assert_eq!(user_in(url), user, "{url}");
        }
    }
}
