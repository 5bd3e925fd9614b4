//! Prints how fast a generated log is listed and analysed: `cargo run --release -p waytrace --example analysis_throughput -- [MIB] [SEED]`.
//!
//! The steps below the library (framing, envelope, typing) are measured by the example of the same name in
//! `waytrace-logparse`, on the same log. The measure is a walk over the lines of the same bytes in the same run.
#![allow(clippy::print_stdout, reason = "this program's only business")]

#[path = "../../logparse/examples/throughput/generate.rs"]
#[allow(dead_code, reason = "the other example uses the rest")]
mod generate;

use std::hint::black_box;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use waytrace::events::{Filter, Row};
use waytrace::{Analyzer, Source};

/// Runs of each step; the middle one is printed.
const RUNS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number =
        |default| arguments.next().map_or(default, |number| number.parse::<u64>().expect("a number"));
    let (mib, seed) = (number(64), number(7));
    let log = generate::log(usize::try_from(mib).expect("a size that fits") << 20, seed);
    // `events` reads files, as the command does.
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&log).expect("a file");
    let source = [Source::Path(file.path().to_owned())];
    let analyzer = Analyzer::new();
    let walk = median(|| memchr::memchr_iter(b'\n', &log).fold(0, |sum, at| black_box(sum + at as u64)));
    let events = median(|| {
        let mut rows = 0;
        let mut sink = |row: &Row<'_>| {
            rows += u64::from(!black_box(row).kind.is_empty());
            ControlFlow::Continue(())
        };
        analyzer.events(&source, Filter::default(), &mut sink).expect("a log");
        rows
    });
    let analysis = |threads| {
        let analyzer = Analyzer::new().threads(threads);
        median(|| analyzer.analyze(&source).expect("a log").coverage.records)
    };
    let (one, two) = (analysis(NonZeroUsize::MIN), analysis(NonZeroUsize::MIN.saturating_add(1)));
    println!("{} MiB, seed {seed}", log.len() >> 20);
    for (name, time) in [
        ("line walk (memchr)", walk),
        ("events, every row", events),
        ("whole analysis", one),
        ("on two threads", two),
    ] {
        #[expect(clippy::cast_precision_loss, reason = "no log here has 2^52 bytes")]
        let rate = log.len() as f64 / 1e6 / time.as_secs_f64();
        println!("{name:<22} {rate:>9.0} MB/s  {:>6.2} x line walk", time.as_secs_f64() / walk.as_secs_f64());
    }
}

fn median(mut step: impl FnMut() -> u64) -> Duration {
    let mut times = [Duration::ZERO; RUNS];
    for time in &mut times {
        let start = Instant::now();
        black_box(step());
        *time = start.elapsed();
    }
    times.sort_unstable();
    times[RUNS / 2]
}
