//! The parts of one problem.

use super::super::words::{self, some};
use super::{Options, Styles, certificate};
use crate::escape::Escaped;
use crate::report::Problem;
use std::fmt::{self, Write};
use waytrace_logparse::keyval::{Item, items};
use waytrace_signatures::{Line, Role};

/// Characters of a context line that are shown; lines of proof are shown whole.
const CONTEXT: usize = 180;

pub(super) fn problem<'a>(
    out: &mut String,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
    styles: &Styles,
    options: &Options,
) -> fmt::Result {
    let width = options.width;
    let severity_word = styles.voice.t(words::severity(problem.severity));
    let (severity, strong) = (styles.severity(problem.severity), styles.strong);
    write!(out, "{severity}{}[{}]{severity:#}: {strong}", severity_word, problem.id)?;
    let title = Escaped(&problem.text.title).to_string();
    wrapped(out, &title, width, severity_word.chars().count() + problem.id.len() + 4, 2)?;
    writeln!(out, "{strong:#}")?;
    facts(out, problem, styles, width)?;
    evidence(out, problem, input, styles, options.evidence)?;
    presented(out, problem, styles, width)?;
    paragraphs(out, styles.voice.t("why"), &problem.text.cause, styles, width)?;
    numbered(out, styles.voice.t("what to do"), &problem.text.fix, styles, width)?;
    checklist(out, problem, styles, width)?;
    numbered(out, styles.voice.t("how to check"), &problem.text.verify, styles, width)?;
    numbered(out, styles.voice.t("what may show up next"), &problem.text.next, styles, width)?;
    numbered(out, styles.voice.t("what would make this wrong"), &problem.text.doubts, styles, width)?;
    if !problem.also.is_empty() {
        let frame = styles.frame;
        writeln!(out, "  {frame}= {}{frame:#}: {}", styles.voice.t("also seen as"), problem.also.join(", "))?;
    }
    let references: Vec<_> = problem.references.iter().map(|reference| reference.id.as_str()).collect();
    if !references.is_empty() {
        let frame = styles.frame;
        writeln!(out, "  {frame}= {}{frame:#}: {}", styles.voice.t("see"), references.join(", "))?;
    }
    Ok(())
}

fn facts(out: &mut String, problem: &Problem, styles: &Styles, width: usize) -> fmt::Result {
    let frame = styles.frame;
    let v = styles.voice;
    let mut facts = words::places(v, problem);
    facts.extend(words::touched_requests(v, problem));
    if !problem.users.is_empty() {
        let number = problem.users.len();
        facts.push(format!("{}: {}", v.noun(number as u64, "user"), some(v, &problem.users, number)));
    }
    if !problem.calls.is_empty() {
        let number = problem.calls.len();
        facts.push(format!("{}: {}", v.count(number as u64, "call"), some(v, &problem.calls, number)));
    }
    facts.extend(words::span(v, problem.first, problem.last));
    for fact in facts {
        write!(out, "  {frame}|{frame:#} ")?;
        wrapped(out, &Escaped(&fact).to_string(), width, 4, 6)?;
        writeln!(out)?;
    }
    Ok(())
}

/// What the server presented in the handshake, where a capture has it.
fn presented(out: &mut String, problem: &Problem, styles: &Styles, width: usize) -> fmt::Result {
    let Some(presented) = &problem.presented else { return Ok(()) };
    let frame = styles.frame;
    writeln!(out, "  {frame}= {}{frame:#}:", Escaped(&words::capture(styles.voice, presented)))?;
    for line in certificate::presented(styles.voice, presented) {
        write!(out, "     ")?;
        wrapped(out, &Escaped(&line).to_string(), width, 5, 7)?;
        writeln!(out)?;
    }
    Ok(())
}

/// What is to be done or known on each peer of the cluster.
fn checklist(out: &mut String, problem: &Problem, styles: &Styles, width: usize) -> fmt::Result {
    if problem.checklist.is_empty() {
        return Ok(());
    }
    let frame = styles.frame;
    writeln!(out, "  {frame}= {}{frame:#}:", styles.voice.t("peer by peer"))?;
    for check in &problem.checklist {
        let name = Escaped(check.peer.node.as_deref().unwrap_or(&check.peer.address)).to_string();
        let words = words::peer(styles.voice, check.state);
        write!(out, "     [ ] ")?;
        wrapped(out, &format!("{name}: {words}"), width, 9, 9)?;
        writeln!(out)?;
    }
    Ok(())
}

fn evidence<'a>(
    out: &mut String,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
    styles: &Styles,
    most: usize,
) -> fmt::Result {
    let (v, frame, faint, strong) = (styles.voice, styles.frame, styles.faint, styles.strong);
    let digits = problem.evidence.iter().map(|line| line.line.to_string().len()).max().unwrap_or(1);
    let mut member = None;
    let (lines, left_out) = chosen(&problem.evidence, most);
    for line in &lines {
        if member != Some(line.member) {
            member = Some(line.member);
            writeln!(out, "  {frame}-->{frame:#} {}:{}", Escaped(input(line.member)), line.line)?;
        }
        let proof = line.role == Role::Proof;
        let (mark, style) = if proof { (">", strong) } else { (" ", faint) };
        writeln!(
            out,
            "{mark} {frame}{:>digits$} |{frame:#} {style}{}{style:#}",
            line.line,
            shown(line, proof)
        )?;
    }
    let kept = lines.iter().filter(|line| line.role == Role::Proof).count() as u64;
    if problem.evidence_count > kept {
        writeln!(
            out,
            "  {frame}{:>digits$} |{frame:#} {}",
            "",
            words::like_these(v, problem.evidence_count - kept)
        )?;
    }
    if left_out > 0 {
        writeln!(
            out,
            "  {frame}{:>digits$} |{frame:#} {}",
            "",
            v.fill("and {0} around them", &[&v.count(left_out as u64, "line")])
        )?;
    }
    Ok(())
}

/// So many lines, proofs first, in the order they have; and how many of the others tell only what is around.
fn chosen(evidence: &[Line], most: usize) -> (Vec<&Line>, usize) {
    let (mut proofs, mut context) = (0, 0);
    let all_proofs = evidence.iter().filter(|line| line.role == Role::Proof).count();
    let for_context = most.saturating_sub(all_proofs);
    let fits = |line: &&Line| {
        let (taken, most) =
            if line.role == Role::Proof { (&mut proofs, most) } else { (&mut context, for_context) };
        *taken += 1;
        *taken <= most
    };
    let lines: Vec<_> = evidence.iter().filter(fits).collect();
    (lines, context.saturating_sub(for_context))
}

/// A line of proof whole; of a line of context what tells the story.
fn shown(line: &Line, whole: bool) -> String {
    if whole {
        return Escaped(&line.text).to_string();
    }
    let text = Escaped(&story(&line.text)).to_string();
    if text.chars().count() <= CONTEXT {
        return text;
    }
    let start: String = text.chars().take(CONTEXT).collect();
    format!("{start} …")
}

/// The stamp, the writer, and of the fields those that tell what happened.
fn story(text: &str) -> String {
    const TOLD: [&str; 6] = ["Event", "Detail", "Txn-id", "Dst-port", "Username", "Msg"];
    let Some(body) = text.find("UTCTime=\"").or_else(|| text.find("Event=\"")) else {
        return text.to_owned();
    };
    let fields = items(&text[body..]).filter_map(|item| match item {
        Item::Pair(key, value) if TOLD.contains(&key) => Some(format!(" {key}=\"{value}\"")),
        _ => None,
    });
    let dump = text.find("MSG: |").map_or("", |at| &text[at + 5..]);
    format!("{} …{} {dump}", text[..body].trim_end(), fields.collect::<String>())
}

fn paragraphs(out: &mut String, head: &str, texts: &[String], styles: &Styles, width: usize) -> fmt::Result {
    let frame = styles.frame;
    for (at, text) in texts.iter().enumerate() {
        if at == 0 {
            write!(out, "  {frame}= {head}{frame:#}: ")?;
            wrapped(out, &Escaped(text).to_string(), width, head.chars().count() + 6, 4)?;
        } else {
            write!(out, "    ")?;
            wrapped(out, &Escaped(text).to_string(), width, 4, 4)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn numbered(out: &mut String, head: &str, texts: &[String], styles: &Styles, width: usize) -> fmt::Result {
    if texts.is_empty() {
        return Ok(());
    }
    let frame = styles.frame;
    writeln!(out, "  {frame}= {head}{frame:#}:")?;
    for (at, text) in texts.iter().enumerate() {
        write!(out, "    {:>2}. ", at + 1)?;
        wrapped(out, &Escaped(text).to_string(), width, 8, 8)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes text, broken at blanks before `width`. It starts at column `from`; later lines are indented.
pub(super) fn wrapped(out: &mut String, text: &str, width: usize, from: usize, indent: usize) -> fmt::Result {
    let width = width.max(indent + 20);
    let mut column = from;
    for (at, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 {
            if column + 1 + length > width {
                write!(out, "\n{:indent$}", "")?;
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += length;
    }
    Ok(())
}
