//! Ctrl-C: what was read is reported, the rest is named; a second one ends at once.

#![cfg(target_os = "linux")]

mod common;

use common::testdata;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// More than all buffers on the way to the analysis hold, so that whoever could write it knows that the log before it
/// was read.
const FILLER: usize = 2 << 20;
/// Nothing here takes nearly as long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(args: &[&str]) -> Child {
    // Where the tests run in the background, Ctrl-C may be ignored; programs keep to that.
    let status = fs::read_to_string("/proc/self/status").expect("about this process");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("signals");
    let ignored = u64::from_str_radix(ignored.trim(), 16).expect("a mask") & 2 != 0;
    let mut command = Command::new(if ignored { "env" } else { env!("CARGO_BIN_EXE_waytrace") });
    if ignored {
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_waytrace")]);
    }
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

fn log() -> Vec<u8> {
    fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log")
}

fn filler() -> Vec<u8> {
    let line = b"2022-07-11T18:55:27.000+02:00 vcsc tvcs: Event=\"Nothing\"\n";
    line.repeat(FILLER / line.len())
}

fn wait(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("it is there");
            panic!("it did not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Status, standard output with single blanks, standard error.
fn ended(mut child: Child) -> (Option<i32>, String, String) {
    let (mut out, mut err) = (String::new(), String::new());
    // What is written is small, apart from that of tests that read it themselves.
    let status = wait(&mut child).code();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut out).expect("text");
    }
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    (status, out.split_whitespace().collect::<Vec<_>>().join(" "), err)
}

#[test]
fn what_was_read_of_a_waiting_input_is_analysed() {
    let mut child = start(&["analyze", "-", "no/such/file"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&log()).expect("it reads");
    stdin.write_all(&filler()).expect("it reads");
    interrupt(&child);
    // Standard input stays open, and nothing more comes.
    let (status, out, err) = ended(child);
    assert_eq!((status, err.as_str()), (Some(3), ""), "{out}");
    assert!(out.contains("error[TLS-001]: cucm.steven.lab (10.48.36.215) port 6972"), "{out}");
    assert!(out.contains("read only in part: -: stopped before its end"), "{out}");
    assert!(out.contains("not read: no/such/file: stopped before it was read"), "{out}");
    drop(stdin);
}

#[test]
fn lists_and_stories_say_what_is_missing() {
    for args in [&["events", "-", "--kind", "ats"][..], &["txn", "-", "191"]] {
        let mut child = start(args);
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(&log()).expect("it reads");
        stdin.write_all(&filler()).expect("it reads");
        interrupt(&child);
        let (status, out, err) = ended(child);
        assert_eq!(status, Some(3), "{args:?}: {out}{err}");
        assert!(out.contains("ats.verify_failed"), "{args:?}: {out}");
        assert!(err.starts_with("waytrace: read only in part: -: stopped before its end"), "{args:?}: {err}");
    }
}

#[test]
fn a_pipe_that_nobody_fills() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    let log = testdata("seed/loggingsnapshot_self-signed.txt");
    let mut child = start(&["events", log.to_str().expect("text"), path.to_str().expect("text")]);
    // Rows are written once the buffer is full or the reading is over, so nothing tells when the log was read.
    thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("a child").is_none(), "it waits");
    interrupt(&child);
    let (status, out, err) = ended(child);
    assert_eq!(status, Some(3), "{out}{err}");
    assert!(out.contains("ats.verify_failed"), "{out}");
    // Nothing else: how far the reading is, is shown to terminals only.
    let line = err.strip_prefix("waytrace: not read: ").and_then(|line| line.strip_suffix('\n'));
    assert!(
        line.is_some_and(|line| line.contains("stopped before its end") && !line.contains('\n')),
        "{err}"
    );
}

#[test]
fn nothing_was_read_yet() {
    let mut child = start(&["analyze", "-"]);
    let stdin = child.stdin.take();
    // Long enough to be listening; nothing tells when that is.
    thread::sleep(Duration::from_millis(500));
    interrupt(&child);
    let (status, out, err) = ended(child);
    assert_eq!((status, out.as_str()), (Some(2), ""), "{err}");
    assert!(err.starts_with("waytrace: -: stopped before its end"), "{err}");
    drop(stdin);
}

/// What `watch` says of a log until a signal ends it.
fn watched_until(signal_name: &str) -> String {
    let mut child = start(&["watch"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    stdin.write_all(&log()).expect("it reads");
    let mut text = String::new();
    out.read_line(&mut text).expect("a line");
    assert!(text.starts_with("error[TLS-001]"), "{text}");
    signal(&child, signal_name);
    out.read_to_string(&mut text).expect("text");
    let (status, _, err) = ended(child);
    assert_eq!((status, err.as_str()), (Some(1), ""), "{text}");
    text
}

#[test]
fn watching_ends_with_its_summary() {
    let text = watched_until("-INT");
    assert!(text.contains("summary") && text.contains("found: 1 error, 1 warning"), "{text}");
}

#[test]
fn a_second_one_ends_at_once() {
    let mut child = start(&["events", "-"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    // Nobody reads what it writes: it cannot end by itself.
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(&filler());
    });
    thread::sleep(Duration::from_millis(500));
    interrupt(&child);
    thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("a child").is_none(), "it is still writing");
    interrupt(&child);
    assert_eq!(wait(&mut child).code(), Some(130));
    writer.join().expect("the pipe is closed");
}

#[test]
fn a_service_that_is_ended_says_what_it_found() {
    let text = watched_until("-TERM");
    assert!(text.contains("found: 1 error, 1 warning"), "{text}");
}

#[test]
fn nohup_is_kept_to() {
    let mut command = Command::new("nohup");
    command.arg(env!("CARGO_BIN_EXE_waytrace")).args(["watch"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    stdin.write_all(&log()).expect("it reads");
    let mut text = String::new();
    out.read_line(&mut text).expect("a line");
    signal(&child, "-HUP");
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("a child").is_none(), "it goes on");
    signal(&child, "-TERM");
    out.read_to_string(&mut text).expect("text");
    assert_eq!(wait(&mut child).code(), Some(1), "{text}");
    assert!(text.contains("found: 1 error, 1 warning"), "{text}");
}
