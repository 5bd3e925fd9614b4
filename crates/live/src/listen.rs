//! Listeners: syslog from the network.

mod connection;
mod stream;
mod tcp;
mod tls;
mod udp;

pub use tls::Tls;

use crate::address::{Address, Transport};
use crate::hub::Hub;
use crate::limits::Limits;
use crate::rate::Rates;
use connection::Connections;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread;

/// Why nobody listens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The system does not let us.
    #[error("cannot listen on {address}: {error}{}", advice(error))]
    Bind {
        /// Where.
        address: Address,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// A `tls://` address without a certificate and a key.
    #[error("{0} needs a certificate and its key: --tls-cert FILE --tls-key FILE (PEM)")]
    NoCertificate(Address),
    /// Certificate, key or CA cannot be used.
    #[error("{0}")]
    Tls(String),
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "; ports below 1024 need rights, try one above",
        io::ErrorKind::AddrInUse => "; another program listens there, or this one twice",
        io::ErrorKind::AddrNotAvailable => "; this machine has no such address",
        _ => "",
    }
}

/// What all listeners of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) rates: Rates,
    pub(crate) connections: Connections,
}

impl Hub {
    /// Listens on all these addresses; gives where each really listens, in their order. Nobody listens if one fails.
    ///
    /// # Errors
    /// If an address cannot be had, or TLS lacks what it needs.
    pub fn listen(
        &self,
        addresses: &[Address],
        tls: Option<&Tls>,
        limits: Limits,
    ) -> Result<Vec<SocketAddr>, ListenError> {
        let (rates, connections) = (Rates::new(limits.rate), Connections::default());
        let shared = Arc::new(Shared { limits, rates, connections });
        let mut ready: Vec<Box<dyn FnOnce() + Send>> = Vec::new();
        let mut bound = Vec::new();
        for address in addresses {
            let failed = |error| ListenError::Bind { address: *address, error };
            let (mouth, shared) = (self.mouth(), Arc::clone(&shared));
            if address.transport == Transport::Udp {
                let socket = UdpSocket::bind(address.socket).map_err(failed)?;
                bound.push(socket.local_addr().map_err(failed)?);
                ready.push(Box::new(move || udp::receive(&socket, &mouth, &shared)));
                continue;
            }
            let tls = match (address.transport, tls) {
                (Transport::Tls, None) => return Err(ListenError::NoCertificate(*address)),
                (Transport::Tls, Some(tls)) => Some(tls.clone()),
                _ => None,
            };
            let listener = TcpListener::bind(address.socket).map_err(failed)?;
            bound.push(listener.local_addr().map_err(failed)?);
            listener.set_nonblocking(true).map_err(failed)?;
            let transport = address.transport;
            ready.push(Box::new(move || tcp::accept(&listener, transport, tls.as_ref(), &mouth, &shared)));
        }
        for listener in ready {
            thread::spawn(listener);
        }
        Ok(bound)
    }
}

#[cfg(test)]
mod tests;
