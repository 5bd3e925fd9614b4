//! One problem in a ticket.

use super::super::text::certificate;
use super::super::words::{self, count};
use super::safe::{block, inline, prose};
use crate::escape::Escaped;
use crate::report::Problem;
use std::fmt::{self, Write};
use waytrace_signatures::Role;

/// Writes a problem under a heading of its own. `input` names inputs by their number.
pub(super) fn write<'a>(
    out: &mut String,
    number: usize,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
) -> fmt::Result {
    writeln!(out, "\n## {number}. {}: {}\n", inline(&problem.id), prose(&problem.text.title))?;
    facts(out, problem)?;
    evidence(out, problem, input)?;
    presented(out, problem)?;
    if !problem.text.cause.is_empty() {
        writeln!(out, "\n### Why")?;
    }
    for text in &problem.text.cause {
        writeln!(out, "\n{}", prose(text))?;
    }
    numbered(out, "What to do", &problem.text.fix)?;
    checklist(out, problem)?;
    numbered(out, "How to check", &problem.text.verify)?;
    numbered(out, "What may show up next", &problem.text.next)?;
    numbered(out, "What would make this wrong", &problem.text.doubts)?;
    references(out, problem)
}

fn facts(out: &mut String, problem: &Problem) -> fmt::Result {
    let (severity, sure) = (words::severity(problem.severity), words::confidence(problem.confidence));
    writeln!(out, "- severity: **{severity}**, confidence: **{sure}**")?;
    writeln!(out, "- where: {}", inline(&words::places(problem).join("; ")))?;
    let target = &problem.target;
    if !target.host.is_empty() {
        let ip = target.ip.map_or_else(String::new, |ip| format!(" ({ip})"));
        let port = target.port.map_or_else(String::new, |port| format!(" port {port}"));
        let service = target.service.as_deref().map_or_else(String::new, |service| format!(": {service}"));
        writeln!(out, "- target: {}", inline(&format!("{}{ip}{port}{service}", target.host)))?;
    }
    if !problem.users.is_empty() {
        let number = count(problem.users.len() as u64, "user");
        writeln!(out, "- {number}: {}", inline(&words::some(&problem.users, problem.users.len())))?;
    }
    if let Some(requests) = words::touched_requests(problem) {
        writeln!(out, "- {}", inline(&requests))?;
    }
    if !problem.calls.is_empty() {
        let number = count(problem.calls.len() as u64, "call");
        writeln!(out, "- {number}: {}", inline(&words::some(&problem.calls, problem.calls.len())))?;
    }
    if let Some(span) = words::span(problem.first, problem.last) {
        writeln!(out, "- when: {span}")?;
    }
    Ok(())
}

/// The lines, whole: whoever reads the ticket has no log beside it.
fn evidence<'a>(out: &mut String, problem: &'a Problem, input: &dyn Fn(u32) -> &'a str) -> fmt::Result {
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
        writeln!(text, "  and {} like these", count(problem.evidence_count - kept, "line"))?;
    }
    writeln!(out, "\n### Evidence\n\nLines of proof are marked with `>`.\n\n{}", block(&text))
}

/// What the server presented, where a capture has it.
fn presented(out: &mut String, problem: &Problem) -> fmt::Result {
    let Some(presented) = &problem.presented else { return Ok(()) };
    writeln!(out, "\n### Certificate {}\n", inline(&words::capture(presented)))?;
    for line in certificate::presented(presented) {
        writeln!(out, "- {}", inline(&line))?;
    }
    Ok(())
}

fn checklist(out: &mut String, problem: &Problem) -> fmt::Result {
    if problem.checklist.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Peer by peer\n")?;
    for check in &problem.checklist {
        let name = check.peer.node.as_deref().unwrap_or(&check.peer.address);
        writeln!(out, "- [ ] {}: {}", inline(name), words::peer(check.state))?;
    }
    Ok(())
}

fn numbered(out: &mut String, head: &str, texts: &[String]) -> fmt::Result {
    if texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {head}\n")?;
    for (at, text) in texts.iter().enumerate() {
        writeln!(out, "{}. {}", at + 1, prose(text))?;
    }
    Ok(())
}

fn references(out: &mut String, problem: &Problem) -> fmt::Result {
    if problem.references.is_empty() && problem.also.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### References\n")?;
    if !problem.also.is_empty() {
        writeln!(out, "- also seen as {}", inline(&problem.also.join(", ")))?;
    }
    for reference in &problem.references {
        writeln!(out, "- {}: {}", inline(&reference.id), prose(&reference.title))?;
    }
    Ok(())
}
