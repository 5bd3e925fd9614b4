//! Opens what the user has, and hands out its members one after another: files, folders, archives, compressed files,
//! standard input.
//!
//! A member is a name, a kind told from its first bytes, and a reader. Nothing here knows what a log says. What
//! cannot be read is handed out too, with a reason: nothing is left out in silence. Nothing is written: members of
//! archives are inflated while they are read, one after another.
//!
//! A member of an archive is named `bundle.tar.gz!folder/log.txt`: the archive, an exclamation mark, the name inside.
//! Archives in archives add one more part each. A compressed single file keeps its own name, `log.txt.gz`. A second
//! member of the same name gets ` (2)` after it. Bytes that are not UTF-8 are shown as U+FFFD, control characters
//! escaped.
//!
//! ```
//! use std::io::{self, Read};
//! use waytrace_bundle::{Member, Options, Source, Unread, Visitor, visit_one};
//!
//! struct Listing;
//!
//! impl Visitor for Listing {
//!     fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
//!         let bytes = io::copy(content, &mut io::sink())?;
//!         println!("{}: {}, {bytes} bytes", member.name, member.kind);
//!         Ok(())
//!     }
//!
//!     fn unread(&mut self, unread: Unread) {
//!         println!("{unread}");
//!     }
//! }
//!
//! let mut options = Options::default();
//! options.ahead = true;
//! let _ = visit_one(&Source::Path("diagnostic_log.tar.gz".into()), &options, &mut Listing);
//! ```

mod ahead;
mod archive;
mod budget;
mod ceilings;
mod content;
mod decode;
mod fault;
mod format;
mod kind;
mod member;
mod open;
mod options;
mod parts;
mod pem;
mod pump;
mod walk;

pub use ahead::read_ahead;
pub use ceilings::Ceilings;
pub use kind::{Kind, Shape};
pub use member::{Member, Source, Unread, Visitor};
pub use options::{Options, Progress, Stop};
pub use parts::{Part, parts, visit_part};
pub use walk::{visit, visit_one, visit_reader};
