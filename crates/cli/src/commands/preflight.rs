//! `waytrace preflight`

use crate::args::{Listing, Preflight as Args};
use crate::commands::known::check_language;
use crate::commands::reading::{Reading, Writes};
use crate::destination::Destination;
use crate::exit::{Exit, Failure};
use std::sync::Arc;
use waytrace::render::{json, text};
use waytrace::{Analyzer, Catalogue, Preflight};

pub(crate) fn run(args: Args) -> Result<Exit, Failure> {
    let destination = Destination::of(&args.output)?;
    let catalogue = Arc::new(Catalogue::built_in());
    check_language(&catalogue, &args.shown.lang);
    let analyzer = Analyzer::with_catalogue(Arc::clone(&catalogue)).speaking(&args.shown.lang);
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let report = reading.run(analyzer, |analyzer, sources| Ok(analyzer.look(sources)))?;
    let preflight = Preflight::of(&report, &catalogue, &args.shown.lang);
    if preflight.boxes.is_empty() {
        let reasons: Vec<_> =
            report.unread.iter().map(|unread| format!("{}: {}", unread.name, unread.reason)).collect();
        let first =
            "no box was found: give a diagnostic bundle, or a log with the dumps and ca_….pem beside it";
        return Err(Failure::Usage(
            std::iter::once(first.to_owned()).chain(reasons).collect::<Vec<_>>().join("\n"),
        ));
    }
    destination.write(&match args.format {
        Listing::Text => text::preflight(&preflight, &destination.options(&args.shown)),
        Listing::Json => json::preflight(&preflight),
    })?;
    Ok(match (report.is_partial(), preflight.breaks(), preflight.is_incomplete()) {
        (true, ..) | (false, false, true) => Exit::Partial,
        (false, true, _) => Exit::Found,
        (false, false, false) => Exit::Clean,
    })
}
