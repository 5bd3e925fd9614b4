//! Predictions beside what the real `openssl verify` says.
//!
//! Every leaf of the pool is tried with several things presented, several stores, times and security levels. The
//! errors must be the same, in the same order, with the same depth and text. What is predicted as unknown is counted
//! and listed by its reason.
//!
//! The program is `openssl`, which must be a 3.x; it also makes the certificates. `WAYTRACE_OPENSSL` names one more to
//! ask, such as a 1.1.1. Without `openssl` the test is skipped, but not where it must run (`WAYTRACE_CI` is
//! set).
#![expect(clippy::print_stderr, reason = "says what was compared, and that it was skipped")]

mod cases;
mod pool;
mod program;
mod specs;

use cases::{Case, cases};
use chrono::DateTime;
use pool::Pool;
use program::{Asked, Program, Said};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::{env, fs, thread};
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Side, Step, Verdict};

/// Errors after which `openssl verify` goes on by itself (apps/verify.c).
const GOES_ON: [u32; 8] = [10, 18, 24, 25, 26, 34, 37, 79];

#[test]
fn predictions_are_what_openssl_says() {
    let Some(maker) = Program::at("openssl").filter(|program| program.dialect == Dialect::OpenSsl3) else {
        let must = env::var_os("WAYTRACE_CI").is_some();
        assert!(!must, "there is no openssl 3.x to compare with");
        // Written past the capture of the test harness, so that it is seen although the test passes.
        let _ =
            writeln!(io::stderr(), "SKIPPED: there is no openssl 3.x, so no prediction was compared with it");
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
