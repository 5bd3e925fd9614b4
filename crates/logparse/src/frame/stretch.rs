//! Frames of a stretch of bytes that is owned, so that it can go to another thread.

use super::cutter::{Ask, Cutter, Place};
use super::{Frame, Framer};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// How much is asked of the source for one stretch: what stays near the processor while its records are read.
const STRETCH: usize = 256 * 1024;

/// Bytes and the frames in them.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    content: Content,
    places: Vec<Place>,
}

/// Bytes are looked at once to see whether they are text: it is cheaper for many records than for each.
#[derive(Debug)]
enum Content {
    Text(String),
    /// Not all of them are text. Places whose bytes are not have a text of their own.
    Bytes(Vec<u8>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl Content {
    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The bytes of a place, and its text as far as it has none of its own.
    fn get(&self, range: Range<usize>) -> (&[u8], Option<&str>) {
        match self {
            Self::Text(text) => (&text.as_bytes()[range.clone()], text.get(range)),
            Self::Bytes(bytes) => {
                let raw = &bytes[range];
                (raw, std::str::from_utf8(raw).ok())
            }
        }
    }
}

impl Stretch {
    fn new(bytes: Vec<u8>, mut places: Vec<Place>) -> Self {
        let content = match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text),
            Err(error) => Content::Bytes(error.into_bytes()),
        };
        let mut at = 0;
        for place in &mut places {
            let range = at..at + place.length;
            at = range.end;
            if place.text.is_none()
                && let (raw, None) = content.get(range)
            {
                place.text = Some(String::from_utf8_lossy(raw).into());
            }
        }
        Self { content, places }
    }

    /// Its frames, in order.
    pub(crate) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        let mut at = 0;
        self.places.iter().map(move |place| {
            let range = at..at + place.length;
            at = range.end;
            let (raw, text) = self.content.get(range);
            let text = place.text.as_deref().or(text).unwrap_or_default();
            let Place { line, offset, piece, form, .. } = *place;
            Frame { raw, text, line, offset, piece, form }
        })
    }

    /// How many frames it has.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}

/// Reads a source to its end, in stretches. Their frames are those of [`super::Frames`].
#[derive(Debug)]
pub(crate) struct Stretches<R> {
    source: R,
    cutter: Cutter,
    /// What was read and belongs to no frame yet.
    rest: Vec<u8>,
    at_end: bool,
    failed: Option<io::Error>,
}

impl<R: Read> Stretches<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, cutter: Cutter::default(), rest: Vec::new(), at_end: false, failed: None }
    }

    /// The next stretch, in the storage of an old one; `None` at the end. One may be without frames.
    ///
    /// # Errors
    /// Only those of the source, once; what was read before comes first.
    pub(crate) fn next(&mut self, old: Stretch) -> io::Result<Option<Stretch>> {
        if self.at_end {
            return self.failed.take().map_or(Ok(None), Err);
        }
        let Stretch { content, mut places } = old;
        let mut bytes = content.into_bytes();
        places.clear();
        self.fill(&mut bytes);
        if self.at_end {
            self.cutter.finish();
        }
        let mut at = 0;
        while let Some(cut) = self.cutter.cut(&bytes[at..], Ask::More) {
            let place = self.cutter.place(&bytes[at..at + cut.length], cut);
            at += place.length;
            places.push(place);
        }
        self.rest.extend_from_slice(&bytes[at..]);
        bytes.truncate(at);
        Ok(Some(Stretch::new(bytes, places)))
    }

    /// Reads behind the rest until there is enough for a stretch, or until the source has nothing at the moment. What
    /// was in the storage before is written over: to clear it first would cost as much as a search through it.
    fn fill(&mut self, bytes: &mut Vec<u8>) {
        let mut end = self.rest.len();
        bytes.resize(end + STRETCH, 0);
        bytes[..end].copy_from_slice(&self.rest);
        self.rest.clear();
        while end < bytes.len() {
            match self.source.read(&mut bytes[end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(count) => end = (end + count).min(bytes.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => break,
                Err(error) => {
                    self.at_end = true;
                    self.failed = Some(error);
                    break;
                }
            }
        }
        bytes.truncate(end);
    }

    /// Lines of the frames given so far.
    pub(crate) fn lines(&self) -> u64 {
        self.cutter.lines()
    }
}

// A record longer than a stretch must not be searched again and again from its beginning: the cutter remembers how far
// it came.
const _: () = assert!(STRETCH < Framer::MAX_FRAME, "a long record spans several stretches");
