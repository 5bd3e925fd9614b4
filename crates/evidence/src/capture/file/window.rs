//! A window on a reader that moves forward only.

use std::io::{self, ErrorKind, Read};

/// The part of a file that is being looked at.
pub(super) struct Window<'r> {
    reader: &'r mut dyn Read,
    bytes: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
}

/// Bytes asked for in one read. Large, so that moving the rest to the front costs little.
const CHUNK: usize = 256 * 1024;

/// The largest block that is held as a whole. Snap lengths are 256 KiB at most; blocks carry little beside a packet.
pub(super) const MAX_BLOCK: usize = 1024 * 1024;

impl<'r> Window<'r> {
    /// Begins at the reader's place.
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, bytes: Vec::new(), from: 0, to: 0, ended: false }
    }

    /// Lends at least so many bytes, without going past them; `None` if the file ends before.
    pub(super) fn want(&mut self, length: usize) -> io::Result<Option<&[u8]>> {
        debug_assert!(length <= MAX_BLOCK, "callers skip what is larger");
        while self.to - self.from < length && !self.ended {
            self.more(length)?;
        }
        let there = &self.bytes[self.from..self.to];
        Ok((there.len() >= length).then_some(there))
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.want(1)?.is_none())
    }

    /// Goes past bytes that are held.
    pub(super) fn pass(&mut self, length: usize) {
        self.from = (self.from + length).min(self.to);
    }

    /// Goes past bytes, held or not; says whether there were so many.
    pub(super) fn skip(&mut self, mut length: usize) -> io::Result<bool> {
        loop {
            let held = length.min(self.to - self.from);
            self.from += held;
            length -= held;
            if length == 0 {
                return Ok(true);
            }
            if self.want(1)?.is_none() {
                return Ok(false);
            }
        }
    }

    fn more(&mut self, length: usize) -> io::Result<()> {
        self.bytes.copy_within(self.from..self.to, 0);
        self.to -= self.from;
        self.from = 0;
        let room = length.max(CHUNK);
        if self.bytes.len() < room {
            self.bytes.resize(room, 0);
        }
        loop {
            match self.reader.read(&mut self.bytes[self.to..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.to += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}
