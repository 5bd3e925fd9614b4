//! What a proxy path says: `waytrace decode`.

use waytrace_logparse::ProxyTarget;
use waytrace_signatures::Catalogue;

/// A decoded proxy path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The sign-in domain.
    pub domain: String,
    /// `https` or `http`; absent in the short form, which holds a domain only.
    pub scheme: Option<String>,
    /// Host name or address of the origin server.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// What follows the segment: the path the origin server is asked for.
    pub path: String,
    /// What the port serves, if it is a known one.
    pub service: Option<String>,
    /// Which certificate the port shows, if it is a known one.
    pub certificate: Option<String>,
}

/// Decodes a path segment, a path, a URL, or a whole request line.
///
/// `None` when no part of the text is a proxy path.
///
/// ```
/// let decoded = waytrace::decode("c3RldmVuLmxhYi9odHRwcy8xMC40OC4zNi4yMTUvODQ0Mw").unwrap();
/// assert_eq!(decoded.host.as_deref(), Some("10.48.36.215"));
/// ```
pub fn decode(text: &str) -> Option<Decoded> {
    let words = text.split_whitespace();
    let (target, path) = words.into_iter().find_map(ProxyTarget::find)?;
    let catalogue = Catalogue::built_in();
    let port = target.port.and_then(|port| catalogue.ports.get(port));
    Some(Decoded {
        service: port.map(|port| port.service.clone()),
        certificate: port.map(|port| port.certificate.clone()),
        path: path.to_owned(),
        domain: target.domain,
        scheme: target.scheme,
        host: target.host,
        port: target.port,
    })
}
