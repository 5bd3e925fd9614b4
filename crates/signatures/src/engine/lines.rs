//! Keeping lines cheaply until it is known whether they matter.

use super::transaction::Moment;
use crate::finding::{Line, Member, Role};
use chrono::{DateTime, FixedOffset};
use waytrace_logparse::{Event, Record};

/// Where a record stands, and its head line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'b> {
    pub(crate) member: Member,
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) time: Option<DateTime<FixedOffset>>,
    /// When it was written: by the box's stamp, or, where that was cut off or has no year, by the writer's clock.
    pub(crate) moment: Option<Moment>,
    pub(crate) text: &'b str,
    /// First line of the message dumped after it.
    pub(crate) message: &'b str,
}

impl<'b> At<'b> {
    pub(crate) fn of(record: &Record<'b>, member: Member) -> Self {
        let (frame, time) = (&record.frame, record.envelope.stamp.map(|stamp| stamp.time));
        let message = match &record.event {
            Event::Http(step) => step.dump.map_or("", |dump| dump.first),
            _ => "",
        };
        let (text, message) = (excerpt(frame.head()), excerpt(message));
        let moment = match time {
            Some(time) => Some(time.timestamp_millis()),
            None => record.event.utc().map(|utc| utc.and_utc().timestamp_millis()),
        };
        Self { member, line: frame.line, offset: frame.offset, time, moment, text, message }
    }

    fn write(&self, out: &mut String) {
        out.push_str(self.text);
        if !self.message.is_empty() {
            out.push_str(" HTTPMSG: |");
            out.push_str(self.message);
        }
    }

    pub(crate) fn keep(&self, role: Role) -> Line {
        let Self { member, line, offset, time, .. } = *self;
        let mut text = String::new();
        self.write(&mut text);
        Line { member, line, offset, time, text, role }
    }
}

/// The first [`Line::MAX_TEXT`] bytes, cut between characters.
fn excerpt(text: &str) -> &str {
    let mut end = text.len().min(Line::MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

/// The lines of one transaction: their texts in one buffer, so that an ordinary request costs few allocations.
#[derive(Debug, Default)]
pub(crate) struct LineLog {
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    member: Member,
    line: u64,
    offset: u64,
    time: Option<DateTime<FixedOffset>>,
    start: usize,
    end: usize,
}

impl LineLog {
    /// Lines kept of one transaction.
    const MAX: usize = 48;

    pub(crate) fn push(&mut self, at: &At<'_>) {
        if self.entries.len() < Self::MAX {
            let start = self.text.len();
            at.write(&mut self.text);
            let At { member, line, offset, time, .. } = *at;
            self.entries.push(Entry { member, line, offset, time, start, end: self.text.len() });
        }
    }

    pub(crate) fn numbers(&self) -> Vec<(Member, u64)> {
        self.entries.iter().map(|entry| (entry.member, entry.line)).collect()
    }

    pub(crate) fn lines(&self, role: Role) -> impl Iterator<Item = Line> + '_ {
        self.entries.iter().map(move |entry| {
            let Entry { member, line, offset, time, start, end } = *entry;
            Line { member, line, offset, time, text: self.text[start..end].to_owned(), role }
        })
    }

    /// The last line kept.
    pub(crate) fn last(&self, role: Role) -> Option<Line> {
        let entry = self.entries.last()?;
        let Entry { member, line, offset, time, start, end } = *entry;
        Some(Line { member, line, offset, time, text: self.text[start..end].to_owned(), role })
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }
}
