//! SARIF 2.1.0. The published schema may not be copied into a repository of this licence, so its rules that concern us
//! are here; `docs/output-sarif.md` says how to hold a document against the schema itself.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;
use std::path::Path;

fn sarif(folder: &Path, args: &[&str]) -> Value {
    let mut command = waytrace();
    command.current_dir(folder).args(["analyze", "--format", "sarif"]).args(args);
    serde_json::from_slice(&command.output().expect("it runs").stdout).expect("JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is a list in {value}"))
}

fn text<'a>(value: &'a Value, what: &str) -> &'a str {
    value.as_str().unwrap_or_else(|| panic!("{what} is a text, and not {value}"))
}

/// A place: a known input by name and number, and a line of it.
fn check_place(place: &Value, artifacts: &[Value]) {
    let place = &place["physicalLocation"];
    let index = place["artifactLocation"]["index"].as_u64().expect("an index");
    let artifact = &artifacts[usize::try_from(index).expect("small")];
    assert_eq!(place["artifactLocation"]["uri"], artifact["location"]["uri"]);
    assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line >= 1), "{place}");
}

fn check_flow(flow: &Value, artifacts: &[Value]) {
    text(&flow["message"]["text"], "the message of a flow");
    assert!(!list(flow, "threadFlows").is_empty());
    for thread in list(flow, "threadFlows") {
        assert!(!list(thread, "locations").is_empty());
        for step in list(thread, "locations") {
            assert!(["essential", "important"].contains(&text(&step["importance"], "importance")));
            check_place(&step["location"], artifacts);
        }
    }
}

fn check(document: &Value) {
    assert_eq!(document["version"], "2.1.0");
    assert!(text(&document["$schema"], "$schema").ends_with("/sarif-schema-2.1.0.json"));
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "waytrace");
    let rules = list(&run["tool"]["driver"], "rules");
    let artifacts = list(run, "artifacts");
    assert!(run["invocations"][0]["executionSuccessful"].is_boolean());
    for rule in rules {
        text(&rule["id"], "the id of a rule");
        for part in ["shortDescription", "fullDescription", "help"] {
            text(&rule[part]["text"], part);
        }
    }
    for result in list(run, "results") {
        let index = result["ruleIndex"].as_u64().expect("an index");
        assert_eq!(rules[usize::try_from(index).expect("small")]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&text(&result["level"], "level")));
        text(&result["message"]["text"], "the message");
        assert_eq!(list(result, "locations").len(), 1);
        for place in list(result, "locations").iter().chain(list(result, "relatedLocations")) {
            check_place(place, artifacts);
        }
        for flow in list(result, "codeFlows") {
            check_flow(flow, artifacts);
        }
        text(&result["properties"]["confidence"], "confidence");
    }
}

#[test]
fn documents_have_the_form() {
    for path in ["bundles/single-c", "bundles/pair", "bundles/cluster", "traffic-server-8.1.11", "seed"] {
        check(&sarif(&testdata(""), &[path]));
    }
}

#[test]
fn the_cluster() {
    let document = sarif(&testdata("bundles"), &["cluster"]);
    let result = &document["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"TLS-003".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    let member = text(&place["artifactLocation"]["uri"], "a name");
    assert!(member.ends_with("/loggingsnapshot_expc1_2025-02-20_13_01_20.txt"), "{member}");
    assert_eq!(place["region"]["startLine"], 10);
    assert_eq!(result["properties"]["users"], serde_json::json!(["alma", "emil"]));
    // Two requests, each with a thread for the Expressway-C and one for the Expressway-E.
    let flows = list(result, "codeFlows");
    assert_eq!(flows.iter().map(|flow| list(flow, "threadFlows").len()).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let run = |threads: &str| {
        let mut command = waytrace();
        command.current_dir(testdata("bundles")).args(["analyze", "--format", "sarif", "--threads", threads]);
        command.args(["pair", "cluster"]).output().expect("it runs").stdout
    };
    assert!(run("1") == run("4"));
}

#[test]
fn text_of_a_log_names_no_argument() {
    // In a message, a number in braces stands for an argument.
    let line = "2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI ({0}[x]) \
                not in certificate. Action=Terminate server={0}[x](192.0.2.7)\n";
    let mut command = waytrace();
    let output =
        command.args(["analyze", "--format", "sarif", "-"]).write_stdin(line).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    check(&document);
    let shown = text(&document["runs"][0]["results"][0]["message"]["text"], "the message");
    assert!(shown.starts_with("The certificate of {{0}}[x] (192.0.2.7)"), "{shown}");
}
