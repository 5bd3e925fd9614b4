//! Cuts bytes into records. Knows line ends and what a record's first line looks like; knows no grammar.
//!
//! A record is a head line (it begins with a time stamp) and every line up to the next head: the dumps
//! (`HTTPMSG:`, `SIPMSG:`), tracebacks and PEM bodies that belong to it. A line that is no head and follows none
//! (the start of a cut file, prose around an excerpt, or a file that is no log) is a frame of its own. Frames put
//! end to end are the input, byte for byte.
//!
//! Pasted text breaks both rules: a record may be wrapped over many lines, and a line may hold many records. There
//! is no mode for it that a log could fall into by accident. Each record is judged by itself: only one that breaks
//! off in the middle is joined with the lines that complete it ([`Frame::text`] is then the joined text), and only
//! a whole second head inside a line cuts it.

mod cutter;
mod form;
mod framer;
mod head;
mod paste;
mod source;
mod split;
mod stamp;
mod stretch;

pub use form::{Foreign, Form, Forms};
pub use framer::{Framer, Slices};
pub use source::Frames;
pub(crate) use stretch::{Stretch, Stretches};

/// One logical record, lent by the reader: its head line and the lines that continue it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'b> {
    /// The record's bytes as they stand in the input, line ends included.
    pub raw: &'b [u8],
    /// The same as text. Bytes that are not UTF-8 are shown as U+FFFD, and a record that was wrapped over several
    /// lines is joined again.
    pub text: &'b str,
    /// Number of the first line in its member, counted from 1.
    pub line: u64,
    /// Position of the first byte in its member, counted from 0.
    pub offset: u64,
    /// Whether this is a whole record or part of one that is longer than [`Framer::MAX_FRAME`].
    pub piece: Piece,
    /// In which form it arrived, as far as its first line tells.
    pub form: Form,
}

/// How much of a record a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece {
    /// The whole record.
    Whole,
    /// The beginning of a record that is too long to be lent at once.
    First,
    /// A later part of such a record.
    Rest,
    /// A line with no head before it.
    Headless,
}

impl<'b> Frame<'b> {
    /// The head line, without its line end.
    pub fn head(&self) -> &'b str {
        self.split().0
    }

    /// The lines after the head, as they stand. Empty for a record of one line.
    pub fn continuation(&self) -> &'b str {
        self.split().1
    }

    /// The head line and the lines after it.
    #[inline]
    pub(crate) fn split(&self) -> (&'b str, &'b str) {
        let (head, rest) = match memchr::memchr(b'\n', self.text.as_bytes()) {
            Some(at) => (&self.text[..at], &self.text[at + 1..]),
            None => (self.text, ""),
        };
        (head.strip_suffix('\r').unwrap_or(head), rest)
    }
}

#[cfg(test)]
mod tests;
