//! The first path segment of a proxied request: base64 of where the request is really meant to go.
//!
//! A client outside does not name Unified CM in its URL; it writes `domain/scheme/host/port` in base64 as the first
//! segment, or the domain alone for its first question (log grammar, b). Padding is left off; both alphabets are
//! accepted, because for the characters that occur here they are the same.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The longest segment that is decoded: a host name has at most 253 characters, and so has a domain.
const MAX_SEGMENT: usize = 1024;

/// Where a proxied request is meant to go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyTarget {
    /// The sign-in domain of the user, such as `example.com`.
    pub domain: String,
    /// `https` or `http`; absent in the short form that holds a domain only.
    pub scheme: Option<String>,
    /// Host name or address of the origin server, as the client asked for it, in lower case.
    pub host: Option<String>,
    /// Port of the origin server.
    pub port: Option<u16>,
}

impl ProxyTarget {
    /// Decodes one path segment. `None` for a segment that is an ordinary path.
    ///
    /// ```
    /// use waytrace_logparse::ProxyTarget;
    /// let target = ProxyTarget::decode("c3RldmVuLmxhYi9odHRwcy8xMC40OC4zNi4yMTUvODQ0Mw").unwrap();
    /// assert_eq!(target.domain, "steven.lab");
    /// assert_eq!(target.host.as_deref(), Some("10.48.36.215"));
    /// assert_eq!(target.port, Some(8443));
    /// assert_eq!(ProxyTarget::decode("cucm-uds"), None);
    /// ```
    pub fn decode(segment: &str) -> Option<Self> {
        let segment = without_padding(segment.trim());
        if segment.len() < 4 || segment.len() > MAX_SEGMENT {
            return None;
        }
        let bytes = STANDARD.decode(segment).or_else(|_| URL_SAFE.decode(segment)).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        Self::of_path(&text)
    }

    /// Finds and decodes the segment in a URL (`http://host:8443/<segment>/…`) or in a path (`/<segment>/…`).
    ///
    /// Gives the target and the rest of the path, which is what the origin server is asked for.
    pub fn find(url: &str) -> Option<(Self, &str)> {
        let (segment, rest) = Self::segment(url)?;
        Some((Self::decode(segment)?, rest))
    }

    /// Finds the segment of a URL or of a path that [`ProxyTarget::find`] would decode, whatever it says.
    ///
    /// Gives the segment and the rest of the path.
    pub fn segment(url: &str) -> Option<(&str, &str)> {
        let path = match after_scheme(url) {
            Some(after) => &after[memchr::memchr(b'/', after.as_bytes())? + 1..],
            None => url.trim_start_matches('/'),
        };
        let end = memchr::memchr3(b'/', b'?', b'#', path.as_bytes()).unwrap_or(path.len());
        Some(path.split_at(end))
    }

    /// Encodes the target as a client does: base64 without padding.
    pub fn encode(&self) -> String {
        let text = match (&self.scheme, &self.host, self.port) {
            (Some(scheme), Some(host), Some(port)) => format!("{}/{scheme}/{host}/{port}", self.domain),
            _ => self.domain.clone(),
        };
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(text)
    }

    /// Reads the decoded text. One part must look like a domain; four or more must have a scheme, a host, a port.
    fn of_path(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let domain = parts.next()?;
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| {
                    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'%')
                })
        };
        if !is_name(domain) {
            return None;
        }
        let Some(scheme) = parts.next() else {
            let labels = domain.split('.').collect::<Vec<_>>();
            let dotted = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
            return dotted.then(|| Self { domain: domain.to_owned(), scheme: None, host: None, port: None });
        };
        let (host, port) = (parts.next()?, parts.next()?.parse().ok()?);
        if !matches!(scheme, "http" | "https") || !is_name(host) {
            return None;
        }
        Some(Self {
            domain: domain.to_owned(),
            scheme: Some(scheme.to_owned()),
            host: Some(host.to_ascii_lowercase()),
            port: Some(port),
        })
    }
}

/// What follows the first `://`.
fn after_scheme(url: &str) -> Option<&str> {
    let mut from = 0;
    loop {
        let colon = from + memchr::memchr(b':', &url.as_bytes()[from..])?;
        if let Some(after) = url[colon..].strip_prefix("://") {
            return Some(after);
        }
        from = colon + 1;
    }
}

/// Base64 without the padding at its end, written as it is or percent-encoded.
fn without_padding(mut segment: &str) -> &str {
    for padding in ["%3D", "%3d", "="] {
        while let Some(shorter) = segment.strip_suffix(padding) {
            segment = shorter;
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_form() {
        let full =
            ProxyTarget::decode("c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvNjk3Mg").expect("full form");
        assert_eq!(full.host.as_deref(), Some("cucm.steven.lab"));
        assert_eq!((full.scheme.as_deref(), full.port), (Some("https"), Some(6972)));
        let short = ProxyTarget::decode("ZXhhbXBsZS5jb20").expect("domain only");
        assert_eq!((short.domain.as_str(), short.host), ("example.com", None));
    }

    #[test]
    fn padding_in_every_form() {
        for tail in ["", "=", "%3D"] {
            assert!(ProxyTarget::decode(&format!("ZXhhbXBsZS5jb20{tail}")).is_some(), "{tail}");
        }
    }

    #[test]
    fn ordinary_paths_are_refused() {
        for path in [
            "cucm-uds",
            "CSFemusk",
            "CSFemusk.cnf.xml",
            "",
            "get_edge_config",
            "abcd",
            "ZZXhhbXBsZS5jb20",
            "AAAA",
        ] {
            assert_eq!(ProxyTarget::decode(path), None, "{path}");
        }
    }

    #[test]
    fn finds_the_segment_in_urls_and_paths() {
        let segment = "Y29ycC5leGFtcGxlL2h0dHBzL1s6OjFdLzg0NDQ";
        for url in [
            format!("http://proxy.example:8443/{segment}/x"),
            format!("/{segment}/x"),
            format!("{segment}/x"),
        ] {
            let (target, rest) = ProxyTarget::find(&url).expect("a segment");
            assert_eq!((target.host.as_deref(), target.port, rest), (Some("[::1]"), Some(8444), "/x"));
        }
        let (_, rest) = ProxyTarget::find("https://e.example:8443/ZXhhbXBsZS5jb20?service_name=_cisco-uds")
            .expect("short");
        assert_eq!(rest, "?service_name=_cisco-uds");
    }

    #[test]
    fn encodes_what_it_decodes() {
        let text = "c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvODQ0Mw";
        assert_eq!(ProxyTarget::decode(text).expect("a target").encode(), text);
    }
}
