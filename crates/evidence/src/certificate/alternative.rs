//! Subject alternative names (RFC 5280 section 4.2.1.6).

use super::name::Name;
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::extensions::GeneralName;

/// The object identifier of a service name, `_service.name` (RFC 4985).
const SRV: &str = "1.3.6.1.5.5.7.8.7";

/// The alternative names of a certificate, by their kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct AlternativeNames {
    /// Names of hosts and domains.
    pub dns: Vec<String>,
    /// Addresses. Upstream Traffic Server never looks at them.
    pub ip: Vec<IpAddr>,
    /// URIs.
    pub uri: Vec<String>,
    /// Service names (RFC 4985), such as `_xmpp-server.example.com`.
    pub srv: Vec<String>,
    /// E-mail addresses.
    pub email: Vec<String>,
    /// How many names of other kinds there are, or such as could not be read.
    pub other: usize,
    /// Every name in its order, for name constraints.
    #[serde(skip)]
    pub(crate) all: Vec<General>,
}

/// A general name, as far as name constraints compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum General {
    /// A host name.
    Dns(String),
    /// An e-mail address.
    Email(String),
    /// A URI.
    Uri(String),
    /// The bytes of an address; with its mask behind it where it is a constraint.
    Ip(Vec<u8>),
    /// A distinguished name.
    Directory(Name),
    /// A kind that no constraint compares, with its tag.
    Other(u32),
}

impl General {
    /// Keeps a parsed name.
    pub(crate) fn of(name: &GeneralName<'_>) -> Self {
        match name {
            GeneralName::DNSName(text) => Self::Dns((*text).to_owned()),
            GeneralName::RFC822Name(text) => Self::Email((*text).to_owned()),
            GeneralName::URI(text) => Self::Uri((*text).to_owned()),
            GeneralName::IPAddress(bytes) => Self::Ip(bytes.to_vec()),
            GeneralName::DirectoryName(name) => Self::Directory(Name::of(name)),
            GeneralName::OtherName(..) => Self::Other(0),
            GeneralName::X400Address(_) => Self::Other(3),
            GeneralName::EDIPartyName(_) => Self::Other(5),
            GeneralName::RegisteredID(_) => Self::Other(8),
            GeneralName::Invalid(tag, _) => Self::Other(tag.0),
        }
    }

    /// The number that tells kinds apart (the tag of `GeneralName` in RFC 5280).
    pub(crate) fn kind(&self) -> u32 {
        match self {
            Self::Email(_) => 1,
            Self::Dns(_) => 2,
            Self::Directory(_) => 4,
            Self::Uri(_) => 6,
            Self::Ip(_) => 7,
            Self::Other(tag) => *tag,
        }
    }
}

impl AlternativeNames {
    /// Keeps one more name.
    pub(crate) fn add(&mut self, name: &GeneralName<'_>) {
        match name {
            GeneralName::DNSName(text) => self.dns.push((*text).to_owned()),
            GeneralName::RFC822Name(text) => self.email.push((*text).to_owned()),
            GeneralName::URI(text) => self.uri.push((*text).to_owned()),
            GeneralName::IPAddress(bytes) => match address(bytes) {
                Some(address) => self.ip.push(address),
                None => self.other += 1,
            },
            GeneralName::OtherName(id, rest) if id.to_id_string() == SRV => match service(rest) {
                Some(name) => self.srv.push(name),
                None => self.other += 1,
            },
            _ => self.other += 1,
        }
        self.all.push(General::of(name));
    }

    /// Tells whether there is no name of any kind.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| Ipv6Addr::from(sixteen).into())
}

/// The text inside the explicit tag of an other name.
fn service(rest: &[u8]) -> Option<String> {
    let (_, outer) = Any::from_der(rest).ok()?;
    let (_, inner) = Any::from_der(outer.data).ok()?;
    std::str::from_utf8(inner.data).ok().map(str::to_owned)
}
