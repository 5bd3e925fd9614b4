//! Which port is which service, and which certificate it shows: the catalogue's `ports.toml`.

use crate::schema;

/// What is known of one port of an origin server.
#[derive(Debug, Clone)]
pub struct Port {
    /// The port.
    pub number: u16,
    /// What it serves, in words.
    pub service: String,
    /// Which certificate it shows, in words; names both where sources differ.
    pub certificate: String,
    /// The proxy of an Expressway-C connects to it over TLS, and judges the certificate.
    pub proxied: bool,
}

/// The table of ports.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    ports: Vec<Port>,
}

impl Ports {
    /// The table carried in this program.
    pub(crate) fn built_in() -> Self {
        let raw =
            schema::read_ports(include_str!("../catalogue/ports.toml")).expect("a test reads this file");
        let ports = raw.port.into_iter();
        Self {
            ports: ports
                .map(|port| Port {
                    number: port.number,
                    service: port.service,
                    certificate: port.certificate,
                    proxied: port.proxied,
                })
                .collect(),
        }
    }

    /// What is known of this port.
    pub fn get(&self, number: u16) -> Option<&Port> {
        self.ports.iter().find(|port| port.number == number)
    }
}
