//! What may be typed about following logs.

use super::reading::size;
use super::{Known, Shown, Stream};
use clap::Args as ClapArgs;
use clap::builder::RangedU64ValueParser;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use waytrace_live::Address;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  tail -F log.txt | waytrace watch                   a pipe
  waytrace watch /var/log/expc.log                   a file, also when it is rotated; from its end
  waytrace watch --from-start expc.log expe.log      several, from their beginnings
  waytrace watch --listen udp://:5514                remote syslog, from this machine only
  waytrace watch --listen tcp://0.0.0.0:5514 --metrics :9514 --tui
                                                     from everywhere; counts for Prometheus; a screen
  waytrace watch --listen tls://192.0.2.9:6514 --tls-cert host.pem --tls-key host.key

Ctrl-C or SIGTERM ends it with a summary.")]
pub(crate) struct Watch {
    /// Files to follow, which need not be there yet, or `-` for standard input [default: `-`, unless --listen is given]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Read files from their beginning, not from their end
    #[arg(long)]
    pub(crate) from_start: bool,

    /// Form of what is printed: text, or one JSON document a line (docs/output-watch.md)
    #[arg(long, value_enum, default_value_t = Stream::Text)]
    pub(crate) format: Stream,

    /// Show everything on a screen of the terminal: problems, rate, last lines; keys: ?
    #[arg(long, conflicts_with = "format")]
    pub(crate) tui: bool,

    /// Serve counts for Prometheus at http://ADDR/metrics; :PORT for this machine only
    #[arg(long, value_name = "ADDR", value_parser = metrics_address)]
    pub(crate) metrics: Option<SocketAddr>,
    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long, conflicts_with_all = ["tui", "metrics", "listen"])]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) known: Known,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) listening: Listening,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Remote syslog")]
pub(crate) struct Listening {
    /// Take remote syslog: udp://ADDR:PORT, tcp://ADDR:PORT or tls://ADDR:PORT; without ADDR from this machine only; may
    /// be repeated
    #[arg(long, value_name = "URL")]
    pub(crate) listen: Vec<Address>,

    /// Certificate to show, with its chain (PEM); for tls://
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Take only senders that show a certificate of this CA (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_ca: Option<PathBuf>,

    /// Connections at once; a quarter of them from one address
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = RangedU64ValueParser::<usize>::new().range(1..=4096))]
    pub(crate) max_connections: usize,

    /// Bytes of one message, from 1K to 1M; what is longer is cut
    #[arg(long, value_name = "SIZE", default_value = "64K", value_parser = size)]
    pub(crate) max_line: u64,

    /// Messages in a second from one address; more are dropped and counted
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = RangedU64ValueParser::<u32>::new().range(1..))]
    pub(crate) max_rate: u32,
}

/// An address and a port; `:9514` is of this machine only.
fn metrics_address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || "write it like 127.0.0.1:9514 or :9514".to_owned();
    match text.strip_prefix(':').or_else(|| text.strip_prefix("localhost:")) {
        Some(port) => Ok(SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port.parse().map_err(|_| wrong())?)),
        None => text.parse().map_err(|_| wrong()),
    }
}
