//! Arguments of `watch`.

use super::{Known, Shown, Stream};
use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Watch {
    /// Form of what is printed: text, or one JSON document a line
    #[arg(long, value_enum, default_value_t = Stream::Text)]
    pub(crate) format: Stream,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) known: Known,

    #[command(flatten)]
    pub(crate) shown: Shown,
}
