//! Predictions beside what the real `openssl verify` says.
//!
//! Every leaf of the pool is tried with several things presented, several stores, times and security levels. The
//! errors must be the same, in the same order, with the same depth and text. What is predicted as unknown is counted
//! and listed by its reason.
//!
//! The program is `openssl`, which must be a 3.x; it also makes the certificates. `WAYTRACE_OPENSSL` names one more to
//! ask, such as a 1.1.1. Without `openssl` the test is skipped, but not where it must run (`CI` or `WAYTRACE_CI` is
//! set).
#![expect(clippy::print_stderr, reason = "says what was compared, and that it was skipped")]

mod pool;
mod program;

use chrono::DateTime;
use pool::Pool;
use program::{Asked, Program, Said};
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, thread};
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Side, Step, Verdict};

/// 2026-06-01, 2022-06-01 and 2035-06-01.
const TIMES: [i64; 3] = [1_780_272_000, 1_654_041_600, 2_064_182_400];

/// What is presented behind the leaf.
const SENT: &[(&str, &[&str])] = &[
    ("nothing", &[]),
    (
        "intermediates",
        &[
            "int",
            "int-key2",
            "int-young",
            "int-past",
            "int-noca",
            "int-nothing",
            "int-nobasic",
            "int-nosign",
            "int-path0",
            "sub",
            "sub-same",
            "sub-root0",
            "int-eku",
            "int-any",
            "int-crit",
            "int-permit",
            "int-exclude",
            "int-dir",
            "int-ip",
            "int-mail",
            "int-uri",
            "int-sha1",
            "int-weak",
            "int-weaker",
            "int-rsa",
            "int-rsa-sha1",
            "d4",
            "d3",
            "d2",
            "d1",
        ],
    ),
    (
        "intermediates and roots",
        &[
            "int-old",
            "int",
            "int-key2",
            "int-young",
            "int-past",
            "int-noca",
            "int-nothing",
            "int-nobasic",
            "int-nosign",
            "int-path0",
            "sub",
            "sub-same",
            "sub-root0",
            "int-eku",
            "int-any",
            "int-crit",
            "int-permit",
            "int-exclude",
            "int-dir",
            "int-ip",
            "int-mail",
            "int-uri",
            "int-sha1",
            "int-weak",
            "int-weaker",
            "int-rsa",
            "d4",
            "d3",
            "d2",
            "d1",
            "root",
            "plain",
            "old",
            "young",
            "v1",
            "other",
            "rsa",
            "rsa1024",
            "rsa512",
            "p521",
            "p384",
            "ed",
            "root-eku",
            "root-path0",
            "root-nc",
            "root-crit",
        ],
    ),
    ("the wrong ones first", &["int-damaged", "int-key2", "cross", "plain-key2", "root-key2", "d4", "d3"]),
];

/// What is trusted.
const STORES: &[(&str, &[&str])] = &[
    (
        "roots",
        &[
            "root",
            "plain",
            "old",
            "young",
            "v1",
            "other",
            "rsa",
            "rsa1024",
            "rsa512",
            "p521",
            "p384",
            "ed",
            "root-eku",
            "root-path0",
            "root-nc",
            "root-crit",
        ],
    ),
    ("nothing", &[]),
    ("intermediates only", &["int", "int-noca", "int-path0", "sub", "cross", "int-rsa", "d4"]),
    (
        "roots of the same names",
        &[
            "root-again",
            "root-key2",
            "root",
            "plain-old",
            "plain-key2",
            "plain",
            "root-case",
            "rsa",
            "rsa",
            "p521",
        ],
    ),
    (
        "old ones and intermediates",
        &["root-again", "root-key2", "int-old", "int", "plain-old", "cross", "other"],
    ),
    (
        "leaves",
        &[
            "leaf",
            "self",
            "self-key2",
            "self-bare2",
            "self-bare",
            "self-sign",
            "self-aki",
            "self-old",
            "self-rsa",
        ],
    ),
    ("other leaves", &["self-key2", "self-bare2", "leaf-ca", "root"]),
];

/// Errors after which `openssl verify` goes on by itself (apps/verify.c).
const GOES_ON: [u32; 8] = [10, 18, 24, 25, 26, 34, 37, 79];

/// One case.
#[derive(Clone, Copy)]
struct Case<'a> {
    leaf: &'a str,
    sent: &'a (&'a str, &'a [&'a str]),
    store: &'a (&'a str, &'a [&'a str]),
    at: i64,
    level: u8,
    depth: usize,
    side: Side,
}

#[test]
fn predictions_are_what_openssl_says() {
    let Some(maker) = Program::at("openssl").filter(|program| program.dialect == Dialect::OpenSsl3) else {
        let must = ["CI", "WAYTRACE_CI"].iter().any(|name| env::var_os(name).is_some());
        assert!(!must, "there is no openssl 3.x to compare with");
        eprintln!("skipped: there is no openssl 3.x to compare with");
        return;
    };
    let pool = Pool::make(&maker);
    compare(&maker, &pool);
    if let Some(path) = env::var_os("WAYTRACE_OPENSSL") {
        let other = Program::at(path).expect("WAYTRACE_OPENSSL names an openssl 1.1.1 or 3.x");
        compare(&other, &pool);
    }
}

/// What a comparison came to.
#[derive(Default)]
struct Tally {
    wrong: Vec<String>,
    unknown: BTreeMap<String, usize>,
    outcomes: BTreeMap<String, usize>,
}

/// Asks a program about every case, on every processor.
fn compare(program: &Program, pool: &Pool) {
    let cases = cases(pool);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let part = |number| {
            let cases = cases.iter().skip(number).step_by(threads);
            move || tally(program, pool, &format!("part{number}"), cases)
        };
        let running: Vec<_> = (0..threads).map(|number| scope.spawn(part(number))).collect();
        running.into_iter().map(|thread| thread.join().expect("a part without a panic")).collect()
    });
    let (mut wrong, mut unknown, mut outcomes) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for tally in tallies {
        wrong.extend(tally.wrong);
        tally.unknown.into_iter().for_each(|(why, count)| *unknown.entry(why).or_insert(0) += count);
        tally.outcomes.into_iter().for_each(|(first, count)| *outcomes.entry(first).or_insert(0) += count);
    }
    let count = cases.len();
    eprintln!("{}: {count} cases, {} disagree; first results: {outcomes:?}", program.version, wrong.len());
    eprintln!("could not be checked: {unknown:?}");
    assert!(count >= 300, "only {count} cases");
    assert!(
        wrong.is_empty(),
        "{} of {count} disagree:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

fn tally<'a>(program: &Program, pool: &Pool, part: &str, cases: impl Iterator<Item = &'a Case<'a>>) -> Tally {
    let folder = pool.folder.path().join(part);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("empty.cnf"), "").expect("a file");
    let mut tally = Tally::default();
    for case in cases {
        let (said, verdict) = (said(program, pool, &folder, case), predicted(program, pool, case));
        if let Outcome::Unknown(why) = &verdict.outcome {
            *tally.unknown.entry(why.why.clone()).or_default() += 1;
        }
        let first =
            said.errors.first().map_or("ok".to_owned(), |(code, depth, _)| format!("{code} at {depth}"));
        *tally.outcomes.entry(first).or_default() += 1;
        if let Err(why) = agree(&said, &verdict) {
            tally.wrong.push(format!("{}: {why}", case.title()));
        }
    }
    tally
}

/// Every leaf with everything at one time and level; other times and levels with what is usual.
fn cases(pool: &Pool) -> Vec<Case<'_>> {
    let mut out = Vec::new();
    for leaf in &pool.leaves {
        let usual =
            |sent, store| Case { leaf, sent, store, at: TIMES[0], level: 1, depth: 7, side: Side::Server };
        for sent in SENT {
            out.extend(STORES.iter().map(|store| usual(sent, store)));
        }
        let common = usual(&SENT[1], &STORES[0]);
        out.extend(TIMES[1..].iter().map(|at| Case { at: *at, ..common }));
        out.extend([0, 2].map(|level| Case { level, ..common }));
        out.extend([0, 1, 3].map(|depth| Case { depth, ..common }));
        out.push(Case { side: Side::Client, ..common });
    }
    out
}

impl Case<'_> {
    fn title(&self) -> String {
        let Self { leaf, sent, store, at, level, depth, side } = self;
        format!("{leaf}, sent {}, store {}, at {at}, level {level}, depth {depth}, {side:?}", sent.0, store.0)
    }

    fn presented(&self) -> Vec<&str> {
        std::iter::once(self.leaf).chain(self.sent.1.iter().copied()).collect()
    }
}

fn said(program: &Program, pool: &Pool, folder: &Path, case: &Case<'_>) -> Said {
    pool.write(&folder.join("leaf.pem"), &[case.leaf]);
    pool.write(&folder.join("presented.pem"), &case.presented());
    pool.write(&folder.join("store.pem"), case.store.1);
    let purpose = if case.side == Side::Server { "sslserver" } else { "sslclient" };
    let (at, level, depth, empty_store) = (case.at, case.level, case.depth, case.store.1.is_empty());
    program.verify(folder, &Asked { purpose, at, level, depth, empty_store })
}

fn predicted(program: &Program, pool: &Pool, case: &Case<'_>) -> Verdict {
    let presented = pool.certificates(&case.presented());
    let store = TrustStore::new(pool.certificates(case.store.1));
    let at = DateTime::from_timestamp(case.at, 0).expect("a time");
    let mut question = Question::new(&presented, &store, at).dialect(program.dialect);
    question.level = case.level;
    question.depth = case.depth;
    question.side = case.side;
    question.ask()
}

/// Compares as far as the program went, and as far as could be checked.
fn agree(said: &Said, verdict: &Verdict) -> Result<(), String> {
    let known = verdict.steps.iter().map_while(|step| match step {
        Step::Failure(failure) => Some((failure.code, failure.depth, failure.text.to_owned())),
        _ => None,
    });
    let known: Vec<_> = known.collect();
    let all_known = known.len() == verdict.steps.len();
    let differ = || Err(format!("openssl {:?}, predicted {:?}", said.errors, verdict.steps));
    let together = known.len().min(said.errors.len());
    if known[..together] != said.errors[..together] {
        return differ();
    }
    let went_on = said.errors.last().is_none_or(|(code, ..)| GOES_ON.contains(code));
    let too_few = all_known && known.len() < said.errors.len();
    let too_many = known.len() > said.errors.len() && went_on;
    if too_few || too_many || (all_known && said.accepted != verdict.is_accepted()) {
        differ()
    } else {
        Ok(())
    }
}
