//! What is measured: waytrace, the least that any tool must do, and other tools with the same question.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Failed requests by cause, host and port.
pub(crate) type Answer = BTreeMap<(String, String, u16), u64>;

/// Where things are.
pub(crate) struct Places {
    pub(crate) log: PathBuf,
    pub(crate) packed: PathBuf,
    pub(crate) waytrace: PathBuf,
    /// This program, for what it does itself.
    pub(crate) itself: PathBuf,
    pub(crate) peers: PathBuf,
}

/// One command to measure.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) command: Command,
    /// The program that has to be there, and how it is installed.
    pub(crate) needs: Option<(String, &'static str)>,
    pub(crate) version: Option<Command>,
}

/// What can be expected of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads everything and answers nothing.
    Floor,
    /// Finds lines and joins them to nothing.
    Lines,
    /// Answers with the report of waytrace.
    Report,
    /// Answers with rows of cause, host, port and number.
    Rows,
    /// The same, separated by commas, with a head.
    Table,
}

impl Kind {
    /// Reads the answer; `None` where there is none to be expected.
    pub(crate) fn answer(self, output: &str) -> Option<Answer> {
        match self {
            Self::Floor | Self::Lines => None,
            Self::Report => Some(report(output)),
            Self::Rows => Some(rows(output.lines(), '\t')),
            Self::Table => Some(rows(output.lines().skip(1), ',')),
        }
    }
}

fn rows<'a>(lines: impl Iterator<Item = &'a str>, between: char) -> Answer {
    let mut answer = Answer::new();
    for line in lines {
        let cells: Vec<&str> = line.split(between).collect();
        if let [cause, host, port, count] = cells[..]
            && let (Ok(port), Ok(count)) = (port.trim().parse(), count.trim().parse())
        {
            answer.insert((cause.to_owned(), host.to_owned(), port), count);
        }
    }
    answer
}

/// The findings of waytrace that are about bad certificates.
fn report(output: &str) -> Answer {
    let mut answer = Answer::new();
    let report: Value = serde_json::from_str(output).unwrap_or_default();
    for finding in report["findings"].as_array().into_iter().flatten() {
        let cause = match finding["id"].as_str() {
            Some("TLS-001") => "self-signed",
            Some("TLS-002") => "unknown-ca",
            Some("TLS-004") => "expired",
            Some("TLS-006") => "name",
            _ => continue,
        };
        let host = finding["target"]["host"].as_str().unwrap_or_default().to_owned();
        let port = finding["target"]["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
        let requests = finding["counts"]["transactions"].as_u64().unwrap_or(0);
        *answer.entry((cause.to_owned(), host, port)).or_default() += requests;
    }
    answer
}

/// What angle-grinder is asked: the lines of each cause. It cannot join them to requests.
const GRIND: &str = r#""WARNING: Core server certificate" | parse regex "Error=(?P<error>.+?) server=(?P<server>[^(]+)\(" | count by error, server"#;

/// Everything, in the order of the table.
pub(crate) fn all(places: &Places, python: &Path) -> Vec<Job> {
    let mut jobs = waytrace(places);
    jobs.extend(floor(places));
    jobs.extend(peers(places, python));
    jobs
}

fn command<const N: usize>(
    program: impl AsRef<std::ffi::OsStr>,
    arguments: [&str; N],
    file: &Path,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    command
}

fn asked(program: &str, argument: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(argument);
    command
}

fn waytrace(places: &Places) -> Vec<Job> {
    let job = |name, file: &Path, threads: &[&str]| {
        let mut command = command(&places.waytrace, ["analyze", "--format", "json"], file);
        command.args(threads);
        let version = Some(asked(&places.waytrace.to_string_lossy(), "--version"));
        Job { name, kind: Kind::Report, command, needs: None, version }
    };
    vec![
        job("waytrace analyze, plain", &places.log, &[]),
        job("waytrace analyze, plain, one thread", &places.log, &["--threads", "1"]),
        job("waytrace analyze, .tar.gz", &places.packed, &[]),
    ]
}

fn floor(places: &Places) -> Vec<Job> {
    let installed = |program: &str, how| Some((program.to_owned(), how));
    let job = |name, kind, command, needs: Option<(String, &'static str)>| {
        let version = needs.as_ref().map(|(program, _)| asked(program, "--version"));
        Job { name, kind, command, needs, version }
    };
    let itself = |work: &str, file: &Path| {
        let mut command = command(&places.itself, [work], file);
        command.arg("1");
        command
    };
    let rg = "apt-get install ripgrep";
    vec![
        job("wc -l", Kind::Floor, command("wc", ["-l"], &places.log), installed("wc", "part of the system")),
        job("lines by memchr", Kind::Floor, itself("count", &places.log), None),
        job(
            "rg -c traffic_server",
            Kind::Floor,
            command("rg", ["-c", "traffic_server"], &places.log),
            installed("rg", rg),
        ),
        job(
            "rg -c of three texts",
            Kind::Lines,
            command(
                "rg",
                [
                    "-c",
                    "-F",
                    "-e",
                    "certificate verification failed",
                    "-e",
                    "not in certificate",
                    "-e",
                    "502 connect failed",
                ],
                &places.log,
            ),
            installed("rg", rg),
        ),
        job("inflating the .tar.gz alone", Kind::Floor, itself("inflate", &places.packed), None),
    ]
}

fn peers(places: &Places, python: &Path) -> Vec<Job> {
    let script = |name, file: &str, needs| {
        let mut command = Command::new(python);
        command.arg(places.peers.join(file)).arg(&places.log);
        Job {
            name,
            kind: Kind::Rows,
            command,
            needs,
            version: Some(asked(&python.to_string_lossy(), "--version")),
        }
    };
    let mut lnav = Command::new("lnav");
    lnav.args(["-n", "-q", "-I"]).arg(places.peers.join("lnav"));
    let question = std::fs::read_to_string(places.peers.join("lnav/question.sql")).unwrap_or_default();
    for line in question.lines() {
        lnav.args(["-c", line]);
    }
    lnav.arg(&places.log);
    let mut grind = Command::new("agrind");
    grind.arg("-f").arg(&places.log).arg(GRIND);
    let python = python.to_string_lossy().into_owned();
    let mut prefiltered =
        script("Python script, texts first", "script.py", Some((python.clone(), "apt-get install python3")));
    prefiltered.command.arg("--prefilter");
    vec![
        script("Python script", "script.py", Some((python.clone(), "apt-get install python3"))),
        prefiltered,
        script(
            "searchkit",
            "with_searchkit.py",
            Some((format!("{python} -c import searchkit"), "pip install searchkit")),
        ),
        Job {
            name: "lnav with format and SQL",
            kind: Kind::Table,
            command: lnav,
            needs: Some(("lnav".to_owned(), "apt-get install lnav")),
            version: Some(asked("lnav", "-V")),
        },
        Job {
            name: "angle-grinder",
            kind: Kind::Lines,
            command: grind,
            needs: Some(("agrind".to_owned(), "cargo install ag --locked")),
            version: Some(asked("agrind", "--version")),
        },
    ]
}

/// Whether what a job needs is there.
pub(crate) fn is_there(needs: &str) -> bool {
    let mut words = needs.splitn(3, ' ');
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program);
    match (words.next(), words.next()) {
        (Some(flag), Some(rest)) => command.args([flag, rest]),
        _ => command.arg("--version"),
    };
    command.output().is_ok_and(|output| output.status.success())
}
