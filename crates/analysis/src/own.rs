//! A user's own signatures: folders of the same form as the built-in ones.

use crate::analyzer::Analyzer;
use crate::report::Report;
use crate::session::Session;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waytrace_bundle::Source;
use waytrace_signatures::{Catalogue, Refusal, Source as EntrySource};

/// Ceiling on one file of an entry, in bytes.
const MAX_FILE: u64 = 64 * 1024;
/// Ceiling on the entries of one folder.
const MAX_ENTRIES: usize = 1000;

/// The text files of some entries, read into memory.
#[derive(Debug, Clone, Default)]
pub struct OwnEntries {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    folder: String,
    path: PathBuf,
    files: Vec<(String, String)>,
}

/// What [`lint`] found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Lint {
    /// What is wrong with the entries themselves.
    pub refusals: Vec<Refusal>,
    /// Fixtures that do not do what their names say, and entries without fixtures.
    pub failures: Vec<String>,
    /// Entries and fixtures looked at.
    pub entries: usize,
    /// Entries and fixtures looked at.
    pub fixtures: usize,
}

impl OwnEntries {
    /// Reads the entries of a folder: the folder itself if it holds a `signature.toml`, or else the folders in it.
    ///
    /// # Errors
    /// What cannot be read, with its path.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut entries = Vec::new();
        if folder.join("signature.toml").is_file() {
            entries.push(Entry::read(folder)?);
        } else {
            let mut paths: Vec<_> = children(folder)?.into_iter().filter(|path| path.is_dir()).collect();
            paths.truncate(MAX_ENTRIES);
            for path in paths.iter().filter(|path| path.join("signature.toml").is_file()) {
                entries.push(Entry::read(path)?);
            }
        }
        if entries.is_empty() {
            let what = "holds no signature: there is no signature.toml in it, nor in a folder of it";
            return Err(io::Error::other(format!("{} {what}", folder.display())));
        }
        Ok(Self { entries })
    }

    /// Puts the entries of another folder to these.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// The built-in catalogue with these entries.
    ///
    /// # Errors
    /// Every refusal of every entry.
    pub fn catalogue(&self) -> Result<Catalogue, Vec<Refusal>> {
        let files: Vec<Vec<(&str, &str)>> = self.entries.iter().map(Entry::borrowed).collect();
        let entries = self.entries.iter().zip(&files);
        let sources: Vec<_> =
            entries.map(|(entry, files)| EntrySource { folder: &entry.folder, files }).collect();
        Catalogue::with_own(&sources)
    }
}

impl Entry {
    fn read(path: &Path) -> io::Result<Self> {
        let folder = path.canonicalize()?.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Vec::new();
        for file in children(path)? {
            let wanted = file.extension().is_some_and(|end| end == "toml" || end == "md");
            if wanted {
                files.push((name(&file), text(&file)?));
            }
        }
        Ok(Self { folder, path: path.to_owned(), files })
    }

    fn borrowed(&self) -> Vec<(&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
    }

    fn id(&self) -> String {
        let parts: Vec<_> = self.folder.split('-').take(2).collect();
        parts.join("-")
    }
}

/// Checks own entries as the built-in ones are checked: their files, and the logs that must fire them or must not.
///
/// # Errors
/// What cannot be read, with its path.
pub fn lint(folder: &Path) -> io::Result<Lint> {
    let own = OwnEntries::read(folder)?;
    let mut lint = Lint { entries: own.entries.len(), ..Lint::default() };
    let catalogue = match own.catalogue() {
        Ok(catalogue) => Arc::new(catalogue),
        Err(refusals) => {
            lint.refusals = refusals;
            return Ok(lint);
        }
    };
    for entry in &own.entries {
        let mut kinds = BTreeMap::from([("hit", 0), ("miss", 0)]);
        for file in children(&entry.path)? {
            let name = name(&file);
            let Some((kind, _)) = name.split_once('-').filter(|_| is_fixture(&file)) else { continue };
            let Some(count) = kinds.get_mut(kind) else { continue };
            *count += 1;
            lint.fixtures += 1;
            let found = fired_by(&file, &catalogue)?;
            if found.contains(&entry.id()) != (kind == "hit") {
                let must = if kind == "hit" { "must" } else { "must not" };
                lint.failures.push(format!(
                    "{}: {} {must} fire; found: {found:?}",
                    file.display(),
                    entry.id()
                ));
            }
        }
        for (kind, _) in kinds.iter().filter(|(_, count)| **count == 0) {
            lint.failures
                .push(format!("{}: there is no {kind}-….log, .txt or folder (S010)", entry.path.display()));
        }
    }
    Ok(lint)
}

/// A fixture is a log, a message of a web page, or a folder that is read as a bundle.
fn is_fixture(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|end| end == "log" || end == "txt")
}

/// Ids of the entries that a fixture fires: problems of a log (`.log`) or of a bundle (a folder), or those that know a
/// pasted message (`.txt`). What was folded under an entry that says more has fired too.
///
/// # Errors
/// What cannot be read, with its path.
pub fn fired_by(fixture: &Path, catalogue: &Arc<Catalogue>) -> io::Result<Vec<String>> {
    if fixture.is_dir() {
        let source = Source::Path(fixture.to_owned());
        let analyzer = Analyzer::with_catalogue(Arc::clone(catalogue)).threads(NonZeroUsize::MIN);
        return Ok(ids(analyzer.look(&[source])));
    }
    let log = fixture;
    if log.extension().is_some_and(|end| end == "txt") {
        let message = text(log)?;
        return Ok(catalogue
            .for_message(&message)
            .into_iter()
            .map(|signature| signature.id.clone())
            .collect());
    }
    let mut session = Session::with_catalogue(Arc::clone(catalogue));
    session.begin(&log.display().to_string());
    session.read_from(fs::File::open(log)?)?;
    Ok(ids(session.finish()))
}

fn ids(report: Report) -> Vec<String> {
    let fired = report.findings.into_iter();
    fired.flat_map(|problem| std::iter::once(problem.id).chain(problem.also)).collect()
}

fn text(path: &Path) -> io::Result<String> {
    let about = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if fs::metadata(path).map_err(about)?.len() > MAX_FILE {
        return Err(io::Error::other(format!("{}: larger than {} KiB", path.display(), MAX_FILE / 1024)));
    }
    fs::read_to_string(path).map_err(about)
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let about = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let mut paths = fs::read_dir(folder)
        .map_err(about)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
