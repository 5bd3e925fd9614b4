//! Input that is no log, or a damaged one: a clear message, the right status, no panic, bounded memory.

mod common;

use common::{testdata, waytrace};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs `analyze -` over bytes; gives status, standard output and standard error.
fn analyze(input: &[u8]) -> (i32, String, String) {
    let output = waytrace().args(["analyze", "-"]).write_stdin(input).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

/// Bytes without order, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn what_is_no_log() {
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("empty", Vec::new(), "empty"),
        ("random", noise(1 << 20), "no"),
        ("prose", b"Dear colleague,\nthe login fails.\n".to_vec(), "no Expressway log"),
        ("one long line", vec![b'x'; 100 << 20], "no Expressway log"),
        ("zeroes", vec![0; 1 << 20], "binary data"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "gzip"),
    ];
    for (name, input, message) in cases {
        let (status, out, err) = analyze(&input);
        assert_eq!(status, 2, "{name}: {err}");
        assert!(err.starts_with("waytrace: -: ") && err.contains(message), "{name}: {err}");
        assert_eq!(out, "", "{name}");
    }
}

#[test]
fn a_file_that_is_not_there() {
    let output = waytrace().args(["analyze", "no/such/file"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "waytrace: no/such/file: no such file or directory\n"
    );
}

#[test]
fn a_missing_file_beside_a_good_one_is_a_partial_result() {
    let good = testdata("seed/loggingsnapshot_name.txt");
    let output = waytrace().arg("analyze").arg(good).arg("no/such/file").output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("TLS-006") && text.contains("not read: no/such/file"), "{text}");
}

#[test]
fn damage_does_not_hide_what_is_there() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let crlf = String::from_utf8(log.clone()).expect("text").replace('\n', "\r\n").into_bytes();
    let cut = log[..log.len() - 20].to_vec();
    let cases = [
        ("line ends of the other system", crlf),
        ("half a last line", cut),
        ("stray bytes before", [noise(400).as_slice(), b"\n", &log].concat()),
        ("zeroes between", [log.as_slice(), &[0; 64], b"\n", &log].concat()),
        ("a line of 3 MB between", [log.as_slice(), &vec![b'y'; 3 << 20], b"\n", &log].concat()),
    ];
    for (name, input) in cases {
        let (status, out, err) = analyze(&input);
        assert_eq!((status, err.as_str()), (1, ""), "{name}: {out}");
        assert!(out.contains("error[TLS-001]: cucm.steven.lab (10.48.36.215) port 6972"), "{name}: {out}");
    }
}

#[test]
fn log_text_cannot_drive_the_terminal() {
    let line = "2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (a\u{1b}[2J.example) not in certificate. Action=Terminate server=a(192.0.2.7)\n";
    let (_, out, _) = analyze(line.as_bytes());
    assert!(!out.contains('\u{1b}') && out.contains("\\u{1b}[2J"), "{out}");
}

/// Peak of the resident memory of a running process, in KiB.
#[cfg(target_os = "linux")]
fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its peak");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_bounded() {
    const CEILING: u64 = 64 * 1024;
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    // The same lines again and again: a log in which time stands still is the worst case for what is kept.
    let inputs = [("log", log.repeat(4096)), ("line", vec![b'x'; 64 << 20])];
    for (name, input) in inputs {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waytrace"))
            .args(["analyze", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(&input).expect("it reads");
        let peak = peak(child.id());
        drop(stdin);
        child.wait().expect("it ends");
        assert!(peak < CEILING, "{name}: {peak} KiB");
    }
}
