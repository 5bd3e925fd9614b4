//! One entry of the catalogue as a page.

use super::parts::wrapped;
use super::{Options, Styles};
use crate::explain::Entry;
use std::fmt::{self, Write};

/// The page of an entry.
pub fn entry(entry: &Entry, options: &Options) -> String {
    let mut out = String::new();
    let written = write(&mut out, entry, &Styles::of(options), options.width);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

fn write(out: &mut String, entry: &Entry, styles: &Styles, width: usize) -> fmt::Result {
    let (severity, strong) = (styles.severity(entry.severity), styles.strong);
    write!(out, "{severity}{}{severity:#}: {strong}", entry.id)?;
    wrapped(out, &entry.text.title, width, entry.id.len() + 2, 2)?;
    writeln!(out, "{strong:#}")?;
    let sections = [
        ("Why it happens", &entry.text.cause, false),
        ("What to do", &entry.text.fix, true),
        ("How to check", &entry.text.verify, true),
        ("What may show up next", &entry.text.next, true),
        ("What would make this wrong", &entry.text.doubts, true),
    ];
    for (head, texts, numbered) in sections {
        writeln!(out, "\n{strong}{head}{strong:#}")?;
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
    if !entry.references.is_empty() {
        writeln!(out, "\n{strong}References{strong:#}")?;
        for reference in &entry.references {
            writeln!(out, "  {}: {}", reference.id, reference.title)?;
        }
    }
    Ok(())
}
