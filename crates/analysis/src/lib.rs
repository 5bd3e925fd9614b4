//! Reads Expressway diagnostic logs and says what is broken, why, and what to do about it.
//!
//! Three ways in. [`Analyzer`] reads whole inputs and gives a [`Report`]. [`Session`] takes bytes as they come and gives
//! each problem as soon as it is proven. [`Live`] does so for several logs at once that are being written, for days, and
//! tells what comes again. None of them prints, ends the process, or keeps anything global.
//!
//! ```
//! use waytrace::{Analyzer, Confidence};
//!
//! let log = br#"2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in certificate. Action=Terminate server=192.0.2.7(192.0.2.7)
//! "#;
//! let report = Analyzer::new().analyze_reader("a.log", &log[..])?;
//! let problem = &report.findings[0];
//! assert_eq!(problem.id, "TLS-006");
//! assert_eq!(problem.confidence, Confidence::Certain);
//! println!("{}", problem.text.title);
//! # Ok::<(), waytrace::Error>(())
//! ```

#![deny(missing_docs)]

mod analyzer;
mod beside;
mod boxes;
mod captured;
mod checks;
mod compare;
mod coverage;
mod decode;
mod escape;
pub mod events;
mod explain;
mod faults;
mod foreseen;
mod gather;
mod gathered;
mod groups;
mod handover;
mod inventory;
mod live;
mod own;
mod papers;
mod parallel;
mod preflight;
mod presented;
pub mod redact;
pub mod render;
mod report;
mod selection;
mod session;
mod site;
mod speech;
mod stores;
mod story;
mod verify;
mod wording;

pub use analyzer::{Analyzer, Error, ErrorKind};
pub use compare::{Compared, Comparison, Gone, NotAReport, Side, compare};
pub use coverage::Coverage;
pub use decode::{Decoded, decode};
pub use escape::Escaped;
pub use explain::{Entry, explain};
pub use foreseen::Foreseen;
pub use groups::Group;
pub use handover::{Handover, handover};
pub use inventory::{Inventory, InventoryChain, InventoryFile};
pub use live::{Again, Live, StreamId, Tally, Update};
pub use own::{Lint, OwnEntries, fired_by, lint};
pub use papers::{CapturedTraffic, CertificateFile, CertificateKind};
pub use preflight::{Enforcement, Outlook, Preflight, PreflightBox, PreflightChain, PreflightServer};
pub use presented::{Bearing, Claim, Other, Presented};
pub use report::{
    Cluster, ClusterPeer, Input, Member, NodeReport, PeerCheck, PeerState, Problem, ProblemKey,
    ProblemTarget, Report, Treatment, Unread,
};
pub use selection::Selection;
pub use session::Session;
pub use site::{Silenced, Site};
pub use speech::{Language, Speech, UnknownZone, Zone};
pub use story::{Story, StoryId, StoryLine};
pub use verify::{NamedFile, NothingToVerify, Offline, Unreadable, Verified};
pub use waytrace_bundle::{Ceilings, Options as Reading, Progress, Source, Stop};
pub use waytrace_evidence::{NodeFacts, NotADump, Release, Role};
pub use waytrace_logparse::{Foreign, Form, Forms};
pub use waytrace_signatures::{
    Answer, Attempted, Catalogue, ClockDifference, Confidence, Contradicted, HeldOn, Line, Nearest,
    Procedure, Prose, Reference, Refusal, Role as LineRole, Runbook, Severity, Signature, Touched,
    TransactionCounts,
};
