//! `Module="network.axl"`: questions to Unified CM and IM and Presence over AXL (log grammar, c3, 42).

use super::line::{Head, Line};
use crate::event::Event;

/// A question or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AxlCall<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// `Send` or what the box calls the answer.
    pub action: &'b str,
    /// Where the server is asked.
    pub url: &'b str,
    /// What is called, such as `executeSQLQuery`.
    pub function: &'b str,
    /// HTTP status of the answer; absent in the question.
    pub status: Option<u16>,
    /// Why, in the box's words; `None` written out where there is nothing to say.
    pub reason: &'b str,
    /// More.
    pub detail: &'b str,
}

impl AxlCall<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self.status {
            Some(_) => "axl.answer",
            None if !self.function.is_empty() => "axl.question",
            None => "axl.other",
        }
    }
}

/// Reads a line of `network.axl`. A status that is no number is broken.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let status = match line.fields.get("Status").map(|text| (text, text.parse())) {
        Some((text, Err(_))) => return line.broken_at(text, "an HTTP status"),
        Some((_, Ok(status))) => Some(status),
        None => None,
    };
    Event::Axl(AxlCall {
        head: line.head(),
        action: line.text("Action"),
        url: line.fields.get("URL").or_else(|| line.fields.get("Url")).unwrap_or(""),
        function: line.text("Function"),
        status,
        reason: line.text("Reason"),
        detail: line.text("Detail"),
    })
}
