//! Asks the settings for facts, and notes which settings were of use.

use crate::settings::{HIDDEN, Settings, Tree};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

/// One set of settings that facts are picked from.
pub(super) struct Picker<'a> {
    settings: &'a Settings,
    used: RefCell<HashSet<&'a str>>,
}

/// The settings of one of several things of a kind: all below `Zones Zone 6`.
pub(super) struct Row<'p, 'a> {
    picker: &'p Picker<'a>,
    pub(super) index: u32,
    /// What follows the index, the key, the value.
    fields: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Picker<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, used: RefCell::default() }
    }

    /// How many settings were asked for and are there.
    pub(super) fn used(&self) -> usize {
        self.used.borrow().len()
    }

    /// The first of these configuration settings that has a value.
    pub(super) fn configuration(&self, paths: &[&str]) -> Option<&'a str> {
        self.first(Tree::Configuration, paths)
    }

    /// The first of these status settings that has a value.
    pub(super) fn status(&self, paths: &[&str]) -> Option<&'a str> {
        self.first(Tree::Status, paths)
    }

    fn first(&self, tree: Tree, paths: &[&str]) -> Option<&'a str> {
        let values = paths.iter().filter_map(|path| self.settings.get(tree, path));
        // All of them count as used, also the second of two names for one thing.
        let values: Vec<_> = values.map(|(key, value)| self.note(key, value)).collect();
        values.into_iter().find(|value| !value.is_empty() && *value != HIDDEN)
    }

    fn note(&self, key: &'a str, value: &'a str) -> &'a str {
        self.used.borrow_mut().insert(key);
        value
    }

    /// Tells whether there is any configuration below a path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.settings.below(Tree::Configuration, path).next().is_some()
    }

    /// Everything below a path that is counted by an index, by that index; things without an index have 1.
    pub(super) fn rows(&self, tree: Tree, path: &str) -> Vec<Row<'_, 'a>> {
        let mut rows: BTreeMap<u32, Vec<_>> = BTreeMap::new();
        // The first of several that have a value themselves: `Peer 1: a`, `Peer 2: b`.
        if let Some((key, value)) = self.settings.get(tree, path) {
            rows.entry(1).or_default().push(("", key, value));
        }
        for (key, rest, value) in self.settings.below(tree, path) {
            let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
            let (index, rest) = first.parse().map_or((1, rest), |index| (index, after));
            rows.entry(index).or_default().push((rest, key, value));
        }
        rows.into_iter().map(|(index, fields)| Row { picker: self, index, fields }).collect()
    }

    /// One field of everything below a path that is counted by an index, by that index.
    pub(super) fn column(&self, tree: Tree, path: &str, names: &[&str]) -> BTreeMap<u32, String> {
        let rows = self.rows(tree, path);
        rows.iter().filter_map(|row| row.text(names).map(|value| (row.index, value))).collect()
    }

    /// Everything below a path: what follows it, and the value.
    pub(super) fn below(&self, tree: Tree, path: &str) -> Vec<(&'a str, &'a str)> {
        let all = self.settings.below(tree, path);
        all.map(|(key, rest, value)| (rest, self.note(key, value))).collect()
    }
}

impl<'a> Row<'_, 'a> {
    /// The first of these fields that has a value.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'a str> {
        let mut found = None;
        for name in names {
            let field = self.fields.iter().find(|(rest, ..)| rest.eq_ignore_ascii_case(name));
            if let Some((_, key, value)) = field {
                let value = self.picker.note(key, value);
                found = found.or(Some(value).filter(|value| !value.is_empty() && *value != HIDDEN));
            }
        }
        found
    }

    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names).map(str::to_owned)
    }

    pub(super) fn on(&self, names: &[&str]) -> Option<bool> {
        self.get(names).and_then(on)
    }

    /// The names of the fields that are switched on.
    pub(super) fn switched_on(&self) -> Vec<String> {
        let on = self.fields.iter().filter(|(.., value)| on(value) == Some(true));
        on.map(|(rest, key, _)| {
            self.picker.note(key, rest);
            (*rest).to_owned()
        })
        .collect()
    }

    /// What is counted by an index below a name: index, and the value of the field `Address` or of the name itself.
    pub(super) fn addresses(&self, name: &str) -> Vec<(u32, String)> {
        let mut out = Vec::new();
        for (rest, key, value) in &self.fields {
            let Some(after) = rest.strip_prefix(name) else { continue };
            let mut words = after.split_whitespace();
            let (index, last) = match (words.next(), words.next()) {
                (None, None) => (1, None),
                (Some(word), None) if word.parse::<u32>().is_err() => (1, Some(word)),
                (Some(word), last) => (word.parse().unwrap_or(0), last),
                (None, Some(_)) => continue,
            };
            if index == 0 || words.next().is_some() || last.is_some_and(|last| last != "address") {
                continue;
            }
            self.picker.note(key, value);
            if !value.is_empty() && *value != HIDDEN {
                out.push((index, (*value).to_owned()));
            }
        }
        out.sort();
        out
    }
}

/// A switch in any of its spellings: `On`, `OFF`, `True`, `Enabled`; anything else is no answer.
pub(super) fn on(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "enabled" | "yes" => Some(true),
        "off" | "false" | "disabled" | "no" => Some(false),
        _ => None,
    }
}
