//! Prints how fast a generated log is read: `cargo run --release --example throughput -- [MIB] [SEED] [STEP]`.
//!
//! The measure is the time of counting lines with `memchr` over the same bytes in the same run, so that the numbers
//! of two machines can be compared.
#![allow(clippy::print_stdout, reason = "this program's only business")]

mod generate;

use std::hint::black_box;
use std::time::{Duration, Instant};
use waytrace_logparse::body::wanted::Wanted;
use waytrace_logparse::{Batches, Forms, Frames, Reader, Slices, body, envelope, parse_record};

/// Runs of each step; the middle one is printed.
const RUNS: usize = 15;

/// Reads a log in some depth and counts what it found.
type Step = fn(&[u8]) -> u64;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number =
        |default| arguments.next().map_or(default, |number| number.parse::<u64>().expect("a number"));
    let (mib, seed) = (number(64), number(7));
    // One step alone is what a profiler wants to see.
    let only = arguments.next().unwrap_or_default();
    let log = generate::log(usize::try_from(mib).expect("a size that fits") << 20, seed);
    let steps: [(&str, Step); 9] = [
        ("line count (memchr)", |log| memchr::memchr_iter(b'\n', log).count() as u64),
        ("line walk (memchr)", |log| {
            memchr::memchr_iter(b'\n', log).fold(0, |sum, at| black_box(sum + at as u64))
        }),
        ("framing", framing),
        ("framing + envelope", enveloping),
        ("wanted kinds only", wanting),
        ("full typing", typing),
        ("framing a stream", framing_stream),
        ("typing a stream", typing_stream),
        ("typing in batches", typing_batches),
    ];
    println!("{} MiB, seed {seed}, {} records", log.len() >> 20, framing(&log));
    let mut measure = None;
    for (name, step) in steps.into_iter().filter(|(name, _)| name.starts_with(&only)) {
        let time = median(&log, step);
        let measure = *measure.get_or_insert(time);
        #[expect(clippy::cast_precision_loss, reason = "no log here has 2^52 bytes")]
        let rate = log.len() as f64 / 1e6 / time.as_secs_f64();
        println!(
            "{name:<22} {rate:>9.0} MB/s  {:>6.2} x line count",
            time.as_secs_f64() / measure.as_secs_f64()
        );
    }
}

fn median(log: &[u8], step: Step) -> Duration {
    let mut times = [Duration::ZERO; RUNS];
    for time in &mut times {
        let start = Instant::now();
        black_box(step(black_box(log)));
        *time = start.elapsed();
    }
    times.sort_unstable();
    times[RUNS / 2]
}

fn framing(log: &[u8]) -> u64 {
    let (mut frames, mut count) = (Slices::new(log), 0);
    while let Some(frame) = frames.next_frame() {
        black_box(&frame);
        count += 1;
    }
    count
}

fn enveloping(log: &[u8]) -> u64 {
    let (mut frames, mut count) = (Slices::new(log), 0);
    while let Some(frame) = frames.next_frame() {
        black_box(envelope::envelope(frame.head()));
        count += 1;
    }
    count
}

/// Types what the signatures ask for; the rest is told apart and left.
fn wanting(log: &[u8]) -> u64 {
    let kinds = ["http.sending_request", "access.denied", "ats.verify_failed"];
    let wanted = Wanted::kinds(kinds).expect("they are kinds");
    let (mut frames, mut count) = (Slices::new(log), 0);
    while let Some(frame) = frames.next_frame() {
        let (envelope, text) = envelope::envelope(frame.head());
        black_box(body::typed(&envelope, text, frame.continuation(), wanted));
        count += 1;
    }
    count
}

fn typing(log: &[u8]) -> u64 {
    let (mut frames, mut forms, mut count) = (Slices::new(log), Forms::default(), 0);
    while let Some(frame) = frames.next_frame() {
        let record = parse_record(frame);
        forms.add(&record);
        black_box(&record);
        count += 1;
    }
    black_box(forms);
    count
}

/// The same of a source that is copied from.
fn framing_stream(log: &[u8]) -> u64 {
    let (mut frames, mut count) = (Frames::new(log), 0);
    while let Some(frame) = frames.next_frame().expect("memory can be read") {
        black_box(&frame);
        count += 1;
    }
    count
}

/// The same of a source that is copied from.
fn typing_stream(log: &[u8]) -> u64 {
    let (mut reader, mut count) = (Reader::new(log), 0);
    while let Some(record) = reader.next_record().expect("memory can be read") {
        black_box(&record);
        count += 1;
    }
    count
}

/// The same of a source that is copied from, many records at a time.
fn typing_batches(log: &[u8]) -> u64 {
    let (mut batches, mut done, mut count) = (Batches::new(log), None, 0);
    while let Some(untyped) = batches.next_batch(done.take()).expect("memory can be read") {
        let batch = untyped.typed();
        count += black_box(batch.records()).len() as u64;
        done = Some(batch);
    }
    count
}
