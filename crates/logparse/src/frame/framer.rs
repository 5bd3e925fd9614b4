//! The bytes that frames are lent from: a buffer they are pushed into, or memory that holds them all.

use super::Frame;
use super::cutter::{Ask, Cut, Cutter};
use super::head::LOOK;

/// Takes bytes in any portions and lends frames. Where the portions are cut never changes the frames.
#[derive(Debug, Default)]
pub struct Framer {
    /// Storage; the bytes not yet lent are `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    cutter: Cutter,
}

impl Framer {
    /// A record longer than this is lent in pieces. Dumps of a whole phone book stay under it; a file without
    /// line ends does not fill the memory.
    pub const MAX_FRAME: usize = 1 << 20;

    /// A framer at line 1, offset 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes of the input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.spare(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.filled(bytes.len());
    }

    /// Lends at least `want` bytes of storage to be filled by a reader; [`Framer::filled`] says how many were.
    pub fn spare(&mut self, want: usize) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.buffer.len() - self.end < want {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() - self.end < want {
            self.buffer.resize(self.end + want, 0);
        }
        &mut self.buffer[self.end..]
    }

    /// Says that the first `count` bytes of the lent storage now hold input.
    pub fn filled(&mut self, count: usize) {
        self.end = (self.end + count).min(self.buffer.len());
    }

    /// Says that no byte follows: what is held is lent as the last frames.
    pub fn finish(&mut self) {
        self.cutter.finish();
    }

    /// Bytes held and not lent yet.
    pub fn pending(&self) -> usize {
        self.end - self.start
    }

    /// Lines lent so far.
    pub fn lines(&self) -> u64 {
        self.cutter.lines()
    }

    /// Lends the next frame, or `None` when more input is needed to know where it ends.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        let cut = self.cut(Ask::More)?;
        Some(self.lend(cut))
    }

    /// Like [`Framer::next_frame`] for an input that pauses (a log followed live): the last record is lent when
    /// its lines are complete and it announces no dump. Lines that belong to it and come later become
    /// [`Piece::Headless`](super::Piece::Headless) frames.
    pub fn next_frame_at_pause(&mut self) -> Option<Frame<'_>> {
        let cut = self.cut(Ask::Pause)?;
        Some(self.lend(cut))
    }

    /// Finds where the next frame ends.
    #[inline]
    pub(super) fn cut(&mut self, ask: Ask) -> Option<Cut> {
        self.cutter.cut(&self.buffer[self.start..self.end], ask)
    }

    /// Lends what [`Framer::cut`] found.
    #[inline]
    pub(super) fn lend(&mut self, cut: Cut) -> Frame<'_> {
        let raw = &self.buffer[self.start..self.start + cut.length];
        self.start += cut.length;
        self.cutter.lend(raw, cut)
    }
}

/// Bytes that are always enough to tell where a frame ends.
const WINDOW: usize = Framer::MAX_FRAME + 2 * LOOK;

/// Lends the frames of a log that is in memory as a whole, where they lie. They are those of [`super::Frames`].
#[derive(Debug)]
pub struct Slices<'b> {
    rest: &'b [u8],
    cutter: Cutter,
}

impl<'b> Slices<'b> {
    /// Frames of `log`.
    pub fn new(log: &'b [u8]) -> Self {
        Self { rest: log, cutter: Cutter::default() }
    }

    /// Lends the next frame; `None` at the end.
    #[inline]
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        // No further than a record may reach, or a log without line ends would be searched again for each piece.
        let near = self.rest.get(..WINDOW).unwrap_or(self.rest);
        if near.len() == self.rest.len() {
            self.cutter.finish();
        }
        let cut = self.cutter.cut(near, Ask::More)?;
        let (raw, rest) = self.rest.split_at(cut.length);
        self.rest = rest;
        Some(self.cutter.lend(raw, cut))
    }
}
