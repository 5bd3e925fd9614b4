//! Every direct dependency has its reason in `docs/dependencies.md`, and every reason its dependency.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Sections of the page, the tables of a manifest they are about, and whether they are about the benchmarks.
const SECTIONS: &[(&str, &[&str], bool)] = &[
    ("## In the program", &["dependencies", "build-dependencies"], false),
    ("## In tests only", &["dev-dependencies"], false),
    ("## In the benchmarks only", &["dependencies", "dev-dependencies"], true),
];

/// A dependency and the folder of the crate that uses it.
type Use = (String, String);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The manifests of the workspace, with the folder they are in.
fn manifests() -> Vec<(String, toml::Table)> {
    let crates = fs::read_dir(root().join("crates")).expect("crates/");
    let folders = crates.map(|entry| entry.expect("an entry").path()).chain([root().join("benchmarks")]);
    let read = folders.filter(|folder| folder.join("Cargo.toml").exists()).map(|folder| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        (name, text.parse().expect("a manifest"))
    });
    read.collect()
}

fn used(tables: &[&str], benchmarks: bool) -> BTreeSet<Use> {
    let mut used = BTreeSet::new();
    for (folder, manifest) in manifests() {
        if (folder == "benchmarks") != benchmarks {
            continue;
        }
        for table in tables {
            let names =
                manifest.get(*table).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            let strangers = names.filter(|name| !name.starts_with("waytrace"));
            used.extend(strangers.map(|name| (name.clone(), folder.clone())));
        }
    }
    used
}

/// The rows of a section: each dependency with each crate that it is said to be used by.
fn told(page: &str, section: &str) -> BTreeSet<Use> {
    let rest = page.split_once(section).unwrap_or_else(|| panic!("the page has no {section:?}")).1;
    let rows = rest.split("\n## ").next().unwrap_or_default().lines().filter(|line| line.starts_with("| `"));
    let mut told = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, users, why] = cells[..] else { panic!("{row} is no row of three cells") };
        assert!(why.len() > 15, "{row} gives no reason");
        let name = name.split('`').nth(1).expect("a name between backquotes");
        told.extend(users.split(", ").map(|user| (name.to_owned(), user.to_owned())));
    }
    told
}

#[test]
fn every_dependency_has_its_reason() {
    let page = fs::read_to_string(root().join("docs/dependencies.md")).expect("a page");
    for (section, tables, benchmarks) in SECTIONS {
        let (used, told) = (used(tables, *benchmarks), told(&page, section));
        let silent: Vec<_> = used.difference(&told).collect();
        let gone: Vec<_> = told.difference(&used).collect();
        assert!(
            silent.is_empty() && gone.is_empty(),
            "{section}: no reason for {silent:?}; not used: {gone:?}"
        );
    }
}

#[test]
fn versions_stand_in_one_place() {
    for (folder, manifest) in manifests() {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
                let inherits = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(inherits, "{folder} names a version of {name} of its own");
            }
        }
    }
}

#[test]
fn nothing_comes_from_elsewhere_than_crates_io() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("a lock file");
    let lock: toml::Table = lock.parse().expect("a lock file");
    for package in lock["package"].as_array().expect("packages") {
        let source = package.get("source").and_then(toml::Value::as_str);
        let known =
            source.is_none_or(|source| source == "registry+https://github.com/rust-lang/crates.io-index");
        assert!(known, "{} comes from {source:?}", package["name"]);
        let ours = package["name"].as_str().is_some_and(|name| name.starts_with("waytrace"));
        assert!(source.is_some() || ours, "{} is neither ours nor from a registry", package["name"]);
    }
}
