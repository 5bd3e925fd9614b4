//! The whole of what another program needs: `cargo run -p waytrace --example embed -- LOG_OR_BUNDLE…`
#![allow(clippy::print_stdout, reason = "an example shows what it has")]

use std::fmt::Write as _;
use waytrace::{Analyzer, Source};

/// A line for each problem of some files, folders or bundles.
pub(crate) fn problems(paths: impl Iterator<Item = String>) -> Result<String, waytrace::Error> {
    let sources: Vec<_> = paths.map(|path| Source::Path(path.into())).collect();
    let report = Analyzer::new().analyze(&sources)?;
    let mut out = String::new();
    for problem in &report.findings {
        let _ = writeln!(out, "{} {:?} {}", problem.id, problem.confidence, problem.text.title);
    }
    Ok(out)
}

fn main() -> Result<(), waytrace::Error> {
    print!("{}", problems(std::env::args().skip(1))?);
    Ok(())
}
