//! Which records to show.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use std::str::FromStr;
use waytrace_logparse::body::http::user_in;
use waytrace_logparse::keyval::{Item, items};
use waytrace_logparse::{Event, Record, envelope::envelope};

/// What a record must have to be shown. What is not asked for does not matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Kinds, or their first parts: `http`, `http.sending_request`. Empty means every kind.
    pub kinds: Vec<String>,
    /// Names of processes. Empty means every process.
    pub processes: Vec<String>,
    /// Not before this.
    pub since: Option<When>,
    /// Not after this.
    pub until: Option<When>,
    /// Text that must stand in the record; letters compare without case.
    pub grep: Option<String>,
    /// A user that the record names.
    pub user: Option<String>,
    /// A Txn-id of the proxy.
    pub txn: Option<u64>,
    /// A TrackingID.
    pub tracking_id: Option<String>,
    /// A SIP Call-ID.
    pub call_id: Option<String>,
    /// Only what was not understood.
    pub opaque: bool,
}

/// A moment as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// With its offset from UTC.
    Instant(DateTime<FixedOffset>),
    /// As the box's own clock shows it.
    Local(NaiveDateTime),
    /// A time of any day, as the box's own clock shows it.
    Clock(NaiveTime),
}

/// A text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no time; write 18:55:26, 2022-07-11T18:55:26 (the box's clock) or 2022-07-11T18:55:26+02:00"
)]
pub struct WhenError(String);

impl FromStr for When {
    type Err = WhenError;

    fn from_str(text: &str) -> Result<Self, WhenError> {
        let text = text.trim();
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Instant(instant));
        }
        let locals = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
        if let Some(local) = locals.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
            return Ok(Self::Local(local));
        }
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Local(day.and_time(NaiveTime::MIN)));
        }
        let clocks = ["%H:%M:%S%.f", "%H:%M"];
        let clock = clocks.iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok());
        clock.map(Self::Clock).ok_or_else(|| WhenError(text.to_owned()))
    }
}

impl When {
    /// Whether a stamp is this moment or later.
    pub(crate) fn is_reached(self, stamp: DateTime<FixedOffset>) -> bool {
        match self {
            Self::Instant(instant) => stamp >= instant,
            Self::Local(local) => stamp.naive_local() >= local,
            Self::Clock(clock) => stamp.time() >= clock,
        }
    }

    /// Whether a stamp is later than this moment.
    pub(crate) fn is_passed(self, stamp: DateTime<FixedOffset>) -> bool {
        match self {
            Self::Instant(instant) => stamp > instant,
            Self::Local(local) => stamp.naive_local() > local,
            Self::Clock(clock) => stamp.time() > clock,
        }
    }
}

impl Filter {
    /// Whether a record passes. Cheap questions come first.
    pub fn passes(&self, record: &Record<'_>) -> bool {
        let kind = record.event.kind();
        let source = kind.split('.').next().unwrap_or(kind);
        let opaque = matches!(record.event, Event::Opaque(_) | Event::Broken { .. });
        (!self.opaque || opaque)
            && (self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind || wanted == source))
            && (self.processes.is_empty()
                || self.processes.iter().any(|wanted| wanted == record.envelope.process))
            && self.is_in_time(record)
            && self.txn.is_none_or(|txn| matches!(&record.event, Event::Http(step) if step.txn_id == txn))
            && self.grep.as_ref().is_none_or(|text| holds(record.frame.text, text))
            && self.user.as_ref().is_none_or(|user| names_user(record, user))
            && self.tracking_id.as_ref().is_none_or(|id| has_field(record, &["TrackingID", "TrackingId"], id))
            && self.call_id.as_ref().is_none_or(|id| is_of_call(record, id))
    }

    fn is_in_time(&self, record: &Record<'_>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        record.envelope.stamp.is_some_and(|stamp| {
            self.since.is_none_or(|since| since.is_reached(stamp.time))
                && self.until.is_none_or(|until| !until.is_passed(stamp.time))
        })
    }
}

fn holds(text: &str, part: &str) -> bool {
    text.contains(part) || text.to_lowercase().contains(&part.to_lowercase())
}

fn names_user(record: &Record<'_>, user: &str) -> bool {
    if !holds(record.frame.text, user) {
        return false;
    }
    pairs(record).any(|(key, value)| {
        let is_name =
            matches!(key, "Username" | "User" | "UserId" | "User-id") && value.eq_ignore_ascii_case(user);
        is_name || value.split_whitespace().filter_map(user_in).any(|known| known.eq_ignore_ascii_case(user))
    }) || record.frame.continuation().split_whitespace().filter_map(user_in).any(|known| known == user)
}

fn has_field(record: &Record<'_>, keys: &[&str], wanted: &str) -> bool {
    record.frame.text.contains(wanted)
        && pairs(record).any(|(key, value)| keys.contains(&key) && value == wanted)
}

fn is_of_call(record: &Record<'_>, id: &str) -> bool {
    if !record.frame.text.contains(id) {
        return false;
    }
    match &record.event {
        Event::Sip(message) => message.call_id() == Some(id),
        _ => true,
    }
}

fn pairs<'b>(record: &Record<'b>) -> impl Iterator<Item = (&'b str, &'b str)> {
    items(envelope(record.frame.head()).1).filter_map(|item| match item {
        Item::Pair(key, value) => Some((key, value.trim())),
        Item::Text(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_people_write_them() {
        for text in [
            "18:55",
            "18:55:26",
            "18:55:26.016",
            "2022-07-11",
            "2022-07-11 18:55",
            "2022-07-11T18:55:26.016+02:00",
            "2022-07-11T16:55:26Z",
        ] {
            assert!(text.parse::<When>().is_ok(), "{text}");
        }
        assert!("yesterday".parse::<When>().is_err_and(|error| error.to_string().contains("18:55:26")));
    }
}
