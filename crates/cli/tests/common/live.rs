//! A run of `waytrace watch`, with what it says as it says it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for something that must come; a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);

#[allow(dead_code, reason = "not every test asks for everything")]
pub(crate) struct Run {
    pub(crate) child: Child,
    out: Receiver<(Instant, String)>,
    err: Receiver<(Instant, String)>,
    /// Everything heard so far.
    pub(crate) said: Vec<String>,
}

#[allow(dead_code, reason = "not every test asks for everything")]
impl Run {
    pub(crate) fn new(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waytrace"))
            .arg("watch")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let out = lines(child.stdout.take().expect("a pipe"));
        let err = lines(child.stderr.take().expect("a pipe"));
        Self { child, out, err, said: Vec::new() }
    }

    /// Waits for a line of standard output that holds this text; gives it and the moment it came.
    pub(crate) fn wait(&mut self, text: &str) -> (Instant, String) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok((at, line)) = self.out.recv_timeout(left) else {
                panic!("`{text}` never came; said: {:#?}; errors: {:#?}", self.said, self.errors());
            };
            self.said.push(line.clone());
            if line.contains(text) {
                return (at, line);
            }
        }
    }

    /// Waits for a line of standard error that holds this text.
    pub(crate) fn wait_error(&mut self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok((_, line)) = self.err.recv_timeout(left) else { panic!("`{text}` never came: {said:?}") };
            if line.contains(text) {
                return line;
            }
            said.push(line);
        }
    }

    /// The addresses it says it listens on.
    pub(crate) fn addresses(&mut self, count: usize) -> Vec<String> {
        let said = (0..count).map(|_| self.wait_error("listening on "));
        said.map(|line| line.rsplit("://").next().expect("an address").to_owned()).collect()
    }

    /// What was said on standard error and not waited for.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.err.try_iter().map(|(_, line)| line).collect()
    }

    /// Presses Ctrl-C; gives everything it said, and its status.
    pub(crate) fn interrupt(self) -> (Vec<String>, Vec<String>, i32) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
        assert!(sent.success());
        self.end()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> (Vec<String>, Vec<String>, i32) {
        drop(self.child.stdin.take());
        let status = self.child.wait().expect("it ends");
        self.said.extend(self.out.iter().map(|(_, line)| line));
        let errors = self.err.iter().map(|(_, line)| line).collect();
        (std::mem::take(&mut self.said), errors, status.code().unwrap_or(-1))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<(Instant, String)> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send((Instant::now(), line)).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A request of a fresh number and server that is refused, as the seed's is; `at` is milliseconds of log time.
pub(crate) fn refused(number: u64, at: u64) -> String {
    let seed = include_str!("../../../../testdata/seed/loggingsnapshot_self-signed.txt");
    let stamp = |ms: u64| {
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        (
            format!("{:02}:{minute:02}:{second:02}.{:03}", hour % 22 + 2, ms % 1000),
            format!("{:02}:{minute:02}:{second:02},{:03}", hour % 22, ms % 1000),
        )
    };
    let host = format!("cucm{number:03}.lab");
    let lines = seed.lines().skip(5).enumerate().map(|(step, line)| {
        let (local, utc) = stamp(at + step as u64);
        let mut line = line.to_owned();
        line.replace_range(11..23, &local);
        if let Some(from) = line.find("UTCTime=\"2022-07-11 ") {
            line.replace_range(from + 20..from + 32, &utc);
        }
        let path = "c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvNjk3Mg";
        let own = format!("steven.lab/https/{host}/6972");
        line.replace(path, &base64(&own))
            .replace("cucm.steven.lab", &host)
            .replace("\"191\"", &format!("\"{}\"", number + 1000))
            + "\n"
    });
    lines.collect()
}

/// Base64 without padding, as clients write paths.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let number =
            three.iter().enumerate().fold(0_u32, |n, (at, byte)| n | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=three.len() {
            out.push(char::from(LETTERS[(number >> (18 - 6 * at) & 63) as usize]));
        }
    }
    out
}
