//! The log while it is written: lines find their place by the way they take, and some get lost.

use super::body;
use super::dice::{Dice, Spread};
use super::settings::Settings;
use super::truth::Truth;

/// The way a line takes into the log. Within a way no line overtakes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Lines of the plugin: the steps, and what the allow list says.
    Plugin,
    /// Traffic Server's own lines.
    Own,
    /// Other processes.
    Other,
}

/// What a line is a part of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Nothing,
    Transaction(usize),
    Warning(usize),
    Error(usize),
}

/// A line that is not in the log yet.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Microseconds since the log began at which it was written.
    pub(crate) time: u64,
    pub(crate) way: Way,
    pub(crate) node: &'static str,
    pub(crate) process: String,
    pub(crate) body: String,
    pub(crate) part: Part,
}

/// Microseconds from writing a line to its place in the log: when there is one way, and when there are several.
const ONE: &Spread = &[(97, 20, 150), (3, 150, 900)];
const PLUGIN: &Spread = &[(88, 20, 150), (11, 150, 900), (1, 900, 2000)];
const OWN: &Spread = &[(90, 20, 250), (9, 250, 1200), (1, 1200, 2000)];

/// Puts the lines in their order and writes them; tells the truth where they stand.
pub(crate) fn write(
    mut entries: Vec<Entry>,
    settings: &Settings,
    dice: &mut Dice,
    truth: &mut Truth,
) -> String {
    entries.sort_by_key(|entry| entry.time);
    let mut last: Vec<((Way, &str), u64)> = Vec::new();
    let mut order: Vec<(u64, Entry)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let (way, spread) = match entry.way {
            _ if !settings.separate_paths => (Way::Own, ONE),
            Way::Own => (Way::Own, OWN),
            way => (way, PLUGIN),
        };
        let arrives = entry.time + dice.of(spread);
        let key = (way, entry.node);
        let arrives = if let Some((_, before)) = last.iter_mut().find(|(known, _)| *known == key) {
            *before = arrives.max(*before);
            *before
        } else {
            last.push((key, arrives));
            arrives
        };
        order.push((arrives, entry));
    }
    order.sort_by_key(|(arrives, _)| *arrives);
    let (mut log, mut line) = (String::new(), 1);
    for (arrives, entry) in order {
        if dice.happens(settings.lost) {
            lose(entry.part, truth);
            continue;
        }
        note(entry.part, line, truth);
        // Traffic Server's own lines are stamped where they are written, the others on their way.
        let stamp = body::stamp(if entry.way == Way::Own { entry.time } else { arrives });
        let Entry { node, process, body, .. } = entry;
        let text = format!("{stamp} {node} {process}{body}\n");
        line += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        log.push_str(&text);
    }
    log
}

fn lose(part: Part, truth: &mut Truth) {
    match part {
        Part::Transaction(at) => truth.transactions[at].lost += 1,
        Part::Warning(at) => truth.units[at].warning_lost = true,
        Part::Error(_) | Part::Nothing => {}
    }
}

fn note(part: Part, line: u64, truth: &mut Truth) {
    match part {
        Part::Transaction(at) => {
            let first = &mut truth.transactions[at].first_line;
            *first = if *first == 0 { line } else { *first };
        }
        Part::Warning(at) | Part::Error(at) => {
            let unit = &mut truth.units[at];
            unit.first_line = if unit.first_line == 0 { line } else { unit.first_line };
            unit.last_line = line;
        }
        Part::Nothing => {}
    }
}
