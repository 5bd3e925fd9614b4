//! `--export-certs`: files are written into a folder, and none that exists is touched unless the user forces it.

use crate::destination::replace;
use crate::exit::Failure;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use waytrace::{Report, handover};

/// Writes what has to be handed over; gives how many files that were.
pub(crate) fn export(report: &Report, folder: &Path, force: bool) -> Result<usize, Failure> {
    let about = |path: &Path, error: &io::Error| {
        Failure::Usage(format!("{}: cannot be written: {error}; give a new folder", path.display()))
    };
    let files = handover(report).files;
    if files.is_empty() {
        return Ok(0);
    }
    fs::create_dir_all(folder).map_err(|error| about(folder, &error))?;
    // All or nothing: a folder that has one of them is not the right one.
    for (name, _) in &files {
        let path = folder.join(name);
        // A link that leads nowhere is there, too.
        let Ok(known) = fs::symlink_metadata(&path) else { continue };
        if !force {
            let hint = "give a new folder, or --force to replace it";
            return Err(Failure::Usage(format!("{}: exists already; {hint}", path.display())));
        }
        if !known.is_file() {
            let what = "is there and is no ordinary file";
            return Err(Failure::Usage(format!("{}: {what}; give a new folder", path.display())));
        }
    }
    for (name, content) in &files {
        let path = folder.join(name);
        let written = if force { replace(&path, content) } else { create(&path, content) };
        written.map_err(|error| about(&path, &error))?;
    }
    Ok(files.len())
}

fn create(path: &Path, content: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(content.as_bytes())
}
