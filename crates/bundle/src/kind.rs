//! What a member is, by its first bytes, and by its name where bytes do not tell.

use std::fmt;
use std::path::Path;

/// Kind of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Text, to be read as a log.
    Text,
    /// `xconf_dump_*` and `xstat_dump_*`: configuration and status.
    Dump,
    /// Certificates in PEM form.
    Certificates,
    /// A packet capture.
    Capture,
    /// An archive or a compressed file.
    Archive(&'static str),
    /// Bytes that are no text.
    Binary,
    /// No bytes at all.
    Empty,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Dump => "configuration or status dump",
            Self::Certificates => "certificates",
            Self::Capture => "packet capture",
            Self::Archive(name) => name,
            Self::Binary => "binary data",
            Self::Empty => "empty",
        })
    }
}

/// How many bytes [`Kind::of`] looks at: the header of a tar member.
pub(crate) const SNIFFED: usize = 512;

/// Magic numbers at the start of a file.
const MAGIC: &[(&[u8], Kind)] = &[
    (b"\x1f\x8b", Kind::Archive("gzip archive")),
    (b"PK\x03\x04", Kind::Archive("zip archive")),
    (b"PK\x05\x06", Kind::Archive("zip archive")),
    (b"\xfd7zXZ\0", Kind::Archive("xz archive")),
    (b"BZh", Kind::Archive("bzip2 archive")),
    (b"\x28\xb5\x2f\xfd", Kind::Archive("zstd archive")),
    (b"7z\xbc\xaf\x27\x1c", Kind::Archive("7z archive")),
    (b"Rar!", Kind::Archive("rar archive")),
    (b"\xd4\xc3\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\xc3\xd4", Kind::Capture),
    (b"\x4d\x3c\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\x3c\x4d", Kind::Capture),
    (b"\x0a\x0d\x0d\x0a", Kind::Capture),
];

impl Kind {
    /// Tells the kind from the first bytes (512 are enough) and, for text, from the file name.
    pub fn of(name: &str, first: &[u8]) -> Self {
        if first.is_empty() {
            return Self::Empty;
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| first.starts_with(magic)) {
            return *kind;
        }
        if first.get(257..262) == Some(b"ustar") {
            return Self::Archive("tar archive");
        }
        // A log may have stray bytes; a file of which every tenth byte is a control character is something else.
        let control =
            first.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\n' | b'\r' | b'\t' | 0x1b));
        if control.count() * 10 > first.len() {
            return Self::Binary;
        }
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if file.starts_with("xconf_dump") || file.starts_with("xstat_dump") {
            Self::Dump
        } else if Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("pem"))
            || first.starts_with(b"-----BEGIN CERTIFICATE")
        {
            Self::Certificates
        } else {
            Self::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn content_comes_before_the_name() {
        let cases: [(&str, &[u8], Kind); 8] = [
            ("loggingsnapshot.txt", b"\x1f\x8b\x08", Kind::Archive("gzip archive")),
            ("x.txt", b"", Kind::Empty),
            ("x", b"2022-07-11T18:55:25", Kind::Text),
            ("a/xconf_dump_vcsc.txt", b"*c xConfiguration", Kind::Dump),
            ("ca_vcsc.pem", b"# store", Kind::Certificates),
            ("eth0.pcap", b"\xd4\xc3\xb2\xa1\x02\x00", Kind::Capture),
            ("x", b"\0\0\x01\x02\x03\x04abc", Kind::Binary),
            ("x", b"one \0 stray byte in a line", Kind::Text),
        ];
        for (name, first, kind) in cases {
            assert_eq!(Kind::of(name, first), kind, "{name}");
        }
    }
}
