//! The HTML report in a real browser: its policy lets its own style and script work, and nothing else.

mod common;

use common::{testdata, waytrace};
use std::fs;
use std::io::{self, Write as _};
use std::process::Command;

/// Names under which Chromium may be installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser, if there is one. Where nobody looks at what is skipped, it must be there.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = BROWSERS.into_iter().find(|name| runs(name));
    let must = std::env::var_os("WAYTRACE_CI").is_some();
    assert!(found.is_some() || !must, "none of {BROWSERS:?} is installed");
    found
}

#[test]
fn the_script_of_the_page_runs_under_its_policy() {
    let Some(browser) = browser() else {
        // Written past the capture of the test harness, so that it is seen although the test passes.
        let _ = writeln!(io::stderr(), "SKIPPED: none of {BROWSERS:?} is installed, so no page was opened");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = waytrace();
    command.args(["analyze", "--format", "html"]).arg(testdata("bundles/cluster"));
    let page = folder.path().join("report.html");
    fs::write(&page, command.output().expect("it runs").stdout).expect("a file");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("it runs");
    let seen = String::from_utf8_lossy(&output.stdout);
    let form = seen.split("<form").nth(1).and_then(|rest| rest.split('>').next()).expect("the filters");
    assert!(!form.contains("hidden"), "the script shows the filters: {form}");
    assert!(seen.contains("2 of 2 shown"), "and counts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("Content Security Policy"), "nothing of it was refused: {said}");
}
