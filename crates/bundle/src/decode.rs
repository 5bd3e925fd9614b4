//! Inflates compressed content. Decoders differ in how they fail; here all of them fail in the same words.

mod gzip;
mod zstd;

use crate::ceilings::Ceilings;
use crate::fault::{Fault, words};
use crate::format::Format;
use bzip2::bufread::{BzDecoder, MultiBzDecoder};
use flate2::bufread::DeflateDecoder;
use gzip::Gzip;
use lzma_rust2::XzReader;
use std::io::{self, BufRead, ErrorKind, Read};
use zstd::Zstd;

/// Buffer between the source and a decoder.
pub(crate) const BUFFER: usize = 128 * 1024;

/// Most bytes asked of the decoder of xz at once: if it fails, it keeps what it made of them for itself.
const XZ_PIECE: usize = 4 * 1024;

/// Inflates one stream.
pub(crate) struct Decoder<R: BufRead> {
    inner: Inner<R>,
    what: &'static str,
    /// Most bytes that it may hold.
    held: u64,
    /// What decoders do when they are asked again after they failed is up to them: they are not asked.
    failed: Option<String>,
}

enum Inner<R: BufRead> {
    Stored(R),
    Deflate(DeflateDecoder<R>),
    Gzip(Gzip<R>),
    Bzip2(MultiBzDecoder<R>),
    OneBzip2(BzDecoder<R>),
    Xz(Box<XzReader<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<R: BufRead> Decoder<R> {
    /// A decoder of a compressed file. None for archives.
    pub(crate) fn of(format: Format, source: R, ceilings: Ceilings) -> Option<Self> {
        let inner = match format {
            Format::Gzip => Inner::Gzip(Gzip::new(source)),
            Format::Bzip2 => Inner::Bzip2(MultiBzDecoder::new(source)),
            Format::Xz => {
                let most = u32::try_from(ceilings.held / 1024).unwrap_or(u32::MAX);
                Inner::Xz(Box::new(XzReader::new_mem_limit(source, true, most)))
            }
            Format::Zstd => Inner::Zstd(Box::new(Zstd::new(source, ceilings.held))),
            Format::Tar | Format::Zip => return None,
        };
        Some(Self { inner, what: format.word(), held: ceilings.held, failed: None })
    }

    /// A decoder of a member of a zip, by the number of its method. None if the method is not known here.
    pub(crate) fn of_method(method: u16, source: R, ceilings: Ceilings) -> Option<Self> {
        let inner = match method {
            0 => Inner::Stored(source),
            8 => Inner::Deflate(DeflateDecoder::new(source)),
            12 => Inner::OneBzip2(BzDecoder::new(source)),
            93 => return Self::of(Format::Zstd, source, ceilings),
            95 => return Self::of(Format::Xz, source, ceilings),
            _ => return None,
        };
        Some(Self { inner, what: "zip", held: ceilings.held, failed: None })
    }

    fn fault(&self, error: io::Error) -> io::Error {
        // What the system or a reader below says is said already.
        if Fault::is_in(&error) || error.raw_os_error().is_some() {
            return error;
        }
        let (what, held) = (self.what, self.held);
        Fault::error(match error.kind() {
            ErrorKind::UnexpectedEof => {
                format!("the {what} data ends in the middle: the file was cut off; copy or download it again")
            }
            ErrorKind::OutOfMemory => format!(
                "the {what} data needs more than {held} bytes of memory ({error}), the ceiling of `held`; raise it, \
                 or unpack it and give the folder"
            ),
            _ => format!("the {what} data is damaged here ({error}); copy or download the file again"),
        })
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(reason) = &self.failed {
            return Err(Fault::error(reason));
        }
        let result = match &mut self.inner {
            Inner::Stored(inner) => inner.read(into),
            Inner::Deflate(inner) => inner.read(into),
            Inner::Gzip(inner) => inner.read(into),
            Inner::Bzip2(inner) => inner.read(into),
            Inner::OneBzip2(inner) => inner.read(into),
            Inner::Xz(inner) => {
                let most = into.len().min(XZ_PIECE);
                inner.read(&mut into[..most])
            }
            Inner::Zstd(inner) => inner.read(into),
        };
        result.map_err(|error| {
            let error = self.fault(error);
            self.failed = Some(words(&error));
            error
        })
    }
}
