//! Members of a zip: of a file by the directory at its end, of a stream by the header before each.

mod central;
mod header;
mod stream;

use super::Names;
use crate::budget::{Counts, Meter};
use crate::content::Content;
use crate::decode::{BUFFER, Decoder};
use crate::fault::{Fault, words};
use crate::open::{Place, Walk, content};
use flate2::Crc;
use header::Header;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Hands out the members of a zip that is not a file of its own, or whose directory is damaged.
pub(crate) fn read_stream(walk: &mut Walk<'_>, place: &Place, source: &mut dyn Read) {
    stream::read(walk, place, source);
}

/// Hands out the members of a zip that is a file. If its directory is damaged, they are found without it.
pub(crate) fn read_file(walk: &mut Walk<'_>, place: &Place, mut file: &File, length: u64) {
    match central::directory(file, length, walk.budget.ceilings.members) {
        Ok(headers) => {
            let mut names = Names::default();
            for header in &headers {
                if walk.budget.member().is_err() {
                    return;
                }
                let inner = names.place(place, &header.name, Some(header.size));
                member(walk, inner, file, header);
            }
            if headers.is_empty() {
                walk.miss(place, "the zip has no members".to_owned(), false);
            }
        }
        Err(error) => {
            let begin = file.seek(SeekFrom::Start(0));
            if let Err(error) = begin {
                return walk.unread(place, words(&error));
            }
            let mut whole = Meter::new(file, &walk.budget, Counts::Outer);
            if stream::read(walk, place, &mut whole) {
                let why = words(&error);
                walk.unread(place, format!("{why}; what stands before it was read, but there may be more"));
            }
        }
    }
}

fn member(walk: &mut Walk<'_>, place: Place, mut file: &File, header: &Header) {
    if let Some((reason, lost)) = header.refusal() {
        return walk.miss(&place, reason, lost);
    }
    if header.is_folder() {
        return;
    }
    let begun = central::content_of(file, header.at).and_then(|at| file.seek(SeekFrom::Start(at)));
    if let Err(error) = begun {
        return walk.unread(&place, words(&error));
    }
    let packed = Meter::new(file, &walk.budget, Counts::Outer).take(header.packed);
    let packed = BufReader::with_capacity(BUFFER.min(buffer_for(header.packed)), packed);
    match Decoder::of_method(header.method, packed, walk.budget.ceilings) {
        Some(decoder) => {
            let inflated = Meter::new(decoder, &walk.budget, Counts::Inflated);
            let checked = Checked::new(inflated, Some((header.crc, header.size)));
            let place = Place { packed: header.method != 0, ..place };
            content(walk, place, Content::Free(Box::new(checked)));
        }
        None => walk.unread(&place, unknown_method(header.method)),
    }
}

/// Small members need no large buffer.
fn buffer_for(packed: u64) -> usize {
    usize::try_from(packed).unwrap_or(usize::MAX).max(512)
}

fn unknown_method(method: u16) -> String {
    let name = match method {
        9 => "Deflate64, which is not read",
        14 => "LZMA, which is not read",
        98 => "PPMd, which is not read",
        _ => "an unknown method",
    };
    format!("packed with {name} (method {method}); unpack the zip and give the folder")
}

/// Content that must have the length and the checksum that the zip says.
struct Checked<R> {
    inner: R,
    crc: Crc,
    length: u64,
    wanted: Option<(u32, u64)>,
}

impl<R> Checked<R> {
    fn new(inner: R, wanted: Option<(u32, u64)>) -> Self {
        Self { inner, crc: Crc::new(), length: 0, wanted }
    }

    fn agrees(&self, (crc, length): (u32, u64)) -> bool {
        self.crc.sum() == crc && self.length == length
    }
}

/// What is said of content that is all there, but not what was packed.
const WRONG: &str = "its checksum or its length is not what the zip says: it is damaged; copy or download the file \
                     again";

/// What is said of content that is not all there.
const SHORT: &str = "it ends in the middle, before the length that the zip says: the zip was cut off; copy or \
                     download it again";

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.crc.update(&into[..count]);
        self.length += count as u64;
        match self.wanted {
            Some(wanted) if count == 0 && !into.is_empty() && !self.agrees(wanted) => {
                Err(Fault::error(if self.length < wanted.1 { SHORT } else { WRONG }))
            }
            _ => Ok(count),
        }
    }
}
