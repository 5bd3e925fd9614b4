//! The parts of one problem.

use super::{Styles, certificate};
use crate::escape::Escaped;
use crate::report::{PeerState, Problem};
use std::fmt::{self, Write};
use waytrace_logparse::keyval::{Item, items};
use waytrace_signatures::{Confidence, Line, Role, Severity, Touched};

/// Characters of a context line that are shown; lines of proof are shown whole.
const CONTEXT: usize = 180;
/// Users and transactions named before "and n more".
const NAMED: usize = 8;

pub(super) fn problem<'a>(
    out: &mut String,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
    styles: &Styles,
    width: usize,
) -> fmt::Result {
    let (severity, strong) = (styles.severity(problem.severity), styles.strong);
    write!(out, "{severity}{}[{}]{severity:#}: {strong}", word(problem.severity), problem.id)?;
    let title = Escaped(&problem.text.title).to_string();
    wrapped(out, &title, width, word(problem.severity).len() + problem.id.len() + 4, 2)?;
    writeln!(out, "{strong:#}")?;
    facts(out, problem, styles, width)?;
    evidence(out, problem, input, styles)?;
    presented(out, problem, styles, width)?;
    paragraphs(out, "why", &problem.text.cause, styles, width)?;
    numbered(out, "what to do", &problem.text.fix, styles, width)?;
    checklist(out, problem, styles, width)?;
    numbered(out, "how to check", &problem.text.verify, styles, width)?;
    numbered(out, "what may show up next", &problem.text.next, styles, width)?;
    numbered(out, "what would make this wrong", &problem.text.doubts, styles, width)?;
    if !problem.also.is_empty() {
        let frame = styles.frame;
        writeln!(out, "  {frame}= also seen as{frame:#}: {}", problem.also.join(", "))?;
    }
    let references: Vec<_> = problem.references.iter().map(|reference| reference.id.as_str()).collect();
    if !references.is_empty() {
        let frame = styles.frame;
        writeln!(out, "  {frame}= see{frame:#}: {}", references.join(", "))?;
    }
    Ok(())
}

fn facts(out: &mut String, problem: &Problem, styles: &Styles, width: usize) -> fmt::Result {
    let frame = styles.frame;
    let mut facts = nodes(problem);
    if problem.transaction_count > 0 {
        let here = |node: &str| node == problem.node || problem.nodes.iter().any(|held| held.node == node);
        let own = problem.transactions.iter().filter(|touched| here(&touched.node));
        let several = problem.nodes.len() > 1;
        let name = |touched: &Touched| match several {
            true => format!("{} on {}", touched.txn_id, Escaped(&touched.node)),
            false => touched.txn_id.to_string(),
        };
        let names: Vec<_> = own.map(name).collect();
        let all = usize::try_from(problem.transaction_count).unwrap_or(usize::MAX);
        facts.push(format!("{} (Txn-id {})", count(problem.transaction_count, "request"), some(&names, all)));
    }
    if !problem.users.is_empty() {
        let names: Vec<_> = problem.users.iter().map(|user| Escaped(user).to_string()).collect();
        facts.push(format!("{}: {}", plural(names.len(), "user"), some(&names, names.len())));
    }
    if !problem.calls.is_empty() {
        let names: Vec<_> = problem.calls.iter().map(|call| Escaped(call).to_string()).collect();
        facts.push(format!("{}: {}", count(names.len() as u64, "call"), some(&names, names.len())));
    }
    if let (Some(first), Some(last)) = (problem.first, problem.last) {
        let form = "%Y-%m-%d %H:%M:%S%.3f";
        let span = if first == last { String::new() } else { format!(" to {}", last.format(form)) };
        facts.push(format!("{}{span} UTC", first.format(form)));
    }
    for fact in facts {
        write!(out, "  {frame}|{frame:#} ")?;
        wrapped(out, &fact, width, 4, 6)?;
        writeln!(out)?;
    }
    Ok(())
}

/// What the server presented in the handshake, where a capture has it.
fn presented(out: &mut String, problem: &Problem, styles: &Styles, width: usize) -> fmt::Result {
    let Some(presented) = &problem.presented else { return Ok(()) };
    let frame = styles.frame;
    writeln!(
        out,
        "  {frame}= in the capture of {}{frame:#} ({} UTC, {}):",
        Escaped(&presented.node),
        presented.at.format("%H:%M:%S%.3f"),
        presented.server
    )?;
    for line in certificate::presented(presented) {
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
    writeln!(out, "  {frame}= peer by peer{frame:#}:")?;
    for check in &problem.checklist {
        let name = Escaped(check.peer.node.as_deref().unwrap_or(&check.peer.address)).to_string();
        let words = match check.state {
            PeerState::Affected => "has this problem".to_owned(),
            PeerState::Fine(answered) => {
                format!(
                    "does not have it: {} answered there; compare its settings",
                    count(answered, "request")
                )
            }
            PeerState::Untold => {
                "its log shows no request that could tell; make the same change there".to_owned()
            }
            PeerState::NoLog => {
                "no log of it was given; its trust store may differ: look there too".to_owned()
            }
        };
        write!(out, "     [ ] ")?;
        wrapped(out, &format!("{name}: {words}"), width, 9, 9)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Where it holds, how sure that is, and where it does not.
fn nodes(problem: &Problem) -> Vec<String> {
    let mut facts = Vec::new();
    if problem.nodes.is_empty() {
        facts.push(format!("{} (node {})", sure(problem.confidence), Escaped(&problem.node)));
    } else {
        let held =
            problem.nodes.iter().map(|held| format!("{} on {}", sure(held.confidence), Escaped(&held.node)));
        facts.push(held.collect::<Vec<_>>().join(", "));
    }
    let fine = problem.fine_on.iter().map(|(node, answered)| {
        format!("not on {}: there the same port answered {}", Escaped(node), count(*answered, "request"))
    });
    facts.extend(fine);
    if !problem.seen_on.is_empty() {
        let names: Vec<_> = problem.seen_on.iter().map(|node| Escaped(node).to_string()).collect();
        facts.push(format!("the same requests passed {}", list(&names)));
    }
    facts
}

fn evidence<'a>(
    out: &mut String,
    problem: &'a Problem,
    input: &dyn Fn(u32) -> &'a str,
    styles: &Styles,
) -> fmt::Result {
    let (frame, faint, strong) = (styles.frame, styles.faint, styles.strong);
    let digits = problem.evidence.iter().map(|line| line.line.to_string().len()).max().unwrap_or(1);
    let mut member = None;
    for line in &problem.evidence {
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
    let kept = problem.evidence.iter().filter(|line| line.role == Role::Proof).count() as u64;
    if problem.evidence_count > kept {
        writeln!(
            out,
            "  {frame}{:>digits$} |{frame:#} and {} like these",
            "",
            count(problem.evidence_count - kept, "line")
        )?;
    }
    Ok(())
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
            wrapped(out, &Escaped(text).to_string(), width, head.len() + 6, 4)?;
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

/// `1 request`, `2 requests`.
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {}", plural(usize::try_from(number).unwrap_or(usize::MAX), noun))
}

fn plural(number: usize, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The first names of a list, and how many more there are of `all`.
fn some(names: &[String], all: usize) -> String {
    let shown = &names[..names.len().min(NAMED)];
    let more = all.saturating_sub(shown.len());
    if more == 0 { list(shown) } else { format!("{} and {more} more", list(shown)) }
}

pub(super) fn list(names: &[String]) -> String {
    names.join(", ")
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        _ => "possible",
    }
}

/// How many problems of each severity there are.
pub(super) struct Words {
    counts: [(u64, Severity); 4],
}

impl Words {
    pub(super) fn of(problems: &[Problem]) -> Self {
        let severities = [Severity::Critical, Severity::Error, Severity::Warning, Severity::Info];
        let number = |severity| problems.iter().filter(|problem| problem.severity == severity).count() as u64;
        Self { counts: severities.map(|severity| (number(severity), severity)) }
    }

    pub(super) fn sentence(&self) -> String {
        let parts = self.counts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<_> = parts.map(|(number, severity)| count(*number, word(*severity))).collect();
        format!("found: {}", parts.join(", ").replace("infos", "notes"))
    }
}
