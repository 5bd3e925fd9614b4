//! Where the frames of a stretch of bytes end, and what the framer knows about the bytes before it.

use super::framer::Framer;
use super::head::{Head, LOOK, awaits_dump, head};
use super::paste::{self, Wrap};
use super::split::Splitter;
use super::{Form, Frame, Piece};

/// Cuts frames off the front of bytes that are held elsewhere.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// How far the search for the end of the record has come; counted from the first byte not yet lent.
    search: Search,
    /// Text of the frame on loan, when it is not what stands in the bytes.
    scratch: String,
    line: u64,
    offset: u64,
    /// The last frame ended without a line end.
    cut_line: bool,
    at_end: bool,
    in_long_record: bool,
    /// Records left for which the text is taken for an excerpt, because one before them was.
    excerpt: u32,
    splitter: Splitter,
}

/// State of the search for the end of the record at hand.
#[derive(Debug, Default, Clone, Copy)]
struct Search {
    /// Lines that end before `byte`.
    lines: u64,
    /// How far it has come; no record ends before this.
    byte: usize,
    /// Where the record ends, when that was found while a part of it was lent.
    end: Option<usize>,
    /// The form of the record at hand, when the search for the end of the one before it came upon its head.
    begins: Option<Form>,
}

/// A frame that can be lent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) length: usize,
    piece: Piece,
    form: Form,
    /// Line ends in it, where the search knows that already.
    lines: Option<u64>,
    /// Whether its text is in the scratch.
    joined: bool,
    /// What the search knows about the bytes after it.
    then: Search,
}

/// A frame without its bytes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) length: usize,
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) piece: Piece,
    pub(super) form: Form,
    /// Its text, when that is not what stands in the bytes.
    pub(super) text: Option<Box<str>>,
}

/// Why the framer is asked for the next frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// More input follows at once.
    More,
    /// The input pauses.
    Pause,
}

/// How many records after a pasted one are still read as part of an excerpt.
const EXCERPT: u32 = 32;

impl Cutter {
    /// Says that no byte follows.
    pub(super) fn finish(&mut self) {
        self.at_end = true;
    }

    /// Lines lent so far.
    pub(super) fn lines(&self) -> u64 {
        self.line + u64::from(self.cut_line)
    }

    /// Passes over what [`Cutter::cut`] found; `raw` are its bytes. Gives the number of its first line, and its offset.
    #[inline]
    fn pass(&mut self, raw: &[u8], cut: &Cut) -> (u64, u64) {
        let (line, offset) = (self.line + 1, self.offset);
        self.line += cut.lines.unwrap_or_else(|| memchr::memchr_iter(b'\n', raw).count() as u64);
        self.cut_line = raw.last() != Some(&b'\n');
        self.offset += cut.length as u64;
        self.search = cut.then;
        (line, offset)
    }

    /// Lends what [`Cutter::cut`] found; `raw` are its bytes.
    #[inline]
    pub(super) fn lend<'b>(&'b mut self, raw: &'b [u8], cut: Cut) -> Frame<'b> {
        let (line, offset) = self.pass(raw, &cut);
        let text = match std::str::from_utf8(raw) {
            _ if cut.joined => &self.scratch,
            Ok(text) => text,
            Err(_) => {
                self.scratch.clear();
                self.scratch.push_str(&String::from_utf8_lossy(raw));
                &self.scratch
            }
        };
        Frame { raw, text, line, offset, piece: cut.piece, form: cut.form }
    }

    /// Lends what [`Cutter::cut`] found as a place, for bytes that move before they are lent.
    #[inline]
    pub(super) fn place(&mut self, raw: &[u8], cut: Cut) -> Place {
        let (line, offset) = self.pass(raw, &cut);
        let text = cut.joined.then(|| std::mem::take(&mut self.scratch).into_boxed_str());
        Place { length: cut.length, line, offset, piece: cut.piece, form: cut.form, text }
    }

    /// Finds where the next frame ends.
    #[inline]
    pub(super) fn cut(&mut self, rest: &[u8], ask: Ask) -> Option<Cut> {
        if rest.is_empty() {
            return None;
        }
        let form = match self.search.begins.map_or_else(|| head(rest), Head::Begins) {
            Head::Begins(form) => Some(form),
            Head::Unknown if !self.at_end => return None,
            Head::Continues | Head::Unknown => None,
        };
        let piece = match (form.is_some(), self.in_long_record) {
            (true, _) => Piece::Whole,
            (false, true) => Piece::Rest,
            (false, false) => Piece::Headless,
        };
        let mut search = self.search;
        let found = match piece {
            Piece::Headless => search.line_end(rest, self.at_end).map(|end| (end, None)),
            _ => search.record_end(rest, self.at_end),
        };
        let (length, whole, begins) = match found {
            Some((length, begins)) if length <= Framer::MAX_FRAME => (length, true, begins),
            // A line end at the ceiling itself still needs the look ahead, or portions would change the frames.
            None if rest.len() < Framer::MAX_FRAME + LOOK => {
                self.search = search;
                let complete = ask == Ask::Pause && rest.ends_with(b"\n") && !awaits_dump(rest);
                if !complete {
                    return None;
                }
                (rest.len(), true, None)
            }
            _ => (Framer::MAX_FRAME, false, None),
        };
        let last = u64::from(search.byte < length && rest[length - 1] == b'\n');
        let lines = (whole && search.end.is_none()).then_some(search.lines + last);
        // What is left of a line that was cut is as pasted as its first part.
        let shared = |form| if self.search.end.is_some() { pasted_form(form) } else { form };
        let cut = Cut {
            length,
            piece,
            form: form.map_or(Form::Loose, shared),
            lines,
            joined: false,
            then: Search { begins, ..Search::default() },
        };
        if piece == Piece::Whole
            && let Some(cut) = self.pasted(&rest[..length], cut, whole, search, ask)
        {
            self.in_long_record = false;
            return Some(cut);
        }
        self.in_long_record = !whole;
        let piece = if whole || piece == Piece::Rest { piece } else { Piece::First };
        Some(Cut { piece, ..cut })
    }

    /// Finds an earlier end in a record that was pasted: the next record on the same line, or the end of what was
    /// wrapped. `cut` is the record as an ordinary log would have it, `whole` whether that is all of it.
    fn pasted(&mut self, record: &[u8], cut: Cut, whole: bool, search: Search, ask: Ask) -> Option<Cut> {
        let was_excerpt = self.excerpt > 0;
        self.excerpt = if cut.form == Form::Pasted { EXCERPT } else { self.excerpt.saturating_sub(1) };
        let one_line = cut.lines == Some(0) || (cut.lines == Some(1) && record.ends_with(b"\n"));
        // The search knows where no line ends; a line of many records is not walked again for each of them.
        let known = if search.lines == 0 { search.byte.min(record.len()) } else { 0 };
        let head_end = if one_line {
            record.len()
        } else {
            memchr::memchr(b'\n', &record[known..]).map_or(record.len(), |at| known + at + 1)
        };
        if let Some(at) = self.splitter.next_head(&record[..head_end]) {
            self.excerpt = EXCERPT;
            let then = Search {
                lines: search.lines,
                byte: search.byte.saturating_sub(at),
                end: whole.then_some(cut.length - at),
                begins: None,
            };
            return Some(Cut { length: at, form: pasted_form(cut.form), lines: Some(0), then, ..cut });
        }
        if head_end == record.len() || ask == Ask::Pause {
            return None;
        }
        let Wrap { length, joined } = paste::read(record, head_end, was_excerpt, &mut self.scratch)?;
        if joined {
            self.excerpt = EXCERPT;
        }
        let form = if joined { pasted_form(cut.form) } else { cut.form };
        Some(Cut { length, form, joined, lines: None, then: Search::default(), ..cut })
    }
}

/// Only the box's own form turns into a pasted one: that it came by syslog is worth more.
fn pasted_form(form: Form) -> Form {
    if form == Form::Plain { Form::Pasted } else { form }
}

impl Search {
    /// Finds the end of the line at hand.
    fn line_end(&mut self, rest: &[u8], at_end: bool) -> Option<usize> {
        match memchr::memchr(b'\n', &rest[self.byte..]) {
            Some(at) => Some(self.byte + at + 1),
            None if at_end => Some(rest.len()),
            None => {
                self.byte = rest.len();
                None
            }
        }
    }

    /// Finds where the next head begins, and of which form; gives up a little behind [`Framer::MAX_FRAME`].
    fn record_end(&mut self, rest: &[u8], at_end: bool) -> Option<(usize, Option<Form>)> {
        if let Some(end) = self.end {
            return Some((end, None));
        }
        let from = self.byte;
        for at in memchr::memchr_iter(b'\n', &rest[from..]) {
            let next = from + at + 1;
            match head(&rest[next..]) {
                Head::Begins(form) => {
                    self.byte = next - 1;
                    return Some((next, Some(form)));
                }
                Head::Unknown if !at_end => {
                    self.byte = next - 1;
                    return None;
                }
                Head::Continues | Head::Unknown => (self.lines, self.byte) = (self.lines + 1, next),
            }
            if next > Framer::MAX_FRAME + LOOK {
                return None;
            }
        }
        self.byte = rest.len();
        at_end.then_some((rest.len(), None))
    }
}
