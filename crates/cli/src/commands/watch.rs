//! `waytrace watch`: logs that are still being written.

mod meter;
mod screen;
mod sources;
mod teller;

use crate::args::Watch;
use crate::commands::known::{catalogue, check_language};
use crate::exit::{Exit, Failure};
use crate::interrupt::End;
use crate::output::warn;
use meter::Meter;
use sources::Sources;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teller::Teller;
use waytrace::Live;
use waytrace_live::Hub;

/// How long is waited for more while something may become proven by time alone, and while nothing may.
const BUSY: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_millis(50);
/// Portions taken before what they prove is told.
const PORTIONS: usize = 32;
/// How often drops, and the state in the stream, are told.
const STATUS: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Watch) -> Result<Exit, Failure> {
    let end = End::when_asked();
    let catalogue = catalogue(&args.known)?;
    check_language(&catalogue, &args.shown.lang);
    let mut live = Live::with_catalogue(Arc::new(catalogue));
    live.speak(&args.shown.lang);
    if args.redact {
        live.redact();
    }
    let hub = Hub::new();
    let mut meter = Meter::new(hub.counters(), args.metrics)?;
    let mut teller = Teller::new(args)?;
    let mut sources = Sources::open(&hub, args, &mut teller)?;
    let followed = follow(&hub, &mut live, &mut sources, &mut meter, &mut teller, &end);
    teller.leave();
    followed?;
    finish(live, &sources, &meter, &mut teller)
}

/// Tells problems as they are proven, until every source has ended or the user ends it: Ctrl-C and SIGTERM are how one stops to
/// watch, so nothing is missing then.
fn follow(
    hub: &Hub,
    live: &mut Live,
    sources: &mut Sources,
    meter: &mut Meter,
    teller: &mut Teller,
    end: &End,
) -> Result<(), Failure> {
    let began = Instant::now();
    let mut told = Instant::now();
    loop {
        let is_last = end.is_asked() || teller.wants_to_end();
        if is_last {
            hub.stop();
        }
        let wait = match (is_last, live.awaits()) {
            (true, _) => Duration::ZERO,
            (false, true) => BUSY,
            (false, false) => IDLE,
        };
        let mut next = hub.next(wait);
        live.pass(began.elapsed());
        let mut left = PORTIONS;
        // What was read before the user ended it is still looked at.
        while let Some(heard) = next {
            meter.lag(heard.at.elapsed());
            sources.take(heard, live, teller)?;
            left = left.saturating_sub(1);
            next = if left > 0 { hub.ready() } else { None };
        }
        live.pass(began.elapsed());
        for update in live.updates() {
            teller.update(&update, live)?;
        }
        meter.publish(live, false);
        teller.draw(live, meter)?;
        if told.elapsed() >= STATUS {
            told = Instant::now();
            teller.status(live, meter)?;
        }
        if left == PORTIONS && (is_last || (sources.are_over() && !teller.stays())) {
            return Ok(());
        }
    }
}

fn finish(live: Live, sources: &Sources, meter: &Meter, teller: &mut Teller) -> Result<Exit, Failure> {
    let (mut report, told, updates) = live.finish();
    report.speech = teller.speech();
    let is_pipe_only = sources.is_pipe_only();
    if report.has_no_log() && (is_pipe_only || report.coverage.records > 0) {
        let what = if is_pipe_only { "standard input" } else { "what was heard" };
        let why = if report.coverage.records == 0 && report.coverage.bytes == 0 {
            format!("{what} is empty")
        } else {
            format!("no line of {what} begins with a time stamp: this is no Expressway log")
        };
        return Err(Failure::Usage(why));
    }
    teller.finish(&report, &told, &updates, meter)?;
    for words in meter.drops() {
        warn(&words);
    }
    Ok(Exit::of(&report))
}
