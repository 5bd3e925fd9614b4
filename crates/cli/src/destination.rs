//! Where a report goes: to standard output, or into a file that is written whole or not at all.

use crate::args::{Output, Shown};
use crate::exit::Failure;
use crate::output;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::Builder;
use waytrace::render::text::Options;

/// Where a report goes.
pub(crate) enum Destination {
    /// To standard output.
    Screen,
    /// Into a file, beside which it grows under another name until it is whole.
    File { path: PathBuf, replace: bool },
}

impl Destination {
    /// What the user asks for.
    ///
    /// # Errors
    /// What can be known before: the file is there and is to stay, its folder is not there, it is no file.
    pub(crate) fn of(args: &Output) -> Result<Self, Failure> {
        if args.force && args.file.is_none() {
            return Err(Failure::Usage("--force is for files that are written: give -o FILE too".to_owned()));
        }
        Self::beside_others(args)
    }

    /// The same for a command that also writes other files, so that `--force` alone has a meaning.
    ///
    /// # Errors
    /// As [`Destination::of`].
    pub(crate) fn beside_others(args: &Output) -> Result<Self, Failure> {
        let Some(path) = args.file.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Screen);
        };
        let path = match fs::metadata(path) {
            Ok(about) if !about.is_file() => {
                return Err(refusal(path, "it is there and is no ordinary file"));
            }
            Ok(_) if !args.force => return Err(refusal(path, ITS_THERE)),
            // Behind a link, the file is replaced and not the link.
            Ok(_) => fs::canonicalize(path).map_err(|error| failure(path, error))?,
            Err(_) => path.to_owned(),
        };
        if folder(&path).is_dir() {
            return Ok(Self::File { path, replace: args.force });
        }
        Err(refusal(&path, &format!("the folder {} is not there", folder(&path).display())))
    }

    /// How text is drawn there.
    pub(crate) fn options(&self, shown: &Shown) -> Options {
        match self {
            Self::Screen => output::options(shown),
            Self::File { .. } => output::options_for_a_file(shown),
        }
    }

    /// Writes the report.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        match self {
            Self::Screen => output::say(text),
            Self::File { path, replace } => {
                write_whole(path, text, *replace).map_err(|error| failure(path, error))
            }
        }
    }
}

const ITS_THERE: &str = "it is there already; --force replaces it";

/// Puts a file in the place of one that may be there, whole or not at all.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    write_whole(path, text, true)
}

/// Writes beside the file and renames: a rename within a folder happens or does not.
fn write_whole(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    let mut builder = Builder::new();
    builder.prefix(".waytrace-").suffix(".part");
    // As any file that the user makes; the umask still takes away what he wants taken away.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let written = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    written.map(drop).map_err(|refused| match refused.error {
        // Somebody made it meanwhile.
        error if error.kind() == ErrorKind::AlreadyExists => io::Error::new(error.kind(), ITS_THERE),
        error => error,
    })
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::File { path: path.to_owned(), error }
}

fn refusal(path: &Path, why: &str) -> Failure {
    Failure::Usage(format!("cannot write {}: {why}", path.display()))
}
