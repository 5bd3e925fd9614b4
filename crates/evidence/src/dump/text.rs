//! The text form.
//!
//! Seen in published excerpts: configuration as one full path a line, `*c xConfiguration Zones Zone 6 Name: "X"`, with
//! and without quotes, and with nothing after the colon; status as blocks from `*s SystemUnit: /` to `*s/end`, with
//! names like `Software:` and `Option 1:` above deeper lines. Inferred: that only the indentation tells what is inside
//! what, and that a quoted value may run over several lines.

use crate::settings::{Settings, Tree};

/// Lines between settings that say nothing.
const SILENT: &[&str] = &["", "/", "OK", "** end", "*s/end", "*c/end"];

/// Reads every line.
pub(super) fn read(text: &str, settings: &mut Settings) {
    let mut reader = Reader { settings, stack: Vec::new(), leaf: None, open: None };
    for (at, line) in text.lines().enumerate() {
        reader.line(at + 1, line);
    }
    if let Some(unfinished) = reader.open.as_ref().map(|open| open.line) {
        reader.close_value();
        reader.settings.unread(|| unfinished);
    }
    reader.close_leaf();
}

/// A name above deeper lines: its indentation, and the path up to and with it.
struct Container {
    indent: usize,
    path: String,
}

/// A quoted value that has not ended yet.
struct Open {
    tree: Tree,
    path: String,
    value: String,
    line: usize,
}

struct Reader<'a> {
    settings: &'a mut Settings,
    /// The containers of the status block that the next line may be in.
    stack: Vec<Container>,
    /// The last line had a name and no value: a container if the next one is deeper, an empty value otherwise.
    leaf: Option<String>,
    open: Option<Open>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) {
        let text = line.trim();
        let head = Head::of(text);
        if let Some(open) = &mut self.open {
            // The first two of them are as likely a line of the value.
            let ends = SILENT[2..].contains(&text)
                // Status values are short words; what looks like the next setting is one.
                || (open.tree == Tree::Status && split(text).is_some());
            if head.is_none() && !ends {
                // More than the ceiling holds is of no use; the cut itself is counted where the value is kept.
                if open.value.len() <= Settings::MAX_VALUE {
                    open.value.push('\n');
                    open.value.push_str(text.strip_suffix('"').unwrap_or(text));
                }
                if text.ends_with('"') {
                    self.close_value();
                }
                return;
            }
            let unfinished = open.line;
            self.close_value();
            self.settings.unread(|| unfinished);
        }
        match head {
            Some(Head { tree: Tree::Configuration, rest }) => {
                self.end_block();
                match split(rest) {
                    Some((path, value)) => self.value(number, Tree::Configuration, path.to_owned(), value),
                    None => self.settings.unread(|| number),
                }
            }
            Some(Head { tree: Tree::Status, rest }) => {
                self.end_block();
                self.status(number, 0, rest);
            }
            None if SILENT.contains(&text) => {
                if text.ends_with("end") {
                    self.end_block();
                }
            }
            None if self.stack.is_empty() => self.settings.unread(|| number),
            // One more than the indentation, so that every line is inside its `*s` line.
            None => self.status(number, 1 + line.len() - line.trim_start().len(), text),
        }
    }

    /// A line of a status block, or the line that begins one.
    fn status(&mut self, number: usize, indent: usize, text: &str) {
        let Some((name, value)) = split(text) else { return self.settings.unread(|| number) };
        let keep = self.stack.iter().rposition(|above| above.indent < indent).map_or(0, |at| at + 1);
        if keep < self.stack.len() {
            self.close_leaf();
        }
        self.stack.truncate(keep);
        self.leaf = None;
        let above = self.stack.last().map_or("", |above| above.path.as_str());
        let path = format!("{above} {name}");
        if path.len() > Settings::MAX_PATH {
            return self.settings.unread(|| number);
        }
        if value.is_empty() || value == "/" {
            self.leaf = Some(path.clone());
            self.stack.push(Container { indent, path });
        } else {
            self.value(number, Tree::Status, path, value);
        }
    }

    fn value(&mut self, line: usize, tree: Tree, path: String, value: &str) {
        if path.len() > Settings::MAX_PATH {
            return self.settings.unread(|| line);
        }
        match value.strip_prefix('"') {
            None => self.settings.put(tree, &path, value),
            Some(inner) => match inner.strip_suffix('"') {
                Some(inner) => self.settings.put(tree, &path, inner),
                None => self.open = Some(Open { tree, path, value: inner.to_owned(), line }),
            },
        }
    }

    fn close_value(&mut self) {
        if let Some(Open { tree, path, value, .. }) = self.open.take() {
            self.settings.put(tree, &path, value.trim_end());
        }
    }

    fn close_leaf(&mut self) {
        if let Some(path) = self.leaf.take() {
            self.settings.put(Tree::Status, &path, "");
        }
    }

    fn end_block(&mut self) {
        self.close_leaf();
        self.stack.clear();
    }
}

/// The beginning of a line that says which tree it is about.
struct Head<'a> {
    tree: Tree,
    rest: &'a str,
}

impl<'a> Head<'a> {
    /// `*c`, `*s`, and the same lines as they are typed, without the mark.
    fn of(text: &'a str) -> Option<Self> {
        let (marked, rest) = match text.strip_prefix("*c ").or_else(|| text.strip_prefix("*C ")) {
            Some(rest) => (Some(Tree::Configuration), rest),
            None => match text.strip_prefix("*s ").or_else(|| text.strip_prefix("*S ")) {
                Some(rest) => (Some(Tree::Status), rest),
                None => (None, text),
            },
        };
        let (word, after) = rest.trim_start().split_once(' ').unwrap_or((rest, ""));
        let typed = match word {
            _ if word.eq_ignore_ascii_case("xconfiguration") => Some(Tree::Configuration),
            _ if word.eq_ignore_ascii_case("xstatus") => Some(Tree::Status),
            _ => None,
        };
        let tree = marked.or(typed)?;
        Some(Self { tree, rest: if typed.is_some() { after } else { rest } })
    }
}

/// Cuts `Name 1 Name: value` at its first colon that ends the line or has a blank after it.
fn split(text: &str) -> Option<(&str, &str)> {
    let colons = text.match_indices(':').map(|(at, _)| at);
    let at = colons.into_iter().find(|at| text[at + 1..].is_empty() || text[at + 1..].starts_with(' '))?;
    let name = text[..at].trim();
    let is_name = |letter: char| !letter.is_control() && letter != '"';
    (!name.is_empty() && name.chars().all(is_name)).then(|| (name, text[at + 1..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let mut settings = Settings::default();
        read(text, &mut settings);
        settings
    }

    fn value(settings: &Settings, tree: Tree, path: &str) -> Option<String> {
        settings.get(tree, path).map(|(_, value)| value.to_owned())
    }

    #[test]
    fn a_full_path_a_line() {
        let read = settings(
            "*c xConfiguration Zones Zone 2 Name: \"To: E\"\r\n*c xConfiguration Zones Zone 2 HopCount: 15\n\
             *c xConfiguration Zones Zone 2 Peer 2 Address: \nxconfiguration A B: on\n\n*c/end\n\nOK\n",
        );
        let conf = |path: &str| value(&read, Tree::Configuration, path);
        assert_eq!(conf("Zones Zone 2 Name").as_deref(), Some("To: E"));
        assert_eq!(conf("zones zone 2 hopcount").as_deref(), Some("15"));
        assert_eq!(conf("Zones Zone 2 Peer 2 Address").as_deref(), Some(""));
        assert_eq!(conf("A B").as_deref(), Some("on"));
        assert_eq!(read.reading.unread, 0);
    }

    #[test]
    fn status_is_nested_by_indentation() {
        let read = settings(
            "*s SystemUnit: /\n  Product: \"TANDBERG VCS\"\n  Software: /\n    Version: \"X14.2\"\n    Empty:\n  \
             Uptime: 12\n*s/end\n*s Options: /\n*s/end\n*s Zones:\n  Zone 1:\n    Status: Active\n  Zone 2:\n    \
             Status: Failed\n*s/end\n",
        );
        let status = |path: &str| value(&read, Tree::Status, path);
        assert_eq!(status("SystemUnit Software Version").as_deref(), Some("X14.2"));
        assert_eq!(status("SystemUnit Software Empty").as_deref(), Some(""));
        assert_eq!(status("SystemUnit Uptime").as_deref(), Some("12"));
        assert_eq!(status("Options").as_deref(), Some(""));
        assert_eq!(status("Zones Zone 2 Status").as_deref(), Some("Failed"));
        assert_eq!((read.reading.status, read.reading.unread), (7, 0));
    }

    #[test]
    fn a_value_over_several_lines_and_one_that_never_ends() {
        let read = settings(
            "*c xConfiguration Banner: \"one\n two\n\nthree\"\n*c xConfiguration Cut: \"begun\nand\n\
             *c xConfiguration After: 1x",
        );
        let conf = |path: &str| value(&read, Tree::Configuration, path);
        assert_eq!(conf("Banner").as_deref(), Some("one\ntwo\n\nthree"));
        assert_eq!(conf("Cut").as_deref(), Some("begun\nand"));
        assert_eq!(conf("After").as_deref(), Some("1x"));
        assert_eq!(read.reading.unread_lines, [5]);
    }

    #[test]
    fn a_quote_left_open_costs_one_setting_of_the_status() {
        let read = settings("*s A:\n B: \"open\n C: \"d\"\n*s/end\n*s E: \"open\n*s/end\n*s F: g\n");
        let status = |path: &str| value(&read, Tree::Status, path);
        assert_eq!(status("A B").as_deref(), Some("open"));
        assert_eq!(status("A C").as_deref(), Some("d"));
        assert_eq!(status("F").as_deref(), Some("g"));
        assert_eq!(read.reading.unread_lines, [2, 5]);
        assert_eq!(settings("*c xConfiguration A: \"open\nto the end").reading.unread_lines, [1]);
    }

    #[test]
    fn what_is_no_setting_is_counted() {
        let read = settings(
            "hello\n*c xConfiguration no colon\n*s Show: /\n ====\n Smart Licensing is on\n*s/end\n",
        );
        assert_eq!(read.reading.unread_lines, [1, 2, 4, 5]);
    }
}
