//! A record: frame, envelope and event together; and the reader that lends them.

use crate::body;
use crate::envelope::{Envelope, envelope};
use crate::event::Event;
use crate::frame::{Frame, Frames, Piece};
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

/// Types one frame. Every frame gives a record; of an over-long record the first part is typed, the rest is opaque.
pub fn parse_record(frame: Frame<'_>) -> Record<'_> {
    if matches!(frame.piece, Piece::Rest | Piece::Headless) {
        return Record { frame, envelope: Envelope::default(), event: Event::Opaque(frame.text) };
    }
    let (envelope, body) = envelope(frame.head());
    let event = body::event(&envelope, body, frame.continuation());
    Record { frame, envelope, event }
}

/// Reads a log to its end and lends its records.
#[derive(Debug)]
pub struct Reader<R> {
    frames: Frames<R>,
}

impl<R: Read> Reader<R> {
    /// Records of `source`, which needs no buffering around it.
    pub fn new(source: R) -> Self {
        Self { frames: Frames::new(source) }
    }

    /// Lends the next record; `None` at the end.
    ///
    /// # Errors
    /// Only those of the source.
    pub fn next_record(&mut self) -> io::Result<Option<Record<'_>>> {
        Ok(self.frames.next_frame()?.map(parse_record))
    }
}
