//! What the handshake of a finding does to its confidence.

use crate::report::Problem;
use waytrace_signatures::Confidence;

/// What a handshake in a capture means for a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bearing {
    /// Address, port, time, alert and, with the trust store, the verdict are what the log says: the finding is as sure
    /// as its entry can be.
    Confirms,
    /// The same, where the log has no port: it is the only one on which the box refused anything of that address then.
    GivesPort,
    /// The box refused a handshake with the same address at that time, but on another port. The finding is less sure.
    OtherPort,
    /// The log says that something failed, and the capture says why.
    Explains,
    /// The log says nothing: the finding rests on the capture alone.
    Alone,
}

impl Bearing {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirms => "confirms",
            Self::GivesPort => "gives-port",
            Self::OtherPort => "other-port",
            Self::Explains => "explains",
            Self::Alone => "alone",
        }
    }
}

/// Makes a finding as sure as the handshake of it allows. `most` is what its entry can prove.
pub(crate) fn weigh(problem: &mut Problem, most: Confidence) {
    let bearing = problem.presented.as_ref().and_then(|presented| presented.bearing);
    problem.confidence = match (bearing, problem.confidence) {
        (Some(Bearing::Confirms | Bearing::GivesPort), sure) => sure.max(most),
        (Some(Bearing::OtherPort), Confidence::Certain) => Confidence::Likely,
        (Some(Bearing::OtherPort), _) => Confidence::Possible,
        (_, sure) => sure,
    };
}
