//! `waytrace certs`

use crate::args::{Certs, Listing};
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use waytrace::render::{json, text};
use waytrace::{Analyzer, Inventory};

pub(crate) fn run(args: Certs) -> Result<Exit, Failure> {
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let report = reading.run(Analyzer::new(), |analyzer, sources| Ok(analyzer.look(sources)))?;
    let inventory = Inventory::of(&report);
    if inventory.is_empty() {
        return Err(Failure::Usage(
            "no certificate was found: give a bundle, its folder, a .pem file or a capture".to_owned(),
        ));
    }
    say(&match args.format {
        Listing::Text => text::inventory(&inventory, &options(&args.shown)),
        Listing::Json => json::inventory(&inventory),
    })?;
    Ok(match (report.is_partial() && !report.has_no_log(), inventory.is_clean()) {
        (true, _) => Exit::Partial,
        (false, true) => Exit::Clean,
        (false, false) => Exit::Found,
    })
}
