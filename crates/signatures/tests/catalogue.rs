//! Every claim of the catalogue has its proof: `hit-*.log` must fire the entry, `miss-*.log` must not. One test a file.

use libtest_mimic::{Arguments, Failed, Trial};
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
        let logs: Vec<_> = children(&entry)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "log"))
            .collect();
        for kind in ["hit-", "miss-"] {
            let (logs, label) = (logs.clone(), format!("{folder} has a {kind}log"));
            trials.push(Trial::test(label, move || {
                if logs.iter().any(|log| name(log).starts_with(kind)) {
                    Ok(())
                } else {
                    Err("there is none".into())
                }
            }));
        }
        for log in logs {
            let (id, catalogue) = (id.clone(), Arc::clone(&catalogue));
            trials.push(Trial::test(format!("{folder}/{}", name(&log)), move || check(&log, &id, catalogue)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(log: &Path, id: &str, catalogue: Arc<Catalogue>) -> Result<(), Failed> {
    let mut engine = Engine::new(catalogue);
    let text = fs::read(log)?;
    let mut reader = Reader::new(&text[..]);
    while let Some(record) = reader.next_record()? {
        engine.feed(&record, 0);
    }
    let found: Vec<String> = engine.finish().findings.into_iter().map(|finding| finding.id).collect();
    let must = name(log).starts_with("hit-");
    if found.iter().any(|known| known == id) == must {
        Ok(())
    } else {
        Err(format!("{id} must {}fire; found: {found:?}", if must { "" } else { "not " }).into())
    }
}

fn entries() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    children(&root).iter().filter(|path| path.is_dir()).flat_map(|group| children(group)).collect()
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
