//! Events that have a name and a few common fields: sessions of administrators, the life of the system, backups,
//! relays and the like; and every event whose name is not known.

use super::address::Peer;
use super::line::{Head, Line};
use crate::event::Event;

/// An event with its name and the documented fields that most of them use (log grammar, a6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedEvent<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// Name of the event's kind; `event.other` for a name that is not known.
    pub kind: &'static str,
    /// The event's name as the box writes it.
    pub name: &'b str,
    /// Who did it.
    pub user: &'b str,
    /// Where it came from.
    pub src: Peer<'b>,
    /// Where it went.
    pub dst: Peer<'b>,
    /// Protocol or service, such as `SIP` or `NeighbourGatekeeper`.
    pub service: &'b str,
    /// SIP method.
    pub method: &'b str,
    /// Why.
    pub reason: &'b str,
    /// More.
    pub detail: &'b str,
}

/// Reads the event.
pub(super) fn read<'b>(line: &Line<'b>, kind: &'static str) -> Event<'b> {
    let (src, dst) = line.ends();
    let ip = if src.ip.is_empty() { line.text("ipaddr") } else { src.ip };
    Event::Named(NamedEvent {
        head: line.head(),
        kind,
        name: line.text("Event"),
        user: line.fields.get("User").or_else(|| line.fields.get("Username")).unwrap_or(""),
        src: Peer { ip, ..src },
        dst,
        service: line.text("Service"),
        method: line.text("Method"),
        reason: line.text("Reason"),
        detail: line.text("Detail"),
    })
}
