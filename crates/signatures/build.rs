//! Lists the catalogue's folders into a table of `include_str!`, so that the binary carries them.
//!
//! It only lists: what is in the files is read and checked at run time, by the same code as a user's own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=catalogue");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("catalogue");
    let (runbooks, groups): (Vec<_>, Vec<_>) =
        folders(&root)?.into_iter().partition(|group| name(group) == "runbooks");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("catalogue.rs"), table(&groups)?)?;
    fs::write(out.join("runbooks.rs"), table(&runbooks)?)
}

/// The entries of some groups as the text of a constant.
fn table(groups: &[PathBuf]) -> io::Result<String> {
    let mut table = String::from("&[\n");
    for group in groups {
        for entry in folders(group)? {
            writeln!(table, "    Source {{ folder: {:?}, files: &[", name(&entry))
                .expect("a string takes text");
            for file in files(&entry)? {
                let path = file.display().to_string();
                writeln!(table, "        ({:?}, include_str!({path:?})),", name(&file))
                    .expect("a string takes text");
            }
            table.push_str("    ] },\n");
        }
    }
    table.push_str("]\n");
    Ok(table)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(children(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// What the program needs of an entry; its logs are for tests.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let wanted = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "toml" || kind == "md");
    Ok(children(folder)?.into_iter().filter(wanted).collect())
}
