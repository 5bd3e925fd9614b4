//! `Event="Request Allowed"`: the proxy's decision about a request. Carries no Txn-id; joins by URL.

use super::line::Line;
use crate::event::Event;
use chrono::NaiveDateTime;

/// A decision of the HTTP allow list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessDecision<'b> {
    /// The writer's clock.
    pub utc: Option<NaiveDateTime>,
    /// Whether the request may pass. The wording of a refusal is inferred: no sample of one is known.
    pub allowed: bool,
    /// Who asked, as he signed in.
    pub username: &'b str,
    /// Method of the request.
    pub method: &'b str,
    /// The decoded URL: what the origin server is asked for.
    pub url: &'b str,
    /// The rule that decided, if one did.
    pub rule: &'b str,
    /// Why, such as `In allow list`.
    pub reason: &'b str,
}

impl AccessDecision<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        if self.allowed { "access.allowed" } else { "access.denied" }
    }
}

/// Reads a decision. The names of the refusals are inferred from the one of the permission.
pub(super) fn decision<'b>(line: &Line<'b>) -> Event<'b> {
    let fields = &line.fields;
    Event::Access(AccessDecision {
        utc: line.head().utc,
        allowed: fields.text("Event").eq_ignore_ascii_case("Request Allowed"),
        username: fields.text("Username"),
        method: fields.text("Method"),
        url: fields.text("Request"),
        rule: fields.text("Rule"),
        reason: fields.text("Reason"),
    })
}
