//! `waytrace new-signature`

use crate::args::NewSignature;
use crate::exit::{Exit, Failure};
use crate::output::say;
use std::fs;

const TOML: &str = include_str!("new_signature/signature.toml");
const TEXT: &str = include_str!("new_signature/en.md");
const HIT: &str = include_str!("new_signature/hit-example.log");
const MISS: &str = include_str!("new_signature/miss-example.log");

pub(crate) fn run(args: &NewSignature) -> Result<Exit, Failure> {
    let parts: Vec<_> = args.name.split('-').collect();
    let is_number =
        parts.get(1).is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let is_plain = args.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if parts.first() != Some(&"LOCAL") || !is_number || !is_plain {
        let what = "is no name for an own signature: write LOCAL-, a number, and a few words, as in LOCAL-001-disk-full";
        return Err(Failure::Usage(format!("`{}` {what}", args.name)));
    }
    let id = parts[..2].join("-");
    let folder = args.into.join(&args.name);
    let failed = |error: std::io::Error| Failure::Usage(format!("{}: {error}", folder.display()));
    // Never over something that is there.
    fs::create_dir(&folder).map_err(failed)?;
    let files =
        [("signature.toml", TOML), ("en.md", TEXT), ("hit-example.log", HIT), ("miss-example.log", MISS)];
    for (name, text) in files {
        fs::write(folder.join(name), text.replace("LOCAL-000", &id)).map_err(failed)?;
    }
    say(&format!(
        "{}: written; change it, then run: waytrace lint {}\n",
        folder.display(),
        folder.display()
    ))?;
    Ok(Exit::Clean)
}
