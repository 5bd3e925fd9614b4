//! The cluster the box is part of.

use super::network::Network;
use super::picker::Picker;
use super::system::System;
use crate::settings::Tree;
use serde::Serialize;
use std::collections::HashSet;

/// The cluster. `Alternates Cluster Name`, `Alternates Peer 1 Address` and `Alternates ConfigurationMaster` are known
/// from a program that reads real dumps; the newer words `ConfigurationPrimary` and `Cluster` are inferred.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cluster {
    /// Its name.
    pub name: Option<String>,
    /// The number of the peer whose configuration the others take over.
    pub primary: Option<u32>,
    /// The number of this box among the peers, if one of its own names and addresses is that of exactly one peer.
    pub own: Option<u32>,
    /// All peers, this box among them, by index; peers without an address are left out.
    pub peers: Vec<ClusterPeer>,
}

/// One peer of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClusterPeer {
    /// Its number.
    pub index: u32,
    /// Name or address.
    pub address: String,
    /// Whether it is `Active`, `Failed`, …, from the status (the name of that setting is inferred).
    pub state: Option<String>,
}

pub(super) fn pick(picker: &Picker<'_>, system: &System, network: &Network) -> Cluster {
    let mut peers = peers(picker, "Alternates Peer");
    if peers.is_empty() {
        peers = self::peers(picker, "Cluster Peer");
    }
    let primary = ["Alternates ConfigurationPrimary", "Alternates ConfigurationMaster"];
    let primary = picker.configuration(&[primary[0], primary[1], "Cluster ConfigurationPrimary"]);
    Cluster {
        name: picker.configuration(&["Alternates Cluster Name", "Cluster Name"]).map(str::to_owned),
        primary: primary.and_then(|number| number.parse().ok()),
        own: own(&peers, system, network),
        peers,
    }
}

fn peers(picker: &Picker<'_>, place: &str) -> Vec<ClusterPeer> {
    let states = picker.column(Tree::Status, place, &["status", "state"]);
    let rows = picker.rows(Tree::Configuration, place);
    let peer = rows.iter().filter_map(|row| {
        let address = row.text(&["address", ""])?;
        Some(ClusterPeer { index: row.index, address, state: states.get(&row.index).cloned() })
    });
    peer.collect()
}

fn own(peers: &[ClusterPeer], system: &System, network: &Network) -> Option<u32> {
    let interfaces = network.interfaces.iter();
    let addresses = interfaces.flat_map(|found| [found.address_v4.clone(), found.address_v6.clone()]);
    let names: HashSet<_> = addresses
        .chain([system.full_name(), system.host.clone()])
        .flatten()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let mut found = peers.iter().filter(|peer| names.contains(&peer.address.to_ascii_lowercase()));
    let first = found.next()?;
    found.next().is_none().then_some(first.index)
}
