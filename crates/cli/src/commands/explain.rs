//! `waytrace explain`

use crate::args::Explain;
use crate::commands::known::{catalogue, check_language};
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use waytrace::Catalogue;
use waytrace::render::text;

pub(crate) fn run(args: &Explain) -> Result<Exit, Failure> {
    let catalogue = catalogue(&args.known)?;
    check_language(&catalogue, &args.shown.lang);
    match (&args.message, &args.id) {
        (Some(message), _) => for_message(args, &catalogue, message),
        (None, Some(id)) => page(args, &catalogue, id),
        (None, None) => Err(Failure::Usage("give the id of a problem, or --message".to_owned())),
    }
}

fn page(args: &Explain, catalogue: &Catalogue, id: &str) -> Result<Exit, Failure> {
    let options = options(&args.shown);
    if let Some(runbook) = catalogue.runbook(id) {
        say(&text::procedure(&runbook.id, runbook.text(&args.shown.lang), &options))?;
        return Ok(Exit::Clean);
    }
    match waytrace::explain(catalogue, id, &args.shown.lang) {
        Ok(entry) => say(&text::entry(&entry, &options))?,
        Err(near) => {
            let hint =
                if near.is_empty() { String::new() } else { format!("; there are {} …", near.join(", ")) };
            return Err(Failure::Usage(format!("no problem has the id `{id}`{hint}")));
        }
    }
    Ok(Exit::Clean)
}

/// The pages of the problems that a pasted message may be.
fn for_message(args: &Explain, catalogue: &Catalogue, message: &str) -> Result<Exit, Failure> {
    /// Pages shown whole; of more only the titles.
    const WHOLE: usize = 2;
    let known = catalogue.for_message(message);
    if known.is_empty() {
        return Err(Failure::Usage(
            "no problem knows this message; if it is a line of a log, try `waytrace analyze -`".to_owned(),
        ));
    }
    if known.len() <= WHOLE {
        for signature in &known {
            page(args, catalogue, &signature.id)?;
        }
        return Ok(Exit::Clean);
    }
    for signature in &known {
        if let Ok(entry) = waytrace::explain(catalogue, &signature.id, &args.shown.lang) {
            say(&format!("{:<10} {}\n", entry.id, entry.text.title))?;
        }
    }
    Ok(Exit::Clean)
}
