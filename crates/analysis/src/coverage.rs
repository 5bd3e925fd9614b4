//! What was read, and what was not: counted, so that silence means something.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use waytrace_logparse::frame::Piece;
use waytrace_logparse::{Event, Form, Forms, Record};

/// Counts over everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Bytes of log.
    pub bytes: u64,
    /// Lines of log.
    pub lines: u64,
    /// Records: a head line with the lines that continue it, or a line that belongs to none.
    pub records: u64,
    /// Records of an Expressway: with a head of some form, and not another product's.
    pub recognised: u64,
    /// In which forms the log came, and how many records are another product's.
    pub forms: Forms,
    /// Records by kind of event, in the order first seen.
    pub events: IndexMap<&'static str, u64, FxBuildHasher>,
    /// Records nobody claims.
    pub opaque: u64,
    /// Records that were claimed and could not be read.
    pub broken: u64,
    /// Records too long to be read whole.
    pub over_long: u64,
    /// Records that belong to no box: they name no host, or more hosts are named than are kept.
    pub homeless: u64,
    /// Proofs that were not kept because there were too many findings.
    pub dropped_proofs: u64,
}

impl Coverage {
    pub(crate) fn count(&mut self, record: &Record<'_>) {
        self.bytes += record.frame.raw.len() as u64;
        self.records += u64::from(record.frame.piece != Piece::Rest);
        self.over_long += u64::from(record.frame.piece == Piece::First);
        self.recognised += u64::from(is_recognised(record));
        self.forms.add(record);
        *self.events.entry(record.event.kind()).or_default() += 1;
        match record.event {
            Event::Opaque(_) => self.opaque += 1,
            Event::Broken { .. } => self.broken += 1,
            _ => {}
        }
    }
}

impl Coverage {
    /// Adds the counts of other inputs.
    pub(crate) fn join(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.records += other.records;
        self.recognised += other.recognised;
        self.forms.join(&other.forms);
        for (kind, count) in &other.events {
            *self.events.entry(kind).or_default() += count;
        }
        self.opaque += other.opaque;
        self.broken += other.broken;
        self.over_long += other.over_long;
    }
}

/// Whether a record is one of an Expressway's log, and not loose text or another product's line.
pub(crate) fn is_recognised(record: &Record<'_>) -> bool {
    record.form() != Form::Loose && record.envelope.foreign.is_none()
}
