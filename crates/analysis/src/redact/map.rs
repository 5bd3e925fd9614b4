//! The table of names as a file, so that its owner can translate back, and so that a later run goes on with it.

use super::Redactor;
use super::class::Class;
use std::fmt::Write as _;

/// First line of the file.
pub const MAP_HEADER: &str =
    "# waytrace names 1: class, stand-in, name. Keep this file private: it undoes the redaction.";

/// Why a text is no table of names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no table of names: line {line}: {why}")]
pub struct NotAMap {
    line: usize,
    why: &'static str,
}

impl Redactor {
    /// The table: one name a line, with its class and its stand-in, separated by tabs.
    pub fn map(&self) -> String {
        let mut out = format!("{MAP_HEADER}\n");
        for (class, name, stand_in) in self.table.entries() {
            let name = name.replace(['\t', '\n', '\r'], " ");
            let _ = writeln!(out, "{}\t{stand_in}\t{name}", class.word());
        }
        out
    }

    /// A redactor that goes on with a table of an earlier run.
    ///
    /// # Errors
    /// [`NotAMap`] if the text is none.
    pub fn from_map(text: &str) -> Result<Self, NotAMap> {
        let mut redactor = Self::default();
        let refuse = |line, why| Err(NotAMap { line: line + 1, why });
        if text.lines().next() != Some(MAP_HEADER) {
            return refuse(0, "it does not begin as one; give the file that --map wrote");
        }
        for (at, line) in text.lines().enumerate().skip(1) {
            let mut parts = line.splitn(3, '\t');
            let (Some(class), Some(stand_in), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
                return refuse(at, "three columns are expected: class, stand-in, name");
            };
            let Some(class) = Class::named(class) else { return refuse(at, "no such class of names") };
            redactor.table.restore(class, name, stand_in);
            redactor.learn_name(class, name);
        }
        Ok(redactor)
    }
}
