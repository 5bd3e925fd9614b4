//! Hybrid connectors: `Module="hybridservices.…"`, and the processes `_c_mgmt`, `_c_cal` and so on, which write plain
//! text and Python tracebacks, one line a record (more shapes, 8 and 9).

use super::line::{Head, Line};
use crate::event::Event;

/// A line of a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectorLine<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// The connector, such as `c_cal`.
    pub connector: &'b str,
    /// Joins a request across connector and cloud. Often empty.
    pub tracking_id: &'b str,
    /// What it says; may be several kilobytes of an object printed without separators.
    pub detail: &'b str,
    /// Whether it is text outside the log's own form: a traceback or the words of another library.
    pub is_text: bool,
}

impl ConnectorLine<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        if self.is_text { "connector.text" } else { "connector.line" }
    }
}

/// Reads a line of `hybridservices.*`.
pub(super) fn read<'b>(line: &Line<'b>, module: &'b str) -> Event<'b> {
    let tracking = line.fields.get("TrackingId").or_else(|| line.fields.get("TrackingID"));
    Event::Connector(ConnectorLine {
        head: line.head(),
        connector: module.strip_prefix("hybridservices.").unwrap_or(module),
        tracking_id: tracking.unwrap_or(""),
        detail: line.said(),
        is_text: false,
    })
}

/// Claims every line of a connector's own process; quotes in it are no fields, and it may be empty.
pub(super) fn text<'b>(process: &'b str, body: &'b str) -> Option<Event<'b>> {
    let connector = process.strip_prefix('_').filter(|name| name.starts_with("c_"))?;
    let detail = body.trim_end();
    Some(Event::Connector(ConnectorLine {
        head: Head::default(),
        connector,
        tracking_id: "",
        detail,
        is_text: true,
    }))
}

/// A line of a Python traceback, from whichever process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traceback<'b> {
    /// The line.
    pub text: &'b str,
}

/// Claims a line of a Python traceback: its head, a place in a file, or the error at its end.
pub(super) fn traceback(body: &str) -> Option<Event<'_>> {
    let text = body.trim();
    if text.starts_with("UTCTime=") {
        return None;
    }
    let is_place = text.starts_with("File \"") && text.contains("\", line ");
    let is_error = || {
        let name = text.split(':').next().unwrap_or("");
        (name.ends_with("Error") || name.ends_with("Exception")) && !name.contains(' ')
    };
    (text.starts_with("Traceback (most recent call last)") || is_place || is_error())
        .then_some(Event::Traceback(Traceback { text }))
}
