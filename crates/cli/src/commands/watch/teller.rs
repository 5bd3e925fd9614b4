//! How a live run is told: as text, as lines of JSON, or on a screen.

use super::meter::Meter;
use super::screen::Screen;
use crate::args::{Shown, Stream, Watch};
use crate::exit::Failure;
use crate::output::{options, say, warn};
use serde_json::json;
use std::collections::HashSet;
use waytrace::render::text::Options;
use waytrace::render::{json, text};
use waytrace::{Live, ProblemKey, Report, Speech, Update};
use waytrace_live::Dropped;

/// Where and how it is told.
pub(super) struct Teller {
    form: Form,
    shown: Shown,
    /// Drops that were told.
    dropped: u64,
    /// Names of files stand in notes: they go to standard error only.
    redacts: bool,
}

enum Form {
    Text,
    Ndjson,
    Screen(Box<Screen>),
}

impl Teller {
    pub(super) fn new(args: &Watch) -> Result<Self, Failure> {
        let form = match (args.tui, args.format) {
            (true, _) => Form::Screen(Box::new(Screen::enter(args.shown.speech())?)),
            (_, Stream::Text) => Form::Text,
            (_, Stream::Ndjson) => Form::Ndjson,
        };
        Ok(Self { form, shown: args.shown.clone(), dropped: 0, redacts: args.redact })
    }

    fn options(&self) -> Options {
        options(&self.shown)
    }

    /// The language and the clock of the reader.
    pub(super) fn speech(&self) -> Speech {
        self.shown.speech()
    }

    /// Something happened.
    pub(super) fn update(&mut self, update: &Update, live: &Live) -> Result<(), Failure> {
        let input = |member| live.input(member);
        let options = self.options();
        match &mut self.form {
            Form::Ndjson => say(&(json::update_line(update, &input) + "\n")),
            Form::Text => match update {
                Update::New { problem, so_far } => {
                    let mut told = text::problem(problem, &input, &options);
                    if *so_far {
                        told = format!("{told}  {}\n", text::so_far(&options));
                    }
                    say(&(told + "\n"))
                }
                other => text::update(other, &options).map_or(Ok(()), |line| say(&(line + "\n"))),
            },
            Form::Screen(screen) => {
                screen.update(update);
                Ok(())
            }
        }
    }

    /// What the user should know of a source.
    pub(super) fn note(&mut self, words: &str) -> Result<(), Failure> {
        match &mut self.form {
            Form::Screen(screen) => screen.note(words),
            Form::Ndjson => {
                warn(words);
                if !self.redacts {
                    say(&format!("{}\n", json!({ "update": "note", "text": words })))?;
                }
            }
            Form::Text => warn(words),
        }
        Ok(())
    }

    /// Bytes of a log, for whoever shows the last lines.
    pub(super) fn lines(&mut self, bytes: &[u8]) {
        if let Form::Screen(screen) = &mut self.form {
            screen.lines(bytes);
        }
    }

    /// Every few seconds: drops that are new, and the state in the stream.
    pub(super) fn status(&mut self, live: &Live, meter: &mut Meter) -> Result<(), Failure> {
        match self.form {
            Form::Ndjson => say(&format!("{}\n", status(live, meter)))?,
            Form::Text => {
                let dropped = meter.counters().all_dropped();
                if dropped > self.dropped {
                    self.dropped = dropped;
                    for words in meter.drops() {
                        warn(&words);
                    }
                }
            }
            Form::Screen(_) => {}
        }
        Ok(())
    }

    /// Draws the screen, if it is time.
    pub(super) fn draw(&mut self, live: &Live, meter: &mut Meter) -> Result<(), Failure> {
        match &mut self.form {
            Form::Screen(screen) => screen.draw(live, meter),
            _ => Ok(()),
        }
    }

    /// Whether the user ended it on the screen.
    pub(super) fn wants_to_end(&self) -> bool {
        matches!(&self.form, Form::Screen(screen) if screen.is_over())
    }

    /// Whether the run goes on after the last source has ended: a screen stays until the user has seen enough.
    pub(super) fn stays(&mut self) -> bool {
        let Form::Screen(screen) = &mut self.form else { return false };
        screen.note("the input has ended; q quits");
        !screen.is_over()
    }

    /// Gives the terminal back.
    pub(super) fn leave(&mut self) {
        if let Form::Screen(screen) = &mut self.form {
            screen.leave();
        }
    }

    /// The end: what was not told before, and the summary.
    pub(super) fn finish(
        &mut self,
        report: &Report,
        told: &HashSet<ProblemKey>,
        updates: &[Update],
        meter: &Meter,
    ) -> Result<(), Failure> {
        let (input, options) = (|member| report.input(member), self.options());
        // On the screen problems were shown by their names; what is left behind names them again, in the summary.
        let left = report.findings.iter().filter(|problem| !told.contains(&problem.key()));
        let last = updates.iter().filter(|update| !matches!(update, Update::Again(_)));
        match &self.form {
            Form::Ndjson => {
                for update in last {
                    say(&(json::update_line(update, &input) + "\n"))?;
                }
                let keys: HashSet<_> = updates.iter().filter_map(key).collect();
                for problem in left.filter(|problem| !keys.contains(&problem.key())) {
                    let update = Update::New { problem: problem.clone(), so_far: false };
                    say(&(json::update_line(&update, &|member| report.input(member)) + "\n"))?;
                }
                let summary = json::summary_line(report);
                let summary = summary.strip_suffix('}').unwrap_or(&summary);
                say(&format!("{summary},\"dropped\":{}}}\n", dropped(meter)))
            }
            Form::Text => {
                for problem in left {
                    say(&(text::problem(problem, &input, &options) + "\n"))?;
                }
                say(&text::summary(report, &options))
            }
            Form::Screen(_) => say(&text::summary(report, &options)),
        }
    }
}

fn key(update: &Update) -> Option<ProblemKey> {
    match update {
        Update::New { problem, so_far: false } => Some(problem.key()),
        _ => None,
    }
}

/// What was not taken, by reason; reasons without any are left out.
fn dropped(meter: &Meter) -> serde_json::Value {
    let counts = Dropped::all().map(|why| (why.word().to_owned(), meter.counters().dropped(why)));
    counts
        .filter(|(_, count)| *count > 0)
        .map(|(why, count)| (why, count.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn status(live: &Live, meter: &mut Meter) -> serde_json::Value {
    let coverage = live.coverage();
    json!({
        "update": "status",
        "records": coverage.records,
        "bytes": coverage.bytes,
        "records_per_second": meter.rate(coverage.records),
        "queue_ms": meter.worst_lag().as_millis(),
        "connections": meter.counters().open(),
        "dropped": dropped(meter),
        "dropped_proofs": live.dropped_proofs(),
    })
}
