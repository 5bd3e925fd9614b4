//! Call and search events of `tvcs`.

use super::address::Peer;
use super::line::{Head, Line, loose};
use super::wanted::Source;
use crate::event::Event;

/// A step in the life of a call, or of the search for whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallEvent<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What happened.
    pub step: CallStep,
    /// Protocol, such as `SIP`.
    pub service: &'b str,
    /// Where the request came from.
    pub src: Peer<'b>,
    /// Where it goes.
    pub dst: Peer<'b>,
    /// Who calls.
    pub src_alias: &'b str,
    /// Who is called.
    pub dst_alias: &'b str,
    /// One call on one box. Walks across boxes by `proxy-call-id=` in the headers that the box adds.
    pub call_serial: &'b str,
    /// The same for all forks of a call and all boxes it passes; header `X-TAATag`.
    pub tag: &'b str,
    /// Response code of a refusal.
    pub code: Option<u16>,
    /// Why.
    pub reason: &'b str,
    /// More, such as `found:false, searchtype:INVITE`.
    pub detail: &'b str,
}

/// What happened to a call or a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of the events")]
pub enum CallStep {
    Attempted,
    AnswerAttempted,
    BandwidthChanged,
    Connected,
    Disconnected,
    DisconnectedByOperator,
    Diverted,
    InactivityTimer,
    Rejected,
    Rerouted,
    SearchAttempted,
    SearchCancelled,
    SearchCompleted,
    SearchLoop,
}

impl CallStep {
    /// Name of the event's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Attempted => "call.attempted",
            Self::AnswerAttempted => "call.answer_attempted",
            Self::BandwidthChanged => "call.bandwidth_changed",
            Self::Connected => "call.connected",
            Self::Disconnected => "call.disconnected",
            Self::DisconnectedByOperator => "call.disconnected_by_operator",
            Self::Diverted => "call.diverted",
            Self::InactivityTimer => "call.inactivity_timer",
            Self::Rejected => "call.rejected",
            Self::Rerouted => "call.rerouted",
            Self::SearchAttempted => "search.attempted",
            Self::SearchCancelled => "search.cancelled",
            Self::SearchCompleted => "search.completed",
            Self::SearchLoop => "search.loop",
        }
    }

    /// Which of the two sources the kind belongs to.
    pub(super) fn source(self) -> Source {
        match self {
            Self::SearchAttempted | Self::SearchCancelled | Self::SearchCompleted | Self::SearchLoop => {
                Source::Search
            }
            _ => Source::Call,
        }
    }
}

impl<'b> CallEvent<'b> {
    /// Whether a completed search found anything: `found:true` or `found:false` in the detail.
    pub fn found(&self) -> Option<bool> {
        self.listed("found").and_then(|found| found.parse().ok())
    }

    /// What was searched for, such as `INVITE`.
    pub fn search_type(&self) -> Option<&'b str> {
        self.listed("searchtype")
    }

    fn listed(&self, name: &str) -> Option<&'b str> {
        let pairs = self.detail.split(',').filter_map(|part| part.split_once(':'));
        let mut named = pairs.filter(|(key, _)| key.trim() == name);
        named.next().map(|(_, value)| value.trim())
    }
}

/// Reads the event.
pub(super) fn read<'b>(line: &Line<'b>, step: CallStep) -> Event<'b> {
    let (src, dst) = line.ends();
    Event::Call(CallEvent {
        head: line.head(),
        step,
        service: line.text("Service"),
        src,
        dst,
        src_alias: line.text("Src-alias"),
        dst_alias: line.text("Dst-alias"),
        call_serial: line.text("Call-serial-number"),
        tag: line.text("Tag"),
        code: line.fields.number("Response-code"),
        reason: line.text("Reason"),
        detail: line.text("Detail"),
    })
}

/// A registration, its refresh or its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistrationEvent<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What happened.
    pub step: RegistrationStep,
    /// Protocol: `SIP` or `H.323`.
    pub service: &'b str,
    /// Where the request came from.
    pub src: Peer<'b>,
    /// Who registers: the address of record, or the first alias.
    pub alias: &'b str,
    /// Where he can be reached.
    pub contact: &'b str,
    /// Seconds granted.
    pub duration: Option<u32>,
    /// Call-ID of the registrations of one client.
    pub call_id: &'b str,
    /// Why it was refused or removed.
    pub reason: &'b str,
    /// More.
    pub detail: &'b str,
}

/// What happened to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of the events")]
pub enum RegistrationStep {
    Requested,
    Accepted,
    Rejected,
    Removed,
    RefreshRequested,
    RefreshAccepted,
    RefreshRejected,
    UnregistrationRequested,
    UnregistrationAccepted,
    UnregistrationRejected,
}

impl RegistrationStep {
    /// Name of the event's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Requested => "registration.requested",
            Self::Accepted => "registration.accepted",
            Self::Rejected => "registration.rejected",
            Self::Removed => "registration.removed",
            Self::RefreshRequested => "registration.refresh_requested",
            Self::RefreshAccepted => "registration.refresh_accepted",
            Self::RefreshRejected => "registration.refresh_rejected",
            Self::UnregistrationRequested => "registration.unregister_requested",
            Self::UnregistrationAccepted => "registration.unregister_accepted",
            Self::UnregistrationRejected => "registration.unregister_rejected",
        }
    }
}

/// Reads the event.
pub(super) fn registration<'b>(line: &Line<'b>, step: RegistrationStep) -> Event<'b> {
    let fields = &line.fields;
    let duration = fields.get("Duration").or_else(|| loose(line.text("Detail"), "Duration"));
    Event::Registration(RegistrationEvent {
        head: line.head(),
        step,
        service: line.text("Service"),
        src: line.ends().0,
        alias: fields.get("AOR").or_else(|| fields.get("Src-alias")).unwrap_or(""),
        contact: line.text("Contact"),
        duration: duration.and_then(|seconds| seconds.parse().ok()),
        call_id: fields.get("Call-id").or_else(|| fields.get("Call-ID")).unwrap_or(""),
        reason: line.text("Reason"),
        detail: line.text("Detail"),
    })
}
