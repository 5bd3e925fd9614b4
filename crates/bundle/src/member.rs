//! What a walk hands out, and to whom.

use crate::kind::Kind;
use std::io::{self, Read};
use std::path::PathBuf;

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
    /// Path as the user would write it; `-` is standard input. Inside an archive, `archive!name`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether the user named this very member, and not a folder or an archive that holds it.
    pub named: bool,
    /// How many bytes the reader will give, as far as the folder or the archive says so. It is a claim.
    pub size: Option<u64>,
}

/// A member that could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
#[non_exhaustive]
pub struct Unread {
    /// Path as the user would write it; of an archive, if the rest of it could not be read.
    pub name: String,
    /// Why, in words: what, where, what to try.
    pub reason: String,
    /// Whether the user named this very member.
    pub named: bool,
    /// Whether content may be missing because of it. False for links, devices and pipes: they hold none.
    pub lost: bool,
}

/// Takes the members of a walk.
pub trait Visitor {
    /// Reads a member, as much of it as is wanted. An error ends this member, not the walk; it comes back as
    /// [`Visitor::unread`]. [`Stop`](crate::Stop) ends the walk.
    ///
    /// # Errors
    /// Those of the reader.
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()>;

    /// Hears of something that could not be read.
    fn unread(&mut self, unread: Unread);
}
