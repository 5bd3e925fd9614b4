//! `waytrace why`

use crate::args::Why;
use crate::commands::known::catalogue;
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::say;
use std::fmt::Write;
use std::sync::Arc;
use waytrace::{Analyzer, Attempted, Escaped};

pub(crate) fn run(args: Why) -> Result<Exit, Failure> {
    let analyzer = Analyzer::with_catalogue(Arc::new(catalogue(&args.known)?));
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let (nearest, inputs) = reading.run(analyzer, |analyzer, sources| analyzer.why(sources, &args.id))?;
    // The answer is about what was read until then.
    let exit = if reading.stop().is_stopped() { Exit::Partial } else { Exit::Clean };
    let id = args.id.to_ascii_uppercase();
    let Some(best) = &nearest.best else {
        say(&format!("{id}: nothing in this log is of a kind that it asks about\n"))?;
        return Ok(exit);
    };
    let mut out = match nearest.held {
        0 => format!("{id}: {} looked at, and none met every clause; the nearest:\n", nearest.seen),
        held => format!(
            "{id}: {held} of {} looked at met every clause; if it was not found, its count was not reached, or \
             something stands around them that it excludes (waytrace explain {id})\n",
            nearest.seen
        ),
    };
    describe(&mut out, best, &inputs);
    say(&out)?;
    Ok(exit)
}

fn describe(out: &mut String, best: &Attempted, inputs: &[String]) {
    if let Some(line) = &best.line {
        let input = inputs.get(line.member as usize).map_or("?", String::as_str);
        let written = writeln!(
            out,
            "  --> {}:{} ({})\n      {}",
            Escaped(input),
            line.line,
            best.kind,
            Escaped(&line.text)
        );
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    for answer in &best.clauses {
        let mark = if answer.held { "holds" } else { "FAILS" };
        let value = answer
            .value
            .as_ref()
            .map_or_else(|| "nothing there".to_owned(), |value| format!("there: \"{}\"", Escaped(value)));
        let written = writeln!(out, "  {mark}  {}  ({value})", Escaped(&answer.clause));
        debug_assert!(written.is_ok(), "a string takes every text");
    }
}
