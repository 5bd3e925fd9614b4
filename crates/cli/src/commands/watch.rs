//! `waytrace watch`: a log that is still being written.

use crate::args::{Stream, Watch};
use crate::commands::known::catalogue;
use crate::exit::{Exit, Failure};
use crate::interrupt::stop_at_interrupt;
use crate::output::{options, say};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use waytrace::redact::Redactor;
use waytrace::render::{json, text};
use waytrace::{Session, Stop};

/// An input that gives nothing for this long pauses.
const PAUSE: Duration = Duration::from_millis(20);
/// Portions read and not yet looked at; a faster writer than that waits.
const QUEUE: usize = 64;

pub(crate) fn run(args: &Watch) -> Result<Exit, Failure> {
    let stop = stop_at_interrupt();
    let (sender, receiver) = sync_channel(QUEUE);
    thread::spawn(move || read(&sender));
    let mut session = Session::with_catalogue(Arc::new(catalogue(&args.known)?));
    session.speak(&args.shown.lang);
    session.begin("-");
    let mut redactor = args.redact.then(|| {
        session.learn_names();
        Redactor::new().on_the_fly()
    });
    let failure = follow(&mut session, &receiver, &stop, args, &mut redactor)?;
    if let Some(error) = failure {
        session.note_unread_input("-", &error.to_string());
    }
    let told = session.told();
    let mut report = session.finish();
    if report.has_no_log() {
        let why = "no line of standard input begins with a time stamp: this is no Expressway log";
        return Err(Failure::Usage(why.to_owned()));
    }
    let new: Vec<_> = report.findings.iter().map(|problem| !told.contains(&problem.key())).collect();
    if let Some(redactor) = &mut redactor {
        redactor.learn_report(&report);
        redactor.report(&mut report);
    }
    let untold = report.findings.iter().zip(new).filter(|(_, new)| *new).map(|(problem, _)| problem);
    match args.format {
        Stream::Ndjson => {
            for problem in untold {
                say(&(json::problem_line(problem, &|member| report.input(member)) + "\n"))?;
            }
        }
        Stream::Text => {
            let options = options(args.shown.color);
            for problem in untold {
                say(&(text::problem(problem, &|member| report.input(member), &options) + "\n"))?;
            }
            say(&text::summary(&report, &options))?;
        }
    }
    Ok(Exit::of(&report))
}

/// Reads standard input in a thread of its own, so that a pause can be noticed.
fn read(sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let portion = match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => Ok(buffer[..count].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = portion.is_err();
        if sender.send(portion).is_err() || failed {
            return;
        }
    }
}

/// Prints problems as they are proven, until the input ends or the user ends it: Ctrl-C is how one stops to watch, so
/// nothing is missing then. Gives the error that ended it, if one did.
fn follow(
    session: &mut Session,
    portions: &Receiver<io::Result<Vec<u8>>>,
    stop: &Stop,
    args: &Watch,
    redactor: &mut Option<Redactor>,
) -> Result<Option<io::Error>, Failure> {
    let mut quiet_since = Instant::now();
    // What was read before the user ended it is still looked at.
    let mut left = QUEUE;
    loop {
        let next = if stop.is_stopped() && left > 0 {
            left -= 1;
            portions.try_recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else if left == 0 {
            Err(RecvTimeoutError::Disconnected)
        } else {
            portions.recv_timeout(PAUSE)
        };
        match next {
            Ok(Ok(bytes)) => session.push(&bytes),
            Ok(Err(error)) => return Ok(Some(error)),
            Err(RecvTimeoutError::Timeout) => {
                let quiet = quiet_since.elapsed().as_millis();
                session.pause(u32::try_from(quiet).unwrap_or(u32::MAX));
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
        quiet_since = Instant::now();
        for mut problem in session.news() {
            if let Some(redactor) = redactor {
                redactor.absorb(session.take_names());
                redactor.problem(&mut problem);
            }
            let input = |_| "-";
            say(&match args.format {
                Stream::Ndjson => json::problem_line(&problem, &input) + "\n",
                Stream::Text => text::problem(&problem, &input, &options(args.shown.color)) + "\n",
            })?;
        }
    }
}
