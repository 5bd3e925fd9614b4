//! A box and its cluster in JSON.

use super::time;
use crate::report::{ClusterPeer, NodeReport};
use serde::Serialize;
use waytrace_evidence::Role;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Node<'a> {
    host: &'a str,
    name: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "Option<crate::render::json::schema::Role>"))]
    role: Option<Role>,
    product: Option<&'a str>,
    release: Option<String>,
    cluster: Option<Cluster<'a>>,
    first: Option<String>,
    last: Option<String>,
    records: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Cluster<'a> {
    name: Option<&'a str>,
    peers: Vec<Peer<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Peer<'a> {
    address: &'a str,
    node: Option<&'a str>,
}

impl<'a> Peer<'a> {
    pub(super) fn of(peer: &'a ClusterPeer) -> Self {
        Self { address: &peer.address, node: peer.node.as_deref() }
    }
}

impl<'a> Node<'a> {
    pub(super) fn of(node: &'a NodeReport) -> Self {
        Self {
            host: &node.host,
            name: node.name.as_deref(),
            role: node.role,
            product: node.product.as_deref(),
            release: node.release.as_ref().map(ToString::to_string),
            cluster: node.cluster.as_ref().map(|cluster| Cluster {
                name: cluster.name.as_deref(),
                peers: cluster.peers.iter().map(Peer::of).collect(),
            }),
            first: time(node.first),
            last: time(node.last),
            records: node.records,
        }
    }
}
