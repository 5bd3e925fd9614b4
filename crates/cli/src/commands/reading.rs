//! Reads what the user names, as he wants it read: with his ceilings, a bar that shows how far it is, and Ctrl-C.

use crate::args;
use crate::ceilings;
use crate::exit::Failure;
use crate::interrupt::stop_at_interrupt;
use crate::output;
use crate::progress::Bar;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waytrace::{Analyzer, Error, Progress, Source, Stop};

/// When a command writes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    /// Once everything is read.
    AtTheEnd,
    /// While it reads.
    Meanwhile,
}

/// A reading of several sources, before it begins.
pub(super) struct Reading {
    sources: Vec<Source>,
    options: waytrace::Reading,
    /// Where the user did not say, the analyzer decides.
    threads: Option<NonZeroUsize>,
    draws: bool,
}

impl Reading {
    pub(super) fn new(paths: Vec<PathBuf>, args: &args::Reading, writes: Writes) -> Self {
        let sources = sources(paths);
        let apart = match writes {
            Writes::AtTheEnd => true,
            Writes::Meanwhile => output::goes_to_a_file(),
        };
        let draws = !args.no_progress && apart && output::has_terminal_for_progress();
        let mut options = waytrace::Reading::default();
        options.ceilings = ceilings::asked(&args.ceilings);
        options.ahead = true;
        options.stop = stop_at_interrupt();
        if draws {
            // Sizes are asked for only if somebody looks: a folder may be large.
            options.progress = Arc::new(Progress::of(&sources));
        }
        Self { sources, options, threads: args.threads, draws }
    }

    /// Reads everything. The bar is gone when this returns.
    pub(super) fn run<T>(
        &self,
        analyzer: Analyzer,
        work: impl FnOnce(&Analyzer, &[Source]) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let analyzer = analyzer.reading(self.options.clone());
        let analyzer = match self.threads {
            Some(threads) => analyzer.threads(threads),
            None => analyzer,
        };
        let bar =
            self.draws.then(|| Bar::draw(Arc::clone(&self.options.progress), self.options.stop.clone()));
        let result = work(&analyzer, &self.sources);
        drop(bar);
        Ok(result?)
    }

    /// The same, for sources that are read twice: as far as the bar shows.
    pub(super) fn twice(mut self) -> Self {
        if self.draws {
            self.options.progress = Arc::new(Progress::of(&[&self.sources[..], &self.sources[..]].concat()));
        }
        self
    }

    /// Does something else with the sources than analyse them. The bar is gone when this returns.
    pub(super) fn raw<T>(&self, work: impl FnOnce(&waytrace::Reading, &[Source]) -> T) -> T {
        let bar =
            self.draws.then(|| Bar::draw(Arc::clone(&self.options.progress), self.options.stop.clone()));
        let result = work(&self.options, &self.sources);
        drop(bar);
        result
    }

    /// What ends the reading early.
    pub(super) fn stop(&self) -> &Stop {
        &self.options.stop
    }
}

/// What the user names: `-` is standard input.
fn sources(paths: Vec<PathBuf>) -> Vec<Source> {
    let source = |path: PathBuf| if path == Path::new("-") { Source::Stdin } else { Source::Path(path) };
    paths.into_iter().map(source).collect()
}
