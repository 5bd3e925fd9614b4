//! `edgeconfigprovisioning`: signing users in over MRA, and what it asks Unified CM (log grammar of HTTP, a7).
//!
//! The same sentence comes with a module and without; since X12.5 the words are others, known from a third party's
//! parser only.

use super::address::Peer;
use super::line::{Head, Line};
use super::message::Dump;
use crate::event::Event;

/// A line of the provisioning service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provisioning<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What it says.
    pub step: ProvisioningStep<'b>,
    /// The user, where the line is about one.
    pub username: &'b str,
    /// The server: a Python tuple or an address, as written.
    pub server: &'b str,
    /// Why.
    pub reason: &'b str,
}

/// What a line of the provisioning service says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvisioningStep<'b> {
    /// An HTTP message came in or went out.
    Http {
        /// Whether it came in.
        received: bool,
        /// What is asked for.
        url: &'b str,
        /// The other end, where given.
        peer: Peer<'b>,
        /// The message, at DEBUG level.
        dump: Option<Dump<'b>>,
    },
    /// A user was refused.
    AuthFailed {
        /// Address of the client, in the newer form.
        client: &'b str,
        /// HTTP status, in the newer form.
        code: Option<u16>,
    },
    /// A user was let in.
    Authenticated {
        /// Address of the client, in the newer form.
        client: &'b str,
    },
    /// A web bridge of Meeting Server did not answer.
    CmsCheckFailed {
        /// Its address.
        address: &'b str,
    },
    /// Anything else, as written.
    Other(&'b str),
}

impl ProvisioningStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Http { received: true, .. } => "provisioning.received",
            Self::Http { received: false, .. } => "provisioning.sent",
            Self::AuthFailed { .. } => "provisioning.auth_failed",
            Self::Authenticated { .. } => "provisioning.authenticated",
            Self::CmsCheckFailed { .. } => "provisioning.cms_check_failed",
            Self::Other(_) => "provisioning.other",
        }
    }
}

/// Whether a `Detail` is one that this service writes, for lines that name neither module nor process.
pub(super) fn knows(detail: &str) -> bool {
    outcome(detail).is_some()
}

enum Outcome {
    Failed,
    Passed,
    CmsFailed,
}

fn outcome(detail: &str) -> Option<Outcome> {
    match detail {
        "CMS check failed" => Some(Outcome::CmsFailed),
        "Authenticating user failed" => Some(Outcome::Failed),
        "Authenticated user successfully" => Some(Outcome::Passed),
        _ if detail.starts_with("Failed to authenticate user") => Some(Outcome::Failed),
        _ => None,
    }
}

/// Reads a line of the service; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let fields = &line.fields;
    let said = line.said();
    let client = || fields.get("ClientId").or_else(|| fields.get("Src-ip")).unwrap_or("");
    let step = match (outcome(said), fields.get("Action")) {
        (Some(Outcome::Failed), _) => {
            ProvisioningStep::AuthFailed { client: client(), code: fields.number("Code") }
        }
        (Some(Outcome::Passed), _) => ProvisioningStep::Authenticated { client: client() },
        (Some(Outcome::CmsFailed), _) => ProvisioningStep::CmsCheckFailed { address: line.text("Address") },
        (None, Some(action)) => http(line, action),
        (None, None) => ProvisioningStep::Other(said),
    };
    let username = fields.get("Username").or_else(|| fields.get("User")).unwrap_or("");
    let reason = fields.get("Reason").or_else(|| fields.get("Error")).unwrap_or("");
    Event::Provisioning(Provisioning {
        head: line.head(),
        step,
        username,
        server: line.text("Server"),
        reason,
    })
}

fn http<'b>(line: &Line<'b>, action: &'b str) -> ProvisioningStep<'b> {
    let received = match action {
        "Received" => true,
        "Sent" | "Send" => false,
        _ => return ProvisioningStep::Other(line.said()),
    };
    ProvisioningStep::Http {
        received,
        url: line.text("Request-url"),
        peer: line.other_end(),
        dump: Dump::find(line.continuation),
    }
}
