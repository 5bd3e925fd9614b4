//! The commands, one file each.

mod analyze;
mod certs;
mod compare;
mod decode;
mod events;
mod explain;
mod export;
mod known;
mod lint;
mod new_signature;
mod own;
mod preflight;
mod reading;
mod redact;
mod signatures;
mod site;
mod txn;
mod verify;
mod watch;
mod why;

use crate::args::{Args, Command};
use crate::exit::{Exit, Failure};

pub(crate) fn run(args: Args) -> Result<Exit, Failure> {
    match args.command {
        None => analyze::run(args.analyze),
        Some(Command::Analyze(analyze)) => analyze::run(analyze),
        Some(Command::Certs(certs)) => certs::run(certs),
        Some(Command::Preflight(preflight)) => preflight::run(preflight),
        Some(Command::Verify(verify)) => verify::run(&verify),
        Some(Command::Compare(compare)) => compare::run(&compare),
        Some(Command::Events(events)) => events::run(events),
        Some(Command::Txn(txn)) => txn::run(txn),
        Some(Command::Redact(redact)) => redact::run(&redact),
        Some(Command::Watch(watch)) => watch::run(&watch),
        Some(Command::Signatures(signatures)) => signatures::run(&signatures),
        Some(Command::Why(why)) => why::run(why),
        Some(Command::Lint(lint)) => lint::run(&lint),
        Some(Command::NewSignature(new)) => new_signature::run(&new),
        Some(Command::Explain(explain)) => explain::run(&explain),
        Some(Command::Decode(decode)) => decode::run(&decode),
        Some(Command::Completions(completions)) => own::completions(&completions),
        Some(Command::Man(man)) => own::man(&man),
    }
}
