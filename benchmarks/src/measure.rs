//! One run of a command: how long, how much of the processors, how much memory.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4 as _;

/// What a run took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) wall: Duration,
    /// User and system time, of all its threads.
    pub(crate) cpu: Duration,
    /// Greatest resident set in KiB. Not below that of this program when it started the other one.
    pub(crate) peak: u64,
}

/// What a run took and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) taken: Taken,
    pub(crate) output: String,
    pub(crate) errors: String,
    pub(crate) status: Option<i32>,
}

/// Runs a command to its end. Its output goes into files in a folder, so that nobody waits for a reader.
pub(crate) fn run(command: &mut Command, folder: &Path) -> io::Result<Ran> {
    let (out, err) = (folder.join("output"), folder.join("errors"));
    command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let ended = child.wait4()?;
    let wall = begun.elapsed();
    let taken =
        Taken { wall, cpu: ended.rusage.utime + ended.rusage.stime, peak: ended.rusage.maxrss / 1024 };
    let text = |path: &Path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Ran { taken, output: text(&out)?, errors: text(&err)?, status: ended.status.code() })
}

/// How long it takes until a command writes its first byte.
pub(crate) fn first_byte(command: &mut Command) -> io::Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut byte = [0];
    let mut output = child.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
    output.read_exact(&mut byte)?;
    let taken = begun.elapsed();
    io::copy(&mut output, &mut io::sink())?;
    child.wait()?;
    Ok(taken)
}

/// The middle one of several.
pub(crate) fn median<T: Ord + Copy>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// Each figure's own median.
pub(crate) fn medians(taken: &[Taken]) -> Taken {
    Taken {
        wall: median(taken.iter().map(|taken| taken.wall)).unwrap_or_default(),
        cpu: median(taken.iter().map(|taken| taken.cpu)).unwrap_or_default(),
        peak: median(taken.iter().map(|taken| taken.peak)).unwrap_or_default(),
    }
}
