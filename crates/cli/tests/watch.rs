//! `waytrace watch`: a problem is told while the log is still being written.

mod common;
#[path = "watch/files.rs"]
mod files;
#[path = "watch/latency.rs"]
mod latency;
#[path = "common/live.rs"]
mod live;

use common::testdata;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

fn watch(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_waytrace"))
        .arg("watch")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

#[test]
fn a_problem_is_told_before_the_input_ends() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let mut child = watch(&[]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    stdin.write_all(&log).expect("it reads");
    stdin.flush().expect("it reads");
    // Standard input stays open: this line can only come while the log is still followed.
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    assert!(line.starts_with("error[TLS-001]: cucm.steven.lab (10.48.36.215) port 6972"), "{line}");
    drop(stdin);
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("text");
    assert!(rest.contains("summary") && rest.contains("found: 1 error, 1 warning"), "{rest}");
    assert_eq!(rest.matches("error[TLS-001]").count(), 0, "told once");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn the_last_lines_are_told_when_the_input_ends() {
    let log = fs::read(testdata("seed/loggingsnapshot_name.txt")).expect("the log");
    let mut child = watch(&["--format", "ndjson"]);
    child.stdin.take().expect("a pipe").write_all(&log).expect("it reads");
    let mut text = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut text).expect("text");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let problems: Vec<_> = lines.iter().filter(|line| line["update"] == "problem").collect();
    assert_eq!(problems.len(), 1, "{text}");
    assert_eq!(problems[0]["id"], "TLS-006");
    let summary = lines.last().expect("a line");
    assert_eq!((&summary["update"], &summary["problems"][0]["id"]), (&"summary".into(), &"TLS-006".into()));
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn an_input_without_a_byte_is_called_empty() {
    for (bytes, said) in
        [("", "waytrace: standard input is empty\n"), ("hello\n", "begins with a time stamp")]
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waytrace"));
        child.arg("watch").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(bytes.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.code() == Some(2) && err.contains(said), "{err}");
    }
}
