//! Opens what the user has, and hands out its members one after another: files, folders, standard input.
//!
//! A member is a name, a kind told from its first bytes, and a reader. Nothing here knows what a log says. What
//! cannot be read is handed out too, with a reason: nothing is left out in silence.

mod kind;
mod walk;

pub use kind::Kind;
pub use walk::{Member, Source, Unread, Visitor, visit};
