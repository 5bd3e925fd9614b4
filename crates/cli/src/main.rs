//! The `waytrace` command: arguments, terminal, exit status. What a log says is known to the library.

mod args;
mod ceilings;
mod commands;
mod exit;
mod interrupt;
mod output;
mod progress;

use clap::Parser;
use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Clean.into(),
        Err(failure) => {
            output::complain(&failure);
            Exit::Usage.into()
        }
    }
}
