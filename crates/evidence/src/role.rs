//! Which of the two Expressways a node is.

use serde::Serialize;
use std::fmt;

/// The part a node plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Role {
    /// Expressway-C (control): inside, talks to Unified CM.
    #[serde(rename = "expressway-c")]
    Control,
    /// Expressway-E (edge): outside, talks to the clients.
    #[serde(rename = "expressway-e")]
    Edge,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "Expressway-C",
            Self::Edge => "Expressway-E",
        })
    }
}
