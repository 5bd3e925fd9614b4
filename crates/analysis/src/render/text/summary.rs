//! The summary at the end: what was read, by which boxes, what works, and every problem in a line.

use super::Styles;
use super::parts::{Words, count, list, wrapped};
use crate::coverage::Coverage;
use crate::escape::Escaped;
use crate::groups::Group;
use crate::report::{Report, Treatment};
use indexmap::IndexMap;
use std::fmt::{self, Write};
use waytrace_logparse::Form;
use waytrace_signatures::ClockDifference;

pub(super) fn write_summary(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    writeln!(out, "{strong}summary{strong:#}")?;
    write_nodes(out, report)?;
    write_clusters(out, report, styles, width)?;
    for clock in &report.clocks {
        writeln!(out, "  {}", clock_words(clock))?;
    }
    let transactions = report.transactions;
    writeln!(
        out,
        "  proxied requests: {}, {} answered with a server error by the proxy itself, {} without an end in this log",
        transactions.total, transactions.failed, transactions.open
    )?;
    write_servers(out, report)?;
    write_reading(out, report)?;
    write_members(out, report, width)?;
    write_not_told(out, report, styles, width)?;
    verdict(out, report, styles, width)?;
    for silenced in &report.silenced {
        let problem = &silenced.problem;
        let line = format!(
            "silenced until {}: {} {} ({})",
            silenced.until,
            problem.id,
            Escaped(&problem.text.title),
            Escaped(&silenced.reason)
        );
        write!(out, "  {}", styles.faint)?;
        wrapped(out, &line, width, 2, 4)?;
        writeln!(out, "{:#}", styles.faint)?;
    }
    Ok(())
}

/// The boxes: what each of them is, and the time its log covers.
fn write_nodes(out: &mut String, report: &Report) -> fmt::Result {
    for node in &report.nodes {
        let role = node.role.map_or_else(String::new, |role| format!(" ({role})"));
        let span = match (node.first, node.last) {
            (Some(first), Some(last)) => {
                format!(", {} to {} UTC", first.format("%Y-%m-%d %H:%M:%S"), last.format("%Y-%m-%d %H:%M:%S"))
            }
            _ => String::new(),
        };
        let release = node.release.as_ref().map_or_else(String::new, |release| format!(", {release}"));
        let records = match node.records {
            0 => "no log, only a dump".to_owned(),
            records => count(records, "record"),
        };
        writeln!(out, "  node {}{role}{release}: {records}{span}", Escaped(&node.host))?;
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
    for finding in &report.contradicted {
        let line =
            format!("not told: {} on {}: {}", finding.id, Escaped(&finding.node), Escaped(&finding.why));
        write!(out, "  ")?;
        wrapped(out, &line, width, 2, 4)?;
        writeln!(out)?;
    }
    for unread in &report.unread {
        let style = if unread.may_hold_log { styles.warning } else { styles.faint };
        let what = if unread.partly_read { "read only in part" } else { "not read" };
        let line = format!("{what}: {}: {}", Escaped(&unread.name), Escaped(&unread.reason));
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
    let mut told = Vec::new();
    for cluster in report.nodes.iter().filter_map(|node| node.cluster.as_ref()) {
        if told.contains(&cluster) {
            continue;
        }
        told.push(cluster);
        let missing = cluster.peers.iter().filter(|peer| {
            let node = report.nodes.iter().find(|node| Some(&node.host) == peer.node.as_ref());
            node.is_none_or(|node| node.records == 0)
        });
        let missing: Vec<_> = missing.map(|peer| Escaped(&peer.address).to_string()).collect();
        let name = cluster.name.as_deref().map_or_else(String::new, |name| format!(" {}", Escaped(name)));
        let peers = count(cluster.peers.len() as u64, "peer");
        if missing.is_empty() {
            writeln!(out, "  cluster{name}: {peers}, a log of each")?;
        } else {
            let line = format!(
                "cluster{name}: {peers}; no log of {}: settings and trust store may differ there",
                list(&missing)
            );
            write!(out, "  {}", styles.warning)?;
            wrapped(out, &line, width, 2, 4)?;
            writeln!(out, "{:#}", styles.warning)?;
        }
    }
    Ok(())
}

/// What else was given, by kind.
fn write_members(out: &mut String, report: &Report, width: usize) -> fmt::Result {
    let mut kinds: IndexMap<(&str, &str), u64> = IndexMap::new();
    for member in &report.members {
        let done = match member.treatment {
            Treatment::Facts => "facts read",
            Treatment::Listed => "listed",
            _ => continue,
        };
        *kinds.entry((&member.kind, done)).or_default() += 1;
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let parts = kinds.iter().map(|((kind, done), number)| format!("{number} × {} ({done})", Escaped(kind)));
    let line = format!("beside the logs: {}", parts.collect::<Vec<_>>().join(", "));
    write!(out, "  ")?;
    wrapped(out, &line, width, 2, 4)?;
    writeln!(out)
}

/// How far two clocks are apart, in words.
fn clock_words(clock: &ClockDifference) -> String {
    let (node, reference) = (Escaped(&clock.node), Escaped(&clock.reference));
    let measured =
        format!("measured on {}, ±{} ms", count(clock.requests as u64, "request"), clock.uncertain);
    if clock.ahead.abs() <= clock.uncertain {
        return format!("clocks of {node} and {reference} agree ({measured})");
    }
    let way = if clock.ahead > 0 { "ahead of" } else { "behind" };
    format!("clock of {node} is {} ms {way} that of {reference} ({measured})", clock.ahead.abs())
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
        let beside = if report.silenced.is_empty() { "" } else { " beside those the site silences" };
        let partly = if report.is_partial() { " in what could be read" } else { beside };
        let nothing = if report.transactions.total == 0 {
            "; the log shows no proxied request at all: was logging on while the sign-in failed?"
        } else {
            ""
        };
        return writeln!(out, "  {strong}no known problem found{partly}{strong:#}{nothing}");
    }
    let head = Words::of(&report.findings);
    writeln!(out, "  {}", head.sentence())?;
    for group in &report.groups() {
        for (place, at) in group.findings.iter().enumerate() {
            let problem = &report.findings[*at];
            let style = styles.severity(problem.severity);
            // What follows in a group concerns the certificate of the first.
            let indent = if place == 0 { 4 } else { 6 };
            write!(out, "{:indent$}{style}{}{style:#} ", "", problem.id)?;
            let mut line = Escaped(&problem.text.title).to_string();
            if place == 0 {
                line.push_str(&consequences(group));
            }
            wrapped(out, &line, width, indent + 1 + problem.id.len(), 12)?;
            writeln!(out)?;
        }
    }
    let ids: Vec<_> = report.findings.iter().map(|problem| problem.id.clone()).collect();
    let first = list(&ids[..1]);
    writeln!(out, "  the whole page of a problem: waytrace explain {first}")
}

/// What a problem did to people.
fn consequences(group: &Group) -> String {
    let parts =
        [(group.users, "user"), (group.requests, "request")].into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, noun)| count(number, noun)).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
