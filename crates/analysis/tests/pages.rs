//! The pages in `docs/signatures/` are those of the catalogue. With `WAYTRACE_PAGES=write` this test writes them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use waytrace::render::markdown;
use waytrace::{Catalogue, explain};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/signatures")
}

/// Every page by its file name, the index among them.
fn pages() -> BTreeMap<String, String> {
    let catalogue = Catalogue::built_in();
    let mut index = String::from("# What waytrace knows\n\n| id | problem |\n| --- | --- |\n");
    let mut pages = BTreeMap::new();
    let mut add = |id: &str, title: &str, page: String| {
        let title = title.replace('|', "\\|").replace('<', "&lt;");
        writeln!(index, "| [{id}]({id}.md) | {title} |").expect("a string takes text");
        pages.insert(format!("{id}.md"), page);
    };
    for signature in catalogue.signatures() {
        let entry = explain(&catalogue, &signature.id, "en").expect("it is in the catalogue");
        add(&entry.id, &entry.text.title, markdown::entry(&entry));
    }
    for runbook in catalogue.runbooks() {
        let text = runbook.text("en");
        add(&runbook.id, &text.title, markdown::procedure(&runbook.id, text));
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

#[test]
fn the_pages_are_those_of_the_catalogue() {
    let pages = pages();
    if std::env::var_os("WAYTRACE_PAGES").is_some_and(|value| value == "write") {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).expect("the folder");
        for (name, text) in &pages {
            fs::write(folder().join(name), text).expect("a page");
        }
    }
    let stale: Vec<_> = pages
        .iter()
        .filter(|(name, text)| fs::read_to_string(folder().join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name)
        .collect();
    assert!(
        stale.is_empty(),
        "out of date: {stale:?}; run `WAYTRACE_PAGES=write cargo test -p waytrace --test pages`"
    );
    let known = fs::read_dir(folder()).expect("the folder").count();
    assert_eq!(known, pages.len(), "there is a page of nothing in docs/signatures/");
}
