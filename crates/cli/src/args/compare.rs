//! What may be typed for `waytrace compare`.

use super::{Format, Known, Output, Reading};
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit status:
  0  both were read, and AFTER has no known problem
  1  AFTER has problems: new ones, or some that are not gone
  2  wrong use, one of the two could not be read, or the output could not be written
  3  something of BEFORE or of AFTER was read only in part, or not at all")]
pub(crate) struct Compare {
    /// What was before the repair: a log, an archive, a bundle, a folder, or a JSON report of `analyze`
    pub(crate) before: PathBuf,

    /// What is after it, in any of these forms
    pub(crate) after: PathBuf,

    /// Form of the comparison
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) output: Output,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) known: Known,

    /// Rules of the site, for what is analysed now
    #[arg(long, value_name = "FILE")]
    pub(crate) site: Option<PathBuf>,

    /// Language of the texts: en, es, fr, de
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) lang: String,

    #[command(flatten)]
    pub(crate) reading: Reading,
}
