//! One problem in a ticket.

use super::super::text::certificate;
use super::super::voice::Voice;
use super::super::words;
use super::safe::{block, inline, prose};
use crate::escape::Escaped;
use crate::report::Problem;
use std::fmt::{self, Write};
use waytrace_signatures::Role;

/// Writes a problem under a heading of its own. `input` names inputs by their number.
pub(super) fn write<'a>(
    out: &mut String,
    v: &Voice,
    number: usize,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
) -> fmt::Result {
    writeln!(out, "\n## {number}. {}: {}\n", inline(&problem.id), prose(&problem.text.title))?;
    facts(out, v, problem)?;
    evidence(out, v, problem, input)?;
    presented(out, v, problem)?;
    if !problem.text.cause.is_empty() {
        writeln!(out, "\n### {}", v.t("Why"))?;
    }
    for text in &problem.text.cause {
        writeln!(out, "\n{}", prose(text))?;
    }
    numbered(out, v, "What to do", &problem.text.fix)?;
    checklist(out, v, problem)?;
    numbered(out, v, "How to check", &problem.text.verify)?;
    numbered(out, v, "What may show up next", &problem.text.next)?;
    numbered(out, v, "What would make this wrong", &problem.text.doubts)?;
    references(out, v, problem)
}

fn facts(out: &mut String, v: &Voice, problem: &Problem) -> fmt::Result {
    let severity = v.t(words::severity(problem.severity));
    let sure = v.t(words::confidence(problem.confidence));
    writeln!(out, "- {}: **{severity}**, {}: **{sure}**", v.t("severity"), v.t("confidence"))?;
    writeln!(out, "- {}: {}", v.t("where"), inline(&words::places(v, problem).join("; ")))?;
    let target = &problem.target;
    if !target.host.is_empty() {
        writeln!(out, "- {}: {}", v.t("target"), inline(&words::whole_target(v, target)))?;
    }
    if !problem.users.is_empty() {
        let number = v.count(problem.users.len() as u64, "user");
        writeln!(out, "- {number}: {}", inline(&words::some(v, &problem.users, problem.users.len())))?;
    }
    if let Some(requests) = words::touched_requests(v, problem) {
        writeln!(out, "- {}", inline(&requests))?;
    }
    if !problem.calls.is_empty() {
        let number = v.count(problem.calls.len() as u64, "call");
        writeln!(out, "- {number}: {}", inline(&words::some(v, &problem.calls, problem.calls.len())))?;
    }
    if let Some(span) = words::span(v, problem.first, problem.last) {
        writeln!(out, "- {}: {span}", v.t("when"))?;
    }
    Ok(())
}

/// The lines, whole: whoever reads the ticket has no log beside it.
fn evidence<'a>(
    out: &mut String,
    v: &Voice,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
) -> fmt::Result {
    let mut text = String::new();
    let mut member = None;
    for line in &problem.evidence {
        if member != Some(line.member) {
            member = Some(line.member);
            writeln!(text, "--> {}", Escaped(input(line.member)))?;
        }
        let mark = if line.role == Role::Proof { '>' } else { ' ' };
        writeln!(text, "{mark} {:>5} | {}", line.line, Escaped(&line.text))?;
    }
    let kept = problem.evidence.iter().filter(|line| line.role == Role::Proof).count() as u64;
    if problem.evidence_count > kept {
        writeln!(text, "  {}", words::like_these(v, problem.evidence_count - kept))?;
    }
    let (head, marked) = (v.t("Evidence"), v.t("Lines of proof are marked with `>`."));
    writeln!(out, "\n### {head}\n\n{marked}\n\n{}", block(&text))
}

/// What the server presented, where a capture has it.
fn presented(out: &mut String, v: &Voice, problem: &Problem) -> fmt::Result {
    let Some(presented) = &problem.presented else { return Ok(()) };
    writeln!(out, "\n### {} {}\n", v.t("Certificate"), inline(&words::capture(v, presented)))?;
    for line in certificate::presented(v, presented) {
        writeln!(out, "- {}", inline(&line))?;
    }
    Ok(())
}

fn checklist(out: &mut String, v: &Voice, problem: &Problem) -> fmt::Result {
    if problem.checklist.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", v.t("Peer by peer"))?;
    for check in &problem.checklist {
        let name = check.peer.node.as_deref().unwrap_or(&check.peer.address);
        writeln!(out, "- [ ] {}: {}", inline(name), words::peer(v, check.state))?;
    }
    Ok(())
}

fn numbered(out: &mut String, v: &Voice, head: &str, texts: &[String]) -> fmt::Result {
    if texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", v.t(head))?;
    for (at, text) in texts.iter().enumerate() {
        writeln!(out, "{}. {}", at + 1, prose(text))?;
    }
    Ok(())
}

fn references(out: &mut String, v: &Voice, problem: &Problem) -> fmt::Result {
    if problem.references.is_empty() && problem.also.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", v.t("References"))?;
    if !problem.also.is_empty() {
        writeln!(out, "- {} {}", v.t("also seen as"), inline(&problem.also.join(", ")))?;
    }
    for reference in &problem.references {
        writeln!(out, "- {}: {}", inline(&reference.id), prose(&reference.title))?;
    }
    Ok(())
}
