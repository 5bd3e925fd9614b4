//! A folder of own signatures beside the built-in ones:
//! `cargo run -p waytrace --example own_signatures -- FOLDER LOG`
#![allow(clippy::print_stdout, reason = "an example shows what it has")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use waytrace::{Analyzer, OwnEntries, Source};

/// Ids of the problems of a log, the folder's own among them.
pub(crate) fn ids(folder: &Path, log: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let catalogue = OwnEntries::read(folder)?.catalogue().map_err(|refusals| {
        // Each says which file is wrong, where, and what to do.
        refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    })?;
    let analyzer = Analyzer::with_catalogue(Arc::new(catalogue));
    let report = analyzer.analyze(&[Source::Path(log.to_owned())])?;
    Ok(report.findings.iter().map(|problem| problem.id.clone()).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (folder, log) = args.next().zip(args.next()).ok_or("give a folder of signatures and a log")?;
    println!("{}", ids(Path::new(&folder), Path::new(&log))?.join("\n"));
    Ok(())
}
