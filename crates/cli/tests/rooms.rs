//! The rooms: which crate may use which, and what none of the libraries may do (`docs/ARCHITECTURE.md`).

use std::fs;
use std::path::{Path, PathBuf};

/// Crate folder, and the crates of ours it may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("logparse", &[]),
    ("bundle", &[]),
    ("evidence", &[]),
    ("signatures", &["waytrace-logparse", "waytrace-evidence"]),
    ("analysis", &["waytrace-logparse", "waytrace-bundle", "waytrace-evidence", "waytrace-signatures"]),
    ("live", &["waytrace-logparse"]),
    ("cli", &["waytrace", "waytrace-live"]),
];

/// Crate folder, and what its sources never name.
const NEVER: &[(&str, &[&str])] = &[
    ("logparse", &["std::fs", "std::env", "std::process", "println!", "std::net::Tcp"]),
    ("bundle", &["std::env", "std::process", "println!"]),
    ("evidence", &["std::fs", "std::env", "std::process", "println!"]),
    ("signatures", &["std::fs", "std::env", "std::process", "println!"]),
    ("live", &["std::env", "std::process", "println!", "clap", "IsTerminal"]),
    ("analysis", &["std::env", "std::process", "println!", "clap", "IsTerminal"]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_owned()
}

#[test]
fn nobody_imports_what_is_not_his() {
    for (room, allowed) in ROOMS {
        let text = fs::read_to_string(crates().join(room).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = text.parse().expect("a manifest");
        let dependencies = manifest["dependencies"].as_table().expect("dependencies");
        let ours = dependencies.keys().filter(|name| name.starts_with("waytrace"));
        let strangers: Vec<_> = ours.filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(strangers.is_empty(), "{room} must not use {strangers:?}");
    }
}

#[test]
fn every_crate_has_its_room() {
    let mut found: Vec<_> = fs::read_dir(crates())
        .expect("crates/")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known: Vec<_> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    known.sort();
    assert_eq!(found, known);
}

#[test]
fn libraries_keep_their_hands_off() {
    for (room, never) in NEVER {
        for file in sources(&crates().join(room).join("src")) {
            let text = fs::read_to_string(&file).expect("a source");
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                let found = never.iter().find(|word| line.contains(**word));
                assert!(found.is_none(), "{}: line {} of code names {found:?}", file.display(), number + 1);
            }
        }
    }
}

#[test]
fn toml_is_known_to_one_module() {
    for file in sources(&crates().join("signatures/src")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("a source");
        let reads = text.contains("toml::from_str") || text.contains("toml::de");
        assert!(!reads || name == "schema.rs", "{} reads TOML", file.display());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            out.push(path);
        }
    }
    out
}
