//! Alarms: `Event="Alarm Raised"` and its counterparts, and the lines of the alarm manager.

use super::line::{Head, Line};
use crate::event::Event;

/// An alarm that came, went or was seen by somebody.
///
/// Written by several processes (`alarm`, `management`, `supervisor`), so the event's name decides (log grammar, e).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What happened to it.
    pub state: AlarmState,
    /// Number of the alarm in the administrator's guide. The alarm manager's own lines have the UUID only.
    pub id: Option<u32>,
    /// Stands for the kind of alarm, not for this one: the same on every box.
    pub uuid: &'b str,
    /// Severity in the log's word, which may differ from the guide's.
    pub severity: &'b str,
    /// `Title: description`.
    pub detail: &'b str,
}

impl<'b> Alarm<'b> {
    /// The part of the detail before the first colon.
    pub fn title(&self) -> &'b str {
        self.detail.split_once(": ").map_or(self.detail, |(title, _)| title)
    }

    /// The part of the detail after the first colon.
    pub fn description(&self) -> &'b str {
        self.detail.split_once(": ").map_or("", |(_, description)| description)
    }
}

/// What happened to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlarmState {
    /// It came.
    Raised,
    /// It went.
    Lowered,
    /// An administrator has seen it.
    Acknowledged,
    /// The alarm manager speaks of it, shortly before the event.
    Managed,
}

impl AlarmState {
    /// Name of the event's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Raised => "alarm.raised",
            Self::Lowered => "alarm.lowered",
            Self::Acknowledged => "alarm.acknowledged",
            Self::Managed => "alarm.managed",
        }
    }
}

/// Reads an alarm. Without a number and a UUID nobody can tell which.
pub(super) fn read<'b>(line: &Line<'b>, state: AlarmState) -> Event<'b> {
    let fields = &line.fields;
    let id = match fields.get("Id") {
        Some(text) => match text.parse() {
            Ok(id) => Some(id),
            Err(_) => return line.broken_at(text, "the number of an alarm"),
        },
        None => None,
    };
    let uuid = fields.text("UUID");
    if id.is_none() && uuid.is_empty() && state != AlarmState::Managed {
        return line.broken("Id= or UUID=");
    }
    Event::Alarm(Alarm {
        head: line.head(),
        state,
        id,
        uuid,
        severity: fields.text("Severity"),
        detail: line.said(),
    })
}
