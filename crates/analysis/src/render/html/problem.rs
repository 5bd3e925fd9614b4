//! One problem: what it is, where, the way of a request, the proof, and what to do.

use super::super::text::certificate;
use super::super::words::{self, count};
use super::story::Story;
use super::{Escaped, ladder, prose};
use crate::report::{Problem, Report};
use maud::{Markup, html};
use waytrace_signatures::Role;

pub(super) fn article(report: &Report, at: usize, problem: &Problem) -> Markup {
    let number = at + 1;
    let severity = words::severity(problem.severity);
    html! {
        article id={"p" (number)} class={"problem " (severity)} data-severity=(severity)
            data-nodes=(nodes(report, problem)) aria-labelledby={"p" (number) "-head"} {
            h3 id={"p" (number) "-head"} {
                span class={"badge " (severity)} { (severity) } " "
                span class="id" { (Escaped(&problem.id)) } " " (prose(&problem.text.title))
            }
            (facts(problem))
            @if let Some(story) = Story::of(report, problem) { (ladder::figure(&story, number)) }
            (evidence(report, problem))
            (presented(problem))
            @if !problem.text.cause.is_empty() { h4 { "Why" } }
            @for text in &problem.text.cause { p { (prose(text)) } }
            (numbered("What to do", &problem.text.fix))
            (checklist(problem, number))
            (numbered("How to check", &problem.text.verify))
            (numbered("What may show up next", &problem.text.next))
            (numbered("What would make this wrong", &problem.text.doubts))
            (references(problem))
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

fn facts(problem: &Problem) -> Markup {
    let target = &problem.target;
    html! {
        dl {
            dt { "Where" } dd { (Escaped(&words::places(problem).join("; "))) }
            @if !target.host.is_empty() {
                dt { "Target" }
                dd {
                    (Escaped(&target.host))
                    @if let Some(ip) = target.ip { " (" (ip) ")" }
                    @if let Some(port) = target.port { " port " (port) }
                    @if let Some(service) = &target.service { ": " (Escaped(service)) }
                }
            }
            @if !problem.users.is_empty() {
                dt { "Users" } dd { (Escaped(&words::some(&problem.users, problem.users.len()))) }
            }
            @if let Some(requests) = words::touched_requests(problem) { dt { "Requests" } dd { (Escaped(&requests)) } }
            @if !problem.calls.is_empty() {
                dt { "Calls" } dd { (Escaped(&words::some(&problem.calls, problem.calls.len()))) }
            }
            @if let Some(span) = words::span(problem.first, problem.last) { dt { "When" } dd { (span) } }
        }
    }
}

fn evidence(report: &Report, problem: &Problem) -> Markup {
    let kept = problem.evidence.iter().filter(|line| line.role == Role::Proof).count() as u64;
    let more = problem.evidence_count.saturating_sub(kept);
    html! {
        details class="evidence" {
            summary { "Evidence: " (count(problem.evidence_count, "line")) " of proof" }
            @for lines in problem.evidence.chunk_by(|one, next| one.member == next.member) {
                p class="member" { (Escaped(report.input(lines[0].member))) }
                div class="scroll log" tabindex="0" role="group" aria-label="Log lines" {
                    ol {
                        @for line in lines {
                            @let proof = line.role == Role::Proof;
                            li class=[proof.then_some("proof")] {
                                span class="line" { (line.line) } " "
                                @if proof { strong { "proof" } " " }
                                code { (Escaped(&line.text)) }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p { "and " (count(more, "line")) " like these" } }
        }
    }
}

/// What the server presented, where a capture has it.
fn presented(problem: &Problem) -> Markup {
    html! {
        @if let Some(presented) = &problem.presented {
            h4 { "Certificate " (Escaped(&words::capture(presented))) }
            ul { @for line in certificate::presented(presented) { li { (Escaped(&line)) } } }
        }
    }
}

fn checklist(problem: &Problem, number: usize) -> Markup {
    html! {
        @if !problem.checklist.is_empty() {
            h4 { "Peer by peer" }
            ul class="checklist" {
                @for (at, check) in problem.checklist.iter().enumerate() {
                    @let id = format!("p{number}-peer-{at}");
                    li {
                        input type="checkbox" id=(id);
                        label for=(id) {
                            strong { (Escaped(check.peer.node.as_deref().unwrap_or(&check.peer.address))) }
                            ": " (words::peer(check.state))
                        }
                    }
                }
            }
        }
    }
}

fn numbered(head: &str, texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            h4 { (head) }
            ol { @for text in texts { li { (prose(text)) } } }
        }
    }
}

fn references(problem: &Problem) -> Markup {
    html! {
        @if !problem.references.is_empty() || !problem.also.is_empty() {
            h4 { "References" }
            ul {
                @if !problem.also.is_empty() { li { "also seen as " (Escaped(&problem.also.join(", "))) } }
                @for reference in &problem.references {
                    li { (Escaped(&reference.id)) ": " (prose(&reference.title)) }
                }
            }
        }
    }
}
