//! How soon a problem is told: measured through the pipe, from the writing of the line that proves it to the reading of
//! the line that tells it.

use super::live::{Run, refused};
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

/// Problems that are told; each is new.
const PROBLEMS: u64 = 30;

#[test]
fn a_new_problem_is_told_within_100_ms() {
    let mut run = Run::new(&["--format", "ndjson"]);
    let mut stdin = run.child.stdin.take().expect("a pipe");
    let began = Instant::now();
    let mut waits: Vec<Duration> = Vec::new();
    for number in 1..=PROBLEMS {
        // Stamps go with the clock, as those of a box do.
        let now = u64::try_from(began.elapsed().as_millis()).expect("a short test");
        let log = refused(number, now);
        let proof = log.find("ERROR: SSL connection failed").expect("the proof");
        let proof = proof + log[proof..].find('\n').expect("its end") + 1;
        stdin.write_all(&log.as_bytes()[..proof]).expect("it reads");
        let written = Instant::now();
        stdin.write_all(&log.as_bytes()[proof..]).expect("it reads");
        let (at, line) = run.wait("\"id\":\"TLS-001\"");
        assert!(line.contains(&format!("cucm{number:03}.lab")), "{line}");
        assert!(line.starts_with("{\"update\":\"problem\""), "{line}");
        waits.push(at.saturating_duration_since(written));
        // The rest of what is told of it comes, and the log goes on after a while.
        run.wait("\"update\":\"settled\"");
        thread::sleep(Duration::from_millis(20));
    }
    drop(stdin);
    waits.sort_unstable();
    let (median, worst) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!("told after {} ms (median), {} ms (worst of {PROBLEMS})", median.as_millis(), worst.as_millis());
    assert!(median <= Duration::from_millis(100), "{waits:?}");
    // Machines that build something else at the same time let a process wait; log time is tested without a clock.
    assert!(waits[waits.len() * 9 / 10] <= Duration::from_millis(250), "{waits:?}");
    let (_, _, status) = run.end();
    assert_eq!(status, 1);
}

#[test]
fn repeats_come_in_one_line() {
    let mut run = Run::new(&[]);
    let mut stdin = run.child.stdin.take().expect("a pipe");
    for at in 0..6 {
        let log = refused(1, at * 1000).replace("\"1001\"", &format!("\"{}\"", 2000 + at));
        stdin.write_all(log.as_bytes()).expect("it reads");
        if at == 0 {
            run.wait("error[TLS-001]");
            thread::sleep(Duration::from_millis(300));
        }
    }
    let (_, line) = run.wait(":6972 again ");
    assert!(line.starts_with("TLS-001 cucm001.lab:6972 again 5 times"), "{line}");
    drop(stdin);
    let (said, _, _) = run.end();
    assert_eq!(said.iter().filter(|line| line.starts_with("error[TLS-001]")).count(), 1, "{said:#?}");
}
