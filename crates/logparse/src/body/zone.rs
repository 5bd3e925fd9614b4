//! `Module="developer.zone.zonemgr"`: which zone a peer's certificate leads to (log grammar, a4).

use super::line::{Head, Line};
use crate::event::Event;

/// A line about the choice of a zone by certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneLine<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What it says.
    pub step: ZoneStep<'b>,
}

/// A step of the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZoneStep<'b> {
    /// A subject name belongs to a DNS zone.
    Classified {
        /// The subject name.
        subject: &'b str,
        /// The zone.
        zone: &'b str,
    },
    /// The DNS zones were searched for a subject name.
    Searched {
        /// Whether one was found, where the line says so.
        found: Option<bool>,
        /// The zones looked at, glued together without a separator by the box.
        candidates: &'b str,
        /// The zone found.
        zone: &'b str,
        /// The name of the certificate that led there.
        identity: &'b str,
    },
    /// The names of the peer's certificate were compared.
    Identities {
        /// The names as the box lists them.
        names: &'b str,
        /// What matched, such as `DNSZoneMatch`.
        mechanism: &'b str,
    },
    /// Anything else, as written.
    Other(&'b str),
}

impl ZoneStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Classified { .. } => "zone.classified",
            Self::Searched { .. } => "zone.searched",
            Self::Identities { .. } => "zone.identities",
            Self::Other(_) => "zone.other",
        }
    }
}

/// Reads a line of `developer.zone.*`; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    Event::Zone(ZoneLine { head: line.head(), step: step(line, line.said()) })
}

fn step<'b>(line: &Line<'b>, said: &'b str) -> ZoneStep<'b> {
    let fields = &line.fields;
    if let Some((_, rest)) = said.split_once("classified subject name ")
        && let Some((subject, zone)) = rest.split_once(" into DNS zone ")
    {
        return ZoneStep::Classified { subject: subject.trim(), zone: zone.trim() };
    }
    if said.starts_with("Searched for DNS Zones") {
        return ZoneStep::Searched {
            found: fields.get("Found").map(|found| found.eq_ignore_ascii_case("true")),
            candidates: fields.text("Candidates"),
            zone: fields.text("MatchedZone"),
            identity: fields.text("MatchedIdentity"),
        };
    }
    // The box misspells its own key; a release that mends it must not be lost.
    match fields.get("Identitites").or_else(|| fields.get("Identities")) {
        Some(names) => ZoneStep::Identities { names, mechanism: fields.text("MatchMechanism") },
        None => ZoneStep::Other(said),
    }
}
