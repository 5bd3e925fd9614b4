//! The report as one HTML file that needs nothing else: no network, no other file, and no script to be read.
//!
//! Every text goes through the template, which escapes it for HTML; text of a log goes through [`Escaped`] before, so
//! that nothing in it can hide or turn around what stands beside it.

mod ladder;
mod problem;
mod story;
mod summary;
mod timeline;

use crate::escape::Escaped;
use crate::report::Report;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");
/// What the page may do: its own style and its own script, known by their hashes, and nothing else. A test says the
/// hashes when the files change.
const POLICY: &str = "default-src 'none'; style-src 'sha256-TE0tzj3MpnhNxH0OMoT7SvebGiConohrOcXJXB72Bdc='; \
     script-src 'sha256-Slwh+Xhu8WOZLD+q5oklLwEs+TrAZT81D/mE9HjsFFA='; base-uri 'none'; form-action 'none'";

/// The whole report.
pub fn render(report: &Report) -> String {
    let title = if report.findings.is_empty() {
        "Expressway report: no known problem".to_owned()
    } else {
        format!("Expressway report: {}", super::words::tally(&report.findings))
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#problems" { "Skip to the problems" }
                header { h1 { "Expressway diagnostic report" } }
                main {
                    (summary::section(report))
                    (timeline::section(report))
                    (problems(report))
                }
                footer {
                    p { "Made by waytrace " (env!("CARGO_PKG_VERSION")) ". All times are UTC. This file loads nothing \
                         from anywhere." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn problems(report: &Report) -> Markup {
    html! {
        section id="problems" aria-labelledby="problems-head" {
            h2 id="problems-head" { "Problems" }
            @if report.findings.is_empty() {
                p { "None." }
            } @else {
                (filters(report))
                @for (at, found) in report.findings.iter().enumerate() {
                    (problem::article(report, at, found))
                }
            }
        }
    }
}

/// Shown by the script only: without it, nothing can be filtered, and everything is there.
fn filters(report: &Report) -> Markup {
    html! {
        form class="filters" role="search" aria-label="Filter the problems" hidden {
            label { "Severity " select id="by-severity" {
                option value="" { "all" }
                @for word in ["critical", "error", "warning", "info"] { option { (word) } }
            } }
            label { "Node " select id="by-node" {
                option value="" { "all" }
                @for (at, node) in report.nodes.iter().enumerate() {
                    option value=(at) { (Escaped(&node.host)) }
                }
            } }
            label { "Text " input id="by-text" type="search" autocomplete="off"; }
            output id="shown" for="by-severity by-node by-text" {}
        }
    }
}

/// Text of an entry: what stands between backticks is code.
fn prose(text: &str) -> Markup {
    let text = Escaped(text).to_string();
    let parts: Vec<_> = text.split('`').collect();
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 0 { (part) }
            @else if at + 1 < parts.len() { code { (part) } }
            @else { "`" (part) }
        }
    }
}

/// The beginning of a text that is drawn where there is room for so many characters.
fn short(text: &str, room: usize) -> String {
    let text = Escaped(text).to_string();
    if text.chars().count() <= room {
        return text;
    }
    let start: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests;
