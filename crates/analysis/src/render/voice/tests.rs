//! Every language says everything that the sources say, with the same values in it.

use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LANGUAGES: [Language; 3] = [Language::Spanish, Language::French, Language::German];

fn labels(language: Language) -> HashMap<String, String> {
    toml::from_str(file(language)).expect("a table of texts")
}

/// String literals of the renderers for people, without their tests.
fn literals(path: &Path, out: &mut Vec<(String, bool)>) {
    /// These are for programs, or are English in every language.
    const OTHERS: [&str; 6] = ["json", "sarif", "comparison.rs", "markdown.rs", "json.rs", "sarif.rs"];
    for entry in fs::read_dir(path).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if OTHERS.contains(&name.as_str()) || name == "tests.rs" {
            continue;
        }
        if path.is_dir() {
            literals(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let source = fs::read_to_string(&path).expect("a source");
            let code: String = source
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            let mut before = "";
            for (at, part) in code.split('"').enumerate() {
                if at % 2 == 1 {
                    let asked = [".t(", ".fill(", "noun(", "&v.t("]
                        .iter()
                        .any(|call| before.trim_end().ends_with(call));
                    out.push((part.to_owned(), asked));
                } else {
                    before = part;
                }
            }
        }
    }
}

#[test]
fn every_language_says_everything_the_sources_say() {
    let mut found = Vec::new();
    literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render"), &mut found);
    let asked: BTreeSet<_> = found.iter().filter(|(text, asked)| *asked || text.contains("{0}")).collect();
    assert!(asked.len() > 80, "the sources are found: {}", asked.len());
    let all: BTreeSet<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    for language in LANGUAGES {
        let labels = labels(language);
        for (text, _) in &asked {
            assert!(labels.contains_key(text), "{language:?} does not say {text:?}");
        }
        // The plural of a noun is formed, so it stands nowhere.
        let stale = |key: &&String| {
            let one = key.strip_suffix('s').unwrap_or(key);
            !all.contains(key.as_str()) && !all.contains(one)
        };
        let stale: Vec<_> = labels.keys().filter(stale).collect();
        assert!(stale.is_empty(), "{language:?} says what nobody asks: {stale:?}");
    }
}

#[test]
fn the_languages_say_the_same_things() {
    let keys = |language| labels(language).into_keys().collect::<BTreeSet<_>>();
    assert_eq!(keys(Language::Spanish), keys(Language::German));
    assert_eq!(keys(Language::Spanish), keys(Language::French));
    for noun in ["request", "user", "call", "line", "record", "peer", "proof", "error", "warning", "note"] {
        for language in LANGUAGES {
            let labels = labels(language);
            assert!(
                labels.contains_key(noun) && labels.contains_key(&format!("{noun}s")),
                "{language:?} {noun}"
            );
        }
    }
}

#[test]
fn no_value_gets_lost_in_a_language() {
    let places = |text: &str| {
        let mut places: Vec<_> =
            text.match_indices('{').map(|(at, _)| text[at..].chars().take(3).collect::<String>()).collect();
        places.sort();
        places
    };
    for language in LANGUAGES {
        for (english, other) in labels(language) {
            assert_eq!(places(&english), places(&other), "{language:?} {english:?}");
            assert!(!other.trim().is_empty(), "{language:?} {english:?}");
        }
    }
}

#[test]
fn values_are_filled_in_once() {
    let voice = Voice::default();
    assert_eq!(
        voice.fill("{0} and {1} more", &[&"a {1} {0}", &2]),
        "a {1} {0} and 2 more",
        "text of a log is no template"
    );
    assert_eq!(voice.fill("{7} { {", &[&1]), "{7} { {");
    let mut speech = Speech::new();
    speech.language = Language::German;
    assert_eq!(Voice::new(speech).count(2, "request"), "2 Anfragen");
}
