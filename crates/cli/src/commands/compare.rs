//! `waytrace compare`

use crate::args::{Compare, Format};
use crate::commands::known::{catalogue, check_language};
use crate::commands::reading::{Reading, Writes};
use crate::commands::site::Rules;
use crate::destination::Destination;
use crate::exit::{Exit, Failure};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use waytrace::redact::Redactor;
use waytrace::render::comparison;
use waytrace::{Analyzer, Catalogue, Side, compare};

pub(crate) fn run(args: &Compare) -> Result<Exit, Failure> {
    let rules = Rules::read(args.site.as_deref())?;
    let catalogue = Arc::new(catalogue(&args.known)?);
    check_language(&catalogue, &args.lang);
    let destination = Destination::of(&args.output)?;
    let mut redactor = Redactor::new();
    let before = side(args, &args.before, &catalogue, &rules, &mut redactor)?;
    let after = side(args, &args.after, &catalogue, &rules, &mut redactor)?;
    let mut found = compare(&before, &after);
    if args.redact {
        redactor.comparison(&mut found);
    }
    destination.write(&match args.format {
        Format::Text => comparison::text(&found),
        Format::Json => comparison::json(&found),
    })?;
    Ok(match (before.partial || after.partial, after.problems.is_empty()) {
        (true, _) => Exit::Partial,
        (false, false) => Exit::Found,
        (false, true) => Exit::Clean,
    })
}

/// One of the two: a JSON report of ours, or whatever can be analysed.
fn side(
    args: &Compare,
    path: &Path,
    catalogue: &Arc<Catalogue>,
    rules: &Rules,
    redactor: &mut Redactor,
) -> Result<Side, Failure> {
    if let Some(json) = report_text(path) {
        return Side::read(&json).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())));
    }
    let analyzer = Analyzer::with_catalogue(Arc::clone(catalogue)).speaking(&args.lang);
    let analyzer = if args.redact { analyzer.learning_names() } else { analyzer };
    let reading = Reading::new(vec![path.to_owned()], &args.reading, Writes::AtTheEnd);
    let mut report = reading.run(analyzer, Analyzer::analyze)?;
    rules.apply(&mut report);
    if args.redact {
        redactor.absorb(Redactor::of(&report).take_names());
    }
    Ok(Side::of(&report))
}

/// The text of a file that begins as a JSON document does; no line of a log begins so.
fn report_text(path: &Path) -> Option<String> {
    /// Ceiling on a report, in bytes. One with ten thousand problems has about as many.
    const MOST: u64 = 512 << 20;
    let mut file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|about| about.is_file()))?;
    let mut text = vec![0; 16];
    let read = file.read(&mut text).ok()?;
    text.truncate(read);
    let begins =
        text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text).trim_ascii_start().first() == Some(&b'{');
    begins.then_some(())?;
    file.take(MOST).read_to_end(&mut text).ok()?;
    String::from_utf8(text).ok()
}
