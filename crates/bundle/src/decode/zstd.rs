//! Zstandard of several frames: the decoder takes one.

use crate::fault::Fault;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::error::Error;
use std::io::{self, BufRead, ErrorKind, Read};

/// First and last magic number of frames that hold no content (RFC 8878, 3.1.2).
const SKIPPED: std::ops::RangeInclusive<u32> = 0x184D_2A50..=0x184D_2A5F;

pub(super) struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    within: bool,
}

impl<R: BufRead> Zstd<R> {
    /// A decoder that keeps no more than `most` bytes of what it made.
    pub(super) fn new(source: R, most: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(most);
        Self { source, decoder, within: false }
    }

    /// Begins the next frame. Gives whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mut magic = [0; 4];
            self.source.read_exact(&mut magic)?;
            if !SKIPPED.contains(&u32::from_le_bytes(magic)) {
                let begun = self.decoder.reset((&magic[..]).chain(&mut self.source));
                return begun.map(|()| true).map_err(|error| match error {
                    FrameDecoderError::WindowSizeTooBig { .. } => {
                        io::Error::new(ErrorKind::OutOfMemory, error)
                    }
                    error => of_source(&error).unwrap_or_else(|| io::Error::other(error)),
                });
            }
            let mut length = [0; 4];
            self.source.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Ends a frame: what was made must be what was packed.
    fn end(&mut self) -> io::Result<()> {
        self.within = false;
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(packed), Some(made)) if packed != made => Err(io::Error::other("its checksum is wrong")),
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within {
                if !self.begin()? {
                    return Ok(0);
                }
                self.within = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let made = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1));
                made.map_err(|error| of_source(&error).unwrap_or_else(|| io::Error::other(error)))?;
            }
            let count = self.decoder.read(into)?;
            if count > 0 {
                return Ok(count);
            }
            self.end()?;
        }
    }
}

/// What the source said, which the decoder wraps.
fn of_source(error: &(dyn Error + 'static)) -> Option<io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(said) = error.downcast_ref::<io::Error>() {
            let fault = said.get_ref().and_then(|inner| inner.downcast_ref::<Fault>());
            return Some(fault.map_or_else(|| said.kind().into(), |fault| io::Error::other(fault.clone())));
        }
        next = error.source();
    }
    None
}
