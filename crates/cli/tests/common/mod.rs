//! What the tests of the whole program share.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The program, with nothing of the caller's environment that could change what it prints.
#[allow(dead_code, reason = "not every test file runs it to its end")]
pub(crate) fn waytrace() -> Command {
    let mut command = Command::cargo_bin("waytrace").expect("the program");
    command.env_clear();
    command
}

#[allow(dead_code, reason = "not every test file reads test data")]
pub(crate) fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

/// Analyses a file and gives the exit status and the JSON report.
#[allow(dead_code, reason = "not every test file asks for a report")]
pub(crate) fn report(path: &Path) -> (i32, Value) {
    let output =
        waytrace().args(["analyze", "--format", "json"]).arg(path).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (output.status.code().expect("it ends by itself"), value)
}
