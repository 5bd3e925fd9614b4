//! The README shows what the command says today.

mod common;

use common::waytrace;
use std::fs;
use std::path::Path;

#[test]
fn the_summary_in_the_readme_is_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).expect("a page");
    let shown = readme.split("```text\n").nth(1).expect("a report").split("```").next().expect("its end");
    let mut command = waytrace();
    command.current_dir(&root).args(["--brief", "testdata/seed/loggingsnapshot_self-signed.txt"]);
    let output = command.output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
    for file in readme.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
        let inside = !file.is_empty() && !file.contains("://");
        assert!(!inside || root.join(file).exists(), "the README links to {file}, which is not there");
    }
}
