//! Standard output and standard error: the only place that writes to them.

use crate::args::Color;
use crate::exit::Failure;
use std::io::{self, BufWriter, IsTerminal, Write};
use waytrace::Escaped;
use waytrace::render::text::Options;

/// Columns when the output is no terminal.
const PLAIN_WIDTH: usize = 100;
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
    for line in failure.to_string().lines() {
        // Nothing is left to do if standard error is gone too.
        let _ = writeln!(err, "waytrace: {}", Escaped(line));
    }
}

/// How text is drawn on standard output.
pub(crate) fn options(color: Color) -> Options {
    let terminal = io::stdout().is_terminal();
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = terminal_size::terminal_size().filter(|_| terminal);
    let width = width.map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0).min(MAX_WIDTH));
    Options { color: wanted, width }
}
