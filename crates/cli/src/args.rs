//! What can be typed. The doc comments here are the help text.

mod compare;
mod forms;
mod output;
mod reading;
mod selection;
mod watch;

pub(crate) use compare::Compare;
pub(crate) use forms::{Color, Format, Listing, ReportFormat, Stream};
pub(crate) use output::Output;
pub(crate) use reading::{Ceilings, Reading};
pub(crate) use selection::Selection;
pub(crate) use watch::Watch;

use clap::{Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;
use waytrace::events::When;

/// Reads Cisco Expressway diagnostic logs and says what is broken, why, and how to fix it
///
/// Everything happens on this machine; nothing is uploaded.
#[derive(Debug, Parser)]
#[command(name = "waytrace", version, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  waytrace loggingsnapshot_expc.txt         what is broken in this log
  waytrace diagnostic_log_exp*.tar.gz       what is broken in a cluster, from its bundles as downloaded
  waytrace analyze - < log.txt              the same, from standard input
  waytrace --format html -o r.html case/    a page for the browser, from a folder of bundles
  waytrace compare monday/ tuesday/         whether a repair has worked
  tail -F log.txt | waytrace watch          each problem the moment it is proven
  waytrace watch --listen udp://:5514       the same, from an Expressway's remote syslog
  waytrace events log.txt --kind alarm      the typed events of a log
  waytrace txn log.txt 191                  the story of one request
  waytrace explain TLS-001                  cause, fix and checks of a problem
  waytrace explain --message 'TEXT'         the same for a message of a web page
  waytrace decode c3RldmVuLmxhYi9odHRwcy…   where a proxied request is meant to go

Exit status:
  0  everything was read, no known problem found
  1  problems were found
  2  wrong use, nothing could be read, or the report could not be written
  3  something was read only in part, or not at all, also because Ctrl-C stopped it
A second Ctrl-C ends at once, with 130.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) analyze: Analyze,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is broken in logs (the default)
    Analyze(Analyze),
    /// Say which problems are gone, new and unchanged after a repair
    Compare(Compare),
    /// List the typed events of a log
    Events(Events),
    /// Tell the story of one request or call, in order, with the gaps
    Txn(Txn),
    /// List every certificate: what each box trusts and shows, what servers presented, what is wrong with it
    Certs(Certs),
    /// Follow logs that are being written, or the syslog of boxes, and print each problem the moment it is proven
    Watch(Watch),
    /// Show the page of one problem: cause, fix, checks
    Explain(Explain),
    /// List the problems this program knows
    Signatures(Signatures),
    /// Say why a problem was not found: what of the log came nearest to it
    Why(Why),
    /// Check own signatures and their fixtures
    Lint(Lint),
    /// Write the files of a new signature to start from
    NewSignature(NewSignature),
    /// Decode the base64 path of a proxied request
    Decode(Decode),
}

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
    #[arg(long, value_name = "DIR")]
    pub(crate) export_certs: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) selection: Selection,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Certs {
    /// Bundles, folders, certificate files or captures
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Listing::Text)]
    pub(crate) format: Listing,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

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

    #[command(flatten)]
    pub(crate) reading: Reading,
}

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

/// Which problems are looked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Known {
    /// Own signatures beside the built-in ones; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) signatures: Vec<PathBuf>,

    /// Do not look for this problem; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) disable: Vec<String>,

    /// Give a problem another severity, such as TLS-012=warning; may be repeated
    #[arg(long, value_name = "ID=LEVEL")]
    pub(crate) severity: Vec<String>,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct Shown {
    /// Language of the texts: en, es, fr, de
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) lang: String,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}
