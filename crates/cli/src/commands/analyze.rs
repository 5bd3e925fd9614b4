//! `waytrace analyze`

use crate::args::{Analyze, Format};
use crate::ceilings::name_flags;
use crate::commands::known::catalogue;
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;
use waytrace::render::{json, text};
use waytrace::{Analyzer, Site};

pub(crate) fn run(args: Analyze) -> Result<Exit, Failure> {
    let site = args.site.as_deref().map(read_site).transpose()?;
    let analyzer = Analyzer::with_catalogue(Arc::new(catalogue(&args.known)?)).speaking(&args.shown.lang);
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let mut report = reading.run(analyzer, Analyzer::analyze)?;
    name_flags(&mut report);
    if let Some(site) = site {
        site.apply(&mut report, today());
    }
    say(&match args.format {
        Format::Text => text::render(&report, &options(args.shown.color)),
        Format::Json => json::render(&report),
    })?;
    Ok(Exit::of(&report))
}

fn read_site(path: &Path) -> Result<Site, Failure> {
    let about = |error: String| Failure::Usage(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| about(error.to_string()))?;
    Site::read(&text).map_err(about)
}

/// Today, in UTC: a rule's last day is a day, not an hour.
fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}
