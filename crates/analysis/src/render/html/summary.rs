//! What a reader must know first.

use super::super::words;
use super::prose;
use crate::escape::Escaped;
use crate::report::{NodeReport, Report};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

pub(super) fn section(report: &Report) -> Markup {
    html! {
        section aria-labelledby="summary-head" {
            h2 id="summary-head" { "Summary" }
            (verdict(report))
            (impact(report))
            (nodes(report))
            (limits(report))
        }
    }
}

fn verdict(report: &Report) -> Markup {
    if report.findings.is_empty() {
        let (found, nothing) = words::nothing_found(report);
        return html! { p class="verdict" { strong { (found) } (nothing) } };
    }
    html! { p class="verdict" { strong { "Found: " (words::tally(&report.findings)) } } }
}

/// The problems by impact: what one repair concerns stands together.
fn impact(report: &Report) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            div class="scroll" tabindex="0" role="group" aria-label="Problems by impact" {
                table {
                    caption { "Problems by impact" }
                    thead { tr {
                        th scope="col" { "Severity" } th scope="col" { "Problem" }
                        th scope="col" class="number" { "Users" } th scope="col" class="number" { "Requests" }
                    } }
                    tbody {
                        @for group in &report.groups() {
                            @for (place, at) in group.findings.iter().enumerate() {
                                (row(report, *at, (place == 0).then_some((group.users, group.requests))))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A problem in the table. Only the first of a group has numbers: they are those of the group.
fn row(report: &Report, at: usize, counts: Option<(u64, u64)>) -> Markup {
    let found = &report.findings[at];
    let severity = words::severity(found.severity);
    html! {
        tr class=[counts.is_none().then_some("follows")] {
            td { span class={"badge " (severity)} { (severity) } }
            td { a href={"#p" (at + 1)} { (Escaped(&found.id)) } " " (prose(&found.text.title)) }
            @if let Some((users, requests)) = counts {
                td class="number" { (users) } td class="number" { (requests) }
            } @else {
                td class="number" colspan="2" { "as above" }
            }
        }
    }
}

fn nodes(report: &Report) -> Markup {
    html! {
        @if !report.nodes.is_empty() {
            div class="scroll" tabindex="0" role="group" aria-label="Boxes" {
                table {
                    caption { "Boxes" }
                    thead { tr {
                        th scope="col" { "Node" } th scope="col" { "Role" } th scope="col" { "Release" }
                        th scope="col" class="number" { "Records" } th scope="col" { "First" } th scope="col" { "Last" }
                    } }
                    tbody { @for node in &report.nodes { (node_row(node)) } }
                }
            }
        }
    }
}

fn node_row(node: &NodeReport) -> Markup {
    let role = node.role.map_or_else(|| "unknown".to_owned(), |role| role.to_string());
    let release = node.release.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    html! {
        tr {
            th scope="row" { (Escaped(&node.host)) }
            td { (role) }
            td { (Escaped(&release)) }
            td class="number" { @if node.records == 0 { "no log, only a dump" } @else { (node.records) } }
            td { (stamp(node.first)) }
            td { (stamp(node.last)) }
        }
    }
}

fn stamp(time: Option<DateTime<Utc>>) -> Markup {
    html! {
        @if let Some(time) = time {
            time datetime=(time.to_rfc3339()) { (time.format("%Y-%m-%d %H:%M:%S")) }
        }
    }
}

/// Clusters, clocks and requests, and what limits what the report can say.
fn limits(report: &Report) -> Markup {
    let (lines, records) = (report.coverage.lines, report.coverage.records);
    let unclear = report.coverage.opaque + report.coverage.broken;
    let (lines, records) = (words::count(lines, "line"), words::count(records, "record"));
    html! {
        ul {
            @for (line, missing) in words::clusters(report) {
                li class=[missing.then_some("missing")] { (Escaped(&line)) }
            }
            @for unread in report.unread.iter() {
                li class=[unread.may_hold_log.then_some("missing")] { (Escaped(&words::unread(unread))) }
            }
            @for note in &report.notes { li { "note: " (Escaped(note)) } }
            @for line in words::silenced(report).iter().chain(&words::not_told(report)) { li { (Escaped(line)) } }
        }
        details {
            summary { "Clocks, requests, what was read" }
            ul {
                @for clock in &report.clocks { li { (Escaped(&words::clock(clock))) } }
                li { (words::requests(report)) }
                @for server in &report.servers {
                    li {
                        (Escaped(&server.host)) " port " (server.port) " from " (Escaped(&server.node)) ": "
                        (words::count(server.answered, "request")) " answered, " (server.failed) " failed"
                    }
                }
                li { "read: " (lines) " in " (records) ", " (unclear) " of them not understood" }
                @if let Some(line) = words::beside_the_logs(report) { li { (Escaped(&line)) } }
            }
        }
    }
}
