//! A report in each form, as a string: `cargo run -p waytrace --example render -- LOG [text|json|html|markdown]`
#![allow(clippy::print_stdout, reason = "an example shows what it has")]

use std::fs::File;
use waytrace::render::{html, json, text, ticket};
use waytrace::{Analyzer, Error};

/// The report on a log in a form, in German and by the clock of Berlin.
pub(crate) fn rendered(log: impl std::io::Read, form: &str) -> Result<String, Error> {
    let mut report = Analyzer::new().speaking("de").analyze_reader("a.log", log)?;
    report.speech.zone = "Europe/Berlin".parse().unwrap_or_default();
    Ok(match form {
        "json" => json::render(&report),
        "html" => html::render(&report),
        "markdown" => ticket::render(&report),
        _ => text::render(&report, &text::Options { width: 72, brief: true, ..text::Options::default() }),
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let log = File::open(args.next().ok_or("give a log")?)?;
    print!("{}", rendered(log, &args.next().unwrap_or_default())?);
    Ok(())
}
