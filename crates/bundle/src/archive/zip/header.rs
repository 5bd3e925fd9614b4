//! What a zip says of a member. The same in the directory and before the member, but for the order.

use crate::fault::Fault;
use std::io::{self, Read};

/// Marks of the parts of a zip.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const END_64: [u8; 4] = *b"PK\x06\x06";
pub(super) const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
pub(super) const EXTRA: [u8; 4] = *b"PK\x06\x08";
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
pub(super) const SPANNED: [u8; 4] = *b"PK00";

/// How much of a name in the directory is kept.
const NAME: usize = 4096;

/// A value that stands in the extra field instead, because it is too large.
const ELSEWHERE: u32 = u32::MAX;

/// One member.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Where its header stands.
    pub(super) at: u64,
    flags: u16,
    mode: u32,
}

impl Header {
    /// Why it is not opened, and whether content is lost by that.
    pub(super) fn refusal(&self) -> Option<(String, bool)> {
        /// The kind of file in the mode that Unix writes.
        const LINK: u32 = 0o120_000;
        if self.flags & 0x2041 != 0 {
            Some(("encrypted; unpack the zip with its password and give the folder".to_owned(), true))
        } else if self.mode & 0o170_000 == LINK {
            Some(("a symbolic link; links are not followed".to_owned(), false))
        } else {
            None
        }
    }

    pub(super) fn is_folder(&self) -> bool {
        self.size == 0 && self.name.ends_with(b"/")
    }

    /// Whether its sizes and its checksum stand after it, and maybe only there.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }

    /// Whether its sizes stand only after it.
    pub(super) fn is_open_ended(&self) -> bool {
        self.has_descriptor() && self.packed == 0
    }

    /// Reads a header that stands before its member, behind the mark.
    pub(super) fn before_member(source: &mut impl Read) -> io::Result<Self> {
        let fixed = bytes::<26>(source)?;
        let mut header = Self {
            flags: short(&fixed, 2),
            method: short(&fixed, 4),
            crc: long(&fixed, 10),
            ..Self::default()
        };
        header.name = text(source, short(&fixed, 22))?;
        let extra = text(source, short(&fixed, 24))?;
        header.sizes(long(&fixed, 14), long(&fixed, 18), 0, &extra);
        Ok(header)
    }

    /// Reads an entry of the directory.
    pub(super) fn of_directory(source: &mut impl Read) -> io::Result<Self> {
        let fixed = bytes::<46>(source)?;
        if fixed[..4] != CENTRAL {
            return Err(Fault::error("the directory at the end of the zip is damaged"));
        }
        let mut header = Self {
            flags: short(&fixed, 8),
            method: short(&fixed, 10),
            crc: long(&fixed, 16),
            mode: long(&fixed, 38) >> 16,
            ..Self::default()
        };
        header.name = text(source, short(&fixed, 28))?;
        let extra = text(source, short(&fixed, 30))?;
        // All entries are held at once. So long a name is shown cut anyway.
        let slash = header.name.ends_with(b"/");
        header.name.truncate(NAME);
        header.name.extend(slash.then_some(b'/').filter(|_| header.name.len() == NAME));
        text(source, short(&fixed, 32))?;
        header.sizes(long(&fixed, 20), long(&fixed, 24), long(&fixed, 42), &extra);
        Ok(header)
    }

    /// Sets sizes and place, some of which may stand in the extra field with number 1.
    fn sizes(&mut self, packed: u32, size: u32, at: u32, extra: &[u8]) {
        let mut left = extra;
        let mut large: &[u8] = &[];
        while let [a, b, c, d, rest @ ..] = left {
            let length = usize::from(u16::from_le_bytes([*c, *d])).min(rest.len());
            if u16::from_le_bytes([*a, *b]) == 1 {
                large = &rest[..length];
            }
            left = &rest[length..];
        }
        let mut of = |value: u32| {
            if value == ELSEWHERE
                && let Some((eight, rest)) = large.split_first_chunk::<8>()
            {
                large = rest;
                return u64::from_le_bytes(*eight);
            }
            u64::from(value)
        };
        (self.size, self.packed, self.at) = (of(size), of(packed), of(at));
    }
}

pub(super) fn bytes<const N: usize>(source: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn text(source: &mut impl Read, length: u16) -> io::Result<Vec<u8>> {
    let mut text = vec![0; usize::from(length)];
    source.read_exact(&mut text)?;
    Ok(text)
}

pub(super) fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

pub(super) fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from(short(bytes, at)) | u32::from(short(bytes, at + 2)) << 16
}

pub(super) fn longest(bytes: &[u8], at: usize) -> u64 {
    u64::from(long(bytes, at)) | u64::from(long(bytes, at + 4)) << 32
}
