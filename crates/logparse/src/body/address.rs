//! Addresses as the box writes them: an ip and a port in fields of their own, or `['IPv4''TCP''192.0.2.1:5061']`.

use crate::fault::Parsed;
use nom::Parser;
use nom::bytes::complete::{tag, take_till};
use nom::sequence::terminated;

/// Address and port of one end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peer<'b> {
    /// IP address as written; empty where the record leaves it out.
    pub ip: &'b str,
    /// Port, where given.
    pub port: Option<u16>,
}

impl<'b> Peer<'b> {
    /// The values of two pairs, where there are such.
    #[inline]
    pub(super) fn of(ip: Option<&'b str>, port: Option<&'b str>) -> Self {
        Self { ip: ip.unwrap_or(""), port: port.and_then(|port| port.parse().ok()) }
    }

    /// Splits `ip:port`. The last colon counts, so that an IPv6 address needs no brackets.
    pub fn split(text: &'b str) -> Self {
        let split = text.rsplit_once(':').and_then(|(ip, port)| Some((ip, Some(port.parse().ok()?))));
        let (ip, port) = split.unwrap_or((text, None));
        Self { ip: ip.trim_matches(['[', ']']), port }
    }

    /// Whether neither address nor port is known.
    pub fn is_unknown(&self) -> bool {
        self.ip.is_empty() && self.port.is_none()
    }
}

/// A socket address in the notation of `tvcs` (log grammar, a2, trap 10).
///
/// ```
/// use waytrace_logparse::body::address::Socket;
/// let socket = Socket::read("['IPv4''TLS''192.0.2.5:7002']").unwrap();
/// assert_eq!((socket.transport, socket.peer().ip, socket.peer().port), ("TLS", "192.0.2.5", Some(7002)));
/// assert!(!Socket::read("['UNDEF''UNDEF''Error As String']").unwrap().is_defined());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Socket<'b> {
    /// `IPv4`, `IPv6` or `UNDEF`.
    pub family: &'b str,
    /// `TCP`, `UDP`, `TLS` or `UNDEF`.
    pub transport: &'b str,
    /// `ip:port`, or the box's words for none.
    pub address: &'b str,
}

impl<'b> Socket<'b> {
    /// Reads one socket address; what stands behind it does not matter.
    pub fn read(text: &'b str) -> Option<Self> {
        socket(text.trim_start()).ok().map(|(_, socket)| socket)
    }

    /// Whether it names an address at all.
    pub fn is_defined(&self) -> bool {
        self.family != "UNDEF"
    }

    /// Its address and port.
    pub fn peer(&self) -> Peer<'b> {
        if self.is_defined() { Peer::split(self.address) } else { Peer::default() }
    }
}

fn socket(input: &str) -> Parsed<'_, Socket<'_>> {
    let word = || take_till(|c| c == '\'');
    let (rest, _) = tag("['")(input)?;
    let (rest, family) = terminated(word(), tag("''")).parse(rest)?;
    let (rest, transport) = terminated(word(), tag("''")).parse(rest)?;
    let (rest, address) = terminated(word(), tag("']")).parse(rest)?;
    Ok((rest, Socket { family, transport, address }))
}

/// Every socket address in a text, in order.
pub fn sockets(text: &str) -> impl Iterator<Item = Socket<'_>> {
    memchr::memmem::find_iter(text.as_bytes(), "['").filter_map(|at| Socket::read(&text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ports() {
        for (text, ip, port) in [
            ("192.0.2.1:5061", "192.0.2.1", Some(5061)),
            ("[2001:db8::1]:5061", "2001:db8::1", Some(5061)),
            ("UNDEFINED", "UNDEFINED", None),
            ("192.0.2.1:99999", "192.0.2.1:99999", None),
        ] {
            assert_eq!(Peer::split(text), Peer { ip, port });
        }
    }

    #[test]
    fn several_in_one_text() {
        let text = "to: ['IPv4''TCP''192.0.2.1:5061'] ['IPv4''TCP''192.0.2.2:5061'] ['broken";
        assert_eq!(
            sockets(text).map(|socket| socket.peer().ip).collect::<Vec<_>>(),
            ["192.0.2.1", "192.0.2.2"]
        );
    }
}
