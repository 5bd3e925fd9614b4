//! The engine on made-up traffic whose truth is known: which transaction each failed handshake belongs to, and
//! whether every failure is found.
//!
//! `cargo test -p waytrace-signatures --test truth -- --nocapture` prints the tables; `TRUTH_SCALE=10` makes every
//! log ten times as long.

#![allow(clippy::print_stdout, reason = "the figures are what one comes here for")]

#[path = "../examples/generate/traffic/mod.rs"]
#[allow(dead_code, reason = "what only the tables of the generator show")]
mod traffic;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use traffic::settings::{Release, Settings};
use traffic::target::Cause;
use traffic::truth::{Transaction, Truth};
use traffic::{NODE_C, Traffic};
use waytrace_logparse::body::ats::Message;
use waytrace_logparse::body::http::Step;
use waytrace_logparse::body::message::StartLine;
use waytrace_logparse::{Event, ProxyTarget, Reader};
use waytrace_signatures::{Catalogue, Confidence, Engine, Finding};

/// A failure as the engine tells it: signature, node, pid, Txn-id, host, port.
type Told = (String, String, u32, u64, String, Option<u16>);
/// What the engine says of a line: the failure, and how sure its transaction is.
type Lines = HashMap<u64, Vec<(Told, Confidence)>>;

/// Figures of one log, or of several.
#[derive(Debug, Default)]
struct Figures {
    units: u64,
    /// Units on their true transaction, and of them on the true port.
    right: u64,
    right_port: u64,
    certain: u64,
    certain_wrong: u64,
    /// Failures whose lines exist, and those told rightly.
    failures: u64,
    found: u64,
    /// Units the naive rule puts on their true transaction.
    naive: u64,
    /// Transactions open at once, in hundredths.
    open: u64,
    /// The first few of what was wrong.
    wrong: Vec<String>,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.units += other.units;
        self.right += other.right;
        self.right_port += other.right_port;
        self.certain += other.certain;
        self.certain_wrong += other.certain_wrong;
        self.failures += other.failures;
        self.found += other.found;
        self.naive += other.naive;
        self.open = self.open.max(other.open);
        self.wrong.extend(other.wrong);
    }

    fn print(&self, what: &str) {
        println!(
            "{what:<44} {:>4}.{:02} {:>6} {:>8} {:>8} {:>8} {:>7}/{:<4} {:>8}",
            self.open / 100,
            self.open % 100,
            self.units,
            percent(self.naive, self.units),
            percent(self.right, self.units),
            percent(self.right_port, self.units),
            self.certain,
            self.certain_wrong,
            percent(self.found, self.failures)
        );
        for wrong in self.wrong.iter().take(3) {
            println!("    {wrong}");
        }
    }
}

fn header() {
    println!(
        "{:<44} {:>7} {:>6} {:>8} {:>8} {:>8} {:>12} {:>8}",
        "log", "open", "units", "naive %", "right %", "port %", "certain/wrong", "recall %"
    );
}

/// A share in percent, with two places.
fn percent(part: u64, whole: u64) -> String {
    let hundredths = 10_000 * part / whole.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Everything the engine tells of a log: by line, and of transactions.
fn told(log: &str) -> (Lines, HashSet<Told>) {
    let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
    engine.keep_transactions(usize::MAX);
    let mut reader = Reader::new(log.as_bytes());
    while let Some(record) = reader.next_record().expect("a string can be read") {
        engine.feed(&record, 0);
    }
    let (mut lines, mut all): (Lines, _) = (HashMap::new(), HashSet::new());
    let failure = |finding: &Finding| finding.id.starts_with("TLS-") || finding.id.starts_with("HTTP-");
    for finding in engine.finish().findings.iter().filter(|finding| failure(finding)) {
        let (host, port) = (&finding.target.host, finding.target.port);
        for touched in &finding.transactions {
            let told =
                (finding.id.clone(), finding.node.clone(), touched.pid, touched.txn_id, host.clone(), port);
            for proof in &touched.proof {
                lines.entry(proof.line).or_default().push((told.clone(), proof.confidence));
            }
            all.insert(told);
        }
    }
    (lines, all)
}

/// What would be right to tell of a transaction.
fn expected(of: &Transaction, warning_lost: bool) -> Told {
    let id = match of.cause {
        Cause::SelfSigned | Cause::UnknownCa | Cause::Expired | Cause::Name if warning_lost => "TLS-011",
        Cause::SelfSigned => "TLS-001",
        Cause::UnknownCa => "TLS-003",
        Cause::Expired => "TLS-004",
        Cause::Name => "TLS-006",
        Cause::AlertUnknownCa => "TLS-012",
        Cause::WrongVersion => "TLS-014",
        Cause::Fin => "TLS-016",
        Cause::Refused => "HTTP-002",
        Cause::Success => "none",
    };
    (id.to_owned(), of.node.to_owned(), of.pid, of.id, of.host.clone(), Some(of.port))
}

/// Which transaction the rule "newest open one to that address" gives each line about a handshake.
fn naive(log: &str) -> HashMap<u64, (u32, u64)> {
    let mut open: Vec<(u32, u64, String, String)> = Vec::new();
    let mut said = HashMap::new();
    let mut reader = Reader::new(log.as_bytes());
    while let Some(record) = reader.next_record().expect("a string can be read") {
        let pid = record.envelope.pid.unwrap_or(0);
        if record.envelope.host != NODE_C {
            continue;
        }
        match &record.event {
            Event::Http(step) if !step.is_debug() => match (step.step, &step.start) {
                (Step::ReceiveRequest, Some(StartLine::Request { target, .. })) => {
                    let host = ProxyTarget::find(target).and_then(|(target, _)| target.host);
                    open.push((pid, step.txn_id, host.unwrap_or_default(), String::new()));
                }
                (Step::SendingRequest, _) => {
                    let known = open.iter_mut().find(|known| (known.0, known.1) == (pid, step.txn_id));
                    if let Some(known) = known {
                        step.peer.ip.clone_into(&mut known.3);
                    }
                }
                (Step::SendingResponse, _) => open.retain(|known| (known.0, known.1) != (pid, step.txn_id)),
                _ => {}
            },
            Event::Diagnostic(line) => {
                let (name, ip) = match line.message {
                    Message::VerifyFailed { origin, .. } | Message::NameMismatch { origin } => {
                        (origin.name, origin.ip)
                    }
                    Message::ConnectFailed { name, .. } => (name, "none"),
                    _ => continue,
                };
                let newest =
                    open.iter().rev().find(|known| known.0 == pid && (known.3 == ip || known.2 == name));
                said.extend(newest.map(|known| (record.frame.line, (known.0, known.1))));
            }
            _ => {}
        }
    }
    said
}

fn measure(settings: &Settings) -> Figures {
    let Traffic { log, truth } = traffic::generate(settings);
    let (lines, all) = told(&log);
    let mut figures = Figures { open: truth.open_at_once(), ..Figures::default() };
    of_units(settings, &truth, &lines, &mut figures);
    let newest = naive(&log);
    for unit in truth.units.iter().filter(|unit| unit.first_line > 0) {
        let of = &truth.transactions[unit.transaction];
        figures.naive += u64::from(newest.get(&unit.first_line) == Some(&(of.pid, of.id)));
    }
    // Failures without a line of their own are told by their answer.
    let silent = |of: &&Transaction| matches!(of.cause, Cause::Fin | Cause::Refused) && of.node == NODE_C;
    for of in truth.transactions.iter().filter(silent).filter(|of| !of.status.is_empty() && of.lost == 0) {
        figures.failures += 1;
        let found = all.contains(&expected(of, false));
        figures.found += u64::from(found);
        if !found {
            figures.wrong.push(format!("seed {}: not found: {of:?}", settings.seed));
        }
    }
    figures
}

fn of_units(settings: &Settings, truth: &Truth, lines: &Lines, figures: &mut Figures) {
    for unit in truth.units.iter().filter(|unit| unit.first_line > 0) {
        let of = &truth.transactions[unit.transaction];
        let right = expected(of, unit.warning_lost);
        figures.units += 1;
        figures.failures += 1;
        let said = lines.get(&unit.first_line).map(Vec::as_slice).unwrap_or_default();
        figures.found += u64::from(said.iter().any(|(told, _)| *told == right));
        let Some((told, confidence)) = said.first() else {
            figures
                .wrong
                .push(format!("seed {}: line {} in no finding: {right:?}", settings.seed, unit.first_line));
            continue;
        };
        let same = (&told.1, told.2, told.3) == (&right.1, right.2, right.3);
        figures.right += u64::from(same);
        figures.right_port += u64::from(told.5 == right.5);
        figures.certain += u64::from(*confidence == Confidence::Certain);
        if *confidence == Confidence::Certain && (!same || told.5 != right.5) {
            figures.certain_wrong += 1;
            let line = unit.first_line;
            figures
                .wrong
                .insert(0, format!("seed {}: line {line} told {told:?}, is {right:?}", settings.seed));
        }
    }
}

/// How much longer than usual the logs are.
fn scale() -> u64 {
    std::env::var("TRUTH_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1)
}

#[test]
fn at_concurrency_fifty_the_certain_are_right_and_no_failure_is_missed() {
    let mut sum = Figures::default();
    header();
    for seed in 1..=3 {
        let settings = Settings { seed, seconds: 70 * scale(), ..Settings::default() };
        let figures = measure(&settings);
        figures.print(&format!("50 clients, separate paths, seed {seed}"));
        sum.add(figures);
    }
    sum.print("all");
    assert!(sum.certain_wrong * 10_000 <= sum.certain, "{sum:?}");
    assert!(sum.found * 100 >= sum.failures * 99, "{sum:?}");
}

#[test]
fn the_table_of_loads_paths_and_losses() {
    header();
    for (concurrency, seconds) in [(1, 200), (10, 30), (50, 8), (100, 5), (200, 3)] {
        for separate_paths in [false, true] {
            for lost in [0, 200] {
                let seconds = seconds * scale();
                let settings =
                    Settings { seed: 7, seconds, concurrency, separate_paths, lost, ..Settings::default() };
                let paths = if separate_paths { "separate paths" } else { "one path" };
                measure(&settings).print(&format!("{concurrency} clients, {paths}, {} % lost", lost / 100));
            }
        }
    }
}

#[test]
fn the_table_of_special_cases() {
    header();
    let usual = Settings { seed: 7, seconds: 8 * scale(), ..Settings::default() };
    // As in `testdata/load/one-host-three-ports`.
    let shares = vec![(Cause::SelfSigned, 34), (Cause::Expired, 34), (Cause::Success, 32)];
    let only = Settings {
        servers: 0,
        ip_targets: false,
        round_robin: false,
        known_attempts: 2,
        shares,
        ..usual.clone()
    };
    let cases = [
        ("one host with three ports only", only),
        ("9.2: four attempts, no Sending Request", Settings { release: Release::Nine, ..usual.clone() }),
        ("two attempts on a failed origin", Settings { known_attempts: 2, ..usual.clone() }),
        ("DEBUG twins", Settings { twins: true, ..usual.clone() }),
        ("Expressway-E and -C", Settings { edge: true, ..usual.clone() }),
        ("a restart every three seconds", Settings { restart_every: 3, ..usual.clone() }),
        ("pauses of 100 ms", Settings { pause: 100, seconds: 3 * scale(), ..usual.clone() }),
        ("pauses of 20 ms", Settings { pause: 20, seconds: scale(), ..usual.clone() }),
        ("everything, 2 % lost", Settings { twins: true, edge: true, restart_every: 5, lost: 200, ..usual }),
    ];
    for (what, settings) in cases {
        measure(&settings).print(what);
    }
}
