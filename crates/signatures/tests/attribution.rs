//! Lines without a Txn-id go to their transaction: measured on the logs of a real Traffic Server under load, where
//! the truth is known (`testdata/load/`, `docs/attribution.md`).

#![allow(clippy::print_stdout, reason = "the figures are what one comes here for")]

use flate2::read::GzDecoder;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Confidence, Engine};

/// One WARNING/ERROR unit of the truth: its first line, its true transaction, and its port.
struct Truth {
    line: u64,
    txn: u64,
    port: u16,
}

/// What the engine said of a unit.
struct Said {
    txn: u64,
    port: Option<u16>,
    confidence: Confidence,
}

fn open(name: &str) -> GzDecoder<File> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/load").join(name);
    GzDecoder::new(File::open(path).expect("test data"))
}

fn truth(name: &str) -> Vec<Truth> {
    let mut text = String::new();
    open(name).read_to_string(&mut text).expect("a table");
    let rows = text.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    let known = rows.filter(|row| row.len() > 9 && !row[7].is_empty());
    let read = known.map(|row| Truth {
        line: row[0].parse().expect("a line"),
        txn: row[7].parse().expect("a Txn-id"),
        port: row[9].rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port"),
    });
    read.collect()
}

fn said(name: &str) -> HashMap<u64, Said> {
    let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
    engine.keep_transactions(usize::MAX);
    let mut reader = Reader::new(open(name));
    while let Some(record) = reader.next_record().expect("test data") {
        engine.feed(&record, 0);
    }
    let mut said = HashMap::new();
    for finding in engine.finish().findings.iter().filter(|finding| finding.id.starts_with("TLS-")) {
        for touched in &finding.transactions {
            for proof in &touched.proof {
                let (txn, port, confidence) = (touched.txn_id, finding.target.port, proof.confidence);
                said.insert(proof.line, Said { txn, port, confidence });
            }
        }
    }
    said
}

/// Share of the units on their true transaction, and of those on the true port, in percent; and how many of the
/// certain ones are wrong.
fn measure(name: &str) -> (f64, f64, usize) {
    let said = said(&format!("{name}.log.gz"));
    let truth = truth(&format!("{name}.units.tsv.gz"));
    let (mut right, mut port, mut certain, mut wrong) = (0, 0, 0, 0);
    for unit in &truth {
        let Some(said) = said.get(&unit.line) else { continue };
        right += usize::from(said.txn == unit.txn);
        port += usize::from(said.port == Some(unit.port));
        certain += usize::from(said.confidence == Confidence::Certain);
        wrong += usize::from(said.confidence == Confidence::Certain && said.txn != unit.txn);
    }
    let percent = |part: usize| {
        100.0 * f64::from(u32::try_from(part).expect("few"))
            / f64::from(u32::try_from(truth.len()).expect("few"))
    };
    println!(
        "{name}: {} units, right {:.2} %, port {:.2} %, certain {certain}, of them wrong {wrong}",
        truth.len(),
        percent(right),
        percent(port)
    );
    (percent(right), percent(port), wrong)
}

#[test]
fn paced_requests_on_separate_paths() {
    let (right, port, wrong) = measure("paced-separate-paths");
    assert!(right >= 99.9 && port >= 100.0 && wrong == 0, "{right} {port} {wrong}");
}

#[test]
fn one_host_with_three_ports_at_full_load() {
    let (right, port, wrong) = measure("one-host-three-ports");
    assert!(right >= 99.3 && port >= 100.0 && wrong == 0, "{right} {port} {wrong}");
}
