//! The least that any tool has to do, as commands of their own, so that they are measured as every other one.

use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What is read at once: as much as the analysis takes.
const CHUNK: usize = 256 * 1024;

/// Counts lines with `memchr`.
pub(crate) fn count(file: &Path, times: u32) -> io::Result<u64> {
    let mut lines = 0;
    for _ in 0..times {
        pass(&mut File::open(file)?, |bytes| lines += memchr::memchr_iter(b'\n', bytes).count() as u64)?;
    }
    Ok(black_box(lines))
}

/// Inflates with the library that waytrace uses.
pub(crate) fn inflate(file: &Path, times: u32) -> io::Result<u64> {
    let mut bytes = 0;
    for _ in 0..times {
        let packed = BufReader::with_capacity(128 * 1024, File::open(file)?);
        pass(&mut MultiGzDecoder::new(packed), |chunk| bytes += chunk.len() as u64)?;
    }
    Ok(black_box(bytes))
}

fn pass(source: &mut dyn Read, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(()),
            count => each(&buffer[..count]),
        }
    }
}
