//! `waytrace analyze`

use crate::args::{Analyze, ReportFormat};
use crate::ceilings::name_flags;
use crate::commands::export::export;
use crate::commands::known::{catalogue, check_language};
use crate::commands::reading::{Reading, Writes};
use crate::commands::site::Rules;
use crate::destination::Destination;
use crate::exit::{Exit, Failure};
use std::sync::Arc;
use waytrace::Analyzer;
use waytrace::redact::Redactor;
use waytrace::render::{html, json, sarif, text, ticket};

pub(crate) fn run(args: Analyze) -> Result<Exit, Failure> {
    let rules = Rules::read(args.site.as_deref())?;
    let catalogue = Arc::new(catalogue(&args.known)?);
    check_language(&catalogue, &args.shown.lang);
    let analyzer = Analyzer::with_catalogue(Arc::clone(&catalogue)).speaking(&args.shown.lang);
    let analyzer = if args.redact { analyzer.learning_names() } else { analyzer };
    // Nobody should wait for a report that cannot be written.
    let destination = match &args.export_certs {
        Some(_) => Destination::beside_others(&args.output)?,
        None => Destination::of(&args.output)?,
    };
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let mut report = reading.run(analyzer, Analyzer::analyze)?;
    report.speech = args.shown.speech();
    name_flags(&mut report);
    rules.apply(&mut report);
    if let Some(folder) = &args.export_certs {
        let written = export(&report, folder, args.output.force)?;
        report.notes.push(match written {
            0 => "no certificate has to be uploaded, as far as captures and trust stores tell".to_owned(),
            written => format!("{written} files written to {}; see its README.txt", folder.display()),
        });
    }
    args.selection.into_filter().apply(&mut report);
    if args.redact {
        Redactor::of(&report).report(&mut report);
    }
    destination.write(&match args.format {
        ReportFormat::Text => {
            let evidence = args.max_evidence.unwrap_or(usize::MAX);
            let options = destination.options(&args.shown);
            text::render(&report, &text::Options { brief: args.brief, evidence, ..options })
        }
        ReportFormat::Json => json::render(&report),
        ReportFormat::Ndjson => json::lines(&report),
        ReportFormat::Html => html::render(&report),
        ReportFormat::Sarif => sarif::render(&report, &catalogue, &args.shown.lang),
        ReportFormat::Markdown => ticket::render(&report),
    })?;
    Ok(Exit::of(&report))
}
