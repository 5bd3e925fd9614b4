//! `waytrace verify`

use crate::args::{Listing, Verify};
use crate::commands::known::check_language;
use crate::destination::Destination;
use crate::exit::{Exit, Failure};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;
use waytrace::render::{json, text};
use waytrace::{Catalogue, NamedFile, Offline};

/// Ceiling on one file. The largest trust stores have a few hundred kilobytes.
const MAX_FILE: u64 = 32 << 20;

pub(crate) fn run(args: &Verify) -> Result<Exit, Failure> {
    let destination = Destination::of(&args.output)?;
    let chain = read(&args.chain)?;
    let stores = args.ca.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let stores: Vec<_> = stores.iter().map(|(name, bytes)| NamedFile { name, bytes }).collect();
    let question = Offline {
        chain: NamedFile { name: &chain.0, bytes: &chain.1 },
        stores: &stores,
        name: args.name.as_deref(),
        port: args.port,
        at: args.at.unwrap_or_else(|| DateTime::<Utc>::from(SystemTime::now())),
    };
    let catalogue = Catalogue::built_in();
    check_language(&catalogue, &args.shown.lang);
    let verified =
        question.ask(&catalogue, &args.shown.lang).map_err(|error| Failure::Usage(error.to_string()))?;
    destination.write(&match args.format {
        Listing::Text => text::verified(&verified, &destination.options(&args.shown)),
        Listing::Json => json::verified(&verified),
    })?;
    Ok(match (verified.is_incomplete(), verified.is_refused()) {
        (true, _) => Exit::Partial,
        (false, true) => Exit::Found,
        (false, false) => Exit::Clean,
    })
}

/// The name and the bytes of a file.
fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = path.display().to_string();
    let about = |error: io::Error| Failure::Usage(format!("{name}: {error}"));
    let mut bytes = Vec::new();
    let mut take = |source: &mut dyn Read| source.take(MAX_FILE + 1).read_to_end(&mut bytes);
    let read = if path == Path::new("-") {
        take(&mut io::stdin().lock())
    } else {
        File::open(path).and_then(|mut file| take(&mut file))
    };
    read.map_err(about)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Failure::Usage(format!("{name}: larger than {} MiB", MAX_FILE >> 20)));
    }
    Ok((name, bytes))
}
