//! What is written as JSON is what the schemas of `docs/schema/` say, for every log and bundle of the test data.

mod common;

use common::{testdata, waytrace};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn schema(name: &str) -> Validator {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    let text = fs::read_to_string(&file).expect("a schema");
    jsonschema::draft202012::new(&serde_json::from_str(&text).expect("JSON")).expect("a valid schema")
}

fn errors(schema: &Validator, document: &Value) -> Vec<String> {
    schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn inputs() -> Vec<PathBuf> {
    let all = ["seed", "bundles"].into_iter().flat_map(|folder| {
        fs::read_dir(testdata(folder)).expect("a folder").map(|entry| entry.expect("an entry").path())
    });
    let all: Vec<_> = all.filter(|path| path.extension().is_none_or(|end| end != "md")).collect();
    assert!(all.len() >= 5, "{all:?}");
    all
}

fn report(path: &Path) -> Value {
    let output = waytrace().args(["--format", "json"]).arg(path).output().expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn every_report_is_as_its_schema_says() {
    let schema = schema("report-1.json");
    for path in inputs() {
        let report = report(&path);
        assert!(!report["findings"].as_array().expect("a list").is_empty(), "{}", path.display());
        assert_eq!(errors(&schema, &report), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn every_line_of_a_stream_is_as_its_schema_says() {
    let schema = schema("problem-1.json");
    for path in [testdata("seed/loggingsnapshot_self-signed.txt"), testdata("seed/loggingsnapshot_name.txt")]
    {
        for args in [["watch", "--format", "ndjson", "-"], ["analyze", "--format", "ndjson", "-"]] {
            let mut command = waytrace();
            command.args(args).pipe_stdin(&path).expect("a log");
            let output = command.output().expect("it runs");
            let text = String::from_utf8(output.stdout).expect("text");
            let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
            let lines: Vec<Value> = lines.collect();
            let problems: Vec<_> = lines.iter().filter(|line| line["update"] == "problem").collect();
            assert!(!problems.is_empty(), "{text}");
            for problem in problems {
                assert_eq!(errors(&schema, problem), Vec::<String>::new());
            }
            assert_eq!(lines.last().expect("a line")["update"], "summary");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema("report-1.json");
    let good = report(&testdata("bundles/cluster"));
    for (place, wrong) in [
        ("/findings/0/severity", json!("awful")),
        ("/findings/0/confidence", json!(1)),
        ("/findings/0/counts/evidence", json!(-1)),
        ("/findings/0/target/port", json!("8443")),
        ("/nodes/0/role", json!("expressway-d")),
        ("/coverage/lines", json!(null)),
        ("/inputs", json!({})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap_or_else(|| panic!("{place} is there")) = wrong;
        assert!(!errors(&schema, &bad).is_empty(), "{place}");
    }
    let mut bad = good;
    bad["findings"][0].as_object_mut().expect("a problem").remove("users");
    assert!(!errors(&schema, &bad).is_empty(), "what is promised must be there");
}
