//! Reads capture files given as arguments as one capture, tells how long it took, and what was found.

use std::fs::File;
use std::time::Instant;
use waytrace_evidence::capture::Capture;

#[expect(clippy::print_stdout, reason = "an example")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let mut capture = Capture::default();
    for path in std::env::args_os().skip(1) {
        capture.read(&mut File::open(path)?)?;
    }
    let captured = capture.finish();
    let seconds = begun.elapsed().as_secs_f64();
    for connection in captured.connections.iter().take(20) {
        println!("{connection:#?}");
    }
    let summary = captured.summary;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = summary.bytes as f64 / 1e6 / seconds;
    println!("{summary:#?}\n{} connections, {speed:.0} MB/s", captured.connections.len());
    Ok(())
}
