//! A diagnostic log made up from a seed: proxied requests, SIP dialogues with their dumps, and what other processes
//! write. Its truth is known. Hosts, users and addresses are invented.
//!
//! Several activities run at once, and their records meet in the log by time. Identifiers are random as on a box, so
//! that the log packs as real ones do (about 12 to 1 by gzip).

mod dice;
mod noise;
mod proxy;
mod sip;

use dice::Dice;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};

/// What to make up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Bytes, at least.
    pub(crate) size: u64,
    pub(crate) seed: u64,
    /// How often each kind of activity begins, beside the others.
    pub(crate) proxy: u32,
    pub(crate) sip: u32,
    pub(crate) noise: u32,
    /// Requests that meet a bad certificate, of a thousand.
    pub(crate) failing: u32,
}

/// What is true of a log: failed requests by cause, host and port.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) failed: BTreeMap<(&'static str, &'static str, u16), u64>,
    pub(crate) requests: u64,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

impl Truth {
    pub(crate) fn to_json(&self, settings: &Settings) -> Value {
        let failed = self.failed.iter().map(|((cause, host, port), requests)| {
            json!({ "cause": cause, "host": host, "port": port, "requests": requests })
        });
        json!({
            "seed": settings.seed,
            "bytes": self.bytes,
            "records": self.records,
            "requests": self.requests,
            "failed": failed.collect::<Vec<_>>(),
        })
    }
}

/// A record that will be written at its time, in microseconds since the log began. The number keeps the order of
/// records of the same moment.
type Entry = Reverse<(u64, u64, String)>;

/// Records that have a time and are not yet written.
#[derive(Debug, Default)]
struct Agenda {
    entries: BinaryHeap<Entry>,
    number: u64,
}

impl Agenda {
    /// Adds a record: `body` follows the stamp and the host; `%U` in it stands for the writer's own clock.
    fn add(&mut self, at: u64, body: String) {
        self.number += 1;
        self.entries.push(Reverse((at, self.number, body)));
    }
}

/// Writes a log.
pub(crate) fn write(settings: &Settings, out: &mut dyn Write) -> io::Result<Truth> {
    let mut dice = Dice::new(settings.seed);
    let (mut agenda, mut truth) = (Agenda::default(), Truth::default());
    let mut proxy = proxy::Proxy::default();
    let shares = [settings.proxy, settings.sip, settings.noise];
    let mut now = 0;
    while truth.bytes < settings.size {
        now += dice.below(12_000);
        match dice.weighted(&shares) {
            0 => proxy.request(now, settings.failing, &mut dice, &mut agenda, &mut truth),
            1 => sip::dialogue(now, &mut dice, &mut agenda),
            _ => noise::record(now, &mut dice, &mut agenda),
        }
        while agenda.entries.peek().is_some_and(|Reverse((at, ..))| *at <= now) {
            flush(&mut agenda, out, &mut truth)?;
        }
    }
    while !agenda.entries.is_empty() {
        flush(&mut agenda, out, &mut truth)?;
    }
    Ok(truth)
}

fn flush(agenda: &mut Agenda, out: &mut dyn Write, truth: &mut Truth) -> io::Result<()> {
    let Some(Reverse((at, _, body))) = agenda.entries.pop() else { return Ok(()) };
    let stamp = clock(at, 'T', '.', 9);
    let utc = clock(at, ' ', ',', 8);
    let mut line = String::with_capacity(body.len() + 80);
    line.push_str(&stamp);
    line.push_str("+01:00 expc1 ");
    for (number, part) in body.split("%U").enumerate() {
        if number > 0 {
            line.push_str("UTCTime=\"");
            line.push_str(&utc);
            line.push('"');
        }
        line.push_str(part);
    }
    line.push('\n');
    truth.records += 1;
    truth.bytes += line.len() as u64;
    out.write_all(line.as_bytes())
}

/// A moment as a clock shows it: the log begins at eight in the morning (UTC) of a Tuesday in March.
fn clock(at: u64, between: char, before_fraction: char, first_hour: u64) -> String {
    let milli = at / 1000;
    let (hours, minute, second) = (first_hour + milli / 3_600_000, milli / 60_000 % 60, milli / 1000 % 60);
    let (day, hour) = (5 + hours / 24, hours % 24);
    format!("2024-03-{day:02}{between}{hour:02}:{minute:02}:{second:02}{before_fraction}{:03}", milli % 1000)
}
