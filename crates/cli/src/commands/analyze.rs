//! `waytrace analyze`

use crate::args::{Analyze, Format};
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use std::path::Path;
use waytrace::render::{json, text};
use waytrace::{Analyzer, Source};

pub(crate) fn run(args: Analyze) -> Result<Exit, Failure> {
    let sources = args.paths.into_iter();
    let sources: Vec<_> =
        sources.map(|path| if path == Path::new("-") { Source::Stdin } else { Source::Path(path) }).collect();
    let report = Analyzer::new().analyze(&sources)?;
    say(&match args.format {
        Format::Text => text::render(&report, &options(args.shown.color)),
        Format::Json => json::render(&report),
    })?;
    Ok(Exit::of(&report))
}
