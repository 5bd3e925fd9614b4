//! `waytrace certs`

use crate::args::{Certs, Listing};
use crate::commands::reading::{Reading, Writes};
use crate::destination::Destination;
use crate::exit::{Exit, Failure};
use waytrace::redact::Redactor;
use waytrace::render::{json, text};
use waytrace::{Analyzer, Inventory};

pub(crate) fn run(args: Certs) -> Result<Exit, Failure> {
    // Nobody should wait for a list that cannot be written.
    let destination = Destination::of(&args.output)?;
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let analyzer = if args.redact { Analyzer::new().learning_names() } else { Analyzer::new() };
    let report = reading.run(analyzer, |analyzer, sources| Ok(analyzer.look(sources)))?;
    let inventory = Inventory::of(&report);
    if inventory.is_empty() {
        return Err(Failure::Usage(
            "no certificate was found: give a bundle, its folder, a .pem file or a capture".to_owned(),
        ));
    }
    let mut redactor = args.redact.then(|| Redactor::of(&report));
    let options = destination.options(&args.shown);
    destination.write(&match (args.format, &mut redactor) {
        (Listing::Text, None) => text::inventory(&inventory, &options),
        (Listing::Json, None) => json::inventory(&inventory),
        (Listing::Text, Some(redactor)) => redactor.inventory(&inventory, &options),
        (Listing::Json, Some(redactor)) => redactor.json(&json::inventory(&inventory)),
    })?;
    Ok(match (report.is_partial() && !report.has_no_log(), inventory.is_clean()) {
        (true, _) => Exit::Partial,
        (false, true) => Exit::Clean,
        (false, false) => Exit::Found,
    })
}
