//! What the dumps of one box said, setting by setting, whatever form they had.
//!
//! Readers put settings in; facts are picked out. This module knows neither the forms nor the facts. It holds the
//! ceilings, and it never holds a secret ([`hidden`]).

mod hidden;

use serde::Serialize;
use std::collections::BTreeMap;

/// Stands in the place of a value that is a secret, or may be one.
pub const HIDDEN: &str = "(hidden)";

/// The tree a setting belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tree {
    /// `xConfiguration`: what was set.
    Configuration,
    /// `xStatus`: what was so at that moment.
    Status,
}

impl Tree {
    /// The first letters of the keys of this tree.
    fn mark(self) -> &'static str {
        match self {
            Self::Configuration => "c ",
            Self::Status => "s ",
        }
    }
}

/// How well the dumps of a box could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reading {
    /// Settings kept from `xconf_dump` files.
    pub configuration: usize,
    /// Settings kept from `xstat_dump` files.
    pub status: usize,
    /// Settings that no fact uses. They can still be asked for by their path.
    pub unused: usize,
    /// Settings whose value is not kept because it is, or may be, a secret.
    pub hidden: usize,
    /// Settings that were told twice with different values. The last one counts.
    pub changed: usize,
    /// Values cut at [`NodeFacts::MAX_VALUE`](crate::NodeFacts::MAX_VALUE).
    pub cut: usize,
    /// Settings beyond a ceiling: not kept.
    pub dropped: usize,
    /// Lines, or parts of an XML file, that could not be read.
    pub unread: usize,
    /// The line numbers of the first of them, counted from 1 in their own file.
    pub unread_lines: Vec<usize>,
}

/// Settings by their path, and how well they could be read.
///
/// A path is its words in lower case, with one blank between two. The XML form writes `item="1"` on every element,
/// whether or not it is one of several, so an index of 1 and no index are the same: the 1 is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    values: BTreeMap<String, String>,
    bytes: usize,
    pub(crate) reading: Reading,
}

impl Settings {
    /// Settings kept. A dump of a large cluster has some ten thousand.
    pub(crate) const MAX_SETTINGS: usize = 50_000;
    /// Bytes of paths and values kept, 8 MiB: a dump has one or two.
    pub(crate) const MAX_BYTES: usize = 8 << 20;
    /// Bytes of one value. The longest that a fact uses is a cipher list of a few hundred.
    pub(crate) const MAX_VALUE: usize = 4096;
    /// Bytes of one path. The longest documented one is below a hundred.
    pub(crate) const MAX_PATH: usize = 512;
    /// Lines noted that could not be read: enough to look at.
    pub(crate) const MAX_NOTED: usize = 8;

    /// Keeps a setting; the last value of a path counts.
    pub(crate) fn put(&mut self, tree: Tree, path: &str, value: &str) {
        let (value, cut) = cut(value);
        self.reading.cut += usize::from(cut);
        let key = key(tree, path);
        let secret = hidden::is_secret(&key[tree.mark().len()..], value);
        self.reading.hidden += usize::from(secret);
        self.keep(key, if secret { HIDDEN } else { value });
    }

    fn keep(&mut self, key: String, value: &str) {
        if let Some(known) = self.values.get_mut(&key) {
            if known.as_str() != value {
                self.reading.changed += 1;
                self.bytes = self.bytes - known.len() + value.len();
                value.clone_into(known);
            }
            return;
        }
        let bytes = self.bytes + key.len() + value.len();
        if self.values.len() >= Self::MAX_SETTINGS || bytes > Self::MAX_BYTES {
            self.reading.dropped += 1;
            return;
        }
        self.bytes = bytes;
        if key.starts_with(Tree::Configuration.mark()) {
            self.reading.configuration += 1;
        } else {
            self.reading.status += 1;
        }
        self.values.insert(key, value.to_owned());
    }

    /// Counts a line that could not be read, and notes its number if there is room.
    pub(crate) fn unread(&mut self, line: impl FnOnce() -> usize) {
        self.reading.unread += 1;
        if self.reading.unread_lines.len() < Self::MAX_NOTED {
            self.reading.unread_lines.push(line());
        }
    }

    /// Takes the settings of another dump of the same box; where both know a path, the other's value counts.
    pub(crate) fn absorb(&mut self, other: Self) {
        let Reading { hidden, changed, cut, dropped, unread, unread_lines, .. } = other.reading;
        for (key, value) in other.values {
            self.keep(key, &value);
        }
        self.reading.hidden += hidden;
        self.reading.changed += changed;
        self.reading.cut += cut;
        self.reading.dropped += dropped;
        self.reading.unread += unread;
        let room = Self::MAX_NOTED - self.reading.unread_lines.len();
        self.reading.unread_lines.extend(unread_lines.into_iter().take(room));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The key and the value at a path.
    pub(crate) fn get(&self, tree: Tree, path: &str) -> Option<(&str, &str)> {
        self.values.get_key_value(&key(tree, path)).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Every key below a path with what follows the path, and its value, in the order of the keys.
    pub(crate) fn below(&self, tree: Tree, path: &str) -> impl Iterator<Item = (&str, &str, &str)> {
        let mut start = key(tree, path);
        if !start.ends_with(' ') {
            start.push(' ');
        }
        let length = start.len();
        let keys = self.values.range(start.clone()..).take_while(move |(key, _)| key.starts_with(&start));
        keys.map(move |(key, value)| (key.as_str(), &key[length..], value.as_str()))
    }
}

/// The key of a path in its tree.
fn key(tree: Tree, path: &str) -> String {
    let mut key = tree.mark().to_owned();
    for word in path.split_whitespace().filter(|word| *word != "1") {
        if key.len() > tree.mark().len() {
            key.push(' ');
        }
        key.push_str(&word.to_ascii_lowercase());
    }
    key
}

fn cut(value: &str) -> (&str, bool) {
    let mut end = Settings::MAX_VALUE.min(value.len());
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    (&value[..end], end < value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, value: &str) -> Settings {
        let mut settings = Settings::default();
        settings.put(Tree::Configuration, path, value);
        settings
    }

    #[test]
    fn an_index_of_one_is_no_index() {
        let settings = one("Zones Zone 1 Name", "a");
        assert_eq!(
            settings.get(Tree::Configuration, "zones 1 ZONE name 1"),
            Some(("c zones zone name", "a"))
        );
        assert_eq!(settings.get(Tree::Status, "zones zone name"), None);
    }

    #[test]
    fn the_last_value_counts() {
        let mut settings = one("A B", "x");
        settings.put(Tree::Configuration, "a b", "x");
        assert_eq!(settings.reading.changed, 0);
        settings.absorb(one("A B", "y"));
        assert_eq!(settings.get(Tree::Configuration, "a b").map(|(_, value)| value), Some("y"));
        assert_eq!((settings.reading.changed, settings.reading.configuration), (1, 1));
    }

    #[test]
    fn ceilings_are_counted() {
        let mut settings = one("A", &"é".repeat(Settings::MAX_VALUE));
        assert_eq!(settings.reading.cut, 1);
        for number in 0..Settings::MAX_SETTINGS + 5 {
            settings.put(Tree::Status, &format!("n x{number}"), "");
        }
        assert_eq!((settings.len(), settings.reading.dropped), (Settings::MAX_SETTINGS, 6));
        let long = "v".repeat(Settings::MAX_VALUE);
        let mut settings = Settings::default();
        for number in 0..3000 {
            settings.put(Tree::Status, &format!("x{number}"), &long);
        }
        assert!(settings.bytes <= Settings::MAX_BYTES && settings.reading.dropped > 0);
    }

    #[test]
    fn noted_lines_have_a_ceiling() {
        let mut settings = Settings::default();
        (1..20).for_each(|line| settings.unread(|| line));
        settings.absorb(settings.clone());
        assert_eq!((settings.reading.unread, settings.reading.unread_lines.len()), (38, Settings::MAX_NOTED));
    }
}
