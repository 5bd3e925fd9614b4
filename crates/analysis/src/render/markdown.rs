//! An entry of the catalogue as a Markdown page: what `docs/signatures/` is made of.

use super::words;
use crate::explain::Entry;
use std::fmt::{self, Write};
use waytrace_signatures::Procedure;

/// The page of an entry. What a log would fill in stands in angle brackets.
pub fn entry(entry: &Entry) -> String {
    let mut out = String::new();
    let written = write_entry(&mut out, entry);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// The page of a shared procedure.
pub fn procedure(id: &str, procedure: &Procedure) -> String {
    let mut out = String::new();
    let written = write_procedure(&mut out, id, procedure);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

const MADE: &str = "<!-- Made from the catalogue by `cargo test`; change the entry, not this page. -->";

fn write_entry(out: &mut String, entry: &Entry) -> fmt::Result {
    writeln!(out, "{MADE}\n\n# {}: {}\n", entry.id, escaped(&entry.text.title))?;
    let products = entry.products.join(", ");
    writeln!(
        out,
        "Severity {}, at most {}; {products}.",
        words::severity(entry.severity),
        words::confidence(entry.confidence)
    )?;
    section(out, "Why it happens", &entry.text.cause, false)?;
    section(out, "What to do", &entry.text.fix, true)?;
    section(out, "How to check", &entry.text.verify, true)?;
    section(out, "What may show up next", &entry.text.next, true)?;
    section(out, "What would make this wrong", &entry.text.doubts, true)?;
    if !entry.references.is_empty() {
        writeln!(out, "\n## References\n")?;
        for reference in &entry.references {
            writeln!(out, "- {}: {}", reference.id, escaped(&reference.title))?;
        }
    }
    Ok(())
}

fn write_procedure(out: &mut String, id: &str, procedure: &Procedure) -> fmt::Result {
    writeln!(out, "{MADE}\n\n# {id}: {}", escaped(&procedure.title))?;
    section(out, "When to use it", &procedure.when, false)?;
    section(out, "Before you begin", &procedure.before, true)?;
    section(out, "Steps", &procedure.steps, true)?;
    section(out, "How to check", &procedure.check, true)?;
    section(out, "If it goes wrong", &procedure.trouble, true)
}

fn section(out: &mut String, head: &str, texts: &[String], numbered: bool) -> fmt::Result {
    writeln!(out, "\n## {head}\n")?;
    for (at, text) in texts.iter().enumerate() {
        if numbered {
            writeln!(out, "{}. {}", at + 1, escaped(text))?;
        } else {
            writeln!(out, "{}{}", if at > 0 { "\n" } else { "" }, escaped(text))?;
        }
    }
    Ok(())
}

/// Text whose angle brackets Markdown would take for HTML. Code in backticks is left as it is.
fn escaped(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<_> = parts
        .map(|(at, part)| if at % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() })
        .collect();
    parts.join("`")
}
