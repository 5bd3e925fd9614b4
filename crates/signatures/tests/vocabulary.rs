//! Every text OpenSSL has for a refused certificate, and every reason that means something to an operator, leads to
//! exactly one entry. The tables are in `testdata/reference/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use waytrace_logparse::Reader;
use waytrace_signatures::{Catalogue, Engine};

fn table(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/reference").join(name);
    let text = fs::read_to_string(path).expect("the table");
    text.lines().map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

fn column(header: &[String], name: &str) -> usize {
    header.iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {name}"))
}

fn fired(catalogue: &Arc<Catalogue>, body: &str) -> Vec<String> {
    let line = format!("2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] {body}\n");
    let mut engine = Engine::new(Arc::clone(catalogue));
    let mut reader = Reader::new(line.as_bytes());
    while let Some(record) = reader.next_record().expect("a string can be read") {
        engine.feed(&record, 0);
    }
    engine.finish().findings.into_iter().map(|finding| finding.id).collect()
}

#[test]
fn every_verify_error_has_one_entry() {
    let catalogue = Arc::new(Catalogue::built_in());
    let rows = table("x509_verify_errors.tsv");
    let columns = ["text_102", "text_111", "text_3x"].map(|name| column(&rows[0], name));
    let texts: BTreeSet<_> =
        rows[1..].iter().flat_map(|row| columns.iter().filter_map(|at| row.get(*at))).collect();
    let mut wrong = Vec::new();
    for text in texts.into_iter().filter(|text| !text.is_empty() && *text != "ok") {
        let body = format!(
            "WARNING: Core server certificate verification failed for (a.example). Action=Terminate Error={text} server=a.example(192.0.2.7) depth=0"
        );
        let ids = fired(&catalogue, &body);
        if ids.len() != 1 || !ids[0].starts_with("TLS-") {
            wrong.push(format!("{text}: {ids:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_reason_with_a_meaning_has_one_entry() {
    let catalogue = Arc::new(Catalogue::built_in());
    let rows = table("ssl_reasons.tsv");
    let [reason, text, meaning] =
        ["reason_dec", "text", "operator_meaning"].map(|name| column(&rows[0], name));
    let mut wrong = Vec::new();
    for row in &rows[1..] {
        let field = |at: usize| row.get(at).map_or("", String::as_str);
        if field(meaning).is_empty() || field(text).is_empty() {
            continue;
        }
        let code: u32 = field(reason).parse().expect("a number");
        for packed in [0x1400_0000 | (0x94 << 12) | (code & 0xFFF), 0x0A00_0000 | code] {
            let function = if packed >> 24 == 0x14 { "ssl3_read_bytes" } else { "" };
            let body = format!(
                "ERROR: SSL connection failed for 'a.example': error:{packed:08X}:SSL routines:{function}:{}",
                field(text)
            );
            let ids = fired(&catalogue, &body);
            if ids.len() != 1 || !ids[0].starts_with("TLS-") {
                wrong.push(format!("{code} {}: {ids:?}", field(text)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_translation_has_the_shape_of_its_source() {
    let catalogue = Catalogue::built_in();
    let wrong: Vec<_> =
        catalogue.signatures().iter().flat_map(waytrace_signatures::Signature::check_translations).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Families of entries, and the languages in which each of them is complete.
#[test]
fn languages_that_are_said_to_be_complete_are() {
    const COMPLETE: [&str; 8] = ["TLS-", "HTTP-", "ZONE-", "TUN-", "UPL-", "CUCM-", "JAB-", "CERT-"];
    let catalogue = Catalogue::built_in();
    let mut missing = Vec::new();
    for signature in
        catalogue.signatures().iter().filter(|s| COMPLETE.iter().any(|family| s.id.starts_with(family)))
    {
        let languages: Vec<_> = signature.languages().collect();
        let lacks = ["de", "es", "fr"].into_iter().filter(|language| !languages.contains(language));
        missing.extend(lacks.map(|language| format!("{} {language}", signature.id)));
    }
    for runbook in catalogue.runbooks() {
        let languages: Vec<_> = runbook.languages().collect();
        let lacks = ["de", "es", "fr"].into_iter().filter(|language| !languages.contains(language));
        missing.extend(lacks.map(|language| format!("{} {language}", runbook.id)));
    }
    assert!(missing.is_empty(), "{missing:?}");
}
