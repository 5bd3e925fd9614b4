//! `waytrace lint`

use crate::args::Lint;
use crate::exit::{Exit, Failure};
use crate::output::say;

pub(crate) fn run(args: &Lint) -> Result<Exit, Failure> {
    let lint = waytrace::lint(&args.folder).map_err(|error| Failure::Usage(error.to_string()))?;
    let refusals = lint.refusals.iter().map(ToString::to_string);
    let lines: Vec<_> = refusals.chain(lint.failures.iter().cloned()).collect();
    for line in &lines {
        say(&format!("{line}\n"))?;
    }
    let what = format!("{} signatures, {} fixtures", lint.entries, lint.fixtures);
    if lines.is_empty() {
        say(&format!("{what}: all right\n"))?;
        return Ok(Exit::Clean);
    }
    say(&format!("{what}: {} to mend\n", lines.len()))?;
    Ok(Exit::Found)
}
