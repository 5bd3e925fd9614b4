//! `waytrace redact`: a log or bundle with every name replaced.

mod pack;

use crate::args::Redact;
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::say;
use pack::{Pack, Root};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use tempfile::Builder;
use waytrace::redact::{Copied, Names, Redactor};
use waytrace::{Escaped, Source};

pub(crate) fn run(args: &Redact) -> Result<Exit, Failure> {
    check(args)?;
    let mut redactor = known(args.map.as_deref())?;
    let reading = Reading::new(args.paths.clone(), &args.reading, Writes::AtTheEnd).twice();
    let refuse = |error: io::Error| Failure::File { path: args.out.clone(), error };
    let mut pack = Pack::new(&args.out, Root::of(&args.paths)).map_err(refuse)?;
    let copied = reading.raw(|options, sources| {
        let lasting = sources.iter().filter(|source| **source != Source::Stdin);
        for source in lasting {
            redactor.learn_source(source, options);
        }
        if sources.contains(&Source::Stdin) {
            redactor = std::mem::take(&mut redactor).on_the_fly();
        }
        let mut all = Copied::default();
        for (source, path) in sources.iter().zip(&args.paths) {
            let below = redactor.path(&file_name(path));
            pack.source(path, &below);
            let one = redactor.copy(source, options, &mut pack)?;
            all.members += one.members;
            all.bytes += one.bytes;
            all.left_out.extend(one.left_out);
            all.unread.extend(one.unread);
        }
        Ok(all)
    });
    let copied = copied.map_err(refuse)?;
    if reading.stop().is_stopped() {
        return Err(Failure::Usage(format!("stopped; {} was not written", args.out.display())));
    }
    if copied.members == 0 {
        return Err(nothing(&copied));
    }
    // The table first: a copy that nobody can translate back is worth less than none.
    if let Some(path) = &args.map {
        write_map(path, &redactor.map())?;
    }
    pack.finish(&args.out, args.force).map_err(refuse)?;
    say(&summary(args, &copied, &redactor))?;
    Ok(if copied.unread.is_empty() { Exit::Clean } else { Exit::Partial })
}

/// What can be known before anything is read.
fn check(args: &Redact) -> Result<(), Failure> {
    let refuse = |why: &str| Failure::Usage(format!("cannot write {}: {why}", args.out.display()));
    match fs::metadata(&args.out) {
        Ok(about) if about.is_dir() => {
            return Err(refuse("it is a folder that is there already; give a new name"));
        }
        Ok(_) if !args.force => return Err(refuse("it is there already; --force replaces it")),
        _ => {}
    }
    let folder = pack::folder(&args.out);
    if !folder.is_dir() {
        return Err(refuse(&format!("the folder {} is not there", folder.display())));
    }
    for path in args.paths.iter().filter(|path| path.as_path() != Path::new("-")) {
        let at = fs::canonicalize(path)
            .map_err(|error| Failure::Usage(format!("{}: {}", path.display(), words(&error))))?;
        let out =
            fs::canonicalize(folder).map_err(|error| Failure::File { path: args.out.clone(), error })?;
        if at.is_dir() && out.starts_with(&at) {
            return Err(refuse("it would lie inside what is read"));
        }
        let map = args.map.as_ref().and_then(|map| fs::canonicalize(map).ok());
        if map.as_ref() == Some(&at) || fs::canonicalize(&args.out).is_ok_and(|out| out == at) {
            return Err(Failure::Usage(format!("{}: is read and would be written too", path.display())));
        }
    }
    Ok(())
}

fn words(error: &io::Error) -> String {
    if error.kind() == ErrorKind::NotFound { "no such file or folder".to_owned() } else { error.to_string() }
}

fn nothing(copied: &Copied) -> Failure {
    let why = copied.unread.iter().chain(&copied.left_out).map(|(name, why)| format!("{name}: {why}"));
    let why: Vec<_> = why.collect();
    Failure::Usage(if why.is_empty() { "nothing to read".to_owned() } else { why.join("\n") })
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "input".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The redactor of an earlier run, or a new one.
fn known(map: Option<&Path>) -> Result<Redactor, Failure> {
    /// Ceiling on a table, in bytes: more than one with every name that fits.
    const MOST: u64 = 512 << 20;
    let Some(path) = map else { return Ok(Redactor::new()) };
    let mut text = String::new();
    match fs::File::open(path).and_then(|file| file.take(MOST).read_to_string(&mut text)) {
        Ok(_) => {
            Redactor::from_map(&text).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Redactor::new()),
        Err(error) => Err(Failure::Usage(format!("{}: cannot be read: {error}", path.display()))),
    }
}

/// Writes the table beside and renames; only its owner may read it.
fn write_map(path: &Path, text: &str) -> Result<(), Failure> {
    let refuse = |error| Failure::File { path: path.to_owned(), error };
    let mut builder = Builder::new();
    builder.prefix(".waytrace-").suffix(".part");
    let mut file = builder.tempfile_in(pack::folder(path)).map_err(refuse)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(refuse)?;
    file.persist(path).map(drop).map_err(|refused| refuse(refused.error))
}

fn summary(args: &Redact, copied: &Copied, redactor: &Redactor) -> String {
    let out = args.out.display().to_string();
    let mut text = format!("{}: {} written\n", Escaped(&out), count(copied.members, "member"));
    let mut list = |title: &str, these: &[(String, String)]| {
        if these.is_empty() {
            return;
        }
        let _ = writeln!(text, "{title}:");
        for (name, why) in these {
            let _ = writeln!(text, "  {}: {}", Escaped(name), Escaped(why));
        }
    };
    list("left out", &copied.left_out);
    list("not read, or not to the end", &copied.unread);
    let dropped = redactor.names().dropped();
    if dropped > 0 {
        let most = Names::MAX;
        let _ = writeln!(
            text,
            "more than {most} names: {dropped} mentions of further ones are replaced where a field names them or their \
             form tells, but not in free text; look at OUT before it leaves, or redact in smaller parts"
        );
    }
    if redactor.beyond_table() > 0 {
        let _ = writeln!(
            text,
            "the table is full: {} stand-ins are hashes and not in it",
            redactor.beyond_table()
        );
    }
    if let Some(map) = &args.map {
        let _ =
            writeln!(text, "names and stand-ins: {}; keep it private", Escaped(&map.display().to_string()));
    }
    text.push_str("look at it before it leaves: docs/redaction.md says what is not recognised\n");
    text
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A file that must not be there yet.
pub(super) fn create(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// What the user names, as a folder, an archive or a single file.
impl Root {
    fn of(paths: &[PathBuf]) -> Self {
        match paths {
            [one] if one.is_dir() => Self::Folder,
            [_] => Self::One,
            _ => Self::Several,
        }
    }
}
