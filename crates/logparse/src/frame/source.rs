//! Frames of anything that can be read.

use super::cutter::Ask;
use super::{Frame, Framer};
use std::io::{self, Read};

/// How much is asked of the source at a time: what stays near the processor while its records are read.
const CHUNK: usize = 64 * 1024;

/// Reads a source to its end and lends its frames. Holds at most [`Framer::MAX_FRAME`] and two chunks.
#[derive(Debug)]
pub struct Frames<R> {
    source: R,
    framer: Framer,
    at_end: bool,
}

impl<R: Read> Frames<R> {
    /// Frames of `source`, which is read in large portions: no buffering is needed around it.
    pub fn new(source: R) -> Self {
        Self { source, framer: Framer::new(), at_end: false }
    }

    /// Lends the next frame; `None` at the end of the source.
    ///
    /// # Errors
    /// Only those of the source. What was read before is lent all the same if the caller goes on asking.
    #[inline]
    pub fn next_frame(&mut self) -> io::Result<Option<Frame<'_>>> {
        loop {
            // Asked in two steps: a frame that is lent inside the loop would stay lent for all of it.
            if let Some(cut) = self.framer.cut(Ask::More) {
                return Ok(Some(self.framer.lend(cut)));
            }
            if self.at_end {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Asks the source for more.
    #[cold]
    fn fill(&mut self) -> io::Result<()> {
        match self.source.read(self.framer.spare(CHUNK)) {
            Ok(0) => {
                self.at_end = true;
                self.framer.finish();
            }
            Ok(count) => self.framer.filled(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.at_end = true;
                self.framer.finish();
                return Err(error);
            }
        }
        Ok(())
    }
}
