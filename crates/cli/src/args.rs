//! What can be typed. The doc comments here are the help text.

mod analyze;
mod catalogue;
mod certificates;
mod compare;
mod forms;
mod output;
mod own;
mod reading;
mod records;
mod redact;
mod selection;
mod shared;
mod watch;

pub(crate) use analyze::Analyze;
pub(crate) use catalogue::{Decode, Explain, Lint, NewSignature, Signatures};
pub(crate) use certificates::{Certs, Preflight, Verify};
pub(crate) use compare::Compare;
pub(crate) use forms::{Color, Format, Listing, ReportFormat, Stream};
pub(crate) use output::Output;
pub(crate) use own::{Completions, Defaults, Man};
pub(crate) use reading::{Ceilings, Reading};
pub(crate) use records::{Events, Txn, Why};
pub(crate) use redact::Redact;
pub(crate) use selection::Selection;
pub(crate) use shared::{Known, Shown};
pub(crate) use watch::Watch;

use clap::{Parser, Subcommand};

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

    #[command(flatten)]
    pub(crate) defaults: Defaults,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is broken in logs (the default)
    #[command(after_help = "\
Examples:
  waytrace analyze diagnostic_log_*.tar.gz              all boxes of a case at once
  waytrace analyze --brief case/                        the summary alone
  waytrace analyze --format html -o r.html case/        a page for the browser
  waytrace analyze --user alma --since 09:00 log.txt    the problems of one user
  waytrace analyze --lang de --tz Europe/Berlin case/   in German, by the clock of Berlin")]
    Analyze(Analyze),
    /// Say which problems are gone, new and unchanged after a repair
    #[command(after_help = "\
Examples:
  waytrace compare monday/ tuesday/         bundles from before and after
  waytrace compare before.json after.json   two JSON reports")]
    Compare(Compare),
    /// List the typed events of a log
    #[command(after_help = "\
Examples:
  waytrace events log.txt --kind alarm                   every alarm
  waytrace events log.txt --since 18:55 --process tvcs   by time and process
  waytrace events --format ndjson log.txt                one JSON document a line")]
    Events(Events),
    /// Tell the story of one request or call, in order, with the gaps
    #[command(after_help = "\
Examples:
  waytrace txn log.txt 191                      a request by its Txn-id
  waytrace txn expe.txt expc.txt <TrackingID>   one request across two boxes")]
    Txn(Txn),
    /// List every certificate: what each box trusts and shows, what servers presented, what is wrong with it
    #[command(after_help = "\
Examples:
  waytrace certs diagnostic_log_*.tar.gz   all certificates of a case
  waytrace certs --format json case/       the same for programs")]
    Certs(Certs),
    /// Say what will break when a box goes to X14.2 or later, which checks the certificates of inner servers
    Preflight(Preflight),
    /// Say what OpenSSL and Traffic Server answer to a chain, with a trust store, a name and a time
    Verify(Verify),
    /// Follow logs that are being written, or the syslog of boxes, and print each problem the moment it is proven
    Watch(Watch),
    /// Copy a log or a bundle with every name replaced, so that it can leave the company
    Redact(Redact),
    /// Show the page of one problem: cause, fix, checks
    #[command(after_help = "\
Examples:
  waytrace explain TLS-001            cause, fix and checks of a problem
  waytrace explain RUN-TRUST          a procedure
  waytrace explain --message 'TEXT'   what a message of a web page means")]
    Explain(Explain),
    /// List the problems this program knows
    #[command(after_help = "\
Examples:
  waytrace signatures TLS             those whose id begins so
  waytrace signatures --format json   all, for programs")]
    Signatures(Signatures),
    /// Say why a problem was not found: what of the log came nearest to it
    #[command(after_help = "\
Examples:
  waytrace why TLS-006 log.txt   what of the log came nearest to it")]
    Why(Why),
    /// Check own signatures and their fixtures
    #[command(after_help = "\
Examples:
  waytrace lint LOCAL-001-disk-full   check a signature and its fixtures")]
    Lint(Lint),
    /// Write the files of a new signature to start from
    #[command(after_help = "\
Examples:
  waytrace new-signature LOCAL-001-disk-full   files to start from, in a folder of this name")]
    NewSignature(NewSignature),
    /// Decode the base64 path of a proxied request
    #[command(after_help = "\
Examples:
  waytrace decode c3RldmVuLmxhYi9odHRwcy8xMC40OC4zNi4yMTUvODQ0Mw   steven.lab, https, 10.48.36.215, 8443")]
    Decode(Decode),
    /// Print completions of commands and options for a shell
    #[command(after_help = "\
Examples:
  waytrace completions bash > ~/.local/share/bash-completion/completions/waytrace
  waytrace completions zsh > ~/.zfunc/_waytrace
  waytrace completions fish > ~/.config/fish/completions/waytrace.fish")]
    Completions(Completions),
    /// Write manual pages, one for each command
    #[command(after_help = "\
Examples:
  waytrace man --out ~/.local/share/man/man1   then: man waytrace-analyze")]
    Man(Man),
}
