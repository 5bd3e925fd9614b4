//! What a reader must know first.

use super::super::voice::{SECONDS, Voice};
use super::super::words;
use super::prose;
use crate::escape::Escaped;
use crate::report::{NodeReport, Report};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

pub(super) fn section(report: &Report, v: &Voice) -> Markup {
    html! {
        section aria-labelledby="summary-head" {
            h2 id="summary-head" { (v.t("Summary")) }
            (verdict(report, v))
            (impact(report, v))
            (nodes(report, v))
            (limits(report, v))
        }
    }
}

fn verdict(report: &Report, v: &Voice) -> Markup {
    if report.findings.is_empty() {
        let (found, nothing) = words::nothing_found(v, report);
        return html! { p class="verdict" { strong { (found) } (nothing) } };
    }
    html! { p class="verdict" { strong { (v.t("Found")) ": " (words::tally(v, &report.findings)) } } }
}

/// The problems by impact: what one repair concerns stands together.
fn impact(report: &Report, v: &Voice) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            div class="scroll" tabindex="0" role="group" aria-label=(v.t("Problems by impact")) {
                table {
                    caption { (v.t("Problems by impact")) }
                    thead { tr {
                        th scope="col" { (v.t("Severity")) } th scope="col" { (v.t("Confidence")) } th scope="col" { (v.t("Problem")) }
                        th scope="col" class="number" { (v.t("Users")) } th scope="col" class="number" { (v.t("Requests")) }
                    } }
                    tbody {
                        @for group in &report.groups() {
                            @for (place, at) in group.findings.iter().enumerate() {
                                (row(report, v, *at, (place == 0).then_some((group.users, group.requests))))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A problem in the table. Only the first of a group has numbers: they are those of the group.
fn row(report: &Report, v: &Voice, at: usize, counts: Option<(u64, u64)>) -> Markup {
    let found = &report.findings[at];
    let severity = words::severity(found.severity);
    html! {
        tr class=[counts.is_none().then_some("follows")] {
            td { span class={"badge " (severity)} { (v.t(severity)) } }
            td { (v.t(words::confidence(found.confidence))) }
            td { a href={"#p" (at + 1)} { (Escaped(&found.id)) } " " (prose(&found.text.title)) }
            @if let Some((users, requests)) = counts {
                td class="number" { (users) } td class="number" { (requests) }
            } @else {
                td class="number" colspan="2" { (v.t("as above")) }
            }
        }
    }
}

fn nodes(report: &Report, v: &Voice) -> Markup {
    html! {
        @if !report.nodes.is_empty() {
            div class="scroll" tabindex="0" role="group" aria-label=(v.t("Boxes")) {
                table {
                    caption { (v.t("Boxes")) }
                    thead { tr {
                        th scope="col" { (v.t("Node")) } th scope="col" { (v.t("Role")) } th scope="col" { (v.t("Release")) }
                        th scope="col" class="number" { (v.t("Records")) } th scope="col" { (v.t("First")) } th scope="col" { (v.t("Last")) }
                    } }
                    tbody { @for node in &report.nodes { (node_row(node, v)) } }
                }
            }
        }
    }
}

fn node_row(node: &NodeReport, v: &Voice) -> Markup {
    let role = node.role.map_or_else(|| v.t("unknown").to_owned(), |role| role.to_string());
    let release = node.release.as_ref().map_or_else(|| v.t("unknown").to_owned(), ToString::to_string);
    html! {
        tr {
            th scope="row" { (Escaped(&node.host)) }
            td { (role) }
            td { (Escaped(&release)) }
            td class="number" { @if node.records == 0 { (v.t("no log, only a dump")) } @else { (node.records) } }
            td { (stamp(v, node.first)) }
            td { (stamp(v, node.last)) }
        }
    }
}

fn stamp(v: &Voice, time: Option<DateTime<Utc>>) -> Markup {
    html! {
        @if let Some(time) = time {
            time datetime=(time.to_rfc3339()) { (v.time(time, SECONDS)) " " (v.zone(time)) }
        }
    }
}

/// Clusters, clocks and requests, and what limits what the report can say.
fn limits(report: &Report, v: &Voice) -> Markup {
    html! {
        ul {
            @for (line, missing) in words::clusters(v, report) {
                li class=[missing.then_some("missing")] { (Escaped(&line)) }
            }
            @for unread in report.unread.iter() {
                li class=[unread.may_hold_log.then_some("missing")] { (Escaped(&words::unread(v, unread))) }
            }
            @for note in &report.notes { li { (v.t("note")) ": " (Escaped(note)) } }
            @for line in words::silenced(v, report).iter().chain(&words::not_told(v, report)) { li { (Escaped(line)) } }
        }
        details {
            summary { (v.t("Clocks, requests, what was read")) }
            ul {
                @for clock in &report.clocks { li { (Escaped(&words::clock(v, clock))) } }
                li { (words::requests(v, report)) }
                @for server in &report.servers {
                    li { (Escaped(&words::server(v, server))) }
                }
                li { (words::read(v, report)) }
                @if let Some(line) = words::beside_the_logs(v, report) { li { (Escaped(&line)) } }
            }
        }
    }
}
