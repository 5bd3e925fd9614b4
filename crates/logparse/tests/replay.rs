//! Replays the small corpus of the fuzz targets in every test run.
#![allow(clippy::print_stdout, reason = "a failure tells which file it was")]

#[path = "../fuzz/checks.rs"]
mod checks;

use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
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

#[test]
fn framing() {
    replay("framing", checks::framing);
}

#[test]
fn envelope() {
    replay("envelope", checks::envelope_of);
}

#[test]
fn fields() {
    replay("fields", checks::fields);
}

#[test]
fn bodies() {
    replay("bodies", checks::bodies);
}

#[test]
fn reader() {
    replay("reader", checks::reader);
}
