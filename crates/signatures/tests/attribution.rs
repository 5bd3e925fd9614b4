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
use waytrace_signatures::{Catalogue, Confidence, Engine, Finding};

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

fn findings(name: &str) -> Vec<Finding> {
    let mut engine = Engine::new(Arc::new(Catalogue::built_in()));
    engine.keep_transactions(usize::MAX);
    let mut reader = Reader::new(open(name));
    while let Some(record) = reader.next_record().expect("test data") {
        engine.feed(&record, 0);
    }
    engine.finish().findings
}

fn said(name: &str) -> HashMap<u64, Said> {
    let mut said = HashMap::new();
    for finding in findings(name).iter().filter(|finding| finding.id.starts_with("TLS-")) {
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

/// A real Traffic Server 9.2.5 with 300 clients at once. It writes no step for a failed attempt, so that hundreds of
/// requests could have caused a line. Whatever is called certain has to be true all the same.
#[test]
fn nothing_is_certain_by_guessing() {
    const TRUE: &[(&str, &str, u16)] = &[
        ("TLS-001", "node1.example.com", 8443),
        ("TLS-004", "node1.example.com", 6972),
        ("TLS-006", "node1.example.com", 9443),
        ("TLS-001", "node2.example.com", 8443),
        ("TLS-001", "node2.example.com", 6972),
        ("TLS-003", "node3.example.com", 6972),
        // Ports that are refused while another one of the host answers.
        ("TLS-007", "node2.example.com", 8443),
        ("TLS-007", "node2.example.com", 6972),
        ("TLS-007", "node3.example.com", 6972),
    ];
    let findings = findings("hundreds-at-once-9.2.log.gz");
    let certain = findings.iter().filter(|finding| finding.confidence == Confidence::Certain);
    let told = certain.filter_map(|finding| {
        Some((finding.id.as_str(), finding.target.host.as_str(), finding.target.port?))
    });
    let told: Vec<_> = told.collect();
    assert!(!told.is_empty());
    let wrong: Vec<_> = told.iter().filter(|told| !TRUE.contains(told)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
