//! What became of the requests to each server and port: the background a failure is seen against.

use crate::finding::Line;
use rustc_hash::FxHashMap;
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
    servers: Vec<(String, u16, Server)>,
    /// Ports of each host, in the order first seen, and where its servers stand.
    by_host: FxHashMap<String, Vec<(u16, usize)>>,
}

impl Servers {
    /// Ceiling on the servers that are remembered; a deployment has tens.
    const MAX: usize = 8192;

    pub(crate) fn entry(&mut self, host: &str, port: u16) -> Option<&mut Server> {
        let known = self.by_host.get(host).and_then(|ports| ports.iter().find(|(known, _)| *known == port));
        let at = match known {
            Some((_, at)) => *at,
            None if self.servers.len() >= Self::MAX => return None,
            None => {
                let at = self.servers.len();
                self.servers.push((host.to_owned(), port, Server::default()));
                self.by_host.entry(host.to_owned()).or_default().push((port, at));
                at
            }
        };
        self.servers.get_mut(at).map(|(.., server)| server)
    }

    /// Ports of this host that answered, except one.
    pub(crate) fn working(&self, host: &str, except: u16) -> Vec<(u16, &Server)> {
        let ports = self.by_host.get(host).into_iter().flatten().filter(|(port, _)| *port != except);
        let servers = ports.filter_map(|(port, at)| Some((*port, &self.servers.get(*at)?.2)));
        let mut ports: Vec<_> = servers.filter(|(_, server)| server.answered > 0).collect();
        ports.sort_by_key(|(port, _)| *port);
        ports
    }

    /// Every server: host, port, and what became of the requests.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u16, &Server)> {
        self.servers.iter().map(|(host, port, server)| (host.as_str(), *port, server))
    }

    /// Ports of this host that requests went to.
    pub(crate) fn ports(&self, host: &str) -> impl Iterator<Item = u16> {
        self.by_host.get(host).into_iter().flatten().map(|(port, _)| *port)
    }
}
