//! Gzip of several members, with whatever stands behind them.

use crate::fault::Fault;
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

/// Like the decoder of `flate2` for several members, but it tells what follows the last one: zeroes are padding, other
/// bytes are no damage of what was read.
pub(super) struct Gzip<R: BufRead> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(source: R) -> Self {
        Self { member: Some(GzDecoder::new(source)) }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            let Some(ended) = self.member.take() else { break };
            let mut source = ended.into_inner();
            if behind(&mut source)? {
                self.member = Some(GzDecoder::new(source));
            }
        }
        Ok(0)
    }
}

/// Passes over padding. Gives whether another member follows.
fn behind(source: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let next = source.fill_buf()?;
        let Some(first) = next.first() else { return Ok(false) };
        match first {
            0x1f => return Ok(true),
            0 => {
                let zeroes = next.iter().take_while(|byte| **byte == 0).count();
                source.consume(zeroes);
            }
            _ => {
                return Err(Fault::error(
                    "bytes that are no gzip follow the gzip data; all before them was read",
                ));
            }
        }
    }
}
