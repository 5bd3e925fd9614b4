//! Arguments of the commands that read no log.

use super::{Format, Known, Shown};
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct Signatures {
    /// Only ids that begin with this, such as `TLS`
    pub(crate) prefix: Option<String>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) known: Known,

    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Lint {
    /// Folder of a signature, or of several
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct NewSignature {
    /// Id and short name, such as `LOCAL-001-disk-full`; becomes the name of the folder
    pub(crate) name: String,

    /// Where to put the folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) into: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// Id of a problem, such as TLS-001, or of a runbook, such as RUN-TRUST
    #[arg(required_unless_present = "message")]
    pub(crate) id: Option<String>,

    /// A pasted error message, for instance from the certificate upload page: which problem is it?
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    pub(crate) message: Option<String>,

    #[command(flatten)]
    pub(crate) known: Known,

    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Decode {
    /// A path segment, a path, a URL, or a request line
    pub(crate) text: String,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
