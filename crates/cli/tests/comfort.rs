//! What makes the command easy to use: examples, completions, manual pages, a file of defaults.

mod common;

use common::{testdata, waytrace};
use std::fs;
use std::path::Path;
use std::process::Output;

fn run(args: &[&str]) -> Output {
    waytrace().args(args).output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn log() -> String {
    testdata("seed/loggingsnapshot_self-signed.txt").display().to_string()
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = out(&run(&["help"]));
    let listed = help.split("Commands:\n").nth(1).expect("a list").split("\n\n").next().expect("a list");
    let names =
        listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned));
    let names: Vec<_> = names.filter(|name| !name.is_empty() && name != "help").collect();
    assert!(names.len() >= 14, "{help}");
    names
}

#[test]
fn the_help_of_every_command_has_examples() {
    for command in commands() {
        let help = out(&run(&[&command, "--help"]));
        let examples = help.split("Examples:\n").nth(1).unwrap_or_default();
        assert!(examples.contains(&format!("waytrace {command}")), "{command}: {help}");
    }
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        let text = out(&output);
        for command in commands() {
            assert!(text.contains(&command), "{shell} {command}");
        }
        assert!(text.contains("max-evidence"), "{shell}");
    }
    assert_eq!(run(&["completions", "cmd.exe"]).status.code(), Some(2));
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    assert_eq!(run(&["man", "--out", &pages.display().to_string()]).status.code(), Some(0));
    let page =
        |name: &str| fs::read_to_string(pages.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(page("waytrace.1").contains(".TH waytrace 1"));
    for command in commands() {
        assert!(page(&format!("waytrace-{command}.1")).contains("Examples:"), "{command}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let output = run(&["man", "--out", &file.display().to_string()]);
    assert!(output.status.code() == Some(2) && err(&output).contains("file: "), "{}", err(&output));
}

/// Runs with a file of defaults.
fn with(config: &str, args: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.toml");
    fs::write(&file, config).expect("a file");
    let mut command = waytrace();
    command.args(args).arg("--config").arg(&file);
    (command.output().expect("it runs"), folder)
}

#[test]
fn defaults_come_from_a_file_and_what_is_typed_wins() {
    let config =
        "lang = \"de\"\ntz = \"Europe/Berlin\"\n\n[analyze]\nbrief = true\ndisable = [\"TLS-007\"]\n";
    let text = out(&with(config, &["analyze", &log()]).0);
    assert!(text.starts_with("Zusammenfassung: gefunden: 1 Fehler\n") && text.contains("CEST"), "{text}");
    let text = out(&with(config, &[&log()]).0);
    assert!(text.starts_with("Zusammenfassung: "), "also where no command is named: {text}");
    let text = out(&with(config, &["analyze", "--lang", "en", "--tz=utc", &log()]).0);
    assert!(text.starts_with("summary: found: 1 error\n") && !text.contains("CEST"), "{text}");
    // What stands in the table of a command goes before what is for all, and other commands do not see it.
    let text = out(&with("lang = \"de\"\n[analyze]\nlang = \"fr\"\n", &["analyze", &log()]).0);
    assert!(text.starts_with("résumé"), "{text}");
    let text = out(&with("lang = \"de\"\n[analyze]\nlang = \"fr\"\n", &["explain", "TLS-001"]).0);
    assert!(text.contains("Was zu tun ist"), "{text}");
    let text = out(&with("lang = \"de\"\n", &["decode", "c3RldmVuLmxhYi9odHRwcy8xMC40OC4zNi4yMTUvODQ0Mw"]).0);
    assert!(text.contains("steven.lab"), "a command without the option takes nothing: {text}");
}

#[test]
fn a_file_of_defaults_that_is_wrong() {
    for (config, said) in [
        ("\nlangg = \"de\"\n", ":2: no option has the name `langg`; did you mean `lang`?"),
        (
            "[analyze]\nmax-evidnce = 3\n",
            ":2: no option has the name `max-evidnce`; did you mean `max-evidence`?",
        ),
        ("[analyze]\nbrief = \"yes\"\n", ":2: true or false is wanted here"),
        ("[analyze]\nmax-evidence = [[1]]\n", ":2: a text or a number is wanted here"),
        ("[analyze]\nmax-evidence = true\n", ":2: a text, a number or a list is wanted here"),
        ("analyze = 1\n", ":1: `analyze` is a command"),
        ("lang = \"de\"\nlang = \"fr\"\n", ":2: "),
        ("[analyze\n", ":1: "),
        ("[analyze]\nformat = \"docx\"\n", "invalid value 'docx' for '--format"),
        ("no-config = true\n", ":1: no option has the name `no-config`"),
    ] {
        let (output, folder) = with(config, &["analyze", &log()]);
        let text = err(&output);
        assert_eq!(output.status.code(), Some(2), "{config}: {text}");
        let file = folder.path().join("own.toml").display().to_string();
        assert!(text.contains(said) && text.contains(&file), "{config}: {text}");
    }
    let output = run(&["analyze", &log(), "--config", "/nowhere/at/all.toml"]);
    assert!(
        output.status.code() == Some(2) && err(&output).contains("/nowhere/at/all.toml"),
        "{}",
        err(&output)
    );
}

#[test]
fn where_the_file_is_looked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |path: &str| {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, "lang = \"es\"\n").expect("a file");
    };
    place("xdg/waytrace/config.toml");
    place("home/.config/waytrace/config.toml");
    let begins = |name: &str, value: &Path, more: &[&str]| {
        let output =
            waytrace().env(name, value).args(["analyze", &log()]).args(more).output().expect("it runs");
        out(&output).split(':').next().unwrap_or_default().to_owned()
    };
    assert_eq!(begins("XDG_CONFIG_HOME", &folder.path().join("xdg"), &[]), "resumen");
    assert_eq!(begins("HOME", &folder.path().join("home"), &[]), "resumen");
    assert_eq!(begins("HOME", &folder.path().join("home"), &["--no-config"]), "summary");
    assert_eq!(begins("HOME", &folder.path().join("nobody"), &[]), "summary", "there need not be one");
}

#[test]
fn options_may_stand_before_the_command() {
    let log = &log();
    let text = out(&run(&["--no-config", "analyze", log]));
    assert!(text.starts_with("summary: found: 1 error, 1 warning\n") && !text.contains("not read"), "{text}");
    let text = out(&run(&["--lang", "de", "--brief", "analyze", log]));
    assert!(text.starts_with("Zusammenfassung: ") && !text.contains("was gelesen"), "{text}");
    let text = out(&run(&["--kind", "ats", "events", log]));
    assert!(text.contains("ats.verify_failed"), "an option that only the command has: {text}");
    let text = out(&run(&["--user", "watch", "explain", "TLS-001"]));
    assert!(text.is_empty(), "an option that the command has not is refused: {text}");
    // Behind `--` it is a file, and so it is where there is one.
    let text = out(&run(&["--brief", log, "--", "watch"]));
    assert!(text.contains("not read: watch: no such file"), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(log, folder.path().join("events")).expect("a copy");
    let output = waytrace().args(["--brief", "events"]).current_dir(&folder).output().expect("it runs");
    assert!(out(&output).starts_with("summary: found: 1 error, 1 warning\n"), "{}", out(&output));
}
