//! One entry of the catalogue as a page.

use super::super::voice::Voice;
use super::parts::wrapped;
use super::{Options, Styles};
use crate::explain::Entry;
use anstyle::Style;
use std::fmt::{self, Write};
use waytrace_signatures::Procedure;

/// The page of an entry.
pub fn entry(entry: &Entry, options: &Options) -> String {
    let mut out = String::new();
    let written = write(&mut out, entry, &Styles::of(options, &Voice::new(options.speech)), options.width);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// The page of a shared procedure.
pub fn procedure(id: &str, procedure: &Procedure, options: &Options) -> String {
    let mut out = String::new();
    let sections = [
        ("When to use it", &procedure.when, false),
        ("Before you begin", &procedure.before, true),
        ("Steps", &procedure.steps, true),
        ("How to check", &procedure.check, true),
        ("If it goes wrong", &procedure.trouble, true),
    ];
    let voice = Voice::new(options.speech);
    let styles = Styles::of(options, &voice);
    let style = styles.info;
    let written = head(&mut out, style, id, &procedure.title, &styles, options.width)
        .and_then(|()| self::sections(&mut out, &sections, &styles, options.width));
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

fn write(out: &mut String, entry: &Entry, styles: &Styles, width: usize) -> fmt::Result {
    head(out, styles.severity(entry.severity), &entry.id, &entry.text.title, styles, width)?;
    let sections = [
        ("Why it happens", &entry.text.cause, false),
        ("What to do", &entry.text.fix, true),
        ("How to check", &entry.text.verify, true),
        ("What may show up next", &entry.text.next, true),
        ("What would make this wrong", &entry.text.doubts, true),
    ];
    self::sections(out, &sections, styles, width)?;
    let strong = styles.strong;
    if !entry.references.is_empty() {
        writeln!(out, "\n{strong}{}{strong:#}", styles.voice.t("References"))?;
        for reference in &entry.references {
            writeln!(out, "  {}: {}", reference.id, reference.title)?;
        }
    }
    Ok(())
}

fn head(out: &mut String, style: Style, id: &str, title: &str, styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    write!(out, "{style}{id}{style:#}: {strong}")?;
    wrapped(out, title, width, id.len() + 2, 2)?;
    writeln!(out, "{strong:#}")
}

/// A heading, its texts, and whether they are numbered.
type Section<'t> = (&'static str, &'t Vec<String>, bool);

fn sections(out: &mut String, sections: &[Section<'_>], styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    for (head, texts, numbered) in sections.iter().copied() {
        writeln!(out, "\n{strong}{}{strong:#}", styles.voice.t(head))?;
        for (at, text) in texts.iter().enumerate() {
            if numbered {
                write!(out, "  {:>2}. ", at + 1)?;
            } else {
                write!(out, "  ")?;
            }
            wrapped(out, text, width, if numbered { 6 } else { 2 }, if numbered { 6 } else { 2 })?;
            writeln!(out)?;
        }
    }
    Ok(())
}
