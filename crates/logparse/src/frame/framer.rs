//! The buffer that bytes are pushed into and frames are lent from.

use super::head::{STAMP, awaits_dump, begins_record};
use super::{Frame, Piece};

/// Takes bytes in any portions and lends frames. Where the portions are cut never changes the frames.
#[derive(Debug, Default)]
pub struct Framer {
    /// Storage; the bytes not yet lent are `start..end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes after `start` that were searched for the end of the record already, always at a line start.
    searched: usize,
    /// Text of the frame on loan, when its bytes were not UTF-8.
    scratch: String,
    line: u64,
    offset: u64,
    /// The last frame ended without a line end.
    cut_line: bool,
    at_end: bool,
    in_long_record: bool,
    /// The next frame's length and kind, once known.
    ready: Option<(usize, Piece)>,
}

/// Why the framer is asked for the next frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// More input follows at once.
    More,
    /// The input pauses.
    Pause,
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
        self.at_end = true;
    }

    /// Bytes held and not lent yet.
    pub fn pending(&self) -> usize {
        self.end - self.start
    }

    /// Lines lent so far.
    pub fn lines(&self) -> u64 {
        self.line + u64::from(self.cut_line)
    }

    /// Lends the next frame, or `None` when more input is needed to know where it ends.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        self.lend(Ask::More)
    }

    /// Like [`Framer::next_frame`] for an input that pauses (a log followed live): the last record is lent when
    /// its lines are complete and it announces no dump. Lines that belong to it and come later become
    /// [`Piece::Headless`] frames.
    pub fn next_frame_at_pause(&mut self) -> Option<Frame<'_>> {
        self.lend(Ask::Pause)
    }

    /// Whether [`Framer::next_frame`] would lend one.
    pub fn has_next(&mut self) -> bool {
        if self.ready.is_none() {
            self.ready = self.cut(Ask::More);
        }
        self.ready.is_some()
    }

    fn lend(&mut self, ask: Ask) -> Option<Frame<'_>> {
        let (length, piece) = self.ready.take().or_else(|| self.cut(ask))?;
        let (start, line, offset) = (self.start, self.line + 1, self.offset);
        let raw = &self.buffer[start..start + length];
        self.line += memchr::memchr_iter(b'\n', raw).count() as u64;
        self.cut_line = raw.last() != Some(&b'\n');
        self.offset += length as u64;
        self.start += length;
        self.searched = 0;
        let text = if let Ok(text) = std::str::from_utf8(raw) {
            text
        } else {
            self.scratch.clear();
            self.scratch.push_str(&String::from_utf8_lossy(raw));
            &self.scratch
        };
        Some(Frame { raw, text, line, offset, piece })
    }

    /// Finds where the next frame ends.
    fn cut(&mut self, ask: Ask) -> Option<(usize, Piece)> {
        let rest = &self.buffer[self.start..self.end];
        if rest.is_empty() {
            return None;
        }
        let has_head = match begins_record(rest) {
            Some(answer) => answer,
            None if self.at_end || rest.contains(&b'\n') => false,
            None => return None,
        };
        let piece = match (has_head, self.in_long_record) {
            (true, _) => Piece::Whole,
            (false, true) => Piece::Rest,
            (false, false) => Piece::Headless,
        };
        let found = match piece {
            Piece::Headless => self.line_end(rest),
            _ => self.record_end(rest),
        };
        let whole = match found {
            Found::At(length) if length <= Self::MAX_FRAME => length,
            // A line end at the ceiling itself still needs the look ahead, or portions would change the frames.
            Found::No(searched) if rest.len() < Self::MAX_FRAME + STAMP => {
                self.searched = searched;
                let complete = ask == Ask::Pause && rest.ends_with(b"\n") && !awaits_dump(rest);
                if !complete {
                    return None;
                }
                rest.len()
            }
            _ => {
                self.in_long_record = true;
                return Some((Self::MAX_FRAME, if piece == Piece::Rest { piece } else { Piece::First }));
            }
        };
        self.in_long_record = false;
        Some((whole, piece))
    }

    fn line_end(&self, rest: &[u8]) -> Found {
        match memchr::memchr(b'\n', &rest[self.searched..]) {
            Some(at) => Found::At(self.searched + at + 1),
            None if self.at_end => Found::At(rest.len()),
            None => Found::No(rest.len()),
        }
    }

    fn record_end(&self, rest: &[u8]) -> Found {
        let mut line = self.searched;
        while let Some(at) = memchr::memchr(b'\n', &rest[line..]) {
            let next = line + at + 1;
            match begins_record(&rest[next..]) {
                Some(true) => return Found::At(next),
                None if !self.at_end && !rest[next..].contains(&b'\n') => return Found::No(line),
                Some(false) | None => line = next,
            }
            if next > Self::MAX_FRAME + STAMP {
                break;
            }
        }
        if self.at_end { Found::At(rest.len()) } else { Found::No(line) }
    }
}

enum Found {
    /// The frame ends here.
    At(usize),
    /// Not within the bytes at hand; the search may go on from here.
    No(usize),
}
