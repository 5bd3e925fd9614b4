//! Every certificate of a case, for a terminal.

use super::super::voice::Voice;
use super::certificate::{days, line};
use super::parts::wrapped;
use super::{Options, Styles};
use crate::escape::Escaped;
use crate::inventory::{Inventory, InventoryChain, InventoryFile};
use std::fmt::{self, Write};
use waytrace_evidence::certificate::Certificate;

/// The list of all certificates: file by file, then what servers presented.
pub fn inventory(inventory: &Inventory, options: &Options) -> String {
    let mut out = String::new();
    let voice = Voice::new(options.speech);
    let written = write_all(&mut out, inventory, &Styles::of(options, &voice), options.width);
    debug_assert!(written.is_ok(), "a string takes every text");
    out
}

/// The same list with every line put in other words before it is wrapped: a name of two words may stand where a line
/// is broken.
pub(crate) fn rewritten(
    inventory: &Inventory,
    options: &Options,
    rewrite: &mut dyn FnMut(&str) -> String,
) -> String {
    let whole = self::inventory(inventory, &Options { width: usize::MAX, ..*options });
    let mut out = String::new();
    for line in whole.lines() {
        let line = rewrite(line);
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        if indent == 0 {
            out.push_str(text);
        } else {
            out.push_str(&line[..indent]);
            let deeper = if text.contains("! ") { 2 } else { 4 };
            let written = wrapped(&mut out, text, options.width, indent, indent + deeper);
            debug_assert!(written.is_ok(), "a string takes every text");
        }
        out.push('\n');
    }
    out
}

fn write_all(out: &mut String, inventory: &Inventory, styles: &Styles, width: usize) -> fmt::Result {
    for file in &inventory.files {
        write_file(out, file, styles, width)?;
    }
    for chain in &inventory.presented {
        write_chain(out, chain, styles, width)?;
    }
    Ok(())
}

fn write_file(out: &mut String, file: &InventoryFile, styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    let node = file.node.as_deref().unwrap_or("a box that is not known");
    writeln!(out, "{strong}{} of {}{strong:#}: {}", file.kind, Escaped(node), Escaped(&file.member))?;
    for certificate in &file.certificates {
        let left = file.at.and_then(|at| days(styles.voice, certificate, at));
        entry(out, certificate, left, 2, styles, width)?;
    }
    let issues = file.store_issues.iter().map(ToString::to_string);
    for issue in issues.chain(file.server_issues.iter().map(ToString::to_string)) {
        problem(out, &issue, styles, width)?;
    }
    for (at, reason) in &file.malformed {
        problem(out, &format!("line {at} could not be read: {reason}"), styles, width)?;
    }
    writeln!(out)
}

/// A chain as a tree: each certificate under the one that signed it.
fn write_chain(out: &mut String, chain: &InventoryChain, styles: &Styles, width: usize) -> fmt::Result {
    let strong = styles.strong;
    let name = chain.name.as_deref().map_or_else(String::new, |name| format!(" for {}", Escaped(name)));
    writeln!(
        out,
        "{strong}presented by {}{name}{strong:#}: in the capture of {}, {} times from {} UTC on",
        chain.server,
        Escaped(&chain.node),
        chain.times,
        chain.at.format("%Y-%m-%d %H:%M:%S")
    )?;
    for (depth, certificate) in chain.chain.iter().rev().enumerate() {
        entry(out, certificate, days(styles.voice, certificate, chain.at), 2 + 2 * depth, styles, width)?;
    }
    for (place, reason) in &chain.malformed {
        problem(
            out,
            &format!("certificate {place} of the chain could not be read: {reason}"),
            styles,
            width,
        )?;
    }
    if let Some(verdict) = &chain.verdict {
        let line = format!("with the trust store of {}: {verdict}", chain.node);
        if verdict.is_accepted() {
            write!(out, "  ")?;
            wrapped(out, &Escaped(&line).to_string(), width, 2, 4)?;
            writeln!(out)?;
        } else {
            problem(out, &line, styles, width)?;
        }
    }
    writeln!(out)
}

fn entry(
    out: &mut String,
    certificate: &Certificate,
    left: Option<String>,
    indent: usize,
    styles: &Styles,
    width: usize,
) -> fmt::Result {
    write!(out, "{:indent$}", "")?;
    wrapped(out, &Escaped(&line(styles.voice, certificate)).to_string(), width, indent, indent + 4)?;
    if let Some(left) = left {
        let warning = styles.warning;
        write!(out, " {warning}({left}){warning:#}")?;
    }
    writeln!(out)
}

fn problem(out: &mut String, text: &str, styles: &Styles, width: usize) -> fmt::Result {
    let warning = styles.warning;
    write!(out, "  {warning}!{warning:#} ")?;
    wrapped(out, &Escaped(text).to_string(), width, 4, 4)?;
    writeln!(out)
}
