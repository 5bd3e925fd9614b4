//! What `waytrace analyze` says of a log.

use assert_cmd::Command;
use serde_json::Value;

/// A finding, as far as the proof asks about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) id: String,
    pub(crate) host: String,
    pub(crate) ip: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) confidence: String,
}

/// The findings of a log.
pub(crate) fn findings(log: &str) -> std::collections::BTreeSet<Finding> {
    let output = Command::cargo_bin("waytrace")
        .expect("the program")
        .args(["analyze", "-", "--format", "json"])
        .write_stdin(log)
        .output()
        .expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {errors}"));
    let listed = report["findings"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let read = listed.iter().map(|finding| Finding {
        id: text(&finding["id"]),
        host: text(&finding["target"]["host"]),
        ip: finding["target"]["ip"].as_str().map(str::to_owned),
        port: finding["target"]["port"].as_u64().and_then(|port| u16::try_from(port).ok()),
        confidence: text(&finding["confidence"]),
    });
    read.collect()
}
