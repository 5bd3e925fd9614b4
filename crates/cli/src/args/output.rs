//! What may be typed about where a report goes.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Where a report goes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Output {
    /// Write the report into this file, whole or not at all; a file that is there stays as it is
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Let what is written replace files that are there
    #[arg(long)]
    pub(crate) force: bool,
}
