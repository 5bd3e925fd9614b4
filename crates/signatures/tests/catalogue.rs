//! Every claim of the catalogue has its proof: `hit-*.log` must fire the entry, `miss-*.log` must not; a message of a
//! web page has `.txt` files instead. A translation must be up to date. One test a file.

use libtest_mimic::{Arguments, Failed, Trial};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Engine};

fn main() {
    let catalogue = Arc::new(Catalogue::built_in());
    let mut trials = Vec::new();
    for entry in entries() {
        let folder = name(&entry);
        let id = folder.split('-').take(2).collect::<Vec<_>>().join("-");
        // A folder is a bundle; the library that reads bundles tries it (crates/analysis/tests/fixtures.rs).
        let is_fixture = |path: &PathBuf| {
            path.is_dir() || path.extension().is_some_and(|end| end == "log" || end == "txt")
        };
        let fixtures: Vec<_> = children(&entry).into_iter().filter(is_fixture).collect();
        for kind in ["hit-", "miss-"] {
            let (fixtures, label) = (fixtures.clone(), format!("{folder} has a {kind}file"));
            trials.push(Trial::test(label, move || {
                if fixtures.iter().any(|path| name(path).starts_with(kind)) {
                    Ok(())
                } else {
                    Err("there is none".into())
                }
            }));
        }
        for path in fixtures.into_iter().filter(|path| path.is_file()) {
            let (id, catalogue) = (id.clone(), Arc::clone(&catalogue));
            trials
                .push(Trial::test(format!("{folder}/{}", name(&path)), move || check(&path, &id, catalogue)));
        }
        for text in children(&entry).into_iter().filter(|path| is_translation(path)) {
            let source = entry.join("en.md");
            trials.push(Trial::test(format!("{folder}/{} is up to date", name(&text)), move || {
                fresh(&text, &source)
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Ids of what a fixture is: problems of a log, or those that know a pasted message.
fn found(fixture: &Path, catalogue: Arc<Catalogue>) -> Result<Vec<String>, Failed> {
    let bytes = fs::read(fixture)?;
    if fixture.extension().is_some_and(|end| end == "txt") {
        let text = String::from_utf8(bytes)?;
        return Ok(catalogue.for_message(&text).into_iter().map(|signature| signature.id.clone()).collect());
    }
    let mut engine = Engine::new(catalogue);
    let mut reader = Reader::new(&bytes[..]);
    while let Some(record) = reader.next_record()? {
        engine.feed(&record, 0);
    }
    // What was folded under an entry that says more has fired too.
    let fired = engine
        .finish()
        .findings
        .into_iter()
        .flat_map(|finding| std::iter::once(finding.id).chain(finding.also));
    Ok(fired.collect())
}

fn check(fixture: &Path, id: &str, catalogue: Arc<Catalogue>) -> Result<(), Failed> {
    let found = found(fixture, catalogue)?;
    let must = name(fixture).starts_with("hit-");
    if found.iter().any(|known| known == id) == must {
        Ok(())
    } else {
        Err(format!("{id} must {}fire; found: {found:?}", if must { "" } else { "not " }).into())
    }
}

fn is_translation(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md") && name(path) != "en.md"
}

/// A translation begins with the hash of the English text it was made from.
fn fresh(text: &Path, source: &Path) -> Result<(), Failed> {
    let hash = Sha256::digest(fs::read(source)?)
        .iter()
        .take(4)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let first = fs::read_to_string(text)?.lines().next().unwrap_or_default().to_owned();
    let wanted = format!("<!-- en.md {hash} -->");
    if first == wanted {
        Ok(())
    } else {
        Err(format!("it begins with `{first}` instead of `{wanted}`").into())
    }
}

fn entries() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    // Runbooks are texts without a claim.
    let groups = children(&root).into_iter().filter(|path| path.is_dir() && name(path) != "runbooks");
    groups.flat_map(|group| children(&group)).collect()
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the catalogue");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
