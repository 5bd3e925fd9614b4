//! Zones, and whom they lead to.

use super::picker::Picker;
use crate::settings::Tree;
use serde::Serialize;

/// One zone.
///
/// Its paths are known from published excerpts of real dumps and from a program that reads them: `Zones Zone 6 Type`,
/// and everything else below the name of the type, as `Zones Zone 6 TraversalClient SIP TLS Verify Mode`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Zone {
    /// The number of the zone, which the log names too; absent for the default zone.
    pub index: Option<u32>,
    /// Its name. In `Via` lines of SIP messages it has no blanks.
    pub name: Option<String>,
    /// What it is for.
    pub zone_type: ZoneType,
    /// Whether it carries mobile and remote access: `Collaboration Edge`.
    pub unified_communications: Option<bool>,
    /// The SIP port.
    pub port: Option<u16>,
    /// The SIP transport, `TLS` or `TCP`.
    pub transport: Option<String>,
    /// Whether the certificate of the other side is checked.
    pub tls_verify_mode: Option<bool>,
    /// The name that the certificate of the other side must have.
    pub tls_verify_subject_name: Option<String>,
    /// Whether calls that come in are told to be of this zone by that name: `InboundClassification`, of DNS zones.
    pub inbound_classification: Option<bool>,
    /// The other side, by index; peers without an address are left out.
    pub peers: Vec<ZonePeer>,
    /// Whether it is `Active`, `Failed`, …, from the status (the name of that setting is inferred).
    pub state: Option<String>,
}

/// One address of the other side of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ZonePeer {
    /// The number of the peer in the zone.
    pub index: u32,
    /// Name or address.
    pub address: String,
}

/// What a zone is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ZoneType {
    /// The side of a traversal that connects: Expressway-C.
    TraversalClient,
    /// The side of a traversal that listens: Expressway-E.
    TraversalServer,
    /// Another system inside.
    Neighbor,
    /// Whatever DNS says.
    Dns,
    /// Numbers through DNS.
    Enum,
    /// What belongs to no other zone.
    Default,
    /// Another word of the box.
    Other(String),
    /// Not told.
    Unknown,
}

impl ZoneType {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("traversalclient", Self::TraversalClient),
        ("traversalserver", Self::TraversalServer),
        ("neighbor", Self::Neighbor),
        ("dns", Self::Dns),
        ("enum", Self::Enum),
    ];

    fn of(word: &str) -> Self {
        let known = Self::TABLE.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        known.map_or_else(|| Self::Other(word.to_owned()), |(_, known)| known.clone())
    }
}

pub(super) fn pick(picker: &Picker<'_>) -> Vec<Zone> {
    let states = picker.column(Tree::Status, "Zones Zone", &["status"]);
    let mut zones: Vec<Zone> = Vec::new();
    for row in picker.rows(Tree::Configuration, "Zones Zone") {
        let word = row.get(&["type"]);
        // Settings of a type that the zone has not are left from an earlier life of the zone; its own type counts.
        let place = word.unwrap_or_default().to_ascii_lowercase();
        let field = |name: &str| row.text(&[&format!("{place} {name}")]);
        let switch = |name: &str| row.on(&[&format!("{place} {name}")]);
        let peers = row.addresses(&format!("{place} peer"));
        let zone = Zone {
            index: Some(row.index),
            name: row.text(&["name"]),
            zone_type: word.map_or(ZoneType::Unknown, ZoneType::of),
            unified_communications: switch("collaboration edge"),
            port: field("sip port").and_then(|port| port.parse().ok()),
            transport: field("sip transport"),
            tls_verify_mode: switch("sip tls verify mode"),
            tls_verify_subject_name: field("sip tls verify subject name"),
            inbound_classification: switch("sip tls verify inboundclassification"),
            peers: peers.into_iter().map(|(index, address)| ZonePeer { index, address }).collect(),
            state: states.get(&row.index).cloned(),
        };
        if zone.name.is_some() || word.is_some() {
            zones.push(zone);
        }
    }
    zones.extend(default(picker));
    zones
}

/// The default zone, if its check of certificates is told.
fn default(picker: &Picker<'_>) -> Option<Zone> {
    let mode = picker.configuration(&["Zones DefaultZone SIP TLS Verify Mode"])?;
    Some(Zone {
        index: None,
        name: None,
        zone_type: ZoneType::Default,
        unified_communications: None,
        port: None,
        transport: None,
        tls_verify_mode: super::picker::on(mode),
        tls_verify_subject_name: None,
        inbound_classification: None,
        peers: Vec::new(),
        state: None,
    })
}
