//! Standard output that takes no more: its reader has gone away, or its disk is full.

#![cfg(unix)]

mod common;

use common::testdata;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

fn waytrace() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waytrace"));
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_reader_went_away() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    for args in
        [&["analyze", "-"][..], &["events", "-"], &["txn", "-", "191"], &["why", "TLS-001", "-"], &["watch"]]
    {
        let mut child = waytrace().args(args).spawn().expect("it starts");
        // Before there is anything to write.
        drop(child.stdout.take());
        child.stdin.take().expect("a pipe").write_all(&log).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn one_line_of_many_was_enough() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.txt");
    fs::write(&path, log.repeat(2000)).expect("a file");
    let mut child = waytrace().arg("events").arg(path).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{line}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_disk_is_full() {
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let log = log.to_str().expect("text");
    let cases = [
        &["analyze", log][..],
        &["analyze", "--format", "json", log],
        &["events", log],
        &["txn", log, "191"],
        &["why", "TLS-001", log],
        &["explain", "TLS-001"],
        &["signatures"],
    ];
    for args in cases {
        let full = File::options().write(true).open("/dev/full").expect("the device");
        let mut child = waytrace().args(args).stdout(full).spawn().expect("it starts");
        let mut said = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        assert_eq!(said, "waytrace: cannot write to standard output: no space left on device\n", "{args:?}");
        assert_eq!(child.wait().expect("it ends").code(), Some(2), "{args:?}");
    }
}
