//! The number of threads never changes what is found, nor does the way the input is cut into files.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use waytrace::render::json;
use waytrace::{Analyzer, Report, Source};

fn bundles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/bundles")
}

fn analyse(sources: &[Source], threads: usize) -> Report {
    let threads = NonZeroUsize::new(threads).expect("not zero");
    Analyzer::new().threads(threads).analyze(sources).expect("a log")
}

fn packed(folder: &Path, name: &str, text: &[u8]) -> Source {
    let path = folder.join(name);
    let mut out = GzEncoder::new(fs::File::create(&path).expect("a file"), Compression::fast());
    out.write_all(text).expect("room");
    out.finish().expect("room");
    Source::Path(path)
}

#[test]
fn every_bundle_on_any_number_of_threads() {
    let all = Source::Path(bundles());
    for name in ["single-c", "pair", "cluster"] {
        let source = [Source::Path(bundles().join(name))];
        let one = json::render(&analyse(&source, 1));
        for threads in [2, 3, 8] {
            assert_eq!(json::render(&analyse(&source, threads)), one, "{name} on {threads}");
        }
    }
    let one = json::render(&analyse(std::slice::from_ref(&all), 1));
    for threads in [2, 5] {
        assert_eq!(json::render(&analyse(std::slice::from_ref(&all), threads)), one, "{threads}");
    }
}

/// What a finding says, without the names and numbers of lines.
fn said(report: &Report) -> Vec<String> {
    let problem = |problem: &waytrace::Problem| {
        let transactions: Vec<_> = problem.transactions.iter().map(|t| (&t.node, t.txn_id)).collect();
        format!("{} {} {transactions:?} {:?}", problem.id, problem.node, problem.users)
    };
    report.findings.iter().map(problem).collect()
}

#[test]
fn a_request_that_crosses_from_one_packed_log_into_the_next() {
    let whole = bundles().join("single-c/diagnostic_log_expc_2025-03-11_09_40_05/loggingsnapshot.txt");
    let text = fs::read(&whole).expect("the bundle");
    let wanted = said(&analyse(&[Source::Path(whole)], 1));
    let folder = tempfile::tempdir().expect("a folder");
    let ends: Vec<usize> =
        text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for cut in [20, 33, 34, 36, 40, 50] {
        // Nothing in the names says that both are of one box.
        let first = packed(folder.path(), "monday.gz", &text[..ends[cut]]);
        let second = packed(folder.path(), "tuesday.gz", &text[ends[cut]..]);
        for threads in [1, 2] {
            assert_eq!(said(&analyse(&[first.clone(), second.clone()], threads)), wanted, "{cut} {threads}");
        }
    }
}

#[test]
fn a_log_that_is_given_twice_is_named() {
    let name = "loggingsnapshot.txt";
    let whole = bundles().join("single-c/diagnostic_log_expc_2025-03-11_09_40_05").join(name);
    let folder = tempfile::tempdir().expect("a folder");
    let again = packed(folder.path(), "loggingsnapshot.txt.gz", &fs::read(&whole).expect("the bundle"));
    let once = analyse(&[Source::Path(whole.clone())], 2);
    assert!(once.notes.is_empty());
    let twice = analyse(&[Source::Path(whole), again], 2);
    assert!(twice.notes.iter().any(|note| note.contains("seem to be the same log")), "{:?}", twice.notes);
}
