//! Parts of the input, read side by side on several threads.
//!
//! A part holds what is of one box, as far as names tell. Where it turns out that two parts hold the log of one box,
//! they are read again, one after the other: only so a request that begins in the one and ends in the other is seen
//! whole. So what is found depends on the input alone, never on the number of threads.

use crate::gather::{Way, gather};
use crate::gathered::Gathered;
use crate::session::Session;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use waytrace_bundle::{Options, Part, Source, parts};

/// Reads every source on so many threads, each into a session that `session` makes.
pub(crate) fn gather_all(
    sources: &[Source],
    options: &Options,
    threads: NonZeroUsize,
    session: &(dyn Fn() -> Session + Sync),
) -> Gathered {
    let parts = in_order(parts(sources, options));
    let first = read(&parts, options, threads, session);
    // Who stopped the reading wants to know what was read. Reading it again would tell nothing of it.
    let (parts, first) = if options.stop.is_stopped() {
        (parts, first.into_iter().map(Some).collect())
    } else {
        same_boxes(parts, first)
    };
    // Only the parts that turned out to belong together are read again.
    let again: Vec<Part> =
        parts.iter().zip(&first).filter(|(_, read)| read.is_none()).map(|(part, _)| part.clone()).collect();
    for part in &again {
        options.progress.again(part);
    }
    let mut again = read(&again, options, threads, session).into_iter();
    let all = first.into_iter().filter_map(|read| read.or_else(|| again.next()));
    let joined = all.reduce(|mut all, part| {
        all.join(part);
        all
    });
    joined.unwrap_or_else(|| session().gathered())
}

/// What cannot be read twice must be read in its place, so nothing is read beside it.
fn in_order(mut parts: Vec<Part>) -> Vec<Part> {
    if parts.len() < 2 || parts.iter().all(Part::is_lasting) {
        return parts;
    }
    let rest = parts.split_off(1);
    for part in rest {
        parts[0].extend(part);
    }
    parts
}

/// Reads parts, each by whichever thread is free. The answers are in the order of the parts.
fn read(
    parts: &[Part],
    options: &Options,
    threads: NonZeroUsize,
    session: &(dyn Fn() -> Session + Sync),
) -> Vec<Gathered> {
    let workers = threads.get().min(parts.len());
    let mut options = options.clone();
    // A thread that is left over reads and types, and another one inflates ahead of it.
    let by_two = threads.get() > workers;
    options.ahead = options.ahead && threads.get() > workers + 1;
    let one = |part: &Part| gather(session(), part, &options, Way::Batches { by_two }).gathered();
    if workers < 2 {
        return parts.iter().map(one).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<Gathered>>> = parts.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        while let Some((part, place)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            parts.get(at).zip(done.get(at))
        } {
            let read = one(part);
            if let Ok(mut place) = place.lock() {
                *place = Some(read);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    done.into_iter().filter_map(|place| place.into_inner().ok().flatten()).collect()
}

/// Puts parts together that hold the log of one box; they have to be read again, as nothing stands for them.
fn same_boxes(parts: Vec<Part>, read: Vec<Gathered>) -> (Vec<Part>, Vec<Option<Gathered>>) {
    let mut home: Vec<usize> = (0..parts.len()).collect();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, gathered) in read.iter().enumerate() {
        for host in gathered.hosts() {
            let known = *places.entry(host.to_owned()).or_insert(at);
            let (a, b) = (home[known], home[at]);
            for place in home.iter_mut().filter(|place| **place == a.max(b)) {
                *place = a.min(b);
            }
        }
    }
    let mut joined: Vec<Part> = Vec::new();
    let mut answers: Vec<Option<Gathered>> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for ((part, gathered), home) in parts.into_iter().zip(read).zip(home) {
        if let Some(place) = places.get(&home) {
            joined[*place].extend(part);
            answers[*place] = None;
        } else {
            places.insert(home, joined.len());
            joined.push(part);
            answers.push(Some(gathered));
        }
    }
    (joined, answers)
}
