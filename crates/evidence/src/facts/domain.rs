//! Domains and the services that are on for them.

use super::picker::Picker;
use crate::settings::Tree;
use serde::Serialize;

/// One domain. `SIP Domains Domain 1 Name` is known from programs that read old dumps, `SIP Domain 1 Name` and the names
/// of the services from one that reads newer ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Domain {
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Services that are on, in lower case: `edgesip`, `edgexmpp`, `sip`, `xmppfederation`, `edgejabberc`.
    pub services: Vec<String>,
}

pub(super) fn pick(picker: &Picker<'_>) -> Vec<Domain> {
    let mut domains = Vec::new();
    for place in ["SIP Domain", "SIP Domains Domain"] {
        for row in picker.rows(Tree::Configuration, place) {
            if let Some(name) = row.text(&["name"]) {
                domains.push(Domain { index: row.index, name, services: row.switched_on() });
            }
        }
    }
    domains
}
