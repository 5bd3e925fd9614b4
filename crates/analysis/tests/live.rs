//! Logs of real Traffic Servers under load, followed as if they were written now: what is told ahead must be what is
//! settled a moment later.

use flate2::read::GzDecoder;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use waytrace::{Confidence, LineRole, Live, Problem, Update};

fn load(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/load").join(name);
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("the log")).read_to_string(&mut text).expect("text");
    text
}

/// Milliseconds of the stamp at the beginning of a line.
fn stamp(line: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(line.get(..29)?).ok().map(|time| time.timestamp_millis())
}

/// Follows a log at the pace of its stamps; gives what was told, with the moment of its clock.
fn follow(log: &str) -> (Vec<(i64, Update)>, waytrace::Report) {
    let mut live = Live::new();
    let stream = live.open("log");
    let mut told = Vec::new();
    let (mut first, mut now) = (None, 0);
    for line in log.split_inclusive('\n') {
        if let Some(stamp) = stamp(line) {
            let then = stamp - *first.get_or_insert(stamp);
            while now < then {
                now = (now + 5).min(then);
                live.pass(Duration::from_millis(now.unsigned_abs()));
                told.extend(live.updates().into_iter().map(|update| (now, update)));
            }
        }
        live.push(stream, line.as_bytes());
    }
    for _ in 0..600 {
        now += 5;
        live.pass(Duration::from_millis(now.unsigned_abs()));
        told.extend(live.updates().into_iter().map(|update| (now, update)));
    }
    let (report, ..) = live.finish();
    (told, report)
}

#[test]
fn what_is_told_ahead_is_what_is_settled() {
    let mut ahead = 0;
    for name in ["one-host-three-ports.log.gz", "paced-separate-paths.log.gz"] {
        let (told, report) = follow(&load(name));
        let mut settled = HashSet::new();
        let mut withdrawn = Vec::new();
        let mut worst = 0;
        for (now, update) in &told {
            match update {
                Update::New { problem, so_far: true } => {
                    ahead += 1;
                    let proofs = problem.evidence.iter().filter(|line| line.role == LineRole::Proof);
                    let line = proofs.map(|line| line.time.expect("a stamp")).max();
                    let first = first_stamp(name) + now;
                    let waited = first - line.expect("a line").timestamp_millis();
                    worst = worst.max(waited);
                }
                Update::Settled { problem, .. } | Update::New { problem, .. } => {
                    settled.insert(problem.key());
                }
                Update::Withdrawn { problem } => withdrawn.push(problem),
                _ => {}
            }
        }
        let certain = |problem: &&&Problem| problem.confidence == Confidence::Certain;
        let wrong: Vec<_> = withdrawn.iter().filter(certain).map(|problem| &problem.text.title).collect();
        assert!(wrong.is_empty(), "{name}: told as certain and taken back: {wrong:?}");
        assert!(worst <= 80, "{name}: {worst} ms of log time");
        let all: HashSet<_> = report.findings.iter().map(Problem::key).collect();
        assert!(all.iter().all(|key| settled.contains(key)), "{name}");
        assert!(withdrawn.len() * 10 <= ahead, "{name}: {} of {ahead} taken back", withdrawn.len());
    }
    assert!(ahead > 3, "{ahead}");
}

fn first_stamp(name: &str) -> i64 {
    load(name).lines().find_map(stamp).expect("a stamp")
}
