//! The forms of packing that are opened, told by their first bytes.

/// How content is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Gzip,
    Xz,
    Bzip2,
    Zstd,
    Tar,
    Zip,
}

/// Length of a header of a tar.
pub(crate) const BLOCK: usize = 512;

impl Format {
    /// The form of content that begins with these bytes, of which there should be 512.
    pub(crate) fn of(name: &str, first: &[u8]) -> Option<Self> {
        let starts = |magic: &[u8]| first.starts_with(magic);
        if starts(b"\x1f\x8b") {
            Some(Self::Gzip)
        } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK00PK\x03\x04") {
            Some(Self::Zip)
        } else if starts(b"\xfd7zXZ\0") {
            Some(Self::Xz)
        } else if starts(b"BZh") && (starts_block(first) || first.len() < 10) {
            Some(Self::Bzip2)
        } else if starts(b"\x28\xb5\x2f\xfd") || is_skipped_frame(first) {
            Some(Self::Zstd)
        } else if is_tar(first) || is_empty_tar(name, first) {
            Some(Self::Tar)
        } else {
            None
        }
    }

    /// Whether it holds one content, and not members.
    pub(crate) fn is_compressed(self) -> bool {
        !matches!(self, Self::Tar | Self::Zip)
    }

    /// What it is called in messages.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Gzip => "gzip archive",
            Self::Xz => "xz archive",
            Self::Bzip2 => "bzip2 archive",
            Self::Zstd => "zstd archive",
            Self::Tar => "tar archive",
            Self::Zip => "zip archive",
        }
    }

    /// Its own name, as in "the gzip data".
    pub(crate) fn word(self) -> &'static str {
        self.label().trim_end_matches(" archive")
    }
}

/// The name of what is in a compressed file of this name.
pub(crate) fn unpacked_name(name: &str) -> String {
    for (end, inner) in [(".tgz", ".tar"), (".tbz2", ".tar"), (".txz", ".tar"), (".tzst", ".tar")] {
        if let Some(stem) = without_end(name, end) {
            return format!("{stem}{inner}");
        }
    }
    let ends = [".gz", ".xz", ".bz2", ".zst"];
    ends.iter().find_map(|end| without_end(name, end)).unwrap_or(name).to_owned()
}

fn without_end<'n>(name: &'n str, end: &str) -> Option<&'n str> {
    let (stem, found) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
    found.eq_ignore_ascii_case(end).then_some(stem)
}

/// A bzip2 block, or the end of an empty file. The letters before it may begin a text.
fn starts_block(first: &[u8]) -> bool {
    let block = first.get(4..10);
    block == Some(b"\x31\x41\x59\x26\x53\x59") || block == Some(b"\x17\x72\x45\x38\x50\x90")
}

/// A frame of zstd that holds no content, as `pzstd` writes it first.
fn is_skipped_frame(first: &[u8]) -> bool {
    matches!(first, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Whether this is the header of a tar: by its mark, or by its checksum, which the oldest form has too.
fn is_tar(first: &[u8]) -> bool {
    let Some(header) = first.get(..BLOCK) else { return first.get(257..262) == Some(b"ustar") };
    header[257..262] == *b"ustar" || (header[0] != 0 && checksum_holds(header))
}

/// A tar without members is zeroes; only the name tells.
fn is_empty_tar(name: &str, first: &[u8]) -> bool {
    first.len() == BLOCK && first.iter().all(|byte| *byte == 0) && without_end(name, ".tar").is_some()
}

fn checksum_holds(header: &[u8]) -> bool {
    let digits = header[148..156].iter().filter(|byte| !matches!(byte, b' ' | 0));
    let written = digits.clone().try_fold(0_u32, |sum, byte| {
        matches!(byte, b'0'..=b'7').then(|| sum.wrapping_mul(8).wrapping_add(u32::from(byte - b'0')))
    });
    let others = header[..148].iter().chain(&header[156..]).map(|byte| u32::from(*byte));
    digits.count() > 0 && written == Some(others.sum::<u32>() + 8 * u32::from(b' '))
}

#[cfg(test)]
mod tests {
    use super::unpacked_name;

    #[test]
    fn names_of_what_is_inside() {
        let cases = [
            ("a.tar.gz", "a.tar"),
            ("a.TGZ", "a.tar"),
            ("log.txt.xz", "log.txt"),
            ("eth0.pcap.gz", "eth0.pcap"),
            ("gz", "gz"),
            ("ä.zst", "ä"),
            ("é", "é"),
        ];
        for (name, inner) in cases {
            assert_eq!(unpacked_name(name), inner, "{name}");
        }
    }
}
