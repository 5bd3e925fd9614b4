//! Arguments of the commands about this program itself.

use clap::Args as ClapArgs;
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell they are for
    pub(crate) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Man {
    /// Folder to write the pages into, such as ~/.local/share/man/man1; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// Where defaults come from.
#[derive(Debug, ClapArgs)]
pub(crate) struct Defaults {
    /// Take defaults of options from this file instead of waytrace/config.toml in the user's configuration folder
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "no_config", help_heading = "Defaults")]
    pub(crate) config: Option<PathBuf>,

    /// Take defaults of options from no file
    #[arg(long, global = true, help_heading = "Defaults")]
    pub(crate) no_config: bool,
}
