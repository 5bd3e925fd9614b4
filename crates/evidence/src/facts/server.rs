//! The servers inside that the box was told of.

use super::picker::Picker;
use super::zone::Zone;
use crate::settings::Tree;
use serde::Serialize;
use std::collections::HashSet;

/// One server inside: entered by an administrator, or found by the box.
///
/// A program that reads text dumps of X8.9 says that the entered ones are not in it; the vendor calls the XML form more
/// complete. No dump with them was seen. What is known is the commands that enter them, which have `Address`,
/// `AxlUsername`, `DeploymentId` and `CertValidationDisabled`; the paths accepted here are inferred from them. The nodes
/// of Unified CM that the box found show as neighbour zones, which it makes itself and names `CEtcp-`, `CEtls-` or
/// `CEOAuth-` and the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnifiedServer {
    /// What it is.
    pub kind: ServerKind,
    /// Its number among those that the same source tells of.
    pub index: u32,
    /// Name or address.
    pub address: String,
    /// Whether its certificate is checked when the box asks it for its nodes.
    pub tls_verify_mode: Option<bool>,
    /// The deployment it belongs to.
    pub deployment: Option<String>,
    /// What tells of it.
    pub told_by: ServerSource,
}

/// What tells of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServerSource {
    /// An administrator entered it.
    Entered,
    /// The box made a zone for it; its number is that of the zone, or of the first of several.
    Zone,
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

/// How the box names the zones that it makes for nodes of Unified CM.
const OWN_ZONES: &[&str] = &["cetcp-", "cetls-", "ceoauth-"];

pub(super) fn pick(picker: &Picker<'_>, zones: &[Zone]) -> Vec<UnifiedServer> {
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
                told_by: ServerSource::Entered,
            });
        }
    }
    let mut known: HashSet<_> = servers.iter().map(|server| server.address.to_ascii_lowercase()).collect();
    servers.extend(nodes(zones).filter(|node| known.insert(node.address.to_ascii_lowercase())));
    servers
}

/// The nodes that the box made zones for.
fn nodes(zones: &[Zone]) -> impl Iterator<Item = UnifiedServer> {
    zones.iter().filter_map(|zone| {
        let name = zone.name.as_deref().unwrap_or_default().to_ascii_lowercase();
        let own = OWN_ZONES.iter().any(|begin| name.starts_with(begin));
        Some(UnifiedServer {
            kind: ServerKind::UnifiedCm,
            index: zone.index.filter(|_| own)?,
            address: zone.peers.first()?.address.clone(),
            tls_verify_mode: None,
            deployment: None,
            told_by: ServerSource::Zone,
        })
    })
}
