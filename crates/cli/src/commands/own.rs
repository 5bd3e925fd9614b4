//! `waytrace completions` and `waytrace man`: what a shell and a reader of manuals want of this program.

use crate::args::{Args, Completions, Man};
use crate::exit::{Exit, Failure};
use crate::output::say;
use clap::CommandFactory;
use std::fs;

/// Prints what makes a shell complete the commands and options.
pub(crate) fn completions(args: &Completions) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "waytrace", &mut text);
    say(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Clean)
}

/// Writes a manual page for the program and for each command.
pub(crate) fn man(args: &Man) -> Result<Exit, Failure> {
    let written = fs::create_dir_all(&args.out)
        .and_then(|()| clap_mangen::generate_to(Args::command().disable_help_subcommand(true), &args.out));
    written.map_err(|error| Failure::Usage(format!("{}: {error}", args.out.display())))?;
    say(&format!("manual pages written to {}\n", args.out.display()))?;
    Ok(Exit::Clean)
}
