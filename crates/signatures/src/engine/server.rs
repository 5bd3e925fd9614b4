//! What became of the requests to each server and port: the background a failure is seen against.

use crate::finding::Line;
use indexmap::IndexMap;
use std::collections::HashMap;
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
    /// Ports of each host, in the order first seen.
    by_host: HashMap<String, Vec<u16>>,
}

impl Servers {
    /// Ceiling on the servers that are remembered; a deployment has tens.
    const MAX: usize = 8192;

    pub(crate) fn entry(&mut self, host: &str, port: u16) -> Option<&mut Server> {
        if self.servers.len() >= Self::MAX && !self.servers.contains_key(&(host.to_owned(), port)) {
            return None;
        }
        Some(self.servers.entry((host.to_owned(), port)).or_insert_with(|| {
            self.by_host.entry(host.to_owned()).or_default().push(port);
            Server::default()
        }))
    }

    /// Ports of this host that answered, except one.
    pub(crate) fn working(&self, host: &str, except: u16) -> Vec<(u16, &Server)> {
        let ports = self.ports(host).filter(|port| *port != except);
        let servers = ports.filter_map(|port| Some((port, self.servers.get(&(host.to_owned(), port))?)));
        let mut ports: Vec<_> = servers.filter(|(_, server)| server.answered > 0).collect();
        ports.sort_by_key(|(port, _)| *port);
        ports
    }

    /// Every server: host, port, and what became of the requests.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u16, &Server)> {
        self.servers.iter().map(|((host, port), server)| (host.as_str(), *port, server))
    }

    /// Ports of this host that requests went to.
    pub(crate) fn ports(&self, host: &str) -> impl Iterator<Item = u16> {
        self.by_host.get(host).into_iter().flatten().copied()
    }
}
