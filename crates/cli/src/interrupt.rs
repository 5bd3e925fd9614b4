//! Ctrl-C: the first one ends the reading, the second one ends the program. To `watch`, SIGTERM says the same.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Whether somebody wants the program to end that runs until then.
pub(crate) struct End {
    interrupt: Stop,
    terminate: Arc<AtomicBool>,
}

impl End {
    /// Listens for Ctrl-C, and for SIGTERM: that is how services and containers are ended. A second SIGTERM ends the
    /// program at once. SIGHUP stays as the caller has it: under `nohup` it is ignored, and otherwise the terminal is gone.
    pub(crate) fn when_asked() -> Self {
        let terminate = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        {
            use signal_hook::consts::SIGTERM;
            use signal_hook::flag;
            // In this order: the first signal finds the flag down. Without the handlers it ends the program as ever.
            let _ = flag::register_conditional_default(SIGTERM, Arc::clone(&terminate))
                .and_then(|_| flag::register(SIGTERM, Arc::clone(&terminate)));
        }
        Self { interrupt: stop_at_interrupt(), terminate }
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.interrupt.is_stopped() || self.terminate.load(Ordering::Relaxed)
    }
}

#[expect(clippy::exit, reason = "whoever asks twice does not want to wait for the end of the analysis")]
fn end() {
    process::exit(INTERRUPTED);
}
