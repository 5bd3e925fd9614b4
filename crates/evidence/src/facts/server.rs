//! The servers inside that the box was told of.

use super::picker::Picker;
use crate::settings::Tree;
use serde::Serialize;

/// One publisher or node that an administrator entered.
///
/// No dump with these was seen. What is known is the commands that enter them, which have `Address`, `AxlUsername`,
/// `DeploymentId` and `CertValidationDisabled`; the paths accepted here are inferred from them ([`ServerKind`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnifiedServer {
    /// What it is.
    pub kind: ServerKind,
    /// Its number among its kind.
    pub index: u32,
    /// Name or address.
    pub address: String,
    /// Whether its certificate is checked when the box asks it for its nodes.
    pub tls_verify_mode: Option<bool>,
    /// The deployment it belongs to.
    pub deployment: Option<String>,
}

/// What a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServerKind {
    /// Unified CM.
    UnifiedCm,
    /// IM and Presence Service.
    ImAndPresence,
    /// Unity Connection.
    UnityConnection,
}

/// Paths that list servers (inferred), newest guess last.
const PLACES: &[(&str, ServerKind)] = &[
    ("CUCMConfig", ServerKind::UnifiedCm),
    ("CollaborationEdge CUCM", ServerKind::UnifiedCm),
    ("EdgeConfigServer CUCM", ServerKind::UnifiedCm),
    ("XmppDiscovery", ServerKind::ImAndPresence),
    ("CollaborationEdge IMP", ServerKind::ImAndPresence),
    ("CUCXNConfig", ServerKind::UnityConnection),
    ("CollaborationEdge CUC", ServerKind::UnityConnection),
];

pub(super) fn pick(picker: &Picker<'_>) -> Vec<UnifiedServer> {
    let mut servers = Vec::new();
    for (place, kind) in PLACES {
        for row in picker.rows(Tree::Configuration, place) {
            let Some(address) = row.text(&["address", "publisher", "name"]) else { continue };
            let checked = row.on(&["tls verify mode", "tlsverifymode", "certvalidation"]);
            let unchecked = row.on(&["certvalidationdisabled"]);
            servers.push(UnifiedServer {
                kind: *kind,
                index: row.index,
                address,
                tls_verify_mode: checked.or_else(|| unchecked.map(|disabled| !disabled)),
                deployment: row.text(&["deploymentid", "deployment"]),
            });
        }
    }
    servers
}
