//! The report as Markdown, to be pasted into a ticket: a summary, then each problem with its proof and its repair.
//!
//! Text of a log can be shown by Markdown in no other way than as text.

mod problem;
mod safe;

use super::words;
use crate::report::Report;
use safe::inline;
use std::fmt::{self, Write};

/// The whole report.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let written = write_report(&mut out, report);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

fn write_report(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "# Expressway diagnostic report\n")?;
    writeln!(out, "## Summary\n")?;
    write_verdict(out, report)?;
    write_impact(out, report)?;
    write_boxes(out, report)?;
    write_limits(out, report)?;
    for (at, found) in report.findings.iter().enumerate() {
        problem::write(out, at + 1, found, &|member| report.input(member))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        out,
        "\n---\n\nMade by waytrace {version}. All times are UTC, all log text is as it was written."
    )
}

fn write_verdict(out: &mut String, report: &Report) -> fmt::Result {
    if report.findings.is_empty() {
        let (found, nothing) = words::nothing_found(report);
        return writeln!(out, "**{found}**{nothing}\n");
    }
    writeln!(out, "**Found: {}.**\n", words::tally(&report.findings))
}

/// The problems by impact: what one repair concerns stands together.
fn write_impact(out: &mut String, report: &Report) -> fmt::Result {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| # | severity | problem | users | requests |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for group in &report.groups() {
        for (place, at) in group.findings.iter().enumerate() {
            let found = &report.findings[*at];
            let counts = match place {
                0 => format!("{} | {}", group.users, group.requests),
                // It is counted in the row of its group.
                _ => "〃 | 〃".to_owned(),
            };
            let (severity, title) = (words::severity(found.severity), inline(&found.text.title));
            writeln!(out, "| {} | {severity} | {}: {title} | {counts} |", at + 1, inline(&found.id))?;
        }
    }
    writeln!(out)
}

fn write_boxes(out: &mut String, report: &Report) -> fmt::Result {
    for node in &report.nodes {
        writeln!(out, "- node {}", inline(&words::node(node)))?;
    }
    for (line, missing) in words::clusters(report) {
        let mark = if missing { "**" } else { "" };
        writeln!(out, "- {mark}{}{mark}", inline(&line))?;
    }
    for clock in &report.clocks {
        writeln!(out, "- {}", inline(&words::clock(clock)))?;
    }
    writeln!(out, "- {}", words::requests(report))?;
    for server in &report.servers {
        let answered = words::count(server.answered, "request");
        let (host, node) = (inline(&server.host), inline(&server.node));
        let failed = server.failed;
        writeln!(out, "  - {host} port {} from {node}: {answered} answered, {failed} failed", server.port)?;
    }
    Ok(())
}

/// What limits what the report can say.
fn write_limits(out: &mut String, report: &Report) -> fmt::Result {
    let (lines, records) = (report.coverage.lines, report.coverage.records);
    let unclear = report.coverage.opaque + report.coverage.broken;
    let (lines, records) = (words::count(lines, "line"), words::count(records, "record"));
    writeln!(out, "- read: {lines} in {records}, {unclear} of them not understood")?;
    let unread = report.unread.iter().map(words::unread);
    let notes = report.notes.iter().map(|note| format!("note: {note}"));
    let rest = words::beside_the_logs(report).into_iter().chain(words::not_told(report));
    for line in rest.chain(unread).chain(notes).chain(words::silenced(report)) {
        writeln!(out, "- {}", inline(&line))?;
    }
    Ok(())
}
