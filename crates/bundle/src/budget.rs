//! What one file that the user gave has asked for so far, and the readers that count it.

use crate::ceilings::Ceilings;
use crate::fault::Fault;
use crate::options::{Options, Progress, Stop};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Counts of one outer file. All its readers share it, also on another thread.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) ceilings: Ceilings,
    stop: Stop,
    progress: Arc<Progress>,
    size: Option<u64>,
    read: AtomicU64,
    inflated: AtomicU64,
    members: AtomicU64,
    halt: OnceLock<String>,
}

impl Budget {
    pub(crate) fn new(options: &Options, size: Option<u64>) -> Self {
        Self {
            ceilings: options.ceilings,
            stop: options.stop.clone(),
            progress: Arc::clone(&options.progress),
            size,
            read: AtomicU64::new(0),
            inflated: AtomicU64::new(0),
            members: AtomicU64::new(0),
            halt: OnceLock::new(),
        }
    }

    /// Why nothing more of this file is read, if so.
    pub(crate) fn halted(&self) -> Option<&str> {
        self.halt.get().map(String::as_str)
    }

    /// The file is done with: what was passed over counts as done.
    pub(crate) fn finish(&self) {
        let left = self.size.unwrap_or(0).saturating_sub(self.read.load(Ordering::Relaxed));
        if self.halted().is_none() {
            self.progress.add(left);
        }
    }

    /// Counts a member of an archive.
    pub(crate) fn member(&self) -> io::Result<()> {
        let most = self.ceilings.members;
        if self.members.fetch_add(1, Ordering::Relaxed) >= most {
            return Err(self.end(format!(
                "more than {most} members, the ceiling of `members`; raise it, or unpack the archive and give the \
                 folder"
            )));
        }
        self.poll()
    }

    fn poll(&self) -> io::Result<()> {
        if self.stop.is_stopped() {
            return Err(self.end("stopped before its end".to_owned()));
        }
        match self.halted() {
            Some(reason) => Err(Fault::error(reason)),
            None => Ok(()),
        }
    }

    fn took(&self, bytes: usize) {
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
        self.progress.add(bytes as u64);
    }

    fn inflated(&self, bytes: usize) -> io::Result<()> {
        let Ceilings { inflated: most, ratio, ratio_from, .. } = self.ceilings;
        let made = self.inflated.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if made > most {
            return Err(self.end(format!(
                "more than {most} bytes come out of it, the ceiling of `inflated`; if that is honest, raise it, or \
                 unpack it and give the folder"
            )));
        }
        if made > ratio_from {
            // A zip may lead to the same bytes again and again: they count once.
            let read = self.read.load(Ordering::Relaxed);
            let read = self.size.map_or(read, |size| read.min(size)).max(1);
            if made / read > ratio {
                return Err(self.end(format!(
                    "more than {ratio} times its size comes out of it, the ceiling of `ratio`: this may be made to \
                     fill disks; if it is honest, raise the ceiling, or unpack it and give the folder"
                )));
            }
        }
        Ok(())
    }

    fn end(&self, reason: String) -> io::Error {
        Fault::error(self.halt.get_or_init(|| reason).clone())
    }
}

/// What a [`Meter`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Bytes of the outer file, as they lie on the disk.
    Outer,
    /// Bytes that come out of a decoder.
    Inflated,
}

/// A reader that counts, and that fails once the walk is to stop.
#[derive(Debug)]
pub(crate) struct Meter<R> {
    inner: R,
    budget: Arc<Budget>,
    counts: Counts,
}

impl<R> Meter<R> {
    pub(crate) fn new(inner: R, budget: &Arc<Budget>, counts: Counts) -> Self {
        Self { inner, budget: Arc::clone(budget), counts }
    }
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            // Also each time that nothing came: what waits for its source must end when it is told to.
            self.budget.poll()?;
            let count = match self.inner.read(into) {
                // Not every reader above tries again by itself.
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                result => result?,
            };
            match self.counts {
                Counts::Outer => self.budget.took(count),
                Counts::Inflated => self.budget.inflated(count)?,
            }
            return Ok(count);
        }
    }
}

impl<R: Seek> Seek for Meter<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
