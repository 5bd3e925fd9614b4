//! `-o FILE`: the report is there whole, or what was there before is.

mod common;

use common::{testdata, waytrace};
use std::fs;
use std::path::Path;
use std::process::Output;

fn analyze(folder: &Path, args: &[&str]) -> Output {
    let mut command = waytrace();
    command.current_dir(folder).arg("analyze").arg(testdata("seed/loggingsnapshot_name.txt")).args(args);
    command.output().expect("it runs")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_form_goes_into_a_file_as_it_goes_to_the_screen() {
    for form in ["text", "json", "markdown", "html", "sarif"] {
        let folder = tempfile::tempdir().expect("a folder");
        let shown = analyze(folder.path(), &["--format", form]);
        let written = analyze(folder.path(), &["--format", form, "-o", "report"]);
        assert_eq!(written.status.code(), Some(1), "{form}: the status is that of the report");
        assert!(written.stdout.is_empty() && written.stderr.is_empty(), "{form}");
        assert_eq!(fs::read(folder.path().join("report")).expect("the report"), shown.stdout, "{form}");
        assert_eq!(names(folder.path()), ["report"], "nothing is left beside it");
    }
}

#[test]
fn a_file_that_is_there_stays_unless_told_otherwise() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.txt");
    fs::write(&file, "mine").expect("a file");
    let refused = analyze(folder.path(), &["-o", "report.txt"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(said, "waytrace: cannot write report.txt: it is there already; --force replaces it\n");
    assert_eq!(fs::read_to_string(&file).expect("the file"), "mine");
    let forced = analyze(folder.path(), &["-o", "report.txt", "--force"]);
    assert_eq!(forced.status.code(), Some(1));
    assert!(fs::read_to_string(&file).expect("the file").contains("TLS-006"));
    assert_eq!(names(folder.path()), ["report.txt"]);
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("inner")).expect("a folder");
    for (file, why) in [
        ("No/report.txt", "the folder No is not there"),
        ("inner", "it is there and is no ordinary file"),
        ("/dev/null", "it is there and is no ordinary file"),
    ] {
        let refused = analyze(folder.path(), &["-o", file, "--force"]);
        assert_eq!(refused.status.code(), Some(2), "{file}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(said, format!("waytrace: cannot write {file}: {why}\n"));
    }
    assert_eq!(names(folder.path()), ["inner"]);
}

#[test]
fn nothing_is_written_where_nothing_was_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = waytrace();
    command.current_dir(folder.path()).args(["analyze", "no-such-log", "-o", "report.txt"]);
    assert_eq!(command.output().expect("it runs").status.code(), Some(2));
    assert!(names(folder.path()).is_empty());
}
