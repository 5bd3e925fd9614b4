//! Signatures over records: what one record proves, how often it takes, and what must or must not be around it.

mod proof;

pub(crate) use proof::Told;
pub(super) use proof::{Seen, hold, tell};

use super::handshake::{Handshake, HandshakeSubject};
use super::lines::At;
use super::record::RecordSubject;
use super::transaction::Moment;
use crate::catalogue::{Catalogue, Confidence, Trigger, Watch};
use crate::field::{Asked, Field, Subject, Value};
use crate::finding::{Line, Role};
use crate::rules::{Part, Room};
use proof::{Held, values};
use std::cell::LazyCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use waytrace_logparse::Record;

/// An absence asked for over this long or longer is a state that lasts: it is told at once, and taken back when the
/// record comes that ends it.
const REST_OF_LOG: Moment = 3_600_000;
/// Ceiling on what is remembered at once for signatures that look at more than one record.
const MAX_REMEMBERED: usize = 20_000;

/// Ceiling on the records that others ask for. Of each only two numbers and a time are kept.
const MAX_SEEN: usize = 200_000;
/// How often the old ones among them are let go, in log time, where there are too many.
const SWEEP: Moment = 60_000;

/// SIP messages that are remembered until their other line has come, which is a few milliseconds later.
const MAX_MESSAGES: usize = 64;

/// Tells apart what is remembered: a signature, and the values that must be the same.
type Key = (usize, u64);

/// What is remembered on one node.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    /// Proofs of signatures that take more than one.
    windows: HashMap<Key, VecDeque<(Moment, Vec<Line>)>>,
    /// When a record was last seen that must, or must not, come before.
    seen: HashMap<(Key, Part), Moment>,
    /// When the old ones among these were last let go.
    swept: Moment,
    /// Proofs that wait whether a record follows that must not.
    waiting: VecDeque<Waiting>,
    /// Findings that hold until a record says that they are over.
    lasting: HashMap<Key, Lasting>,
    /// The first deadline among them.
    earliest: Option<Moment>,
    /// Signatures of which something may be waiting or lasting, by their position.
    awaited: Vec<bool>,
    room: Room,
    /// Findings that the last record proved.
    proven: Vec<usize>,
    /// The last SIP messages that proved something: the other line of the same message proves nothing new.
    messages: VecDeque<(usize, String)>,
}

/// A state that lasts: its finding, and what it lasts for. One alarm may be raised for several zones.
#[derive(Debug, Default)]
struct Lasting {
    finding: usize,
    details: HashSet<u64>,
}

impl Lasting {
    /// Most things that one state is told apart for.
    const MAX: usize = 1000;

    fn begin(&mut self, finding: usize, detail: u64) {
        self.finding = finding;
        if self.details.len() < Self::MAX {
            self.details.insert(detail);
        }
    }

    /// Ends it for one thing, or for all where nothing tells which. Tells whether all of it is over.
    fn end(&mut self, detail: u64) -> bool {
        if !self.details.remove(&detail) {
            self.details.clear();
        }
        self.details.is_empty()
    }
}

/// What tells one instance of a lasting state from another: the words of its record.
fn detail(subject: &dyn Subject) -> u64 {
    values(&[Asked::Pair("Detail".to_owned())], subject)
}

#[derive(Debug)]
struct Waiting {
    key: Key,
    deadline: Moment,
    held: Held,
}

impl Watches {
    /// Whether a proof has waited long enough.
    pub(crate) fn is_due(&self, now: Moment) -> bool {
        self.earliest.is_some_and(|deadline| deadline < now)
    }

    /// Whether a proof waits whether a record follows.
    pub(crate) fn awaits_time(&self) -> bool {
        self.earliest.is_some()
    }

    /// Takes one record at its moment.
    pub(crate) fn take(&mut self, record: &Record<'_>, at: &At<'_>, now: Moment, told: &mut Told<'_>) {
        let rules = told.catalogue.rules();
        let kind = record.event.kind();
        let mut room = std::mem::take(&mut self.room);
        self.proven.clear();
        let awaited = &self.awaited;
        let awaits = |signature: usize| awaited.get(signature).is_some_and(|awaited| *awaited);
        let subject = LazyCell::new(|| RecordSubject::of(record));
        rules.claims(kind, record.frame.text, awaits, &subject, &mut room);
        if !room.claims.is_empty() {
            let lines = || vec![at.keep(Role::Proof)];
            let confidence = Confidence::Certain;
            let seen = Seen { subject: &*subject, lines: &lines, confidence, time: now };
            for (signature, part) in &room.claims {
                self.claim(*signature, *part, &seen, told);
            }
        }
        self.room = room;
    }

    /// Positions of the findings that the last record proved.
    pub(crate) fn proven(&self) -> &[usize] {
        &self.proven
    }

    /// Takes a handshake that failed, with all its lines.
    pub(crate) fn handshake(&mut self, handshake: &Handshake, told: &mut Told<'_>) {
        let subject = HandshakeSubject::of(handshake);
        let mut claims = Vec::new();
        told.catalogue.rules().handshake_claims(&subject, &mut claims);
        let lines = || handshake.lines.clone();
        // What two modules say alike is certain; one line alone may have lost the others.
        let confidence = match (handshake.is_agreed(), handshake.direction) {
            // Who called whom is not told: the ends may be the wrong way round.
            (_, None) => Confidence::Possible,
            (true, _) => Confidence::Certain,
            (false, _) => Confidence::Likely,
        };
        let seen = Seen { subject: &subject, lines: &lines, confidence, time: handshake.time() };
        for (signature, part) in claims {
            self.claim(signature, part, &seen, told);
        }
    }

    /// What a handshake that still waits for its other lines proves already. Entries that take more than one proof, or
    /// ask what is around it, say nothing yet.
    pub(crate) fn preview(handshake: &Handshake, told: &mut Told<'_>) {
        let subject = HandshakeSubject::of(handshake);
        let mut claims = Vec::new();
        told.catalogue.rules().handshake_claims(&subject, &mut claims);
        let lines = || handshake.lines.clone();
        let confidence =
            if handshake.direction.is_none() { Confidence::Possible } else { Confidence::Likely };
        let seen = Seen { subject: &subject, lines: &lines, confidence, time: handshake.time() };
        for (at, part) in claims {
            let signature = &told.catalogue.signatures()[at];
            let Trigger::Records(_, around) = &signature.trigger else { continue };
            let alone = around.no_after.is_none() && around.no_before.is_none() && around.before.is_none();
            if alone && part == Part::Main && signature.group.min <= 1 {
                tell(hold(at, signature, &seen), told);
            }
        }
    }

    /// Lets go what was proven too long ago to be of use: a log that is followed never ends.
    pub(crate) fn sweep(&mut self, now: Moment, catalogue: &Catalogue) {
        if (now - self.swept).abs() < SWEEP {
            return;
        }
        self.swept = now;
        let signature = |at: usize| &catalogue.signatures()[at];
        self.windows.retain(|(at, _), proofs| {
            let within = signature(*at).group.within.max(REST_OF_LOG);
            proofs.back().is_some_and(|(time, _)| now.saturating_sub(*time) < within)
        });
        self.seen.retain(|((at, _), part), seen| {
            let Trigger::Records(_, around) = &signature(*at).trigger else { return false };
            let watch = if *part == Part::Before { &around.before } else { &around.no_before };
            watch.as_ref().is_some_and(|watch| now.saturating_sub(*seen) <= watch.within)
        });
    }

    fn claim(&mut self, at_signature: usize, part: Part, seen: &Seen<'_>, told: &mut Told<'_>) {
        let (subject, now) = (seen.subject, seen.time);
        let signature = &told.catalogue.signatures()[at_signature];
        let Trigger::Records(_, around) = &signature.trigger else { return };
        let key = |watch: &Watch| (at_signature, values(&watch.same, subject));
        match (part, &around.no_after, &around.no_before, &around.before) {
            (Part::NoAfter, Some(watch), ..) => {
                let key = key(watch);
                self.waiting.retain(|waiting| waiting.key != key || waiting.deadline < now);
                if let Entry::Occupied(mut lasting) = self.lasting.entry(key)
                    && lasting.get_mut().end(detail(subject))
                {
                    told.findings.clear(lasting.remove().finding);
                }
            }
            (Part::NoBefore, _, Some(watch), _) | (Part::Before, _, _, Some(watch)) => {
                self.note((key(watch), part), now);
            }
            (Part::Main, no_after, no_before, before) => {
                if self.is_told(at_signature, subject) {
                    return;
                }
                let lately = |watch: &Watch, part| {
                    let seen = self.seen.get(&(key(watch), part));
                    seen.is_some_and(|seen| now - seen <= watch.within)
                };
                if no_before.as_ref().is_some_and(|watch| lately(watch, Part::NoBefore))
                    || before.as_ref().is_some_and(|watch| !lately(watch, Part::Before))
                {
                    return;
                }
                let held = hold(at_signature, signature, seen);
                if no_after.is_some() {
                    self.awaits(at_signature);
                }
                match no_after {
                    Some(watch) if watch.within >= REST_OF_LOG => {
                        let at = self.prove(held, now, told);
                        if let Some(finding) = at.filter(|_| self.lasting.len() < MAX_REMEMBERED) {
                            let lasting = self.lasting.entry(key(watch)).or_default();
                            lasting.begin(finding, detail(subject));
                        }
                    }
                    Some(_) if self.waiting.len() >= MAX_REMEMBERED => told.findings.dropped += 1,
                    Some(watch) => {
                        let deadline = now + watch.within;
                        self.earliest =
                            Some(self.earliest.map_or(deadline, |earliest| earliest.min(deadline)));
                        self.waiting.push_back(Waiting { key: key(watch), deadline, held });
                    }
                    None => {
                        let at = self.prove(held, now, told);
                        self.proven.extend(at);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether this signature was proven by the other line of the same SIP message: each is written at two levels.
    fn is_told(&mut self, signature: usize, subject: &dyn Subject) -> bool {
        let Some(Value::Text(hash)) = subject.get(Field::SipHash) else { return false };
        if self.messages.iter().any(|(known, message)| *known == signature && message == hash) {
            return true;
        }
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.pop_front();
        }
        self.messages.push_back((signature, hash.to_owned()));
        false
    }

    /// Notes that something waits, or lasts.
    fn awaits(&mut self, signature: usize) {
        if self.awaited.len() <= signature {
            self.awaited.resize(signature + 1, false);
        }
        self.awaited[signature] = true;
    }

    /// Notes when a record was last seen that others ask for. Where too many are known, the old ones go.
    fn note(&mut self, what: (Key, Part), now: Moment) {
        if self.seen.len() >= MAX_SEEN && !self.seen.contains_key(&what) {
            // Seldom, because it looks at all of them.
            if now.saturating_sub(self.swept) >= SWEEP {
                self.swept = now;
                self.seen.retain(|_, seen| now.saturating_sub(*seen) < REST_OF_LOG);
            }
            if self.seen.len() >= MAX_SEEN {
                return;
            }
        }
        self.seen.insert(what, now);
    }

    /// A record proves its signature, or one of the several proofs it takes.
    fn prove(&mut self, mut held: Held, now: Moment, told: &mut Told<'_>) -> Option<usize> {
        let signature = &told.catalogue.signatures()[held.signature];
        let group = &signature.group;
        if group.min > 1 {
            let key = (held.signature, held.group);
            if self.windows.len() >= MAX_REMEMBERED && !self.windows.contains_key(&key) {
                self.windows.retain(|_, proofs| {
                    proofs.back().is_some_and(|(time, _)| now.saturating_sub(*time) < REST_OF_LOG)
                });
                if self.windows.len() >= MAX_REMEMBERED {
                    told.findings.dropped += 1;
                    return None;
                }
            }
            let window = self.windows.entry(key).or_default();
            window.push_back((now, std::mem::take(&mut held.lines)));
            if group.within > 0 {
                while window.front().is_some_and(|(time, _)| now - time > group.within) {
                    window.pop_front();
                }
            }
            if window.len() < group.min as usize {
                return None;
            }
            held.lines = window.drain(..).flat_map(|(_, lines)| lines).collect();
        }
        tell(held, told)
    }

    /// Tells the proofs whose time has passed without the record that must not follow.
    pub(crate) fn settle(&mut self, now: Moment, told: &mut Told<'_>) {
        let (due, waiting): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.deadline < now);
        self.waiting = waiting;
        self.earliest = self.waiting.iter().map(|waiting| waiting.deadline).min();
        if !due.is_empty() {
            self.awaited.fill(false);
            let waiting = self.waiting.iter().map(|waiting| waiting.key.0);
            for signature in waiting.chain(self.lasting.keys().map(|(signature, _)| *signature)) {
                self.awaited[signature] = true;
            }
        }
        for waiting in due {
            self.prove(waiting.held, waiting.deadline, told);
        }
    }
}
