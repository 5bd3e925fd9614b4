//! Writes members in the form in which they were found: files, folders, archives, archives in archives.
//!
//! Everything is written beside the place it goes to, and moved there once it is whole.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use tempfile::{Builder, NamedTempFile, TempDir, tempfile_in};
use waytrace::redact::Sink;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// One file: a log, or an archive.
    One,
    /// A folder that was one.
    Folder,
    /// A folder for several inputs.
    Several,
}

/// Where members go.
pub(super) struct Pack {
    root: Root,
    /// The folder beside the output in which everything grows.
    work: TempDir,
    /// Path of the input that is copied, as members' names begin with it.
    source: String,
    /// Its name in the output, if there are several.
    below: String,
    /// Whether the input is a zip archive.
    is_zip: bool,
    /// Archives that are being written, the outermost first.
    open: Vec<Archive>,
    leaf: Option<Leaf>,
}

/// A member that is being written.
struct Leaf {
    name: String,
    text: BufWriter<File>,
    /// Packed by itself, inside or outside of an archive.
    gzip: Option<GzEncoder<BufWriter<File>>>,
}

/// An archive that is being written.
struct Archive {
    /// Its name in the archive or folder around it.
    name: String,
    writer: Writer,
}

enum Writer {
    Zip(Box<ZipWriter<File>>),
    Tar(tar::Builder<File>),
    TarGz(Box<tar::Builder<GzEncoder<File>>>),
}

/// The folder of a path.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

impl Pack {
    pub(super) fn new(out: &Path, root: Root) -> io::Result<Self> {
        let work = Builder::new().prefix(".waytrace-").suffix(".part").tempdir_in(folder(out))?;
        let (source, below) = (String::new(), String::new());
        Ok(Self { root, work, source, below, is_zip: false, open: Vec::new(), leaf: None })
    }

    /// Says which input comes next, and its name in the output.
    pub(super) fn source(&mut self, path: &Path, below: &str) {
        self.source = path.display().to_string();
        below.clone_into(&mut self.below);
        let mut magic = [0; 4];
        let first = path.is_file().then(|| File::open(path)).and_then(Result::ok);
        self.is_zip =
            first.and_then(|mut file| file.read_exact(&mut magic).ok()).is_some() && magic == *b"PK\x03\x04";
    }

    /// The parts of a member's place: files and folders first, then one part for each archive around it.
    fn place(&self, name: &str, redacted: &str) -> Vec<String> {
        // Both names have the same number of parts; those of the input's own path are left away.
        let own = self.source.trim_end_matches(['/', '\\']);
        let inside = name.strip_prefix(own).unwrap_or(name);
        let parts = |text: &str| text.matches(['/', '\\', '!']).count();
        let keep = parts(inside);
        let mut rest = redacted;
        for _ in 0..parts(redacted).saturating_sub(keep) {
            rest = rest.split_once(['/', '\\', '!']).map_or(rest, |(_, rest)| rest);
        }
        let first = inside.chars().next();
        let rest = match (first, keep) {
            (Some('/' | '\\' | '!'), 1..) => rest.split_once(['/', '\\', '!']).map_or(rest, |(_, rest)| rest),
            (None, _) => "",
            _ => rest,
        };
        let base = if self.root == Root::Several { self.below.as_str() } else { "" };
        match (first, base) {
            (None, base) => vec![base.to_owned()],
            (Some('!'), base) => std::iter::once(base).chain(rest.split('!')).map(str::to_owned).collect(),
            (_, "") => rest.split('!').map(str::to_owned).collect(),
            (_, base) => format!("{base}/{rest}").split('!').map(str::to_owned).collect(),
        }
    }

    /// Opens and closes archives until those of this place are open.
    fn reach(&mut self, archives: &[String]) -> io::Result<()> {
        let same = self.open.iter().zip(archives).take_while(|(open, name)| open.name == **name).count();
        while self.open.len() > same {
            self.close()?;
        }
        for name in &archives[same..] {
            let zip =
                if self.open.is_empty() && self.root == Root::One { self.is_zip } else { ends(name, "zip") };
            let file = tempfile_in(self.work.path())?;
            let writer = if zip {
                Writer::Zip(Box::new(ZipWriter::new(file)))
            } else if ends(name, "tar") || name.is_empty() && ends(&self.source, "tar") {
                Writer::Tar(tar::Builder::new(file))
            } else {
                Writer::TarGz(Box::new(tar::Builder::new(GzEncoder::new(file, Compression::default()))))
            };
            self.open.push(Archive { name: name.clone(), writer });
        }
        Ok(())
    }

    /// Ends the innermost archive and puts it where it belongs.
    fn close(&mut self) -> io::Result<()> {
        let Some(archive) = self.open.pop() else { return Ok(()) };
        let mut file = match archive.writer {
            Writer::Zip(zip) => zip.finish().map_err(io::Error::other)?,
            Writer::Tar(tar) => tar.into_inner()?,
            Writer::TarGz(tar) => tar.into_inner()?.finish()?,
        };
        // What was packed in a way that is not written here comes as .tar.gz.
        let other = ["tar.xz", "tar.zst", "tar.bz2", "txz", "tbz2"];
        let name = match other.iter().find(|end| ends(&archive.name, end)) {
            Some(end) => archive.name[..archive.name.len() - end.len()].to_owned() + "tar.gz",
            None => archive.name,
        };
        self.put(&name, &mut file)
    }

    /// Puts a whole file into the innermost open archive, or into the folder that everything grows in.
    fn put(&mut self, name: &str, file: &mut File) -> io::Result<()> {
        let size = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        let entry = |builder: &mut dyn FnMut(&mut tar::Header) -> io::Result<()>| {
            let mut header = tar::Header::new_gnu();
            header.set_size(size);
            header.set_mode(0o644);
            builder(&mut header)
        };
        match self.open.last_mut().map(|archive| &mut archive.writer) {
            Some(Writer::Zip(zip)) => {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Deflated)
                    .large_file(size >= u64::from(u32::MAX));
                zip.start_file(name, options).map_err(io::Error::other)?;
                io::copy(file, zip).map(drop)
            }
            Some(Writer::Tar(tar)) => entry(&mut |header| tar.append_data(header, safe(name), &mut *file)),
            Some(Writer::TarGz(tar)) => entry(&mut |header| tar.append_data(header, safe(name), &mut *file)),
            None => {
                let path = match name {
                    "" => self.work.path().join("whole"),
                    name => self.work.path().join("tree").join(safe(name)),
                };
                fs::create_dir_all(folder(&path))?;
                io::copy(file, &mut super::create(&path)?).map(drop)
            }
        }
    }

    /// Moves what was written to its place.
    pub(super) fn finish(mut self, out: &Path, replace: bool) -> io::Result<()> {
        while !self.open.is_empty() {
            self.close()?;
        }
        let whole = self.work.path().join("whole");
        if self.root == Root::One && whole.is_file() {
            // A link within a folder is made or not; it never replaces.
            return if replace { fs::rename(&whole, out) } else { persist(&whole, out) };
        }
        let tree = self.work.path().join("tree");
        if out.exists() {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "it is there already"));
        }
        fs::rename(tree, out)
    }
}

fn persist(whole: &Path, out: &Path) -> io::Result<()> {
    let file = NamedTempFile::from_parts(File::open(whole)?, tempfile::TempPath::try_from_path(whole)?);
    file.persist_noclobber(out).map(drop).map_err(|refused| match refused.error.kind() {
        ErrorKind::AlreadyExists => {
            io::Error::new(ErrorKind::AlreadyExists, "it is there already; --force replaces it")
        }
        _ => refused.error,
    })
}

/// A path without what would lead out of the folder it is put in.
fn safe(name: &str) -> PathBuf {
    let parts = Path::new(name).components().filter(|part| matches!(part, Component::Normal(_)));
    let path: PathBuf = parts.collect();
    if path.as_os_str().is_empty() { PathBuf::from("member") } else { path }
}

fn ends(name: &str, end: &str) -> bool {
    name.len() > end.len()
        && name.is_char_boundary(name.len() - end.len())
        && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
        && name[..name.len() - end.len()].ends_with('.')
}

impl Sink for Pack {
    fn begin(&mut self, name: &str, redacted: &str) -> io::Result<()> {
        let mut place = self.place(name, redacted);
        let leaf = place.pop().unwrap_or_default();
        self.reach(&place)?;
        // `log.txt.gz` alone is handed out under its own name, unpacked.
        let packed = ["gz", "xz", "zst", "bz2"]
            .iter()
            .find(|end| ends(&leaf, end) || leaf.is_empty() && ends(name, end));
        let file = tempfile_in(self.work.path())?;
        let gzip = packed.map(|_| {
            io::Result::Ok(GzEncoder::new(BufWriter::new(file.try_clone()?), Compression::default()))
        });
        let gzip = gzip.transpose()?;
        let leaf = match packed {
            Some(end) if *end != "gz" && !leaf.is_empty() => leaf[..leaf.len() - end.len()].to_owned() + "gz",
            _ => leaf,
        };
        self.leaf = Some(Leaf { name: leaf, text: BufWriter::new(file), gzip });
        Ok(())
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        match &mut self.leaf {
            Some(Leaf { gzip: Some(gzip), .. }) => gzip.write_all(text.as_bytes()),
            Some(leaf) => leaf.text.write_all(text.as_bytes()),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(leaf) = self.leaf.take() else { return Ok(()) };
        if let Some(gzip) = leaf.gzip {
            gzip.finish()?.flush()?;
        }
        let mut file = leaf.text.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.put(&leaf.name, &mut file)
    }
}
