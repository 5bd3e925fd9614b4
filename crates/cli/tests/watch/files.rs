//! Files that grow, are rotated, cut, removed and made again.

use super::live::{Run, refused};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).expect("a file");
    file.write_all(text.as_bytes()).expect("it takes text");
}

fn told(number: u64) -> String {
    format!("error[TLS-001]: cucm{number:03}.lab (10.48.36.215) port 6972")
}

#[test]
fn a_file_is_followed_through_rotation_and_cutting_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("expc.log");
    fs::write(&log, refused(1, 0)).expect("a file");
    let mut run = Run::new(&[log.to_str().expect("text")]);
    assert!(run.wait_error("followed from its end").contains("--from-start"));
    append(&log, &refused(2, 10_000));
    run.wait(&told(2));
    // Rotation: what was written last stands in the renamed file.
    append(&log, &refused(3, 20_000));
    fs::rename(&log, folder.path().join("expc.log.1")).expect("renamed");
    fs::write(&log, refused(4, 30_000)).expect("a file");
    run.wait(&told(3));
    run.wait(&told(4));
    run.wait_error("begun anew");
    // Cut to nothing, as copytruncate does.
    OpenOptions::new().write(true).truncate(true).open(&log).expect("cut");
    append(&log, &refused(5, 40_000));
    run.wait(&told(5));
    fs::remove_file(&log).expect("removed");
    run.wait_error("not there; waiting for it");
    append(&log, &refused(6, 50_000));
    run.wait(&told(6));
    let (said, _, status) = run.interrupt();
    assert_eq!(status, 1, "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("cucm001")), "what was there before is left out");
    assert!(said.iter().any(|line| line.starts_with("summary")), "{said:#?}");
    // Lines of each generation count from 1.
    let first = said.iter().position(|line| line.starts_with(&told(6))).expect("told");
    assert!(said[first..].iter().any(|line| line.ends_with("expc.log:1")), "{:#?}", &said[first..]);
}

#[test]
fn several_files_one_of_them_not_there_yet() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    fs::write(&one, refused(1, 0)).expect("a file");
    let mut run = Run::new(&["--from-start", one.to_str().expect("text"), two.to_str().expect("text")]);
    run.wait(&told(1));
    // Both grow at once, line by line: the lines of one never end a record of the other.
    let (a, b) = (refused(2, 60_000), refused(3, 60_001));
    for (a, b) in a.split_inclusive('\n').zip(b.split_inclusive('\n')) {
        append(&one, a);
        append(&two, &b.replace(" vcsc ", " other "));
    }
    let mut missing = vec![told(2), told(3)];
    while !missing.is_empty() {
        let (_, line) = run.wait("error[TLS-001]");
        missing.retain(|told| !line.starts_with(told.as_str()));
    }
    let (said, errors, _) = run.interrupt();
    assert!(said.iter().any(|line| line.contains("node other")), "{said:#?}");
    assert!(errors.iter().any(|line| line.contains("two: not there; waiting for it")), "{errors:?}");
}

#[test]
fn what_cannot_be_followed_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, errors, status) = Run::new(&[folder.path().to_str().expect("text")]).end();
    assert_eq!(status, 2);
    assert!(errors[0].ends_with("is a folder; `watch` follows files"), "{errors:?}");
}
