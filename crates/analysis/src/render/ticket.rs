//! The report as Markdown, to be pasted into a ticket: a summary, then each problem with its proof and its repair.
//!
//! Text of a log can be shown by Markdown in no other way than as text.

mod problem;
mod safe;

use super::voice::Voice;
use super::words;
use crate::report::Report;
use safe::inline;
use std::fmt::{self, Write};

/// The whole report.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let written = write_report(&mut out, report, &Voice::new(report.speech));
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

fn write_report(out: &mut String, report: &Report, v: &Voice) -> fmt::Result {
    writeln!(out, "# {}\n", v.t("Expressway diagnostic report"))?;
    writeln!(out, "## {}\n", v.t("Summary"))?;
    write_verdict(out, report, v)?;
    write_impact(out, report, v)?;
    write_boxes(out, report, v)?;
    write_limits(out, report, v)?;
    for (at, found) in report.findings.iter().enumerate() {
        problem::write(out, v, at + 1, found, &|member| report.input(member))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let zone = report.speech.zone;
    let made = "Made by waytrace {0}. All times are {1}, all log text is as it was written.";
    writeln!(out, "\n---\n\n{}", inline(&v.fill(made, &[&version, &zone])))
}

fn write_verdict(out: &mut String, report: &Report, v: &Voice) -> fmt::Result {
    if report.findings.is_empty() {
        let (found, nothing) = words::nothing_found(v, report);
        return writeln!(out, "**{found}**{nothing}\n");
    }
    writeln!(out, "**{}: {}.**\n", v.t("Found"), words::tally(v, &report.findings))
}

/// The problems by impact: what one repair concerns stands together.
fn write_impact(out: &mut String, report: &Report, v: &Voice) -> fmt::Result {
    if report.findings.is_empty() {
        return Ok(());
    }
    let heads = ["#", "severity", "confidence", "problem", "users", "requests"].map(|head| v.t(head));
    writeln!(out, "| {} |", heads.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(heads.len()))?;
    for group in &report.groups() {
        for (place, at) in group.findings.iter().enumerate() {
            let found = &report.findings[*at];
            let counts = match place {
                0 => format!("{} | {}", group.users, group.requests),
                // It is counted in the row of its group.
                _ => "〃 | 〃".to_owned(),
            };
            let (severity, sure) =
                (v.t(words::severity(found.severity)), v.t(words::confidence(found.confidence)));
            let (id, title) = (inline(&found.id), inline(&found.text.title));
            writeln!(out, "| {} | {severity} | {sure} | {id}: {title} | {counts} |", at + 1)?;
        }
    }
    writeln!(out)
}

fn write_boxes(out: &mut String, report: &Report, v: &Voice) -> fmt::Result {
    for node in &report.nodes {
        writeln!(out, "- {} {}", v.t("node"), inline(&words::node(v, node)))?;
    }
    for (line, missing) in words::clusters(v, report) {
        let mark = if missing { "**" } else { "" };
        writeln!(out, "- {mark}{}{mark}", inline(&line))?;
    }
    for clock in &report.clocks {
        writeln!(out, "- {}", inline(&words::clock(v, clock)))?;
    }
    writeln!(out, "- {}", words::requests(v, report))?;
    for server in &report.servers {
        writeln!(out, "  - {}", inline(&words::server(v, server)))?;
    }
    Ok(())
}

/// What limits what the report can say.
fn write_limits(out: &mut String, report: &Report, v: &Voice) -> fmt::Result {
    writeln!(out, "- {}", inline(&words::read(v, report)))?;
    let unread = report.unread.iter().map(|unread| words::unread(v, unread));
    let notes = report.notes.iter().map(|note| format!("{}: {note}", v.t("note")));
    let rest = words::beside_the_logs(v, report).into_iter().chain(words::not_told(v, report));
    for line in rest.chain(unread).chain(notes).chain(words::silenced(v, report)) {
        writeln!(out, "- {}", inline(&line))?;
    }
    Ok(())
}
