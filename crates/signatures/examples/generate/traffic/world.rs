//! Clients that ask, and the process that answers them.

use super::body;
use super::dice::Dice;
use super::page::{Entry, Part, Way};
use super::settings::Settings;
use super::target::{Cause, Target, targets};
use super::truth::Truth;
use super::{NODE_C, NODE_E};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// Microseconds of a second.
pub(crate) const SECOND: u64 = 1_000_000;
/// Threads of a process that work on requests (ET_NET).
pub(crate) const THREADS: usize = 4;
/// How long a failed origin is remembered.
const REMEMBERED: u64 = 60 * SECOND;
/// How long a restart takes.
const RESTART: u64 = 2 * SECOND;
/// How much later the DEBUG line of a step is written than the INFO line.
const TWIN: u64 = 60;

/// Everything while it happens.
pub(crate) struct World<'s> {
    pub(crate) settings: &'s Settings,
    pub(crate) dice: Dice,
    pub(crate) targets: Vec<Target>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) truth: Truth,
    /// When requests to an origin failed.
    pub(crate) failed: HashMap<(String, u16), Vec<u64>>,
    /// When each thread is at work: beginnings and ends.
    busy: [BTreeMap<u64, u64>; THREADS],
    /// Process and counter on the Expressway-C and on the E.
    pub(crate) pid: u32,
    pub(crate) next: u64,
    pub(crate) next_edge: u64,
    /// When traffic_server answers, and when it ends: nothing of it is written from then on.
    up: u64,
    pub(crate) end: u64,
}

impl<'s> World<'s> {
    pub(crate) fn new(settings: &'s Settings) -> Self {
        let end = if settings.restart_every == 0 { u64::MAX } else { settings.restart_every * SECOND };
        Self {
            settings,
            dice: Dice::new(settings.seed),
            targets: targets(settings),
            entries: Vec::new(),
            truth: Truth::default(),
            failed: HashMap::new(),
            busy: Default::default(),
            pid: 4242,
            next: 1,
            next_edge: 1,
            up: 0,
            end,
        }
    }

    /// Lets every client ask until the time is up.
    pub(crate) fn run(mut self) -> (Vec<Entry>, Truth, Dice) {
        self.starts(0);
        let mut clients: BinaryHeap<Reverse<(u64, u64)>> = BinaryHeap::new();
        for client in 0..self.settings.concurrency.max(1) {
            clients.push(Reverse((SECOND / 5 + self.pause(), client)));
        }
        let mut asked = 0;
        while let Some(Reverse((start, client))) = clients.pop() {
            if start >= self.settings.seconds * SECOND || asked >= self.settings.transactions {
                break;
            }
            if start >= self.end {
                self.restart();
            }
            if start < self.up {
                // Nobody answers yet.
                clients.push(Reverse((start + self.pause() + RESTART, client)));
                continue;
            }
            let done = self.request(start);
            self.noise(start);
            asked += 1;
            self.truth.lasted = start;
            clients.push(Reverse((done + self.pause(), client)));
        }
        (self.entries, self.truth, self.dice)
    }

    /// What a client waits between an answer and the next request.
    fn pause(&mut self) -> u64 {
        let mean = self.settings.pause * 1000;
        self.dice.of(&[
            (50, 0, mean * 7 / 10),
            (40, mean * 7 / 10, mean * 23 / 10),
            (10, mean * 23 / 10, mean * 4),
        ])
    }

    /// A new process, a new counter, and nothing remembered.
    fn restart(&mut self) {
        self.pid += 101;
        self.next = 1;
        self.failed.clear();
        self.busy = Default::default();
        self.up = self.end + RESTART;
        self.end = self.up + self.settings.restart_every * SECOND;
        self.starts(self.up);
    }

    fn starts(&mut self, time: u64) {
        let lines = [
            "NOTE: --- traffic_server Starting ---",
            "traffic_server NOTE: updated diags config",
            "[TS_MAIN] NOTE: traffic server running",
        ];
        for (at, line) in lines.iter().enumerate() {
            self.own(time + 3000 * at as u64, (*line).to_owned(), Part::Nothing);
        }
    }

    fn noise(&mut self, time: u64) {
        let lines = self.settings.noise / 100 + u64::from(self.dice.happens(self.settings.noise % 100 * 100));
        for _ in 0..lines {
            let time = time + self.dice.roll(20_000);
            let Some((process, text)) = self.dice.pick(body::NOISE) else { return };
            let number = self.dice.roll(100_000).to_string();
            let body = text.replace("UTCTime=\"@\"", &format!("UTCTime=\"{}\"", body::utc(time)));
            let (process, body) =
                (process.replace("#PID", &self.pid.to_string()), body.replace('#', &number));
            self.entries.push(Entry {
                time,
                way: Way::Other,
                node: NODE_C,
                process,
                body,
                part: Part::Nothing,
            });
        }
    }

    /// A server with the fate that is rolled.
    pub(crate) fn target(&mut self) -> Option<Target> {
        let there = |cause: Cause| self.targets.iter().any(|target| target.cause == cause);
        let shares: Vec<(Cause, u64)> =
            self.settings.shares.iter().copied().filter(|(cause, _)| there(*cause)).collect();
        let mut left = self.dice.roll(shares.iter().map(|(_, share)| share).sum());
        let mut cause = Cause::Success;
        for (each, share) in shares {
            if left < share {
                cause = each;
                break;
            }
            left -= share;
        }
        let fit: Vec<&Target> = self.targets.iter().filter(|target| target.cause == cause).collect();
        self.dice.pick(&fit).map(|target| (*target).clone())
    }

    /// Whether this origin failed within the last minute.
    pub(crate) fn is_known_to_fail(&self, target: &Target, now: u64) -> bool {
        let known = self.failed.get(&(target.host.clone(), target.port));
        known.is_some_and(|times| times.iter().any(|time| *time <= now && now - *time < REMEMBERED))
    }

    /// Moves a moment on until the thread is free for so many microseconds, and keeps it busy then: a thread does one
    /// thing at a time, and nothing else of it comes between a failed handshake and the end of its attempt.
    pub(crate) fn turn(&mut self, thread: usize, now: &mut u64, length: u64) {
        let busy = &mut self.busy[thread];
        while let Some((_, end)) = busy.range(..*now + length).next_back().filter(|(_, end)| **end > *now) {
            *now = *end;
        }
        busy.insert(*now, *now + length);
    }

    /// A line of Traffic Server's own on the Expressway-C; `false` if the process had ended by then.
    pub(crate) fn own(&mut self, time: u64, body: String, part: Part) -> bool {
        let process = format!("traffic_server[{}]: ", self.pid);
        let written = time < self.end;
        if written {
            self.entries.push(Entry { time, way: Way::Own, node: NODE_C, process, body, part });
        }
        written
    }

    /// A step of a transaction, with its twin; `false` if the process had ended by then.
    pub(crate) fn step(&mut self, node: &'static str, time: u64, step: &body::Step<'_>, at: usize) -> bool {
        let written = node == NODE_E || time < self.end;
        if written {
            let pid = if node == NODE_E { 1717 } else { self.pid };
            let process = format!("traffic_server[{pid}]: ");
            let part = Part::Transaction(at);
            // The twin is written a little later, which may be the next millisecond.
            let later = time + TWIN;
            let twin = self.settings.twins.then(|| (later, step.debug(later)));
            for (time, body) in std::iter::once((time, step.info(time))).chain(twin) {
                self.entries.push(Entry {
                    time,
                    way: Way::Plugin,
                    node,
                    process: process.clone(),
                    body,
                    part,
                });
            }
        }
        written
    }
}
