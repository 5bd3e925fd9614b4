//! `Module="network.http.trafficserver"`: the steps of a proxied HTTP transaction.
//!
//! With diagnostic logging on, each step is written twice: at INFO with the start line in `Msg`, and at DEBUG with
//! the whole message in a dump (log grammar, a4).

use super::message::{Dump, StartLine};
use crate::event::{Defect, Event};
use crate::keyval::Fields;
use crate::time::utc_time;
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

/// Address and port of the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peer<'b> {
    /// IP address as written.
    pub ip: &'b str,
    /// Port, where given.
    pub port: Option<u16>,
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

/// Reads a step. Without `Detail` or a decimal `Txn-id` it is broken: nothing could be joined to it.
pub(super) fn step<'b>(body: &'b str, fields: &Fields<'b>, continuation: &'b str) -> Event<'b> {
    let broken = |expected| Event::Broken { text: body, defect: Defect { offset: body.len(), expected } };
    let Some(detail) = fields.get("Detail") else { return broken("Detail=") };
    let Some(txn_id) = fields.number("Txn-id") else { return broken("a decimal Txn-id") };
    let peer = Peer {
        ip: fields.get("Src-ip").or_else(|| fields.get("Dst-ip")).unwrap_or(""),
        port: fields.number("Src-port").or_else(|| fields.number("Dst-port")),
    };
    let dump = Dump::find(continuation)
        .or_else(|| if fields.get("Msg").is_none() { Dump::find(body) } else { None });
    let start = fields.get("Msg").map(StartLine::read).or_else(|| dump.as_ref().map(Dump::start));
    Event::Http(HttpStep {
        utc: fields.get("UTCTime").and_then(utc_time),
        level: fields.text("Level"),
        step: Step::of(detail),
        txn_id,
        tracking_id: fields.text("TrackingID"),
        peer,
        last_via: fields.text("Last-via-addr"),
        start,
        dump,
    })
}
