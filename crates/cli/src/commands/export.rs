//! `--export-certs`: files are written into a folder, and none that exists is touched.

use crate::exit::Failure;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use waytrace::{Report, handover};

/// Writes what has to be handed over; gives how many files that were.
pub(crate) fn export(report: &Report, folder: &Path) -> Result<usize, Failure> {
    let about = |path: &Path, error: &std::io::Error| {
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
        if path.exists() {
            return Err(Failure::Usage(format!("{}: exists already; give a new folder", path.display())));
        }
    }
    for (name, content) in &files {
        let path = folder.join(name);
        let opened = OpenOptions::new().write(true).create_new(true).open(&path);
        opened
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .map_err(|error| about(&path, &error))?;
    }
    Ok(files.len())
}
