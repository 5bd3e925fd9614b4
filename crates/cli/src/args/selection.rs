//! What may be typed about which problems of a report are shown.

use clap::{Args as ClapArgs, ValueEnum};
use waytrace::events::When;

#[derive(Debug, ClapArgs)]
#[command(
    next_help_heading = "Which problems are shown (the report says what is left out; counts stay those of the whole log)"
)]
pub(crate) struct Selection {
    /// Only problems proven at this time or later: 18:55:26, 2022-07-11T18:55:26 (the box's clock) or with an offset
    #[arg(long, value_name = "TIME")]
    since: Option<When>,

    /// Only problems proven at this time or before
    #[arg(long, value_name = "TIME")]
    until: Option<When>,

    /// Only problems of this node; may be repeated
    #[arg(long, value_name = "HOST")]
    node: Vec<String>,

    /// Only problems that touched this user; may be repeated
    #[arg(long, value_name = "NAME")]
    user: Vec<String>,

    /// Only problems of this server: host or address, or either with a port as in `cucm.example.com:8443`; may be repeated
    #[arg(long, value_name = "TARGET")]
    target: Vec<String>,

    /// Only problems as bad as this, or worse
    #[arg(long, value_name = "LEVEL")]
    min_severity: Option<Severity>,

    /// Only problems as sure as this, or surer
    #[arg(long, value_name = "LEVEL")]
    min_confidence: Option<Confidence>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Severity {
    Info,
    Warning,
    Error,
    Critical,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Confidence {
    Possible,
    Likely,
    Certain,
}

impl Selection {
    /// The same for the library.
    pub(crate) fn into_filter(self) -> waytrace::Selection {
        waytrace::Selection {
            since: self.since,
            until: self.until,
            nodes: self.node,
            users: self.user,
            targets: self.target,
            severity: self.min_severity.map(|level| match level {
                Severity::Info => waytrace::Severity::Info,
                Severity::Warning => waytrace::Severity::Warning,
                Severity::Error => waytrace::Severity::Error,
                Severity::Critical => waytrace::Severity::Critical,
            }),
            confidence: self.min_confidence.map(|level| match level {
                Confidence::Possible => waytrace::Confidence::Possible,
                Confidence::Likely => waytrace::Confidence::Likely,
                Confidence::Certain => waytrace::Confidence::Certain,
            }),
        }
    }
}
