//! The summary at the end: what was read, by which boxes, what works, and every problem in a line.

use super::super::words::{self, count};
use super::Styles;
use super::parts::wrapped;
use crate::coverage::Coverage;
use crate::escape::Escaped;
use crate::report::Report;
use anstyle::Style;
use std::fmt::{self, Write};
use waytrace_logparse::Form;

pub(super) fn write_summary(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    writeln!(out, "{strong}summary{strong:#}")?;
    write_nodes(out, report)?;
    write_clusters(out, report, styles, width)?;
    for clock in &report.clocks {
        writeln!(out, "  {}", Escaped(&words::clock(clock)))?;
    }
    writeln!(out, "  {}", words::requests(report))?;
    write_servers(out, report)?;
    write_reading(out, report)?;
    write_members(out, report, width)?;
    write_not_told(out, report, styles, width)?;
    verdict(out, report, styles, width)?;
    for line in words::silenced(report) {
        let line = Escaped(&line).to_string();
        write!(out, "  {}", styles.faint)?;
        wrapped(out, &line, width, 2, 4)?;
        writeln!(out, "{:#}", styles.faint)?;
    }
    Ok(())
}

/// The boxes: what each of them is, and the time its log covers.
fn write_nodes(out: &mut String, report: &Report) -> fmt::Result {
    for node in &report.nodes {
        writeln!(out, "  node {}", Escaped(&words::node(node)))?;
    }
    Ok(())
}

/// How much was read, and how much of it was understood or kept.
fn write_reading(out: &mut String, report: &Report) -> fmt::Result {
    let coverage = &report.coverage;
    let loose = coverage.forms.count(Form::Loose).min(coverage.opaque);
    let mut unclear = match (coverage.opaque - loose, coverage.broken) {
        (0, 0) => "every record understood".to_owned(),
        (opaque, broken) => format!("{opaque} not understood, {broken} unreadable"),
    };
    if loose > 0 {
        write!(unclear, ", {} outside any record", count(loose, "line"))?;
    }
    let (lines, records) = (count(coverage.lines, "line"), count(coverage.records, "record"));
    writeln!(out, "  read: {lines} in {records}; {unclear}")?;
    for line in forms(coverage) {
        writeln!(out, "  {line}")?;
    }
    if coverage.over_long > 0 {
        writeln!(out, "  {} longer than 1 MiB, read in pieces", count(coverage.over_long, "record"))?;
    }
    if coverage.dropped_proofs > 0 {
        writeln!(out, "  {} not kept: too many findings", count(coverage.dropped_proofs, "proof"))?;
    }
    let evicted = report.transactions.evicted;
    if evicted > 0 {
        writeln!(out, "  {} forgotten because too many were open at once", count(evicted, "request"))?;
    }
    Ok(())
}

/// What was not read, what was found and is contradicted, and what else must be known.
fn write_not_told(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    for line in words::not_told(report) {
        let line = Escaped(&line).to_string();
        write!(out, "  ")?;
        wrapped(out, &line, width, 2, 4)?;
        writeln!(out)?;
    }
    for unread in &report.unread {
        let style = if unread.may_hold_log { styles.warning } else { styles.faint };
        let line = Escaped(&words::unread(unread)).to_string();
        write!(out, "  {style}")?;
        wrapped(out, &line, width, 2, 4)?;
        writeln!(out, "{style:#}")?;
    }
    for note in &report.notes {
        write!(out, "  note: ")?;
        wrapped(out, &Escaped(note).to_string(), width, 8, 4)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The peers of each cluster of which nothing was given.
fn write_clusters(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    for (line, missing) in words::clusters(report) {
        let style = if missing { styles.warning } else { Style::new() };
        write!(out, "  {style}")?;
        wrapped(out, &Escaped(&line).to_string(), width, 2, 4)?;
        writeln!(out, "{style:#}")?;
    }
    Ok(())
}

/// What else was given, by kind.
fn write_members(out: &mut String, report: &Report, width: usize) -> fmt::Result {
    let Some(line) = words::beside_the_logs(report) else { return Ok(()) };
    write!(out, "  ")?;
    wrapped(out, &Escaped(&line).to_string(), width, 2, 4)?;
    writeln!(out)
}

/// What works and what does not, server by server.
fn write_servers(out: &mut String, report: &Report) -> fmt::Result {
    /// Servers shown; a deployment has tens, and the busiest say most.
    const SHOWN: usize = 8;
    let several = report.servers.iter().any(|server| server.node != report.servers[0].node);
    for server in report.servers.iter().take(SHOWN) {
        let host = Escaped(&server.host);
        let failed = if server.failed > 0 { format!(", {} failed", server.failed) } else { String::new() };
        let from = if several { format!(" from {}", Escaped(&server.node)) } else { String::new() };
        writeln!(
            out,
            "    {host} port {}{from}: {} answered{failed}",
            server.port,
            count(server.answered, "request")
        )?;
    }
    let more = report.servers.len().saturating_sub(SHOWN);
    if more > 0 { writeln!(out, "    and {}", count(more as u64, "more server")) } else { Ok(()) }
}

/// What the log looked like, where it is not simply the box's own file.
fn forms(coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    let unusual = coverage.forms.iter().any(|(form, _)| !matches!(form, Form::Plain | Form::Loose));
    if unusual {
        let forms = coverage.forms.iter().map(|(form, count)| format!("{} {count}", form.name()));
        lines.push(format!("form of the records: {}", forms.collect::<Vec<_>>().join(", ")));
    }
    for (product, number) in coverage.forms.products() {
        lines.push(format!(
            "{} of another product ({}): no proof about an Expressway",
            count(number, "record"),
            product.name()
        ));
    }
    lines
}

fn verdict(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    if report.findings.is_empty() {
        let strong = styles.strong;
        let (found, nothing) = words::nothing_found(report);
        return writeln!(out, "  {strong}{found}{strong:#}{nothing}");
    }
    writeln!(out, "  found: {}", words::tally(&report.findings))?;
    for group in &report.groups() {
        for (place, at) in group.findings.iter().enumerate() {
            let problem = &report.findings[*at];
            let style = styles.severity(problem.severity);
            // What follows in a group concerns the certificate of the first.
            let indent = if place == 0 { 4 } else { 6 };
            write!(out, "{:indent$}{style}{}{style:#} ", "", problem.id)?;
            let mut line = Escaped(&problem.text.title).to_string();
            if place == 0 {
                line.push_str(&words::consequences(group));
            }
            wrapped(out, &line, width, indent + 1 + problem.id.len(), 12)?;
            writeln!(out)?;
        }
    }
    let first = &report.findings[0].id;
    writeln!(out, "  the whole page of a problem: waytrace explain {first}")
}
