//! What a member is, by its first bytes, and by its name where bytes do not tell.

use crate::format::Format;
use std::fmt;
use std::path::Path;

/// Kind of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Text, to be read as a log: `loggingsnapshot_*`, and whatever else may be one.
    Text,
    /// A log of a system snapshot, by its name: event log, network log, configuration log. To be read as a log.
    SystemLog,
    /// `xconf_dump_*`: configuration.
    Configuration(Shape),
    /// `xstat_dump_*`: status.
    Status(Shape),
    /// `ca_*.pem`: the certificates that a box trusts.
    TrustStore,
    /// `server_*.pem`: the certificate of a box, with its chain.
    ServerCertificate,
    /// `client_*.pem`: the certificate that a box shows as a client.
    ClientCertificate,
    /// Certificates in PEM form of which the name says no more.
    Certificates,
    /// PEM with a private key in it. Its reader gives nothing: nobody is to see it.
    PrivateKey,
    /// A packet capture.
    Capture,
    /// Text that says by its form or name that it is no log: web pages, tables, traces of other products.
    OtherText,
    /// An archive or a compressed file of a form that is not opened.
    Archive(&'static str),
    /// Bytes that are no text.
    Binary,
    /// No bytes at all.
    Empty,
}

/// The form of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// One setting a line, `*c xConfiguration …` or `*s …`.
    Lines,
    /// XML.
    Xml,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::SystemLog => "log of a system snapshot",
            Self::Configuration(Shape::Lines) => "configuration dump",
            Self::Configuration(Shape::Xml) => "configuration dump in XML",
            Self::Status(Shape::Lines) => "status dump",
            Self::Status(Shape::Xml) => "status dump in XML",
            Self::TrustStore => "trust store",
            Self::ServerCertificate => "server certificate",
            Self::ClientCertificate => "client certificate",
            Self::Certificates => "certificates",
            Self::PrivateKey => "private key",
            Self::Capture => "packet capture",
            Self::OtherText => "other text",
            Self::Archive(name) => name,
            Self::Binary => "binary data",
            Self::Empty => "empty",
        })
    }
}

/// How many bytes [`Kind::of`] looks at: the header of a tar member.
pub(crate) const SNIFFED: usize = 512;

/// Magic numbers at the start of a file that is not opened.
const MAGIC: &[(&[u8], Kind)] = &[
    (b"7z\xbc\xaf\x27\x1c", Kind::Archive("7z archive")),
    (b"Rar!", Kind::Archive("rar archive")),
    (b"LZIP", Kind::Archive("lzip archive")),
    (b"\x04\x22\x4d\x18", Kind::Archive("lz4 archive")),
    (b"\x1f\x9d", Kind::Archive("compress archive")),
    (b"\xd4\xc3\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\xc3\xd4", Kind::Capture),
    (b"\x4d\x3c\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\x3c\x4d", Kind::Capture),
    (b"\x0a\x0d\x0d\x0a", Kind::Capture),
];

/// Beginnings of names of logs in a system snapshot. Inferred from the names on the box.
const SYSTEM_LOGS: &[&str] =
    &["event_log", "eventlog", "network_log", "networklog", "configuration_log", "developer_log", "messages"];

/// Ends of names of text that is no log.
const OTHER_ENDS: &[&str] = &["csv", "htm", "html", "json", "xml"];

/// Beginnings of names of traces that Unified CM writes. Inferred from its collections.
const OTHER_STARTS: &[&str] = &["SDL", "SDI", "calllogs_"];

impl Kind {
    /// Tells the kind from the first bytes (512 are enough) and, for text, from the file name.
    pub fn of(name: &str, first: &[u8]) -> Self {
        if first.is_empty() {
            return Self::Empty;
        }
        if let Some(format) = Format::of(name, first) {
            return Self::Archive(format.label());
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| first.starts_with(magic)) {
            return *kind;
        }
        // A log may have stray bytes; a file of which every tenth byte is a control character is something else.
        let control =
            first.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\n' | b'\r' | b'\t' | 0x1b));
        if control.count() * 10 > first.len() {
            return Self::Binary;
        }
        Self::of_text(file_name(name), first)
    }

    /// Whether it is to be read as a log.
    pub fn is_log(self) -> bool {
        matches!(self, Self::Text | Self::SystemLog)
    }

    /// Whether it is PEM, so that a private key may follow.
    pub(crate) fn is_pem(self) -> bool {
        matches!(
            self,
            Self::TrustStore | Self::ServerCertificate | Self::ClientCertificate | Self::Certificates
        )
    }

    fn of_text(file: &str, first: &[u8]) -> Self {
        let text = String::from_utf8_lossy(first);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let xml =
            text.starts_with("<?xml") || text.starts_with("<Configuration") || text.starts_with("<Status");
        let shape = if text.starts_with('<') { Shape::Xml } else { Shape::Lines };
        let end = Path::new(file).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if text.starts_with("-----BEGIN ") && text.lines().any(|line| line.ends_with("PRIVATE KEY-----")) {
            Self::PrivateKey
        } else if text.starts_with("*c xConfiguration") || xml && text.contains("<Configuration") {
            Self::Configuration(shape)
        } else if text.starts_with("*s ") || xml && text.contains("<Status") {
            Self::Status(shape)
        } else if text.starts_with("-----BEGIN CERTIFICATE") || end == "pem" {
            match file.to_ascii_lowercase().split(['_', '.']).next() {
                Some("ca") => Self::TrustStore,
                Some("server") => Self::ServerCertificate,
                Some("client") => Self::ClientCertificate,
                _ => Self::Certificates,
            }
        } else if file.starts_with("xconf_dump") {
            Self::Configuration(shape)
        } else if file.starts_with("xstat_dump") {
            Self::Status(shape)
        } else if SYSTEM_LOGS.iter().any(|start| file.starts_with(start)) {
            Self::SystemLog
        } else if xml
            || text.starts_with("<!DOCTYPE")
            || OTHER_ENDS.contains(&end.as_str())
            || OTHER_STARTS.iter().any(|start| file.starts_with(start))
        {
            Self::OtherText
        } else {
            Self::Text
        }
    }
}

/// The last part of a path. The time in the names of a diagnostic log may be written `12/58/19`, which is no path.
fn file_name(name: &str) -> &str {
    let begin = |text: &str| text.rfind(['/', '\\', '!']).map_or(0, |at| at + 1);
    let at = begin(name);
    let bytes = name.as_bytes();
    let (before, seconds) = bytes.split_at(at);
    let is_time = matches!(before, [.., b'_', a, b, b'/', c, d, b'/'] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()));
    if is_time && matches!(seconds, [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit()) {
        return &name[begin(&name[..at - 4])..];
    }
    &name[at..]
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shape, file_name};

    #[test]
    fn a_time_in_a_name_is_no_path() {
        let cases = [
            ("a/b.txt", "b.txt"),
            ("x.tar!b.txt", "b.txt"),
            ("f/ca_expc_2025-09-22_12/58/19.pem", "ca_expc_2025-09-22_12/58/19.pem"),
            ("12/58/19.pem", "19.pem"),
            ("é_12/58/x", "x"),
            ("ca_12/58/19", "ca_12/58/19"),
        ];
        for (name, file) in cases {
            assert_eq!(file_name(name), file);
        }
    }

    #[test]
    fn content_comes_before_the_name() {
        let cases: [(&str, &[u8], Kind); 22] = [
            ("loggingsnapshot.txt", b"\x1f\x8b\x08", Kind::Archive("gzip archive")),
            ("loggingsnapshot.txt", b"7z\xbc\xaf\x27\x1c", Kind::Archive("7z archive")),
            ("x.txt", b"", Kind::Empty),
            ("x", b"2022-07-11T18:55:25", Kind::Text),
            ("x", b"BZh is how this text begins", Kind::Text),
            ("a/xconf_dump_vcsc.txt", b"*c xConfiguration", Kind::Configuration(Shape::Lines)),
            ("lost", b"*c xConfiguration", Kind::Configuration(Shape::Lines)),
            ("xconf_dump_vcsc.xml", b"<?xml version=\"1.0\"?>\n<Con", Kind::Configuration(Shape::Xml)),
            ("lost", b"<?xml version=\"1.0\"?>\n<Status item", Kind::Status(Shape::Xml)),
            ("x.tar!xstat_dump_vcsc.txt", b"*s SystemUnit:", Kind::Status(Shape::Lines)),
            ("xstat_dump.txt", b"(empty)", Kind::Status(Shape::Lines)),
            ("ca_vcsc.pem", b"# store", Kind::TrustStore),
            ("x/server_vcsc.pem", b"-----BEGIN CERTIFICATE-----", Kind::ServerCertificate),
            ("client.pem", b"Certificate:\n", Kind::ClientCertificate),
            ("lost", b"\n-----BEGIN CERTIFICATE-----", Kind::Certificates),
            ("server.pem", b"-----BEGIN RSA PRIVATE KEY-----\n", Kind::PrivateKey),
            ("eth0.pcap", b"\xd4\xc3\xb2\xa1\x02\x00", Kind::Capture),
            ("event_log.txt", b"2022-07-11T18:55:25", Kind::SystemLog),
            ("SDL001_100_000001.txt", b"00000001 |10:00", Kind::OtherText),
            ("page", b"<!DOCTYPE html>", Kind::OtherText),
            ("x", b"\0\0\x01\x02\x03\x04abc", Kind::Binary),
            ("x", b"one \0 stray byte in a line", Kind::Text),
        ];
        for (name, first, kind) in cases {
            assert_eq!(Kind::of(name, first), kind, "{name}");
        }
    }
}
