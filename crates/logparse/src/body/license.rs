//! Licences: the local licence manager, and the agent that talks to the licensing cloud.

use super::line::{Head, Line, loose};
use crate::event::Event;

/// A line about licences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What it says.
    pub step: LicenseStep<'b>,
}

/// What a line about licences says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenseStep<'b> {
    /// A call got its licence.
    Granted {
        /// The licence manager's own id, which is no id of the call (log grammar, a4).
        id: &'b str,
        /// Kind of licence, such as `collabedge`.
        kind: &'b str,
        /// How many.
        tokens: Option<u32>,
    },
    /// The licensing cloud could not be reached.
    CloudError(&'b str),
    /// Anything else, as written.
    Other(&'b str),
}

impl LicenseStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Granted { .. } => "license.granted",
            Self::CloudError(_) => "license.cloud_error",
            Self::Other(_) => "license.other",
        }
    }
}

/// Reads a line about licences; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let step = if said == "License granted" {
        granted(line)
    } else if said.starts_with("Smart license communication error") {
        LicenseStep::CloudError(said)
    } else {
        LicenseStep::Other(said)
    };
    Event::License(License { head: line.head(), step })
}

/// One of the two lines of a grant closes its quote too late: `lic_type="collabedge tokens=2"` (a2, trap 3).
fn granted<'b>(line: &Line<'b>) -> LicenseStep<'b> {
    let kind = line.text("lic_type");
    LicenseStep::Granted {
        id: line.text("call_id"),
        kind: kind.split(' ').next().unwrap_or(""),
        tokens: loose(kind, "tokens")
            .or_else(|| loose(line.body, "tokens"))
            .and_then(|count| count.parse().ok()),
    }
}
