//! The `waytrace` command: arguments, terminal, exit status. What a log says is known to the library.

mod args;
mod ceilings;
mod commands;
mod config;
mod destination;
mod exit;
mod interrupt;
mod output;
mod progress;

use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = config::args(std::env::args_os().collect()).and_then(commands::run);
    match done {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Clean.into(),
        Err(failure) => {
            output::complain(&failure);
            Exit::Usage.into()
        }
    }
}
