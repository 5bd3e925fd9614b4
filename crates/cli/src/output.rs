//! Standard output and standard error: the only place that writes to them.

use crate::args::{Color, Shown};
use crate::ceilings::with_flags;
use crate::exit::Failure;
#[cfg(unix)]
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use waytrace::render::text::Options;
use waytrace::{Escaped, Report};

/// Columns when the output is no terminal.
const PLAIN_WIDTH: usize = 80;
/// Lines longer than this are hard to read, however wide the terminal is.
const MAX_WIDTH: usize = 140;

/// Writes to standard output and flushes, so that a reader sees it at once.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Write)
}

/// Standard output for many lines: buffered, flushed at the end.
pub(crate) struct Out {
    out: BufWriter<io::Stdout>,
}

impl Out {
    pub(crate) fn new() -> Self {
        Self { out: BufWriter::with_capacity(64 * 1024, io::stdout()) }
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.out, "{text}").map_err(Failure::Write)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Write)
    }
}

/// Says on standard error why there is no result, one reason a line.
pub(crate) fn complain(failure: &Failure) {
    let mut err = io::stderr().lock();
    for line in with_flags(&failure.to_string()).lines() {
        // Nothing is left to do if standard error is gone too.
        let _ = writeln!(err, "waytrace: {}", Escaped(line));
    }
}

/// Says on standard error what may be missing in a result that has no place for it.
pub(crate) fn tell_unread(report: &Report) {
    let mut err = io::stderr().lock();
    for unread in report.unread.iter().filter(|unread| unread.may_hold_log) {
        let what = if unread.partly_read { "read only in part" } else { "not read" };
        let line = format!("{what}: {}: {}", unread.name, with_flags(&unread.reason));
        // The exit status says it too.
        let _ = writeln!(err, "waytrace: {}", Escaped(&line));
    }
}

/// Puts the cursor at the beginning of the line that shows how far the reading is.
pub(crate) fn rewind() {
    // It is a matter of looks only.
    let _ = io::stderr().write_all(b"\r");
}

/// Whether somebody sees how far the reading is.
pub(crate) fn has_terminal_for_progress() -> bool {
    io::stderr().is_terminal()
}

/// Whether standard output is a file, so that nothing of it can meet what is drawn on a terminal. Behind a pipe there
/// may be a terminal again.
pub(crate) fn goes_to_a_file() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let file = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        file.and_then(|file| file.metadata()).is_ok_and(|about| about.is_file())
    }
    #[cfg(not(unix))]
    false
}

/// How text is drawn on standard output.
pub(crate) fn options(shown: &Shown) -> Options {
    let terminal = io::stdout().is_terminal();
    let wanted = match shown.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = terminal_size::terminal_size().filter(|_| terminal);
    let width = width.map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0).min(MAX_WIDTH));
    Options { color: wanted, width, speech: shown.speech(), ..Options::default() }
}

/// How text is drawn where nobody sees it at once.
pub(crate) fn options_for_a_file(shown: &Shown) -> Options {
    Options {
        color: shown.color == Color::Always,
        width: PLAIN_WIDTH,
        speech: shown.speech(),
        ..Options::default()
    }
}

/// Says something on standard error that is no failure, in one line.
pub(crate) fn warn(words: &str) {
    // Nothing is left to do if standard error is gone.
    let _ = writeln!(io::stderr().lock(), "waytrace: {}", Escaped(words));
}
