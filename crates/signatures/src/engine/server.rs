//! What became of the requests to each server and port: the background a failure is seen against.

use crate::finding::Line;
use indexmap::IndexMap;
use std::net::IpAddr;

/// Requests to one host and port.
#[derive(Debug, Default, Clone)]
pub(crate) struct Server {
    /// Requests that the origin server answered.
    pub(crate) answered: u64,
    /// Requests that ended with a 5xx of the proxy.
    pub(crate) failed: u64,
    pub(crate) ip: Option<IpAddr>,
    /// The line of the first answer.
    pub(crate) sample: Option<Line>,
}

/// Every server of one node, in the order first seen.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    servers: IndexMap<(String, u16), Server>,
}

impl Servers {
    /// Ceiling on the servers that are remembered; a deployment has tens.
    const MAX: usize = 8192;

    pub(crate) fn entry(&mut self, host: &str, port: u16) -> Option<&mut Server> {
        if self.servers.len() >= Self::MAX && !self.servers.contains_key(&(host.to_owned(), port)) {
            return None;
        }
        Some(self.servers.entry((host.to_owned(), port)).or_default())
    }

    /// Ports of this host that answered, except one.
    pub(crate) fn working(&self, host: &str, except: u16) -> Vec<(u16, &Server)> {
        let ports = self
            .servers
            .iter()
            .filter(|((name, port), server)| name == host && *port != except && server.answered > 0);
        let mut ports: Vec<_> = ports.map(|((_, port), server)| (*port, server)).collect();
        ports.sort_by_key(|(port, _)| *port);
        ports
    }

    /// Every server: host, port, and what became of the requests.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u16, &Server)> {
        self.servers.iter().map(|((host, port), server)| (host.as_str(), *port, server))
    }

    /// Ports of this host that requests went to.
    pub(crate) fn ports(&self, host: &str) -> impl Iterator<Item = u16> {
        self.servers.keys().filter(move |(name, _)| name == host).map(|(_, port)| *port)
    }
}
