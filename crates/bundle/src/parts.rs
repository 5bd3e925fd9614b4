//! Sources cut into parts that can be read side by side.
//!
//! What is of one box belongs together and stays in order: a request may begin in one file and end in the next. Which
//! box a file is of is told by its name, as the product writes it; other files stay with their folder.

use crate::format::Format;
use crate::member::{Source, Unread, Visitor};
use crate::options::Options;
use crate::walk::{children, folder_or_file, visit_one};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Files that are read one after another. Different parts may be read side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Stdin,
    /// A file, or a folder that could not be looked into.
    Path {
        path: PathBuf,
        named: bool,
        depth: usize,
    },
    /// A link inside a folder, which is not followed.
    Link(PathBuf),
}

/// What files of the product are called, before the host.
const PREFIXES: &[&str] =
    &["diagnostic_log_", "loggingsnapshot_", "xconf_dump_", "xstat_dump_", "ca_", "server_", "client_"];

/// Cuts sources into parts, in the order of their first files. It depends on names and on first bytes only, never on
/// how many parts are read at once.
pub fn parts(sources: &[Source], options: &Options) -> Vec<Part> {
    let mut entries = Vec::new();
    for source in sources {
        match source {
            Source::Stdin => entries.push(Entry::Stdin),
            Source::Path(path) => collect(path.clone(), true, 0, options.ceilings.folders, &mut entries),
        }
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut parts: Vec<Part> = Vec::new();
    for entry in entries {
        let place = *places.entry(key(&entry)).or_insert(parts.len());
        match parts.get_mut(place) {
            Some(part) => part.entries.push(entry),
            None => parts.push(Part { entries: vec![entry] }),
        }
    }
    parts
}

/// Hands every member of a part to a visitor. Gives `Break` if it was stopped.
pub fn visit_part(part: &Part, options: &Options, visitor: &mut dyn Visitor) -> ControlFlow<()> {
    for entry in &part.entries {
        match entry {
            Entry::Stdin => {
                // Also after a stop: each file that is not read then is told.
                let _ = visit_one(&Source::Stdin, options, visitor);
            }
            Entry::Path { path, named, depth } => folder_or_file(path, *named, *depth, options, visitor),
            Entry::Link(path) => visitor.unread(link(path)),
        }
    }
    if options.stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

impl Part {
    /// Whether it can be read a second time: standard input and pipes cannot.
    pub fn is_lasting(&self) -> bool {
        self.entries.iter().all(|entry| match entry {
            Entry::Stdin => false,
            Entry::Path { path, .. } => {
                fs::metadata(path).is_ok_and(|about| about.is_file() || about.is_dir())
            }
            Entry::Link(_) => true,
        })
    }

    /// Files and folders in it that are read.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Path { path, .. } => Some(&**path),
            Entry::Stdin | Entry::Link(_) => None,
        })
    }

    /// The files of both, one after the other.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }
}

/// What is said of a link inside a folder: it may lead anywhere, also back, so only what is really here is read.
pub(crate) fn link(path: &Path) -> Unread {
    let reason = "a symbolic link inside a folder; name what it leads to".to_owned();
    Unread { name: path.display().to_string(), reason, named: false, lost: false }
}

fn collect(path: PathBuf, named: bool, depth: usize, most: usize, out: &mut Vec<Entry>) {
    let is_folder = depth < most && fs::metadata(&path).is_ok_and(|about| about.is_dir());
    let children = is_folder.then(|| children(&path).ok()).flatten();
    let Some(children) = children else { return out.push(Entry::Path { path, named, depth }) };
    for child in children {
        if child.is_symlink() {
            out.push(Entry::Link(child));
        } else {
            collect(child, false, depth + 1, most, out);
        }
    }
}

/// What files of one part have in common.
fn key(entry: &Entry) -> String {
    let (Entry::Path { path, .. } | Entry::Link(path)) = entry else { return "-".to_owned() };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(host) = host(&name) {
        return format!("host {host}");
    }
    if is_packed(path) {
        return format!("file {}", path.display());
    }
    format!("folder {}", path.parent().unwrap_or(path).display())
}

/// `expc` of `diagnostic_log_expc_2025-06-12_08_02_10.tar.gz`.
fn host(name: &str) -> Option<String> {
    let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let is_date = |part: &str| {
        let part = part.as_bytes();
        part.len() > 4 && part[..4].iter().all(u8::is_ascii_digit) && !part[4].is_ascii_alphanumeric()
    };
    let (end, _) = rest.match_indices(['_', ' ']).find(|(at, _)| is_date(&rest[at + 1..]))?;
    (end > 0).then(|| rest[..end].to_ascii_lowercase())
}

fn is_packed(path: &Path) -> bool {
    let mut first = [0; 512];
    let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
    let read = is_file.then(|| File::open(path).and_then(|mut file| file.read(&mut first)).ok()).flatten();
    read.is_some_and(|count| Format::of("", &first[..count]).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parts: &[Part]) -> Vec<Vec<String>> {
        let name = |entry: &Entry| match entry {
            Entry::Stdin => "-".to_owned(),
            Entry::Path { path, .. } | Entry::Link(path) => {
                path.file_name().expect("a file").to_string_lossy().into_owned()
            }
        };
        parts.iter().map(|part| part.entries.iter().map(name).collect()).collect()
    }

    #[test]
    fn hosts_by_the_names_of_the_product() {
        for (name, wanted) in [
            ("diagnostic_log_vcs-c_01_2025-06-12_08_02_10.tar.gz", Some("vcs-c_01")),
            ("diagnostic_log_EXPE_2025-06-12_08:02:10.tar.gz", Some("expe")),
            ("loggingsnapshot.txt", None),
            ("loggingsnapshot_expc.txt", None),
            ("notes_2025-06-12.txt", None),
        ] {
            assert_eq!(host(name).as_deref(), wanted, "{name}");
        }
    }

    #[test]
    fn files_of_one_box_stay_together_and_others_with_their_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let packed = b"\x1f\x8b\x08\0\0\0\0\0";
        let files: [(&str, &[u8]); 7] = [
            ("a.txt", b"text"),
            ("b.gz", packed),
            ("diagnostic_log_c_2025-06-12_08_02_10.tar.gz", packed),
            ("diagnostic_log_c_2025-06-13_08_02_10.tar.gz", packed),
            ("diagnostic_log_d_2025-06-12_08_02_10.tar.gz", packed),
            ("loggingsnapshot_d_2025-06-11_08_02_10.txt", b"text"),
            ("z.txt", b"text"),
        ];
        for (name, content) in files {
            fs::write(folder.path().join(name), content).expect("a file");
        }
        let sources = [Source::Path(folder.path().to_owned()), Source::Stdin];
        let found = parts(&sources, &Options::default());
        assert_eq!(
            names(&found),
            [
                vec!["a.txt", "z.txt"],
                vec!["b.gz"],
                vec![files[2].0, files[3].0],
                vec![files[4].0, files[5].0],
                vec!["-"]
            ]
        );
    }
}
