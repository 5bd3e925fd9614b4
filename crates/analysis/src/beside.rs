//! A long log on two threads: one reads and inflates it, the other analyses its records, and both type them.
//!
//! What is found does not depend on it: the records are the same, and they come in the same order.

use std::io::{self, Read};
use std::sync::mpsc::{TrySendError, channel, sync_channel};
use std::thread;
use waytrace_logparse::{Batch, Batches, Untyped};

/// Batches that are taken before a thread is begun: most members of a bundle are shorter.
const ALONE: usize = 4;

/// Batches that wait for the other thread at most. Each has a quarter of a mebibyte of log, and its records.
const WAITING: usize = 3;

/// Reads a source to its end and hands its records to `take`; `by_two` allows to do that on another thread if the log
/// is long. Gives the number of lines read, and the error of the source if it failed; what was read before was taken.
pub(crate) fn read_batches<T>(source: &mut dyn Read, by_two: bool, take: &mut T) -> (u64, io::Result<()>)
where
    T: FnMut(&Batch) + Send,
{
    let mut batches = Batches::new(source);
    let mut read = || {
        if !by_two {
            return alone(&mut batches, take, usize::MAX);
        }
        let ended = alone(&mut batches, take, ALONE)? || beside(&mut batches, take)?;
        // There may be no room for another thread.
        if ended { Ok(true) } else { alone(&mut batches, take, usize::MAX) }
    };
    let result = read().map(drop);
    (batches.lines(), result)
}

/// Takes at most so many batches on this thread. Gives whether the source has ended.
fn alone<R: Read>(batches: &mut Batches<R>, take: &mut impl FnMut(&Batch), most: usize) -> io::Result<bool> {
    let mut done = None;
    for _ in 0..most {
        let Some(untyped) = batches.next_batch(done.take())? else { return Ok(true) };
        let batch = untyped.typed();
        take(&batch);
        done = Some(batch);
    }
    Ok(false)
}

/// What goes from the thread that reads to the one that analyses.
enum Work {
    Untyped(Untyped),
    Typed(Batch),
}

/// Takes the rest on a thread of its own. Gives whether there was one.
fn beside<R, T>(batches: &mut Batches<R>, take: &mut T) -> io::Result<bool>
where
    R: Read,
    T: FnMut(&Batch) + Send,
{
    thread::scope(|scope| {
        // The channels end with this closure, and with them the thread.
        let (give, given) = sync_channel(WAITING);
        let (back, done) = channel();
        let work = move || {
            for work in given {
                let batch = match work {
                    Work::Untyped(untyped) => untyped.typed(),
                    Work::Typed(batch) => batch,
                };
                take(&batch);
                // Nobody wants it back when the reading has ended.
                let _ = back.send(batch);
            }
        };
        let Ok(_) = thread::Builder::new().name("analyse".to_owned()).spawn_scoped(scope, work) else {
            return Ok(false);
        };
        while let Some(untyped) = batches.next_batch(done.try_recv().ok())? {
            // Whoever is ahead of the other types the records.
            let sent = match give.try_send(Work::Untyped(untyped)) {
                Err(TrySendError::Full(Work::Untyped(untyped))) => {
                    give.send(Work::Typed(untyped.typed())).is_ok()
                }
                sent => sent.is_ok(),
            };
            if !sent {
                // It panicked, and so does the scope.
                break;
            }
        }
        Ok(true)
    })
}

#[cfg(test)]
mod tests {
    use super::{ALONE, read_batches};
    use std::fmt::Write as _;
    use std::io::{self, Read};

    /// A log of so many records.
    fn log(records: usize) -> String {
        let mut log = String::new();
        for record in 0..records {
            let _ = writeln!(log, "2025-03-11T09:40:05.120+01:00 expc tvcs: Event=\"E{record}\" Level=\"1\"");
        }
        log
    }

    /// The texts of a source's records, in the order taken, and what the reading gave.
    fn taken(source: &mut dyn Read, by_two: bool) -> (Vec<String>, u64, io::Result<()>) {
        let mut texts = Vec::new();
        let (lines, result) = read_batches(source, by_two, &mut |batch| {
            texts.extend(batch.records().iter().map(|record| record.frame.text.to_owned()));
        });
        (texts, lines, result)
    }

    #[test]
    fn the_same_records_in_the_same_order_on_one_thread_and_on_two() {
        // A batch has 3,000 to 4,000 of these.
        for records in [0, 1, 10, 4_000 * ALONE, 30_000 * ALONE] {
            let log = log(records);
            for by_two in [false, true] {
                let (texts, lines, result) = taken(&mut log.as_bytes(), by_two);
                assert_eq!((texts.concat() == log, lines), (true, records as u64), "{records} {by_two}");
                assert!(result.is_ok());
            }
        }
    }

    #[test]
    fn an_error_comes_after_the_records_before_it() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        for records in [3, 30_000 * ALONE] {
            let log = log(records);
            for by_two in [false, true] {
                let (texts, lines, result) = taken(&mut log.as_bytes().chain(Failing), by_two);
                assert_eq!((texts.concat() == log, lines), (true, records as u64), "{records} {by_two}");
                assert_eq!(result.expect_err("an error").to_string(), "broken");
            }
        }
    }
}
