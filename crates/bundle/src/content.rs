//! Readers that the walk puts around content.

use crate::fault::Fault;
use std::io::{self, Cursor, ErrorKind, Read};

/// Content that may go to another thread, or must stay on this one.
pub(crate) enum Content<'a> {
    Free(Box<dyn Read + Send + 'a>),
    Tied(&'a mut dyn Read),
}

impl Read for Content<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Free(inner) => inner.read(into),
            Self::Tied(inner) => inner.read(into),
        }
    }
}

/// Reads up to `most` bytes. Gives what could be read, also if an error came after it.
pub(crate) fn look(source: &mut dyn Read, most: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut first = Vec::with_capacity(most.min(4096));
    let failed = source.take(most as u64).read_to_end(&mut first).err();
    (first, failed)
}

/// A source of which the first bytes were looked at, from its beginning.
pub(crate) struct Resumed<R> {
    first: Cursor<Vec<u8>>,
    failed: Option<io::Error>,
    rest: R,
}

impl<R> Resumed<R> {
    pub(crate) fn new((first, failed): (Vec<u8>, Option<io::Error>), rest: R) -> Self {
        Self { first: Cursor::new(first), failed, rest }
    }
}

impl<R: Read> Read for Resumed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.first.read(into)?;
        if count > 0 || into.is_empty() {
            return Ok(count);
        }
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.rest.read(into),
        }
    }
}

/// A source that must have as many bytes as were claimed.
pub(crate) struct Whole<R> {
    inner: R,
    left: u64,
    /// What to say if it ends before.
    short: &'static str,
}

impl<R> Whole<R> {
    pub(crate) fn new(inner: R, size: u64, short: &'static str) -> Self {
        Self { inner, left: size, short }
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        if count == 0 && self.left > 0 && !into.is_empty() {
            return Err(Fault::error(self.short));
        }
        // More than was claimed is no fault: a file may grow while it is read.
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

/// Reads what is left of a source and drops it.
pub(crate) fn drain(source: &mut dyn Read) -> io::Result<()> {
    let mut buffer = [0; 8 * 1024];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
}
