//! How the bytes of a log arrive never changes what is found, and two runs give the same bytes.

use flate2::read::GzDecoder;
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use waytrace::Session;
use waytrace::render::json;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

/// The report on a log that is pushed in portions of these sizes, again and again.
fn report(log: &[u8], sizes: &[usize]) -> String {
    let mut session = Session::new();
    session.begin("log");
    let mut rest = log;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (portion, after) = rest.split_at((*size).min(rest.len()));
        session.push(portion);
        rest = after;
    }
    json::render(&session.finish())
}

fn logs() -> Vec<Vec<u8>> {
    let names = [
        "seed/loggingsnapshot_self-signed.txt",
        "seed/loggingsnapshot_name.txt",
        "arrival/pasted-page.txt",
        "traffic-server-8.1.11/two-addresses-roundrobin.log",
    ];
    names.map(|name| fs::read(testdata(name)).expect("test data")).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn portions_never_change_a_finding(sizes in prop::collection::vec(1usize..400, 1..6), which in 0usize..4) {
        let log = &logs()[which];
        prop_assert_eq!(report(log, &sizes), report(log, &[log.len()]));
    }
}

#[test]
fn a_log_under_load_gives_the_same_bytes_every_time() {
    let mut log = Vec::new();
    let file = File::open(testdata("load/paced-separate-paths.log.gz")).expect("test data");
    GzDecoder::new(file).read_to_end(&mut log).expect("test data");
    let whole = report(&log, &[log.len()]);
    assert_eq!(report(&log, &[log.len()]), whole);
    assert_eq!(report(&log, &[4093]), whole);
}
