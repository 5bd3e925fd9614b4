//! The commands, one file each.

mod analyze;
mod decode;
mod explain;
mod watch;

use crate::args::{Args, Command};
use crate::exit::{Exit, Failure};

pub(crate) fn run(args: Args) -> Result<Exit, Failure> {
    match args.command {
        None => analyze::run(args.analyze),
        Some(Command::Analyze(analyze)) => analyze::run(analyze),
        Some(Command::Watch(watch)) => watch::run(&watch),
        Some(Command::Explain(explain)) => explain::run(&explain),
        Some(Command::Decode(decode)) => decode::run(&decode),
    }
}
