//! The report as one HTML file that needs nothing else: no network, no other file, and no script to be read.
//!
//! Every text goes through the template, which escapes it for HTML; text of a log goes through [`Escaped`] before, so
//! that nothing in it can hide or turn around what stands beside it.

mod ladder;
mod problem;
mod story;
mod summary;
mod timeline;

use super::voice::Voice;
use crate::escape::Escaped;
use crate::report::Report;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");
/// What the page may do: its own style and its own script, known by their hashes, and nothing else. A test says the
/// hashes when the files change.
const POLICY: &str = "default-src 'none'; style-src 'sha256-TE0tzj3MpnhNxH0OMoT7SvebGiConohrOcXJXB72Bdc='; \
     script-src 'sha256-zEkIqplcumxHl6CKC3lvBLNl91MIC/h/FctXStuVfMM='; base-uri 'none'; form-action 'none'";

/// The whole report.
pub fn render(report: &Report) -> String {
    let v = &Voice::new(report.speech);
    let found = if report.findings.is_empty() {
        v.t("no known problem found").to_owned()
    } else {
        super::words::tally(v, &report.findings)
    };
    let title = format!("{}: {found}", v.t("Expressway report"));
    let page = html! {
        (DOCTYPE)
        html lang=(report.speech.language.tag()) {
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
                a class="skip" href="#problems" { (v.t("Skip to the problems")) }
                header { h1 { (v.t("Expressway diagnostic report")) } }
                main {
                    (summary::section(report, v))
                    (timeline::section(report, v))
                    (problems(report, v))
                }
                footer {
                    p { (v.fill(
                        "Made by waytrace {0}. All times are {1}. This file loads nothing from anywhere.",
                        &[&env!("CARGO_PKG_VERSION"), &report.speech.zone],
                    )) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn problems(report: &Report, v: &Voice) -> Markup {
    html! {
        section id="problems" aria-labelledby="problems-head" {
            h2 id="problems-head" { (v.t("Problems")) }
            @if report.findings.is_empty() {
                p { (v.t("None.")) }
            } @else {
                (filters(report, v))
                @for (at, found) in report.findings.iter().enumerate() {
                    (problem::article(report, v, at, found))
                }
            }
        }
    }
}

/// Shown by the script only: without it, nothing can be filtered, and everything is there.
fn filters(report: &Report, v: &Voice) -> Markup {
    html! {
        form class="filters" role="search" aria-label=(v.t("Filter the problems")) hidden {
            label { (v.t("Severity")) " " select id="by-severity" {
                option value="" { (v.t("all")) }
                @for word in ["critical", "error", "warning", "info"] { option value=(word) { (v.t(word)) } }
            } }
            label { (v.t("Node")) " " select id="by-node" {
                option value="" { (v.t("all")) }
                @for (at, node) in report.nodes.iter().enumerate() {
                    option value=(at) { (Escaped(&node.host)) }
                }
            } }
            label { (v.t("Text")) " " input id="by-text" type="search" autocomplete="off"; }
            output id="shown" for="by-severity by-node by-text" data-text=(v.t("{0} of {1} shown")) {}
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
