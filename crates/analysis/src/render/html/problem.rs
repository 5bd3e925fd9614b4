//! One problem: what it is, where, the way of a request, the proof, and what to do.

use super::super::text::certificate;
use super::super::voice::Voice;
use super::super::words;
use super::story::Story;
use super::{Escaped, ladder, prose};
use crate::report::{Problem, Report};
use maud::{Markup, html};
use waytrace_signatures::Role;

pub(super) fn article(report: &Report, v: &Voice, at: usize, problem: &Problem) -> Markup {
    let number = at + 1;
    let severity = words::severity(problem.severity);
    html! {
        article id={"p" (number)} class={"problem " (severity)} data-severity=(severity)
            data-nodes=(nodes(report, problem)) aria-labelledby={"p" (number) "-head"} {
            h3 id={"p" (number) "-head"} {
                span class={"badge " (severity)} { (v.t(severity)) } " "
                span class="id" { (Escaped(&problem.id)) } " " (prose(&problem.text.title))
            }
            (facts(v, problem))
            @if let Some(story) = Story::of(report, v, problem) { (ladder::figure(v, &story, number)) }
            (evidence(v, report, problem))
            (presented(v, problem))
            @if !problem.text.cause.is_empty() { h4 { (v.t("Why")) } }
            @for text in &problem.text.cause { p { (prose(text)) } }
            (numbered(v, "What to do", &problem.text.fix))
            (checklist(v, problem, number))
            (numbered(v, "How to check", &problem.text.verify))
            (numbered(v, "What may show up next", &problem.text.next))
            (numbered(v, "What would make this wrong", &problem.text.doubts))
            (references(v, problem))
        }
    }
}

/// Positions of the nodes it has to do with, for the filter.
fn nodes(report: &Report, problem: &Problem) -> String {
    let concerns = |host: &String| {
        *host == problem.node
            || problem.nodes.iter().any(|held| held.node == *host)
            || problem.seen_on.contains(host)
    };
    let places = report.nodes.iter().enumerate().filter(|(_, node)| concerns(&node.host));
    places.map(|(at, _)| at.to_string()).collect::<Vec<_>>().join(" ")
}

fn facts(v: &Voice, problem: &Problem) -> Markup {
    let target = &problem.target;
    html! {
        dl {
            dt { (v.t("Where")) } dd { (Escaped(&words::places(v, problem).join("; "))) }
            @if !target.host.is_empty() {
                dt { (v.t("Target")) }
                dd { (Escaped(&words::whole_target(v, target))) }
            }
            @if !problem.users.is_empty() {
                dt { (v.t("Users")) } dd { (Escaped(&words::some(v, &problem.users, problem.users.len()))) }
            }
            @if let Some(requests) = words::touched_requests(v, problem) { dt { (v.t("Requests")) } dd { (Escaped(&requests)) } }
            @if !problem.calls.is_empty() {
                dt { (v.t("Calls")) } dd { (Escaped(&words::some(v, &problem.calls, problem.calls.len()))) }
            }
            @if let Some(span) = words::span(v, problem.first, problem.last) { dt { (v.t("When")) } dd { (span) } }
        }
    }
}

fn evidence(v: &Voice, report: &Report, problem: &Problem) -> Markup {
    let kept = problem.evidence.iter().filter(|line| line.role == Role::Proof).count() as u64;
    let more = problem.evidence_count.saturating_sub(kept);
    html! {
        details class="evidence" {
            summary { (v.fill("Evidence: {0} of proof", &[&v.count(problem.evidence_count, "line")])) }
            @for lines in problem.evidence.chunk_by(|one, next| one.member == next.member) {
                p class="member" { (Escaped(report.input(lines[0].member))) }
                div class="scroll log" tabindex="0" role="group" aria-label=(v.t("Log lines")) {
                    ol {
                        @for line in lines {
                            @let proof = line.role == Role::Proof;
                            li class=[proof.then_some("proof")] {
                                span class="line" { (line.line) } " "
                                @if proof { strong { (v.t("proof")) } " " }
                                code { (Escaped(&line.text)) }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p { (words::like_these(v, more)) } }
        }
    }
}

/// What the server presented, where a capture has it.
fn presented(v: &Voice, problem: &Problem) -> Markup {
    html! {
        @if let Some(presented) = &problem.presented {
            h4 { (v.t("Certificate")) " " (Escaped(&words::capture(v, presented))) }
            ul { @for line in certificate::presented(v, presented) { li { (Escaped(&line)) } } }
        }
    }
}

fn checklist(v: &Voice, problem: &Problem, number: usize) -> Markup {
    html! {
        @if !problem.checklist.is_empty() {
            h4 { (v.t("Peer by peer")) }
            ul class="checklist" {
                @for (at, check) in problem.checklist.iter().enumerate() {
                    @let id = format!("p{number}-peer-{at}");
                    li {
                        input type="checkbox" id=(id);
                        label for=(id) {
                            strong { (Escaped(check.peer.node.as_deref().unwrap_or(&check.peer.address))) }
                            ": " (words::peer(v, check.state))
                        }
                    }
                }
            }
        }
    }
}

fn numbered(v: &Voice, head: &str, texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            h4 { (v.t(head)) }
            ol { @for text in texts { li { (prose(text)) } } }
        }
    }
}

fn references(v: &Voice, problem: &Problem) -> Markup {
    html! {
        @if !problem.references.is_empty() || !problem.also.is_empty() {
            h4 { (v.t("References")) }
            ul {
                @if !problem.also.is_empty() { li { (v.t("also seen as")) " " (Escaped(&problem.also.join(", "))) } }
                @for reference in &problem.references {
                    li { (Escaped(&reference.id)) ": " (prose(&reference.title)) }
                }
            }
        }
    }
}
