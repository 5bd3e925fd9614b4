//! The catalogue of problems, and the engine that finds them in the records of a log.
//!
//! What a problem looks like is data ([`Catalogue`]): typed questions about subjects, kept in the crate's
//! `catalogue/` folder with their texts and their proofs. What belongs together in a log is code ([`Engine`]): steps
//! of a transaction by its Txn-id, lines that carry none by the model of `docs/attribution.md`.
//!
//! This crate opens no files, reads no environment and prints nothing; TOML is known to one module only.

mod captured;
mod catalogue;
mod compile;
mod detectors;
mod engine;
mod field;
mod finding;
mod foresee;
mod gate;
mod nearest;
mod ports;
mod predicate;
mod prose;
mod refusal;
mod rules;
mod runbook;
mod schema;
mod texts;
mod translation;

pub use captured::CapturedHandshakes;
pub use catalogue::{Catalogue, Confidence, Reference, Severity, Signature, Source, Status};
pub use engine::{
    ClockDifference, Contradicted, Engine, Fault, NodeSummary, Outcome, ServerSummary, Settled, Standing,
    TransactionCounts,
};
pub use field::{Field, Holds, Kind, Subject, Value};
pub use finding::{Finding, HeldOn, Line, Member, ProofLine, Role, Target, Touched};
pub use foresee::Refused;
pub use nearest::{Answer, Attempted, Nearest};
pub use ports::{Port, Ports};
pub use prose::Prose;
pub use refusal::Refusal;
pub use runbook::{Procedure, Runbook};
