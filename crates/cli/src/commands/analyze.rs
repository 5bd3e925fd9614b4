//! `waytrace analyze`

use crate::args::{Analyze, Format};
use crate::commands::known::catalogue;
use crate::commands::sources;
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use std::sync::Arc;
use waytrace::Analyzer;
use waytrace::render::{json, text};

pub(crate) fn run(args: Analyze) -> Result<Exit, Failure> {
    let report = Analyzer::with_catalogue(Arc::new(catalogue(&args.known)?))
        .speaking(&args.shown.lang)
        .analyze(&sources(args.paths))?;
    say(&match args.format {
        Format::Text => text::render(&report, &options(args.shown.color)),
        Format::Json => json::render(&report),
    })?;
    Ok(Exit::of(&report))
}
