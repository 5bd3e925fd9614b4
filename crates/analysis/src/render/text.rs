//! The report for a terminal, in the manner of a good compiler: what is wrong, where, the proof, why, what to do.
//!
//! Everything that comes from a log goes through [`Escaped`](crate::Escaped).

pub(super) mod certificate;
mod inventory;
mod live;
mod page;
mod parts;
mod preflight;
mod reading;
mod summary;

use super::voice::Voice;
use crate::report::{Problem, Report};
use crate::speech::Speech;
use anstyle::{AnsiColor, Style};
use std::fmt::{self, Write};
use waytrace_signatures::Severity;

pub use inventory::inventory;
pub(crate) use inventory::rewritten;
pub use live::{so_far, update};
pub use page::{entry, procedure};
pub use preflight::{preflight, verified};

/// How text is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether to use colours.
    pub color: bool,
    /// Columns to wrap at.
    pub width: usize,
    /// Lines of evidence shown of one problem, proofs first.
    pub evidence: usize,
    /// The summary only.
    pub brief: bool,
    /// How what comes without its report speaks: a single problem, a page, a list of certificates. A report knows that
    /// itself.
    pub speech: Speech,
}

impl Default for Options {
    fn default() -> Self {
        Self { color: false, width: 100, evidence: usize::MAX, brief: false, speech: Speech::new() }
    }
}

/// The words and the styles in use; styles are all plain without colour.
#[derive(Debug, Clone, Copy)]
struct Styles<'v> {
    voice: &'v Voice,
    error: Style,
    warning: Style,
    info: Style,
    strong: Style,
    frame: Style,
    faint: Style,
}

impl<'v> Styles<'v> {
    fn of(options: &Options, voice: &'v Voice) -> Self {
        let plain = Style::new();
        if !options.color {
            return Self {
                voice,
                error: plain,
                warning: plain,
                info: plain,
                strong: plain,
                frame: plain,
                faint: plain,
            };
        }
        let bold = |color: AnsiColor| color.on_default().bold();
        Self {
            voice,
            error: bold(AnsiColor::Red),
            warning: bold(AnsiColor::Yellow),
            info: bold(AnsiColor::Cyan),
            strong: plain.bold(),
            frame: bold(AnsiColor::Blue),
            faint: plain.dimmed(),
        }
    }

    fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Critical | Severity::Error => self.error,
            Severity::Warning => self.warning,
            _ => self.info,
        }
    }
}

/// The whole report.
pub fn render(report: &Report, options: &Options) -> String {
    let mut out = String::new();
    let written = write_report(&mut out, report, options);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// One problem, as it stands in the report. `input` names inputs by their number.
pub fn problem<'a>(problem: &'a Problem, input: &dyn Fn(u32) -> &'a str, options: &Options) -> String {
    let mut out = String::new();
    let written =
        parts::problem(&mut out, problem, input, &Styles::of(options, &Voice::new(options.speech)), options);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// What was read and found, without the problems themselves: for the end of a live run.
pub fn summary(report: &Report, options: &Options) -> String {
    let mut out = String::new();
    let voice = Voice::new(report.speech);
    let styles = Styles::of(options, &voice);
    let written = summary::write(&mut out, report, &styles, options.width, usize::MAX)
        .and_then(|()| writeln!(out))
        .and_then(|()| reading::write(&mut out, report, &styles, options.width));
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

fn write_report(out: &mut String, report: &Report, options: &Options) -> fmt::Result {
    let voice = Voice::new(report.speech);
    let styles = Styles::of(options, &voice);
    if options.brief {
        return summary::write(out, report, &styles, options.width, usize::MAX);
    }
    summary::write(out, report, &styles, options.width, summary::SCREEN)?;
    writeln!(out)?;
    for problem in &report.findings {
        parts::problem(out, problem, &|member| report.input(member), &styles, options)?;
        writeln!(out)?;
    }
    reading::write(out, report, &styles, options.width)
}
