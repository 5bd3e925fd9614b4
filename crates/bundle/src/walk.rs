//! Walks over what the user names.

use crate::archive::zip;
use crate::budget::{Budget, Counts, Meter};
use crate::content::{Content, Whole, look};
use crate::fault::words;
use crate::format::Format;
use crate::member::{Source, Unread, Visitor};
use crate::open::{Place, Walk, content};
use crate::options::Options;
use crate::parts::link;
use crate::pump::Pump;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Hands every member of every source to the visitor, in the order named; folders in the order of their names,
/// archives in their own. For more choice, and for several sources side by side, see [`visit_one`].
pub fn visit(sources: &[Source], visitor: &mut dyn Visitor) {
    let options = Options::default();
    for source in sources {
        let _ = visit_one(source, &options, visitor);
    }
}

/// Hands every member of one source to a visitor. Several of these may run side by side, each with its own visitor,
/// and with clones of the same options. Gives `Break` if it was stopped.
pub fn visit_one(source: &Source, options: &Options, visitor: &mut dyn Visitor) -> ControlFlow<()> {
    match source {
        Source::Stdin => {
            let budget = Arc::new(Budget::new(options, None));
            let place = Place::of("-".to_owned(), true, None);
            let source = waiting(&budget, || Ok(io::stdin()));
            outer(options, visitor, &budget, place, Outer::Stream(source));
        }
        Source::Path(path) => folder_or_file(path, true, 0, options, visitor),
    }
    if options.stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Hands every member of what a reader gives to a visitor, as if it were a file with this name that cannot be read a
/// second time. Gives `Break` if it was stopped.
pub fn visit_reader(
    name: &str,
    reader: impl Read + Send + 'static,
    options: &Options,
    visitor: &mut dyn Visitor,
) -> ControlFlow<()> {
    let budget = Arc::new(Budget::new(options, None));
    let source = Content::Free(Box::new(Meter::new(reader, &budget, Counts::Outer)));
    outer(options, visitor, &budget, Place::of(name.to_owned(), true, None), Outer::Stream(source));
    if options.stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

pub(crate) fn folder_or_file(
    path: &Path,
    named: bool,
    depth: usize,
    options: &Options,
    visitor: &mut dyn Visitor,
) {
    let name = path.display().to_string();
    let most = options.ceilings.folders;
    let failed = match fs::metadata(path) {
        _ if options.stop.is_stopped() => "stopped before it was read".to_owned(),
        Ok(about) if about.is_dir() && depth >= most => {
            format!("more than {most} folders deep, the ceiling of `folders`")
        }
        Ok(about) if about.is_dir() => match folder(path, depth, options, visitor) {
            Ok(()) => return,
            Err(error) => words(&error),
        },
        // Opening a pipe waits for whoever fills it. Only the user knows whether somebody does.
        Ok(about) if !about.is_file() && !named => {
            let reason = "a device, a pipe or a socket, which holds no content".to_owned();
            return visitor.unread(Unread { name, reason, named, lost: false });
        }
        Ok(about) if !about.is_file() => {
            let (budget, owned) = (Arc::new(Budget::new(options, None)), path.to_owned());
            let source = waiting(&budget, move || File::open(owned));
            return outer(options, visitor, &budget, Place::of(name, named, None), Outer::Stream(source));
        }
        Ok(_) => match File::open(path) {
            Ok(opened) => return file(name, &opened, named, options, visitor),
            Err(error) => words(&error),
        },
        Err(error) => words(&error),
    };
    visitor.unread(Unread { name, reason: failed, named, lost: true });
}

/// What is in a folder, in the order of names.
pub(crate) fn children(path: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut children: Vec<PathBuf> = entries.collect::<Result<_, _>>()?;
    children.sort();
    Ok(children)
}

fn folder(path: &Path, depth: usize, options: &Options, visitor: &mut dyn Visitor) -> io::Result<()> {
    for child in children(path)? {
        if child.is_symlink() {
            visitor.unread(link(&child));
        } else {
            folder_or_file(&child, false, depth + 1, options, visitor);
        }
    }
    Ok(())
}

/// What may wait for its source without end.
fn waiting<R: Read>(
    budget: &Arc<Budget>,
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
) -> Content<'static> {
    Content::Free(Box::new(Meter::new(Pump::new(open), budget, Counts::Outer)))
}

fn file(name: String, opened: &File, named: bool, options: &Options, visitor: &mut dyn Visitor) {
    /// What is said of content that is there no more.
    const SHORT: &str = "the file became shorter while it was read";
    let length = opened.metadata().map(|about| about.len()).ok();
    let budget = Arc::new(Budget::new(options, length));
    let place = Place::of(name, named, length);
    let source = match length {
        Some(length) if is_zip(opened) => Outer::Zip(opened, length),
        _ => {
            let input = Meter::new(opened, &budget, Counts::Outer);
            let input = Whole::new(input, length.unwrap_or(0), SHORT);
            Outer::Stream(Content::Free(Box::new(input)))
        }
    };
    outer(options, visitor, &budget, place, source);
}

fn is_zip(mut file: &File) -> bool {
    let (first, _) = look(&mut file, 8);
    // If it cannot go back, nothing after this can be read either, and that is said there.
    let _ = file.seek(SeekFrom::Start(0));
    Format::of("", &first) == Some(Format::Zip)
}

/// What an outer file is read as.
enum Outer<'f> {
    Stream(Content<'f>),
    Zip(&'f File, u64),
}

fn outer(
    options: &Options,
    visitor: &mut dyn Visitor,
    budget: &Arc<Budget>,
    place: Place,
    source: Outer<'_>,
) {
    let mut walk = Walk { visitor, options, budget: Arc::clone(budget), told: None };
    let (name, named) = (place.name.clone(), place.named);
    match source {
        Outer::Stream(source) => content(&mut walk, place, source),
        Outer::Zip(file, length) => zip::read_file(&mut walk, &place, file, length),
    }
    // What ended everything is said of the file that the user knows, unless it has been just said of it.
    let told = walk.told.as_ref() == Some(&name);
    if let Some(reason) = budget.halted().filter(|_| !told) {
        let reason = format!("{reason}; what follows in it is not read");
        walk.visitor.unread(Unread { name, reason, named, lost: true });
    }
    budget.finish();
}

impl Place {
    fn of(name: String, named: bool, size: Option<u64>) -> Self {
        Self { file: name.clone(), name, named, size, depth: 0, packed: false }
    }
}
