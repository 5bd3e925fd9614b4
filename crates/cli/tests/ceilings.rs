//! Whoever meets a ceiling on archives reads which flag raises it, and the flag does.

mod common;
#[path = "common/pack.rs"]
#[allow(dead_code, reason = "trees are packed elsewhere")]
mod pack;

use common::{testdata, waytrace};
use pack::{File, gz, tar, xz, zip, zst};
use std::fs;

/// Status, and everything that was said, in one line.
fn analyze(folder: &std::path::Path, args: &[&str]) -> (Option<i32>, String) {
    let output = waytrace().current_dir(folder).arg("analyze").args(args).output().expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("text");
    (output.status.code(), text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn every_ceiling_names_its_flag() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let file = |name: &str, bytes: &[u8]| -> File { (name.to_owned(), bytes.to_owned()) };
    let two = [file("a.pem", b"none"), file("log.txt", &log)];
    let cases = [
        ("a.tar", tar(&two), "--max-members", "1", "2"),
        ("a.zip", zip(&[file("b.tar.gz", &gz(&tar(&two)))]), "--max-depth", "2", "3"),
        ("a.tar.gz", gz(&tar(&two)), "--max-inflated", "1K", "1M"),
        ("log.txt.xz", xz(&log), "--max-held", "64K", "8m"),
        ("log.txt.zst", zst(&log), "--max-held", "1K", "64M"),
    ];
    for (name, bytes, flag, low, high) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(name), bytes).expect("a file");
        let (status, text) = analyze(folder.path(), &[name, flag, low]);
        assert!(text.contains(&format!("the ceiling of `{flag}`")), "{name}: {text}");
        assert!(matches!(status, Some(2 | 3)), "{name}: {text}");
        let (status, text) = analyze(folder.path(), &[name, flag, high]);
        assert_eq!(status, Some(1), "{name}: {text}");
        assert!(text.contains("TLS-001"), "{name}: {text}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("a/b/c")).expect("folders");
    fs::write(folder.path().join("a/b/c/log.txt"), &log).expect("a file");
    let (status, text) = analyze(folder.path(), &["a", "--max-folders", "2"]);
    assert!(status == Some(2) && text.contains("the ceiling of `--max-folders`"), "{text}");
    assert_eq!(analyze(folder.path(), &["a", "--max-folders", "3"]).0, Some(1));
}

#[test]
fn the_list_of_events_names_the_flag_too() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let bundle = tar(&[("a.txt".to_owned(), log.clone()), ("b.txt".to_owned(), log)]);
    for command in [&["events", "-"][..], &["txn", "-", "191"]] {
        let mut run = waytrace();
        run.args(command).args(["--max-members", "1"]).write_stdin(bundle.clone());
        let output = run.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.starts_with("waytrace: read only in part: -: ") && said.contains("--max-members"),
            "{said}"
        );
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn numbers_that_make_no_sense() {
    for wrong in [["--threads", "0"], ["--threads", "two"], ["--max-depth", "65"], ["--max-inflated", "1.5G"]]
    {
        for command in [&["analyze", "x"][..], &["events", "x"], &["txn", "x", "1"], &["why", "TLS-001", "x"]]
        {
            let output = waytrace().args(command).args(wrong).output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{wrong:?}");
            assert!(said.contains(wrong[0]) && said.contains(wrong[1]), "{said}");
        }
    }
}
