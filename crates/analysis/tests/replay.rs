//! Replays the small corpus of the fuzz targets in every test run.
#![allow(clippy::print_stdout, reason = "a failure tells which file it was")]

#[path = "../fuzz/checks.rs"]
mod checks;

use std::path::Path;

#[test]
fn the_corpus_of_every_fuzz_target() {
    for (target, check) in checks::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).expect("the corpus is committed") {
            let path = entry.expect("a readable folder").path();
            println!("{}", path.display());
            check(&std::fs::read(&path).expect("a readable file"));
            count += 1;
        }
        assert!(count > 0, "{} is empty", folder.display());
    }
}
