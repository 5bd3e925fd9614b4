//! What was read, and what else must be known: the end of the report.

use super::super::voice::Voice;
use super::super::words;
use super::Styles;
use super::parts::wrapped;
use crate::coverage::Coverage;
use crate::escape::Escaped;
use crate::report::Report;
use anstyle::Style;
use std::fmt::{self, Write};
use waytrace_logparse::Form;

pub(super) fn write(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    let (v, strong, plain) = (styles.voice, styles.strong, Style::new());
    writeln!(out, "{strong}{}{strong:#}", v.t("what was read"))?;
    for node in &report.nodes {
        line(out, &format!("{} {}", v.t("node"), words::node(v, node)), plain, width)?;
    }
    for clock in &report.clocks {
        line(out, &words::clock(v, clock), plain, width)?;
    }
    line(out, &words::requests(v, report), plain, width)?;
    servers(out, report, styles, width)?;
    for text in coverage(v, report) {
        line(out, &text, plain, width)?;
    }
    if let Some(text) = words::beside_the_logs(v, report) {
        line(out, &text, plain, width)?;
    }
    for text in words::not_told(v, report) {
        line(out, &text, plain, width)?;
    }
    for unread in &report.unread {
        let style = if unread.may_hold_log { styles.warning } else { styles.faint };
        line(out, &words::unread(v, unread), style, width)?;
    }
    for note in &report.notes {
        line(out, &format!("{}: {note}", v.t("note")), plain, width)?;
    }
    for text in words::silenced(v, report) {
        line(out, &text, styles.faint, width)?;
    }
    Ok(())
}

/// How much was read, and how much of it was understood or kept.
fn coverage(v: &Voice, report: &Report) -> Vec<String> {
    let coverage = &report.coverage;
    let loose = coverage.forms.count(Form::Loose).min(coverage.opaque);
    let mut unclear = match (coverage.opaque - loose, coverage.broken) {
        (0, 0) => v.t("every record understood").to_owned(),
        (opaque, broken) => v.fill("{0} not understood, {1} unreadable", &[&opaque, &broken]),
    };
    if loose > 0 {
        unclear = v.fill("{0}, {1} outside any record", &[&unclear, &v.count(loose, "line")]);
    }
    let (lines, records) = (v.count(coverage.lines, "line"), v.count(coverage.records, "record"));
    let mut out = vec![v.fill("read: {0} in {1}; {2}", &[&lines, &records, &unclear])];
    out.extend(forms(v, coverage));
    let evicted = report.transactions.evicted;
    let counts = [
        (coverage.over_long, "record", "{0} longer than 1 MiB, read in pieces"),
        (coverage.dropped_proofs, "proof", "{0} not kept: too many findings"),
        (evicted, "request", "{0} forgotten because too many were open at once"),
    ];
    let counts = counts.into_iter().filter(|(number, ..)| *number > 0);
    out.extend(counts.map(|(number, noun, text)| v.fill(text, &[&v.count(number, noun)])));
    out
}

/// What works and what does not, server by server.
fn servers(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    /// Servers shown; a deployment has tens, and the busiest say most.
    const SHOWN: usize = 8;
    let v = styles.voice;
    for server in report.servers.iter().take(SHOWN) {
        line(out, &format!("  {}", words::server(v, server)), Style::new(), width)?;
    }
    let more = report.servers.len().saturating_sub(SHOWN) as u64;
    if more == 0 {
        Ok(())
    } else {
        writeln!(out, "    {}", v.fill("and {0}", &[&v.count(more, "more server")]))
    }
}

/// What the log looked like, where it is not simply the box's own file.
fn forms(v: &Voice, coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    let unusual = coverage.forms.iter().any(|(form, _)| !matches!(form, Form::Plain | Form::Loose));
    if unusual {
        let forms = coverage.forms.iter().map(|(form, count)| format!("{} {count}", form.name()));
        lines.push(v.fill("form of the records: {0}", &[&forms.collect::<Vec<_>>().join(", ")]));
    }
    for (product, number) in coverage.forms.products() {
        let text = "{0} of another product ({1}): no proof about an Expressway";
        lines.push(v.fill(text, &[&v.count(number, "record"), &product.name()]));
    }
    lines
}

fn line(out: &mut String, text: &str, style: Style, width: usize) -> fmt::Result {
    write!(out, "  {style}")?;
    wrapped(out, &Escaped(text).to_string(), width, 2, 4)?;
    writeln!(out, "{style:#}")
}
