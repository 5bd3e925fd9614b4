//! The JSON Schema of the formats, generated from the structs that write them (`docs/schema/`).

use super::{Document, Finding};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use std::fs;
use std::path::Path;

fn generated<T: JsonSchema>(id: &str, title: &str) -> Schema {
    // What is written is described, not what might be read: a field that may be null is still always there.
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), title.into());
    schema
}

/// Compares with the committed file; writes it anew where `WAYTRACE_SCHEMA=write` is set.
fn current(name: &str, schema: &Schema) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    let text = serde_json::to_string_pretty(schema).expect("JSON") + "\n";
    if std::env::var("WAYTRACE_SCHEMA").is_ok_and(|wish| wish == "write") {
        fs::write(&file, &text).expect("the folder is there");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/schema/{name} is not what the structs say. If the change keeps the promises of docs/output-json.md, write \
         it anew: WAYTRACE_SCHEMA=write cargo test -p waytrace --lib schema"
    );
}

#[test]
fn the_schema_of_reports_is_current() {
    current(
        "report-1.json",
        &generated::<Document<'_>>("waytrace/report/1", "A report of waytrace, version 1"),
    );
}

#[test]
fn the_schema_of_streamed_problems_is_current() {
    let schema =
        generated::<Finding<'_>>("waytrace/problem/1", "A problem as one line of a stream of waytrace");
    current("problem-1.json", &schema);
}
