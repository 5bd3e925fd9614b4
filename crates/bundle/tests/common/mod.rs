//! Packs trees into every form, and notes what a walk hands out.

#![allow(dead_code, reason = "each file of tests uses its own part")]

use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tar::{Builder, EntryType, Header};
use waytrace_bundle::{Member, Options, Progress, Source, Unread, Visitor, visit_one};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// One member, as it was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) named: bool,
    pub(crate) size: Option<u64>,
    pub(crate) bytes: Vec<u8>,
}

/// Notes what it is given, and reads all of it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) members: Vec<Got>,
    pub(crate) unread: Vec<Unread>,
}

impl Visitor for Seen {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        let result = content.read_to_end(&mut bytes);
        let Member { name, kind, named, size, .. } = member.clone();
        self.members.push(Got { name, kind: kind.to_string(), named, size, bytes });
        result.map(|_| ())
    }

    fn unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }
}

impl Seen {
    /// What was handed out and what was not, one a line, without the folder that the test made.
    pub(crate) fn told(&self, folder: &Path) -> String {
        let mut out = String::new();
        for Got { name, kind, bytes, .. } in &self.members {
            let _ = writeln!(out, "{name}: {kind}, {} bytes", bytes.len());
        }
        for Unread { name, reason, lost, .. } in &self.unread {
            let weight = if *lost { "lost" } else { "left" };
            let _ = writeln!(out, "{weight} {name}: {reason}");
        }
        out.replace(&format!("{}/", folder.display()), "")
    }

    /// Names after the last `!` or `/`, and contents.
    pub(crate) fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let end = |name: &str| name.rsplit(['!', '/']).next().unwrap_or_default().to_owned();
        self.members.iter().map(|got| (end(&got.name), got.bytes.clone())).collect()
    }
}

/// Walks through a path.
pub(crate) fn walk(path: &Path, options: &Options) -> Seen {
    let mut seen = Seen::default();
    let _ = visit_one(&Source::Path(path.to_owned()), options, &mut seen);
    seen
}

/// Writes bytes as a file of a folder of its own, and walks through it.
pub(crate) fn walk_bytes(name: &str, bytes: &[u8], options: &Options) -> (Seen, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let seen = walk(&path, options);
    let told = seen.told(folder.path());
    (seen, told)
}

/// The same, with the default options, only in words.
pub(crate) fn told(name: &str, bytes: &[u8]) -> String {
    walk_bytes(name, bytes, &Options::default()).1
}

pub(crate) fn ahead() -> Options {
    let mut options = Options::default();
    options.ahead = true;
    options
}

pub(crate) fn sources(paths: &[PathBuf]) -> (Vec<Source>, Options) {
    let sources: Vec<_> = paths.iter().cloned().map(Source::Path).collect();
    let mut options = Options::default();
    options.progress = Arc::new(Progress::of(&sources));
    (sources, options)
}

/// Text that looks like a log, with no two lines alike.
pub(crate) fn log(lines: usize) -> Vec<u8> {
    let mut out = String::new();
    for line in 0..lines {
        let noise = line.wrapping_mul(2_654_435_761) % 1_000_003;
        let _ = writeln!(out, "2024-03-05T10:15:30.120+01:00 expc tvcs: Line=\"{line}\" Noise=\"{noise}\"");
    }
    out.into_bytes()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut out = lzma_rust2::XzWriter::new(Vec::new(), options).expect("a writer");
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A header of a tar for a member of this kind.
pub(crate) fn header(kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = header(EntryType::Regular, bytes.len());
        out.append_data(&mut header, name, *bytes).expect("memory");
    }
    out.into_inner().expect("memory")
}

/// One header of a tar with a name as it is, which the crate would not write, and its content.
pub(crate) fn raw_member(name: &[u8], kind: EntryType, bytes: &[u8]) -> Vec<u8> {
    let mut header = header(kind, bytes.len());
    header.as_mut_bytes()[..100].fill(0);
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(members, zip::CompressionMethod::Deflated)
}

pub(crate) fn zip_by(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a member");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

/// A zip whose headers do not say how long the members are, as programs write it that cannot go back.
pub(crate) fn streamed_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default()).expect("a member");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

/// Numbers without order, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % sides.max(1)
    }
}
