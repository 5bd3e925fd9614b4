//! The result as Markdown.

use crate::compare::{Measured, Row};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Between these lines of a document stands what this program wrote.
const BEGIN: &str = "<!-- side by side: written by `waytrace-benchmarks compare --write` -->";
const END: &str = "<!-- side by side: end -->";

/// The goals of the project, as far as the table can judge them.
const PLAIN: (&str, &str) = ("waytrace analyze, plain", "rg -c traffic_server");
const PACKED: (&str, &str) = ("waytrace analyze, .tar.gz", "inflating the .tar.gz alone");

/// All that was measured.
pub(crate) fn of(result: &Measured) -> String {
    let mut text = String::new();
    let mib = result.truth.bytes >> 20;
    let _ = writeln!(
        text,
        "Log: {mib} MiB, {} records, {} requests, seed {}; as `.tar.gz` {} times smaller. Medians of {}, by turns. {}\n",
        result.truth.records,
        result.truth.requests,
        result.settings.seed,
        result.truth.bytes / result.packed.max(1),
        result.runs,
        machine(),
    );
    text.push_str(
        "| | wall | CPU | peak memory | times waytrace | answer |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let own = wall(result, PLAIN.0);
    for row in &result.rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.0} MiB | {} | {} |",
            row.name,
            seconds(row.taken.wall),
            seconds(row.taken.cpu),
            mebibytes(row.taken.peak),
            own.map(|own| format!("{:.2}", ratio(row.taken.wall, own))).unwrap_or_default(),
            row.verdict,
        );
    }
    text.push('\n');
    goals(result, &mut text);
    let versions = result.rows.iter().filter(|row| !row.version.is_empty()).map(|row| row.version.as_str());
    let mut versions: Vec<&str> = versions.collect();
    versions.sort_unstable();
    versions.dedup();
    let _ = writeln!(text, "\nVersions: {}.", versions.join("; "));
    if !result.missing.is_empty() {
        let _ = writeln!(text, "Not installed, so not measured: {}.", result.missing.join(", "));
    }
    text
}

fn goals(result: &Measured, text: &mut String) {
    text.push_str("| goal | measured | |\n| --- | --- | --- |\n");
    let mut goal = |what: &str, measured: String, kept: bool| {
        let _ = writeln!(text, "| {what} | {measured} | {} |", if kept { "kept" } else { "**missed**" });
    };
    for (what, (ours, theirs), limit) in [
        ("plain log, at most 2.5 times `rg -c`", PLAIN, 2.5),
        ("`.tar.gz`, at most 1.15 times inflating alone", PACKED, 1.15),
    ] {
        if let (Some(ours), Some(theirs)) = (wall(result, ours), wall(result, theirs)) {
            let ratio = ratio(ours, theirs);
            goal(what, format!("{ratio:.2}"), ratio <= limit);
        }
    }
    if let Some(row) = result.rows.iter().find(|row| row.name == PLAIN.0) {
        let (small, large) = (mebibytes(result.beside.small_peak), mebibytes(row.taken.peak));
        let kept = small.max(large) <= 64.0;
        goal("memory, at most 64 MiB", format!("{small:.0} MiB at 10 MiB, {large:.0} MiB here"), kept);
    }
    let first = result.beside.first_byte;
    goal(
        "first byte of output on 1 MB, under 20 ms",
        format!("{:.1} ms", first.as_secs_f64() * 1e3),
        first < Duration::from_millis(20),
    );
    if let Some((own, row)) = wall(result, PLAIN.0).zip(fastest_right(result)) {
        let ratio = ratio(row.taken.wall, own);
        goal(
            "at least 12 times faster than every general tool with the right answer",
            format!("{ratio:.1} ({})", row.name),
            ratio >= 12.0,
        );
    }
}

/// The fastest of the general tools that is right. A script that somebody wrote for this one question is none.
fn fastest_right(result: &Measured) -> Option<&Row> {
    let own = |row: &&Row| row.name.starts_with("waytrace") || row.name.starts_with("Python");
    let others = result.rows.iter().filter(|row| !own(row) && row.verdict == "right");
    others.min_by_key(|row| row.taken.wall)
}

fn wall(result: &Measured, name: &str) -> Option<Duration> {
    result.rows.iter().find(|row| row.name == name).map(|row| row.taken.wall)
}

pub(crate) fn ratio(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64().max(1e-9)
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "no memory has 2^52 KiB")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

/// The processor and how many there are.
fn machine() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("Machine: {count} × {model}.")
}

/// Puts the text between the marks of a document.
pub(crate) fn put(document: &Path, text: &str) -> io::Result<()> {
    let old = fs::read_to_string(document)?;
    let marks = old.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = marks else {
        return Err(io::Error::other(format!("{} has no lines {BEGIN:?} and {END:?}", document.display())));
    };
    fs::write(document, format!("{before}{BEGIN}\n\n{text}\n{END}{after}"))
}
