//! What a record says: the typed events.

use crate::body::access::AccessDecision;
use crate::body::ats::Diagnostic;
use crate::body::http::HttpStep;
use crate::keyval::{self, Items};

/// What one record says. Every record is exactly one of these.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'b> {
    /// A step of a proxied HTTP transaction (`network.http.trafficserver`).
    Http(HttpStep<'b>),
    /// The proxy's decision about a request (`Event="Request Allowed"` and its counterparts).
    Access(AccessDecision<'b>),
    /// A diagnostic line of Traffic Server itself (`[ET_NET 0] WARNING: …`).
    Diagnostic(Diagnostic<'b>),
    /// A body of `key="value"` pairs that has no type of its own: understood, and left as it is.
    Fields(Body<'b>),
    /// A record that nobody claims.
    Opaque(&'b str),
    /// A record that was claimed and then could not be read.
    Broken {
        /// The body.
        text: &'b str,
        /// What was missing, and where.
        defect: Defect,
    },
}

/// Why a record that was claimed could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defect {
    /// Position in the body, in bytes from its start.
    pub offset: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

/// A body of pairs, read on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'b> {
    /// The body as written.
    pub text: &'b str,
}

impl<'b> Body<'b> {
    /// The pairs and the text between them.
    pub fn items(&self) -> Items<'b> {
        keyval::items(self.text)
    }

    /// The value of the first pair with this key.
    pub fn get(&self, key: &str) -> Option<&'b str> {
        keyval::value(self.text, key)
    }
}

impl Event<'_> {
    /// Name of the event's kind, as reports and signatures write it: `source.what`.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Http(step) => step.step.kind(),
            Event::Access(decision) => decision.kind(),
            Event::Diagnostic(line) => line.message.kind(),
            Event::Fields(_) => "fields",
            Event::Opaque(_) => "opaque",
            Event::Broken { .. } => "broken",
        }
    }
}
