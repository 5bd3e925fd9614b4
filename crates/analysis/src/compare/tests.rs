//! Reports that are compared.

use super::{Gone, Side, compare};
use crate::analyzer::Analyzer;
use crate::render::json;

const HEAD: &str = "2024-03-05T10:15:30.120+01:00";

/// A box whose server has a certificate without the address it is asked by.
fn failing(node: &str, address: &str) -> String {
    format!(
        "{HEAD} {node} traffic_server[7]: [ET_NET 0] WARNING: SNI ({address}) not in certificate. Action=Terminate \
         server={address}({address})\n"
    )
}

fn quiet(node: &str) -> String {
    format!("{HEAD} {node} tvcs: Event=\"System Start\"\n")
}

fn side(log: &str) -> Side {
    let report = Analyzer::new().analyze_reader("a.log", log.as_bytes()).expect("a log");
    let side = Side::of(&report);
    assert_eq!(Side::read(&json::render(&report)), Ok(side.clone()), "JSON says the same");
    side
}

#[test]
fn what_is_gone_new_and_unchanged() {
    let before = side(&(failing("expc1", "192.0.2.7") + &failing("expc1", "192.0.2.8")));
    let after = side(&(failing("expc1", "192.0.2.8") + &failing("expc1", "192.0.2.9")));
    let found = compare(&before, &after);
    let hosts = |hosts: Vec<&str>| hosts.join(" ");
    assert_eq!(hosts(found.gone.iter().map(|(was, _)| was.host.as_str()).collect()), "192.0.2.7");
    assert_eq!(hosts(found.unchanged.iter().map(|(was, _)| was.host.as_str()).collect()), "192.0.2.8");
    assert_eq!(hosts(found.new.iter().map(|is| is.host.as_str()).collect()), "192.0.2.9");
    assert!(found.moved.is_empty());
}

#[test]
fn a_repair_on_one_of_two_peers() {
    let before = side(&(failing("expc1", "192.0.2.7") + &failing("expc2", "192.0.2.7")));
    let after = side(&(quiet("expc1") + &failing("expc2", "192.0.2.7")));
    let found = compare(&before, &after);
    assert!(found.gone.is_empty() && found.new.is_empty() && found.unchanged.is_empty());
    let (was, is) = &found.moved[0];
    assert_eq!((was.nodes.len(), is.nodes.len()), (2, 1));
}

#[test]
fn silence_is_not_proof() {
    let before = side(&failing("expc1", "192.0.2.7"));
    let said = |log: &str| compare(&before, &side(log)).gone.remove(0).1;
    assert_eq!(said(&quiet("expc2")), Gone::NoLog(vec!["expc1".to_owned()]));
    assert!(matches!(said(&quiet("expc1")), Gone::NotSeen | Gone::Untried));
}

#[test]
fn what_is_no_report() {
    for text in ["", "{}", "[1]", "{\"schema\": \"waytrace/report/2\"}", "no JSON"] {
        assert!(Side::read(text).is_err(), "{text}");
    }
}
