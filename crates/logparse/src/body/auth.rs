//! Digest authentication inside `tvcs`: the directory's answer and the check of the response.
//!
//! A wrong password shows as a credential found in the directory, then a response that does not match (log grammar,
//! a4). The responses themselves are secrets and are not kept.

use super::line::{Head, Line};
use crate::event::Event;

/// A line about one authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthLine<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What it says.
    pub step: AuthStep<'b>,
}

/// A step of an authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthStep<'b> {
    /// The directory knows the name.
    CredentialFound {
        /// The name.
        identity: &'b str,
    },
    /// The password is not the one that the directory has.
    ResponseMismatch,
    /// The nonce was not checked, which is normal.
    NonceSkipped,
    /// Another line of `network.ldap`, as written.
    Directory(&'b str),
}

impl AuthStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CredentialFound { .. } => "auth.credential_found",
            Self::ResponseMismatch => "auth.response_mismatch",
            Self::NonceSkipped => "auth.nonce_skipped",
            Self::Directory(_) => "auth.directory",
        }
    }
}

/// Reads a line of `network.ldap`.
pub(super) fn directory<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let step = match said.split_once("credential found in directory for identity:") {
        Some((_, identity)) => AuthStep::CredentialFound { identity: identity.trim() },
        None => AuthStep::Directory(said),
    };
    Event::Auth(AuthLine { head: line.head(), step })
}

/// Reads a line of `developer.nomodule` if it is about a digest; `None` for its other lines.
pub(super) fn digest<'b>(line: &Line<'b>) -> Option<Event<'b>> {
    let said = line.said();
    let step = if said.starts_with("calculated response does not match") {
        AuthStep::ResponseMismatch
    } else if said.starts_with("Skipped nonce check") {
        AuthStep::NonceSkipped
    } else {
        return None;
    };
    Some(Event::Auth(AuthLine { head: line.head(), step }))
}
