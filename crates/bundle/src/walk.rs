//! Walks over sources and hands their members to a visitor.

use crate::kind::{Kind, SNIFFED};
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

/// What the user names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A file, or a folder that is walked through.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// One member, about to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Path as the user would write it; `-` is standard input.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether the user named this very member, and not a folder that holds it.
    pub named: bool,
}

/// A member that could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
#[non_exhaustive]
pub struct Unread {
    /// Path as the user would write it.
    pub name: String,
    /// Why, in words.
    pub reason: String,
    /// Whether the user named this very member.
    pub named: bool,
}

/// Takes the members of a walk.
pub trait Visitor {
    /// Reads a member. An error ends this member, not the walk; it comes back as [`Visitor::unread`].
    ///
    /// # Errors
    /// Those of the reader.
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()>;

    /// Hears of something that could not be read.
    fn unread(&mut self, unread: Unread);
}

/// Ceiling on the depth of folders that are walked.
const MAX_DEPTH: usize = 32;

/// Hands every member of every source to the visitor, in the order named; folders in the order of their names.
pub fn visit(sources: &[Source], visitor: &mut dyn Visitor) {
    for source in sources {
        match source {
            Source::Stdin => content("-".to_owned(), io::stdin().lock(), true, visitor),
            Source::Path(path) => walk(path, true, 0, visitor),
        }
    }
}

fn walk(path: &Path, named: bool, depth: usize, visitor: &mut dyn Visitor) {
    let name = path.display().to_string();
    let mut fail = |reason: String| visitor.unread(Unread { name: name.clone(), reason, named });
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) => return fail(words(&error)),
    };
    if !about.is_dir() {
        return match File::open(path) {
            Ok(file) => content(name, file, named, visitor),
            Err(error) => fail(words(&error)),
        };
    }
    if depth >= MAX_DEPTH {
        return fail(format!("more than {MAX_DEPTH} folders deep"));
    }
    let children = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    match children {
        Ok(mut children) => {
            children.sort();
            // A link inside a folder may lead anywhere, also back: only what is really here is read.
            for child in children.iter().filter(|child| !child.is_symlink()) {
                walk(child, false, depth + 1, visitor);
            }
        }
        Err(error) => fail(words(&error)),
    }
}

fn content(name: String, mut source: impl Read, named: bool, visitor: &mut dyn Visitor) {
    let mut first = Vec::with_capacity(SNIFFED);
    let sniffed = source.by_ref().take(SNIFFED as u64).read_to_end(&mut first);
    let result = sniffed.and_then(|_| {
        let member = Member { kind: Kind::of(&name, &first), name: name.clone(), named };
        visitor.member(&member, &mut Cursor::new(first).chain(source))
    });
    if let Err(error) = result {
        visitor.unread(Unread { name, reason: words(&error), named });
    }
}

/// The system's words for an error, without its number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Visitor for Seen {
        fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            let file = member.name.rsplit('/').next().unwrap_or_default();
            self.0.push(format!("{file} {} {text:?}", member.kind));
            Ok(())
        }

        fn unread(&mut self, unread: Unread) {
            self.0.push(unread.reason);
        }
    }

    #[test]
    fn a_folder_in_the_order_of_names() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("b")).expect("a folder");
        for (name, text) in [("c.txt", "three"), ("a.txt", "one"), ("b/x.txt", "two"), ("d.txt", "")] {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let mut seen = Seen::default();
        visit(&[Source::Path(folder.path().to_owned())], &mut seen);
        assert_eq!(
            seen.0,
            ["a.txt text \"one\"", "x.txt text \"two\"", "c.txt text \"three\"", "d.txt empty \"\""]
        );
    }

    #[test]
    fn what_is_not_there_is_said() {
        let mut seen = Seen::default();
        visit(&[Source::Path("no/such/file".into())], &mut seen);
        assert_eq!(seen.0, ["no such file or directory"]);
    }
}
