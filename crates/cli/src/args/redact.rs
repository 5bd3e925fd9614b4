//! What may be typed for `waytrace redact`.

use super::Reading;
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  waytrace redact bundle.tar.gz -o redacted.tar.gz    a copy that can be sent
  waytrace redact case/ -o redacted --map names.json  and what stands for what, for yourself

The input is read twice: first for its names, then to replace them. Standard input can be read only once: a name is then
replaced in free text only from where a field has first named it.

Exit status:
  0  everything is in OUT, apart from what is listed as left out
  2  wrong use, or OUT could not be written: then nothing of it is there
  3  something could not be read, or only in part; OUT holds the rest")]
pub(crate) struct Redact {
    /// Logs, archives, diagnostic bundles, folders that hold them, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Where the copy goes, in the form of the input: a file for a log, an archive for an archive, a folder for a folder
    /// or for several inputs. Written whole or not at all
    #[arg(short = 'o', long = "output", value_name = "OUT", required = true)]
    pub(crate) out: PathBuf,

    /// Let `-o` replace a file that is there; a folder that is there is never replaced
    #[arg(long)]
    pub(crate) force: bool,

    /// Table of names and stand-ins, to translate back: read if it is there, so that the stand-ins stay the same, and
    /// written anew. Keep it private
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: Reading,
}
