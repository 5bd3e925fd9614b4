//! One file that is followed by its name, as `tail -F` does.
//!
//! A file may grow, be cut to nothing (copytruncate), be renamed and begun anew, go away and come back, or not be there
//! yet. Of a file that was renamed the rest is read first, and it is still read for a while: its writer may not have
//! noticed. What is written between the last look and a cut is lost; nobody can read it. So is a file that appears and
//! is renamed again between two looks.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// A file that was renamed is read on for so long after the new one appeared.
const GRACE: Duration = Duration::from_secs(5);
/// Bytes before the place that was reached: if they changed, the file was begun anew under the same number. So
/// many that they hold at least one stamp of nearly every log.
const MARK: usize = 1024;
/// How far back the beginning of an unfinished line is looked for, when a file is followed from its end.
const BACK: u64 = 64 * 1024;
/// Bytes read at one look.
const PORTION: usize = 64 * 1024;

/// Where a file that is there already is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// At its first byte.
    Start,
    /// At its end; a line that is being written counts as new.
    End,
}

/// What a look at the file gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'b> {
    /// The file is read from here on: it was there, or appeared, or was begun anew. What comes is a new generation.
    Begins {
        /// Bytes of it that are passed over.
        passed_over: u64,
    },
    /// Bytes of the newest generation.
    Bytes(&'b [u8]),
    /// Bytes of the generation before.
    Older(&'b [u8]),
    /// The generation before is over.
    OlderEnds,
    /// The file was cut; the generation is over, and the next one begins.
    Cut,
    /// There is no file of this name.
    Missing,
    /// It cannot be read now.
    Unreadable(io::ErrorKind),
}

/// A file that is followed.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    begin: Begin,
    file: Option<Open>,
    older: Option<(Open, Instant)>,
    /// What was last told of a name without a readable file.
    told: Option<io::ErrorKind>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    file: File,
    id: Id,
    at: u64,
    /// The last bytes before `at`.
    mark: Vec<u8>,
    /// When it was last written, as far as was looked.
    written: Option<SystemTime>,
}

/// What tells one file from another of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Id(u64, u64);

impl Id {
    #[cfg(unix)]
    fn of(about: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(about.dev(), about.ino())
    }

    /// Where files have no number, the time they were created tells.
    #[cfg(not(unix))]
    fn of(about: &Metadata) -> Self {
        let since = |time: io::Result<std::time::SystemTime>| {
            let time = time.ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
        };
        Self(since(about.created()).unwrap_or_default(), 0)
    }
}

impl Tail {
    /// Follows the file of this name; one that is there already from its beginning or its end.
    pub fn new(path: &Path, begin: Begin) -> Self {
        let (file, older, told) = (None, None, None);
        Self { path: path.to_owned(), begin, file, older, told, buffer: vec![0; PORTION] }
    }

    /// The name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at the file once, and tells what is new. Gives whether there may be more at once.
    pub fn look(&mut self, now: Instant, tell: &mut dyn FnMut(Event<'_>)) -> bool {
        let mut more = self.read_older(now, tell);
        let Some(open) = &mut self.file else {
            return self.open(Begin::Start, tell) || more;
        };
        match open.read(&mut self.buffer) {
            Ok(Found::Bytes(bytes)) => {
                tell(Event::Bytes(bytes));
                return true;
            }
            Ok(Found::Changed) => {
                tell(Event::Cut);
                open.restart();
                tell(Event::Begins { passed_over: 0 });
                return true;
            }
            Ok(Found::Nothing) => {}
            Err(error) => tell(Event::Unreadable(error.kind())),
        }
        // Only now, with everything read, it may be another file.
        match fs::metadata(&self.path).map(|about| Id::of(&about)) {
            Ok(id) if id == open.id => self.told = None,
            Ok(_) => {
                self.let_older_go(tell);
                self.older = self.file.take().map(|open| (open, now));
                more = self.open(Begin::Start, tell);
            }
            Err(error) => self.miss(error.kind(), tell),
        }
        more
    }

    /// Reads the generation before, until its time is over.
    fn read_older(&mut self, now: Instant, tell: &mut dyn FnMut(Event<'_>)) -> bool {
        let Some((open, since)) = &mut self.older else { return false };
        if let Ok(Found::Bytes(bytes)) = open.read(&mut self.buffer) {
            tell(Event::Older(bytes));
            return true;
        }
        if now.saturating_duration_since(*since) >= GRACE {
            self.let_older_go(tell);
        }
        false
    }

    fn let_older_go(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        if let Some((mut open, _)) = self.older.take() {
            while let Ok(Found::Bytes(bytes)) = open.read(&mut self.buffer) {
                tell(Event::Older(bytes));
            }
            tell(Event::OlderEnds);
        }
    }

    fn miss(&mut self, kind: io::ErrorKind, tell: &mut dyn FnMut(Event<'_>)) {
        if self.told != Some(kind) {
            self.told = Some(kind);
            tell(match kind {
                io::ErrorKind::NotFound => Event::Missing,
                kind => Event::Unreadable(kind),
            });
        }
    }

    /// Opens the file for the first time, or again.
    fn open(&mut self, begin: Begin, tell: &mut dyn FnMut(Event<'_>)) -> bool {
        // What is there when the following begins was there before; what appears later is new as a whole.
        let begin = if self.told.is_none() && self.older.is_none() { self.begin } else { begin };
        let opened = File::open(&self.path).and_then(|mut file| {
            let about = file.metadata()?;
            if about.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let at = if begin == Begin::End { line_start(&mut file, about.len())? } else { 0 };
            file.seek(SeekFrom::Start(at))?;
            Ok(Open { file, id: Id::of(&about), at, mark: Vec::new(), written: None })
        });
        match opened {
            Ok(open) => {
                tell(Event::Begins { passed_over: open.at });
                self.file = Some(open);
                self.told = None;
                true
            }
            Err(error) => {
                self.miss(error.kind(), tell);
                false
            }
        }
    }
}

enum Found<'b> {
    Nothing,
    Bytes(&'b [u8]),
    /// It is shorter than it was, or says something else.
    Changed,
}

impl Open {
    fn read<'b>(&mut self, buffer: &'b mut [u8]) -> io::Result<Found<'b>> {
        let about = self.file.metadata()?;
        let (length, written) = (about.len(), about.modified().ok());
        if length < self.at {
            return Ok(Found::Changed);
        }
        // Cut, and grown to the very same length: only the time of the writing tells.
        if length == self.at && written == self.written {
            return Ok(Found::Nothing);
        }
        self.written = written;
        if !self.is_same()? {
            return Ok(Found::Changed);
        }
        let count = self.file.read(buffer)?;
        if count == 0 {
            return Ok(Found::Nothing);
        }
        self.at += count as u64;
        let bytes = &buffer[..count];
        self.mark.extend_from_slice(&bytes[count.saturating_sub(MARK)..]);
        let extra = self.mark.len().saturating_sub(MARK);
        self.mark.drain(..extra);
        Ok(Found::Bytes(bytes))
    }

    /// Whether the bytes before the place reached are what they were.
    fn is_same(&mut self) -> io::Result<bool> {
        let mut now = [0; MARK];
        let now = &mut now[..self.mark.len()];
        self.file.seek(SeekFrom::Start(self.at - self.mark.len() as u64))?;
        let is_same = self.file.read_exact(now).is_ok() && *now == *self.mark;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(is_same)
    }

    fn restart(&mut self) {
        self.at = 0;
        self.mark.clear();
        // A seek to the beginning of a file that is open cannot fail; if it does, the next read tells.
        let _ = self.file.seek(SeekFrom::Start(0));
    }
}

/// Where the line begins that the end of the file is in.
fn line_start(file: &mut File, length: u64) -> io::Result<u64> {
    let from = length.saturating_sub(BACK);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.by_ref().take(BACK).read_to_end(&mut tail)?;
    let end = tail.iter().rposition(|byte| *byte == b'\n').map(|at| from + at as u64 + 1);
    Ok(end.unwrap_or(if from == 0 { 0 } else { length }))
}

#[cfg(test)]
mod tests;
