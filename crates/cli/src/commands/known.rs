//! Which problems are looked for: the built-in ones, the user's own, and what he changes about them.

use crate::args::Known;
use crate::exit::Failure;
use crate::output::warn;
use waytrace::{Catalogue, OwnEntries, Severity};

/// The catalogue a user asks for.
pub(super) fn catalogue(known: &Known) -> Result<Catalogue, Failure> {
    let mut own = OwnEntries::default();
    for folder in &known.signatures {
        own.extend(OwnEntries::read(folder).map_err(|error| Failure::Usage(error.to_string()))?);
    }
    let mut catalogue = own.catalogue().map_err(|refusals| {
        let lines: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        Failure::Usage(lines.join("\n"))
    })?;
    for id in &known.disable {
        if !catalogue.disable(id) {
            return Err(unknown(id));
        }
    }
    for change in &known.severity {
        let wrong = || {
            Failure::Usage(format!("`{change}` is no ID=LEVEL; a level is info, warning, error or critical"))
        };
        let (id, level) = change.split_once('=').ok_or_else(wrong)?;
        let severity = match level {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            "error" => Severity::Error,
            "critical" => Severity::Critical,
            _ => return Err(wrong()),
        };
        if !catalogue.grade(id, severity) {
            return Err(unknown(id));
        }
    }
    Ok(catalogue)
}

/// Says so where nothing is in the language that was asked for: English does instead.
pub(super) fn check_language(catalogue: &Catalogue, language: &str) {
    if !catalogue.speaks(language) {
        let known: Vec<_> = catalogue.languages().into_iter().collect();
        warn(&format!(
            "no text is in the language `{language}`, so this is in English; there are {}",
            known.join(", ")
        ));
    }
}

fn unknown(id: &str) -> Failure {
    Failure::Usage(format!("no problem has the id `{id}`; `waytrace signatures` lists them"))
}
