//! Where to listen: `udp://127.0.0.1:5514`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// How syslog comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Packets.
    Udp,
    /// Connections.
    Tcp,
    /// Connections with TLS.
    Tls,
}

impl Transport {
    /// The word before `://`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }
}

/// A transport, an address of this machine and a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// How it comes.
    pub transport: Transport,
    /// Address and port; port 0 takes any that is free.
    pub socket: SocketAddr,
}

impl Address {
    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.socket.ip().is_loopback()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.transport.word(), self.socket)
    }
}

/// Why a text is no address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address to listen on; write it like udp://127.0.0.1:5514, tcp://[::1]:6514 or tls://:6514 (without an address: 127.0.0.1 only)"
)]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let wrong = || NotAnAddress(text.to_owned());
        let (transport, rest) = text.split_once("://").ok_or_else(wrong)?;
        let transport = match transport {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            "tls" => Transport::Tls,
            _ => return Err(wrong()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let socket = match rest.strip_prefix(':') {
            Some(port) => SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port.parse().map_err(|_| wrong())?),
            None => match rest.strip_prefix("localhost:") {
                Some(port) => {
                    SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port.parse().map_err(|_| wrong())?)
                }
                None => rest.parse().map_err(|_| wrong())?,
            },
        };
        Ok(Self { transport, socket })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let of = |text: &str| text.parse::<Address>().map(|address| address.to_string());
        assert_eq!(of("udp://127.0.0.1:5514").as_deref(), Ok("udp://127.0.0.1:5514"));
        assert_eq!(of("tcp://:5514").as_deref(), Ok("tcp://127.0.0.1:5514"));
        assert_eq!(of("tls://localhost:6514/").as_deref(), Ok("tls://127.0.0.1:6514"));
        assert_eq!(of("tcp://[::]:514").as_deref(), Ok("tcp://[::]:514"));
        for wrong in ["5514", "udp://", "udp://5514", "http://:1", "udp://:99999", "tcp://host.example:1", ""]
        {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        assert!(!"tcp://0.0.0.0:514".parse::<Address>().expect("an address").is_loopback());
    }
}
