//! Fixtures of the catalogue that are folders: each is read as a bundle. `hit-*` must fire its entry, `miss-*` must not.
//! The logs and messages beside them are tried by the catalogue's own test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waytrace::{Catalogue, fired_by};

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the catalogue");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn bundles_fire_what_they_are_for_and_nothing_else() {
    let catalogue = Arc::new(Catalogue::built_in());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../signatures/catalogue");
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let groups = folders(&root).into_iter().filter(|group| name(group) != "runbooks");
    for entry in groups.flat_map(|group| folders(&group)) {
        let id = name(&entry).split('-').take(2).collect::<Vec<_>>().join("-");
        for fixture in folders(&entry) {
            tried += 1;
            let fired = fired_by(&fixture, &catalogue).expect("a bundle");
            let must = match name(&fixture).split('-').next() {
                Some("hit") => true,
                Some("miss") => false,
                _ => panic!("{}: is neither hit- nor miss-", fixture.display()),
            };
            if fired.contains(&id) != must {
                wrong.push(format!("{id}/{}: fired {fired:?}", name(&fixture)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // At least one of either sort for each of the entries about certificates.
    assert!(tried >= 40, "{tried} bundles");
}
