//! The exit status, and why a command ends without a result.

use std::io;
use std::process::ExitCode;

/// What the command's exit status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: everything was read, and no problem was found.
    Clean,
    /// 1: problems were found.
    Found,
    /// 2: the command was used in a wrong way, or nothing could be read.
    Usage,
    /// 3: something that may hold log text was read only in part, or not at all. Says so even beside findings,
    /// because then the findings are not all there is to know.
    Partial,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::Partial => 3,
        })
    }
}

impl Exit {
    /// The status for a report.
    pub(crate) fn of(report: &waytrace::Report) -> Self {
        match (report.is_partial(), report.findings.is_empty()) {
            (true, _) => Self::Partial,
            (false, false) => Self::Found,
            (false, true) => Self::Clean,
        }
    }
}

/// Why a command gave no result. All of these end with status 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Analysis(#[from] waytrace::Error),
    /// A full disk, most often. What was written before it stays there.
    #[error("cannot write to standard output: {}", words(.0))]
    Write(#[source] io::Error),
    #[error("{0}")]
    Usage(String),
}

/// What the system says, without its number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

impl Failure {
    /// The reader of our output went away: that is its right, and no failure. The command ends with status 0, as
    /// nobody waits for its verdict.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
