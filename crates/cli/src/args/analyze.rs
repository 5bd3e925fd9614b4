//! Arguments of the commands that read a whole case: `analyze`, `certs`.

use super::{Known, Output, Reading, ReportFormat, Selection, Shown};
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct Analyze {
    /// Logs, archives, diagnostic bundles, folders that hold them, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Form of the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,

    #[command(flatten)]
    pub(crate) output: Output,

    /// The summary only; in the text report
    #[arg(long)]
    pub(crate) brief: bool,

    /// Show so many lines of evidence of each problem, proofs first; in the text report
    #[arg(long, value_name = "N")]
    pub(crate) max_evidence: Option<usize>,

    #[command(flatten)]
    pub(crate) known: Known,

    /// Rules of the site: what to silence or to grade, for which target, why, and until when
    #[arg(long, value_name = "FILE")]
    pub(crate) site: Option<PathBuf>,

    /// Write the certificates that have to be uploaded somewhere into this folder, with a README that says where
    #[arg(long, value_name = "DIR", conflicts_with = "redact")]
    pub(crate) export_certs: Option<PathBuf>,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) selection: Selection,

    #[command(flatten)]
    pub(crate) reading: Reading,
}
