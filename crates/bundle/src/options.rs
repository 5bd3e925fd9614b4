//! How to walk, how far the walk is, and how to end it.

use crate::ceilings::Ceilings;
use crate::member::Source;
use crate::parts::Part;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How to walk.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// How much an archive may ask for.
    pub ceilings: Ceilings,
    /// Whether compressed files are inflated on a thread of their own, ahead of the visitor.
    pub ahead: bool,
    /// Where bytes read are counted. Walks side by side may share it.
    pub progress: Arc<Progress>,
    /// Ends the walk.
    pub stop: Stop,
}

/// How many bytes of the files that the user gave were read, as they lie on the disk, and which member is next.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    endless: AtomicBool,
    current: Mutex<String>,
}

impl Progress {
    /// Begins at zero, with the sizes of all these sources as the total.
    pub fn of(sources: &[Source]) -> Self {
        let progress = Self::default();
        for source in sources {
            match source {
                Source::Stdin => progress.endless.store(true, Ordering::Relaxed),
                Source::Path(path) => {
                    progress.total.fetch_add(size_of(path, Ceilings::default().folders), Ordering::Relaxed);
                }
            }
        }
        progress
    }

    /// Bytes done with: read, or passed over. May be more than the total if files grow.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Bytes in all. Nothing if that is not known: of standard input, or where nobody asked for it.
    pub fn total(&self) -> Option<u64> {
        let total = self.total.load(Ordering::Relaxed);
        (total > 0 && !self.endless.load(Ordering::Relaxed)).then_some(total)
    }

    /// Files are to be read once more.
    pub fn again(&self, part: &Part) {
        // Where nobody asked for the total, nobody asks for this.
        if self.total().is_some() {
            let most = Ceilings::default().folders;
            self.total.fetch_add(part.paths().map(|path| size_of(path, most)).sum(), Ordering::Relaxed);
        }
    }

    /// Name of the member that was handed out last. Of several walks side by side, that of any of them.
    pub fn current(&self) -> String {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn enter(&self, name: &str) {
        name.clone_into(&mut self.current.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Ends walks from outside, such as at Ctrl-C. Clones belong together.
///
/// Every reader of the walk then fails at its next read, so that the visitor's member ends. What was not read comes
/// as [`Unread`](crate::Unread).
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends all walks that have a clone of this.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether they are to end.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

fn size_of(path: &Path, depth: usize) -> u64 {
    let Ok(about) = fs::metadata(path) else { return 0 };
    if !about.is_dir() {
        return about.len();
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let own = entries.filter(|child| depth > 0 && !child.is_symlink());
    own.map(|child| size_of(&child, depth - 1)).sum()
}
