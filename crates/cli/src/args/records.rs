//! Arguments of the commands that look at records: `events`, `txn`, `why`.

use super::{Format, Known, Reading, Stream};
use clap::Args as ClapArgs;
use std::path::PathBuf;
use waytrace::events::When;

#[derive(Debug, ClapArgs)]
pub(crate) struct Events {
    /// Logs, archives, diagnostic bundles, folders that hold them, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Form of the list: a table, or one JSON document a line
    #[arg(long, value_enum, default_value_t = Stream::Text)]
    pub(crate) format: Stream,

    /// Only this kind, or all kinds of a source: `http.sending_request`, `alarm`; may be repeated
    #[arg(long)]
    pub(crate) kind: Vec<String>,

    /// Only what this process wrote, such as `tvcs`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) process: Vec<String>,

    /// Not before: 18:55:26, 2022-07-11T18:55:26 (the box's clock) or with an offset
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,

    /// Not after
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,

    /// Only records that hold this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) grep: Option<String>,

    /// Only records that name this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,

    /// Only steps of the proxy's transaction with this number
    #[arg(long, value_name = "ID")]
    pub(crate) txn: Option<u64>,

    /// Only records with this TrackingID
    #[arg(long, value_name = "ID")]
    pub(crate) tracking_id: Option<String>,

    /// Only records of the SIP call with this Call-ID
    #[arg(long, value_name = "ID")]
    pub(crate) call_id: Option<String>,

    /// Only what was not understood
    #[arg(long)]
    pub(crate) opaque: bool,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Txn {
    /// Logs, archives, diagnostic bundles, folders that hold them, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// A Txn-id, a TrackingID, or a SIP Call-ID
    pub(crate) id: String,

    /// Form of the story
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Why {
    /// Id of a problem, such as TLS-001
    pub(crate) id: String,

    /// Logs, archives, diagnostic bundles, folders that hold them, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) known: Known,

    #[command(flatten)]
    pub(crate) reading: Reading,
}
