//! Proxy paths that were decoded: a box's requests have few different ones, and decoding costs more than looking up.

use super::transaction::without_brackets;
use rustc_hash::FxHashMap;
use waytrace_logparse::ProxyTarget;

/// Origin servers by the first segment of the path.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    known: FxHashMap<Box<str>, Option<Origin>>,
}

/// Where a proxied request is meant to go.
#[derive(Debug)]
pub(crate) struct Origin {
    /// Scheme, host and port as a URL begins.
    pub(crate) url: String,
    /// Name or address, without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Origin {
    fn of(target: &ProxyTarget) -> Option<Self> {
        let (scheme, host, port) = (target.scheme.as_ref()?, target.host.as_ref()?, target.port?);
        let url = format!("{scheme}://{host}:{port}");
        Some(Self { url, host: without_brackets(host).to_owned(), port })
    }
}

impl Targets {
    /// Segments that are remembered; a deployment has tens. Beyond it all are forgotten.
    const MAX: usize = 1024;

    /// Reads the URL or path of a request: the origin server, if its proxy path names one, and the rest of the path.
    /// Nothing if there is no proxy path.
    pub(crate) fn find<'u>(&mut self, url: &'u str) -> Option<(Option<&Origin>, &'u str)> {
        let (segment, rest) = ProxyTarget::segment(url)?;
        if !self.known.contains_key(segment) {
            let target = ProxyTarget::decode(segment)?;
            if self.known.len() >= Self::MAX {
                self.known.clear();
            }
            self.known.insert(segment.into(), Origin::of(&target));
        }
        Some((self.known.get(segment)?.as_ref(), rest))
    }
}

#[cfg(test)]
mod tests {
    use super::Targets;

    #[test]
    fn the_same_again_and_after_many_others() {
        let mut targets = Targets::default();
        let url = "http://proxy.example:8443/Y29ycC5leGFtcGxlL2h0dHBzL1s6OjFdLzg0NDQ/x?y";
        for round in 0..3 {
            let (origin, rest) = targets.find(url).expect("a proxy path");
            let origin = origin.expect("a server");
            assert_eq!(
                (origin.url.as_str(), origin.host.as_str(), origin.port, rest),
                ("https://[::1]:8444", "::1", 8444, "/x?y")
            );
            for other in 0..Targets::MAX / 2 {
                let target =
                    waytrace_logparse::ProxyTarget::decode("Y29ycC5leGFtcGxlL2h0dHBzL1s6OjFdLzg0NDQ");
                let mut target = target.expect("a target");
                target.host = Some(format!("cucm{round}-{other}.example"));
                assert!(targets.find(&format!("/{}/z", target.encode())).is_some());
                assert!(targets.known.len() <= Targets::MAX);
            }
        }
        assert!(targets.find("/ZXhhbXBsZS5jb20?service_name=_cisco-uds").expect("a domain").0.is_none());
        assert!(targets.find("/cucm-uds/servers").is_none());
    }
}
