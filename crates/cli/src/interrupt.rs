//! Ctrl-C: the first one ends the reading, the second one ends the program.

use std::process;
use waytrace::Stop;

/// What a shell says of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Gives what the first Ctrl-C stops. Where the caller of the program has decided about Ctrl-C already (`nohup`, a
/// job in the background), it stays as decided.
pub(crate) fn stop_at_interrupt() -> Stop {
    let stop = Stop::default();
    let seen = stop.clone();
    let handler = move || {
        if seen.is_stopped() {
            end();
        }
        seen.stop();
    };
    // Without a handler, Ctrl-C does what it does to every program.
    let _ = ctrlc::try_set_handler(handler);
    stop
}

#[expect(clippy::exit, reason = "whoever asks twice does not want to wait for the end of the analysis")]
fn end() {
    process::exit(INTERRUPTED);
}
