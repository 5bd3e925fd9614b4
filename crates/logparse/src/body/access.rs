//! `Event="Request Allowed"`: the proxy's decision about a request. Carries no Txn-id; joins by URL.

use crate::event::Event;
use crate::keyval::{Pairs, Values};
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

/// The pairs of a decision, and whether its name is the permission's.
impl<'b> Values<'b> for AccessDecision<'b> {
    #[inline]
    fn read(pairs: &mut impl Pairs<'b>) -> Self {
        let allowed = pairs.next("Event").unwrap_or("").eq_ignore_ascii_case("Request Allowed");
        let _ = pairs.next("Detail");
        let reason = pairs.next("Reason").unwrap_or("");
        let username = pairs.next("Username").unwrap_or("");
        let _ = pairs.next("Deployment");
        let method = pairs.next("Method").unwrap_or("");
        let url = pairs.next("Request").unwrap_or("");
        let rule = pairs.next("Rule").unwrap_or("");
        let _ = (pairs.next("Match"), pairs.next("Type"));
        let utc = pairs.utc();
        Self { utc, allowed, username, method, url, rule, reason }
    }
}

/// Reads a decision. The names of the refusals are inferred from the one of the permission.
pub(super) fn decision(body: &str) -> Event<'_> {
    Event::Access(AccessDecision::of(body))
}
