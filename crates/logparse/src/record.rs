//! A record: frame, envelope and event together; and the reader that lends them.

use crate::body;
use crate::envelope::{Envelope, Sender, after, envelope};
use crate::event::Event;
use crate::frame::{Form, Forms, Frame, Frames, Piece};
use std::io::{self, Read};

/// One record of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'b> {
    /// Its bytes and where they stand.
    pub frame: Frame<'b>,
    /// Who wrote it, where and when.
    pub envelope: Envelope<'b>,
    /// What it says.
    pub event: Event<'b>,
}

impl Record<'_> {
    /// In which form it arrived. Knows more than [`Frame::form`]: a line that repeats itself inside came by remote
    /// syslog, whatever its first stamp looks like.
    pub fn form(&self) -> Form {
        match self.frame.form {
            Form::Plain | Form::Bsd if self.envelope.repeated => Form::RemoteSyslog3164,
            form => form,
        }
    }
}

/// Types one frame. Every frame gives a record; of an over-long record the first part is typed, the rest is opaque.
///
/// A line without a head is read all the same if it begins with a field: its head was lost, its fields were not.
#[inline]
pub fn parse_record(frame: Frame<'_>) -> Record<'_> {
    parse_after(frame, None)
}

/// The same for a frame that follows others; `before` is the sender of the last of them.
#[inline]
pub(crate) fn parse_after<'b>(frame: Frame<'b>, before: Option<&mut Sender<'b>>) -> Record<'b> {
    match frame.piece {
        Piece::Whole | Piece::First => {
            let (head, continuation) = frame.split();
            let (envelope, body) = after(head, before);
            let event = body::event(&envelope, body, continuation);
            Record { frame, envelope, event }
        }
        Piece::Headless if begins_with_field(frame.text) => {
            let envelope = Envelope::default();
            let event = body::event(&envelope, frame.head().trim_start(), frame.continuation());
            Record { frame, envelope, event }
        }
        Piece::Headless if frame.text.starts_with(|c: char| c.is_ascii_digit()) => {
            let (Envelope { foreign, .. }, body) = envelope(frame.head());
            Record {
                frame,
                envelope: Envelope { foreign, ..Envelope::default() },
                event: Event::Opaque(body),
            }
        }
        Piece::Headless | Piece::Rest => {
            Record { frame, envelope: Envelope::default(), event: Event::Opaque(frame.text) }
        }
    }
}

/// Whether a line begins with `Thread="…` or another field of a log.
fn begins_with_field(text: &str) -> bool {
    let text = text.trim_start();
    let key = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text[key..].starts_with("=\"")
}

/// Reads a log to its end and lends its records.
#[derive(Debug)]
pub struct Reader<R> {
    frames: Frames<R>,
    forms: Forms,
}

impl<R: Read> Reader<R> {
    /// Records of `source`, which needs no buffering around it.
    pub fn new(source: R) -> Self {
        Self { frames: Frames::new(source), forms: Forms::default() }
    }

    /// Lends the next record; `None` at the end.
    ///
    /// # Errors
    /// Only those of the source.
    #[inline]
    pub fn next_record(&mut self) -> io::Result<Option<Record<'_>>> {
        let Some(frame) = self.frames.next_frame()? else { return Ok(None) };
        let record = parse_record(frame);
        self.forms.add(&record);
        Ok(Some(record))
    }

    /// In which forms the records lent so far arrived, and how many are another product's.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }
}
