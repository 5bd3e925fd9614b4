//! A redacted log gives the same findings, and holds no name of the original: over every fixture of the catalogue, the
//! seeds, the logs of real Traffic Servers, and the bundles.

use base64::Engine;
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use waytrace::redact::Redactor;
use waytrace::render::{html, json, sarif, text as text_report, ticket};
use waytrace::{Analyzer, Catalogue, Problem, Report};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace").to_owned()
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Every log that the repository has, with its text.
fn logs() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for folder in ["crates/signatures/catalogue", "testdata"] {
        walk(&root().join(folder), &mut paths);
    }
    let is_log = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.extension().is_some_and(|end| end == "log")
            || name.starts_with("loggingsnapshot")
            || name == "pasted-page.txt"
    };
    let logs: Vec<_> = paths
        .into_iter()
        .filter(is_log)
        .map(|path| {
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a log")).into_owned();
            (path.strip_prefix(root()).expect("inside").display().to_string(), text)
        })
        .collect();
    assert!(logs.len() > 900, "only {} logs", logs.len());
    logs
}

fn redact(text: &str) -> (Redactor, String) {
    let mut redactor = Redactor::new();
    redactor.begin(false);
    redactor.learn(text);
    redactor.begin(false);
    let out = redactor.redact(text);
    (redactor, out)
}

fn analyse(catalogue: &Arc<Catalogue>, text: &str) -> Option<Report> {
    Analyzer::with_catalogue(Arc::clone(catalogue)).analyze_reader("log", text.as_bytes()).ok()
}

/// What a finding says, its names by `host` and `user`.
fn said(
    problem: &Problem,
    host: &mut dyn FnMut(&str) -> String,
    user: &mut dyn FnMut(&str) -> String,
) -> String {
    let target = &problem.target;
    let ip = target.ip.map(|ip| host(&ip.to_string()));
    let users: BTreeSet<_> = problem.users.iter().map(|name| user(name)).collect();
    let lines: Vec<_> = problem.evidence.iter().map(|line| (line.line, line.role, line.time)).collect();
    let transactions: Vec<_> = problem
        .transactions
        .iter()
        .map(|touched| {
            (touched.pid, touched.txn_id, touched.status.clone(), touched.confidence, touched.lines.clone())
        })
        .collect();
    format!(
        "{} {:?} {:?} node={} target={}/{ip:?}/{:?} counts={}/{}/{} calls={} also={:?} users={users:?} {:?}..{:?}\n  {lines:?}\n  {transactions:?}",
        problem.id,
        problem.severity,
        problem.confidence,
        host(&problem.node),
        host(&target.host),
        target.port,
        problem.evidence_count,
        problem.transaction_count,
        problem.unattributed,
        problem.calls.len(),
        problem.also,
        problem.first,
        problem.last,
    )
}

/// The findings of both, told in the names of the second; sorted, for the order may follow names.
fn compared(name: &str, before: &Report, after: &Report, redactor: &mut Redactor) -> Result<(), String> {
    let mut told: Vec<String> = Vec::new();
    for problem in &before.findings {
        let mut users = redactor.clone();
        told.push(said(problem, &mut |host| redactor.host(host), &mut |user| alias(&mut users, user)));
    }
    let mut found: Vec<String> =
        after.findings.iter().map(|problem| said(problem, &mut str::to_owned, &mut str::to_owned)).collect();
    told.sort();
    found.sort();
    if told == found {
        return Ok(());
    }
    let only = |these: &[String], those: &[String]| {
        let only = these.iter().filter(|one| !those.contains(one)).cloned();
        only.collect::<Vec<_>>().join("\n")
    };
    Err(format!("{name}:\n-- expected\n{}\n-- found\n{}", only(&told, &found), only(&found, &told)))
}

/// A user as the log may have named it: an id, a number, or a URI.
fn alias(redactor: &mut Redactor, user: &str) -> String {
    let text = format!("Username=\"{user}\"");
    redactor.redact(&text).trim_start_matches("Username=\"").trim_end_matches('"').to_owned()
}

#[test]
fn a_redacted_log_gives_the_same_findings() {
    let mut failures = Vec::new();
    let mut findings = 0;
    let catalogue = Arc::new(Catalogue::built_in());
    for (name, text) in logs() {
        let (mut redactor, out) = redact(&text);
        assert_eq!(out.lines().count(), text.lines().count(), "{name}");
        match (analyse(&catalogue, &text), analyse(&catalogue, &out)) {
            (None, None) => {}
            (Some(before), Some(after)) => {
                findings += before.findings.len();
                assert_eq!(before.coverage.records, after.coverage.records, "{name}");
                if before.coverage.events != after.coverage.events {
                    failures
                        .push(format!("{name}: {:?} / {:?}", before.coverage.events, after.coverage.events));
                }
                failures.extend(compared(&name, &before, &after, &mut redactor).err());
            }
            (before, after) => {
                failures.push(format!("{name}: a log {}, {}", before.is_some(), after.is_some()));
            }
        }
    }
    assert!(findings > 500, "only {findings} findings");
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n\n"));
}

/// Words that fixtures use where a name may stand, and that name nobody.
///
/// `example` is the end of every stand-in.
const NOBODY: &[&str] =
    &["example", "admin", "localhost", "anonymous", "unknown", "cisco", "jabber", "root", "null"];

/// Names in a text, found by patterns of this test: nothing of the redactor is asked.
struct Hunt {
    patterns: Vec<(Regex, bool)>,
    segment: Regex,
}

fn compiled(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).unicode(false).build().expect("a pattern")
}

impl Hunt {
    fn new() -> Self {
        // Whether a match is taken apart at its dots too.
        let patterns = [
            (r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", false),
            (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", false),
            (
                r"(?i)\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*\.(?:example|lab|com|net|org|local|test)\b",
                true,
            ),
            (r#"(?i)\b(?:username|user|userid|uid)="([^"@ ]+)""#, false),
            (r"/users?/([A-Za-z0-9._-]+)", false),
            (r"identity: ([a-z]+)", false),
            (r"\b(?:CSF|TCT|BOT|TAB)([A-Za-z0-9]+)", false),
            (r"\b(SEP[0-9A-F]{12})\b", false),
            (r"sips?:([A-Za-z0-9._+-]+)@", false),
            (r"(?m)^\d{4}-\d\d-\d\dT\S+ ([a-z][a-z0-9-]*) ", false),
            (r#"TrackingID="([^"]+)""#, false),
            (r#"(?i)call-id[=:] ?"?([^\s,";]+)"#, false),
            (r"(?:From|To)-Tag=([^\s,]{6,})", false),
            (r#"(?:nonce|response|token)="?([0-9A-Za-z]{12,})"#, false),
            (r"<sip:[^>]*>;tag=([0-9A-Za-z]{6,})", false),
            (r#"\bO=([^,/"]+)"#, false),
        ];
        let patterns = patterns.map(|(pattern, apart)| (compiled(pattern), apart));
        Self { patterns: patterns.into(), segment: compiled("[A-Za-z0-9+_-]{11,}") }
    }

    /// The text, and what is encoded in it.
    fn unfolded(&self, text: &str) -> String {
        let mut out = text.to_lowercase();
        let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
        for found in self.segment.find_iter(text.as_bytes()) {
            let decoded =
                engine.decode(found.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            if let Some(decoded) = decoded.filter(|decoded| decoded.is_ascii()) {
                out.push(' ');
                out.push_str(&decoded.to_lowercase());
            }
        }
        let plain = out.replace("%40", "@").replace("%3a", ":").replace("%2f", "/").replace("%2e", ".");
        plain + "\n" + &out
    }

    fn names(&self, text: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let unfolded = self.unfolded(text);
        for (pattern, apart) in &self.patterns {
            for text in [text, unfolded.as_str()] {
                for found in pattern.captures_iter(text.as_bytes()) {
                    let name = found.get(1).or(found.get(0)).expect("a match").as_bytes();
                    let name = String::from_utf8_lossy(name).to_lowercase();
                    if *apart {
                        let labels: Vec<_> = name.split('.').collect();
                        names.extend(labels[..labels.len() - 1].iter().map(|label| (*label).to_owned()));
                    }
                    names.insert(name);
                }
            }
        }
        let everybodys = |name: &String| {
            let address = name.starts_with("127.") || name.starts_with("0.0") || name.starts_with("255.");
            let vendor = name.ends_with("ciscospark.com")
                || name.ends_with("cisco.com")
                || name.ends_with("webex.com");
            let zero = name.chars().all(|c| matches!(c, '0' | '-'));
            let digits = name.chars().all(|c| c.is_ascii_digit()) && name.len() < 7;
            address || vendor || zero || digits || name.len() < 3 || NOBODY.contains(&name.as_str())
        };
        names.retain(|name| !everybodys(name));
        names
    }

    /// Names of a text that stand in another, as whole words.
    fn leaks(&self, names: &BTreeSet<String>, text: &str) -> Vec<String> {
        let unfolded = self.unfolded(text);
        let bytes = unfolded.as_bytes();
        let part = |byte: u8| byte.is_ascii_alphanumeric();
        let stands = |name: &&String| {
            unfolded.match_indices(name.as_str()).any(|(at, _)| {
                let end = at + name.len();
                (at == 0 || !part(bytes[at - 1])) && bytes.get(end).is_none_or(|byte| !part(*byte))
            })
        };
        names.iter().filter(stands).cloned().collect()
    }
}

/// Labels that are words of the product or of the language: no one is named by them, and they stand in any log.
fn is_word(name: &str) -> bool {
    let words = include_str!("../src/redact/words.txt");
    words.lines().any(|word| word == name)
        || ["vcs_control", "collab-edge", "callservice", "idbroker"].contains(&name)
}

#[test]
fn no_name_is_left_in_a_log() {
    let hunt = Hunt::new();
    let (mut failures, mut hunted) = (Vec::new(), 0);
    for (name, text) in logs() {
        let names: BTreeSet<_> = hunt.names(&text).into_iter().filter(|name| !is_word(name)).collect();
        hunted += names.len();
        let (_, out) = redact(&text);
        let leaks = hunt.leaks(&names, &out);
        if !leaks.is_empty() {
            let line = out.lines().find(|line| line.to_lowercase().contains(&leaks[0])).unwrap_or_default();
            failures.push(format!("{name}: {leaks:?} in {}", line.chars().take(1500).collect::<String>()));
        }
    }
    assert!(hunted > 3000, "only {hunted} names");
    assert!(failures.is_empty(), "{} leak:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_name_is_left_in_a_report() {
    let hunt = Hunt::new();
    let catalogue = Arc::new(Catalogue::built_in());
    let empty = {
        let none = "2024-05-14T09:12:03.000+02:00 zzz alarm: Level=\"INFO\" Event=\"Nothing\"\n";
        let report = Analyzer::new().analyze_reader("log", none.as_bytes()).expect("a log");
        html::render(&report)
    };
    let (mut failures, mut hunted) = (Vec::new(), 0);
    for (name, text) in logs() {
        let analyzer = Analyzer::with_catalogue(Arc::clone(&catalogue)).learning_names();
        let Ok(mut report) = analyzer.analyze_reader(&format!("/cases/acmecase/{name}"), text.as_bytes())
        else {
            continue;
        };
        let mut names: BTreeSet<_> = hunt.names(&text).into_iter().filter(|name| !is_word(name)).collect();
        names.insert("acmecase".to_owned());
        // What every page says, and what the catalogue says of any problem, is no leak.
        let mut known = empty.clone();
        for problem in &report.findings {
            let entry = waytrace::explain(&catalogue, &problem.id, "en").expect("an entry");
            write!(known, "{:?} {:?}", entry.text, entry.references).expect("room");
        }
        let known: BTreeSet<_> = hunt.leaks(&names, &known).into_iter().collect();
        hunted += names.len();
        Redactor::of(&report).report(&mut report);
        let formats = [
            ("text", text_report::render(&report, &text_report::Options::default())),
            ("json", json::render(&report)),
            ("markdown", ticket::render(&report)),
            ("html", html::render(&report)),
            ("sarif", sarif::render(&report, &catalogue, "en")),
        ];
        for (format, out) in formats {
            let leaks: Vec<_> =
                hunt.leaks(&names, &out).into_iter().filter(|leak| !known.contains(leak)).collect();
            if !leaks.is_empty() {
                let line =
                    out.lines().find(|line| line.to_lowercase().contains(&leaks[0])).unwrap_or_default();
                failures.push(format!(
                    "{name} as {format}: {leaks:?} in {}",
                    line.chars().take(700).collect::<String>()
                ));
            }
        }
    }
    assert!(hunted > 3000, "only {hunted} names");
    assert!(failures.is_empty(), "{} leak:\n{}", failures.len(), failures.join("\n"));
}

#[path = "../../signatures/examples/generate/traffic/mod.rs"]
#[allow(dead_code, reason = "what only the generator and its own test ask for")]
mod traffic;

/// Made-up traffic: longer than the fixtures, with many users, servers and addresses.
#[test]
fn generated_logs_too() {
    use traffic::settings::{Release, Settings};
    let hunt = Hunt::new();
    let catalogue = Arc::new(Catalogue::built_in());
    for (seed, release) in [(11, Release::Eight), (12, Release::Nine)] {
        let settings = Settings {
            seed,
            release,
            seconds: 12,
            three_ports: true,
            ip_targets: true,
            round_robin: true,
            allowed: true,
            ..Settings::default()
        };
        let text = traffic::generate(&settings).log;
        let (mut redactor, out) = redact(&text);
        let before = analyse(&catalogue, &text).expect("a log");
        let after = analyse(&catalogue, &out).expect("a log");
        assert!(before.findings.len() > 5, "{} findings", before.findings.len());
        compared(&format!("seed {seed}"), &before, &after, &mut redactor).expect("the same findings");
        let names: BTreeSet<_> = hunt.names(&text).into_iter().filter(|name| !is_word(name)).collect();
        assert!(names.len() > 100, "{names:?}");
        assert_eq!(hunt.leaks(&names, &out), Vec::<String>::new());
    }
}

/// Our own words have no names in them: a page of the catalogue stays as it is.
#[test]
fn what_the_catalogue_says_stays() {
    let catalogue = Catalogue::built_in();
    let mut changed = Vec::new();
    for signature in catalogue.signatures() {
        let text = &waytrace::explain(&catalogue, &signature.id, "en").expect("an entry").text;
        let lists = [&text.cause, &text.fix, &text.verify, &text.next, &text.doubts];
        for line in std::iter::once(&text.title).chain(lists.into_iter().flatten()) {
            let out = Redactor::new().sentence(line);
            // An invented name in an example may be replaced.
            if out != *line && !line.contains(".example`") {
                changed.push(format!("{}: {line}\n  {out}", signature.id));
            }
        }
    }
    assert!(changed.is_empty(), "{} lines:\n{}", changed.len(), changed.join("\n"));
}
