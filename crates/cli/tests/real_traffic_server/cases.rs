//! What can be wrong with an origin server, and what waytrace has to say of it.

use crate::certificates::{Authority, Leaf};
use crate::origins::Origin;
use crate::server::Target;
use rcgen::ExtendedKeyUsagePurpose;
use std::net::Ipv4Addr;

/// What has to be reported of a target while certificates are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Nothing,
    /// Id, confidence, and whether the address of the server is known: only a WARNING names it.
    Finding(&'static str, &'static str, bool),
}

/// One target and its behaviour.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) target: Target,
    pub(crate) address: Ipv4Addr,
    pub(crate) origin: Origin,
    pub(crate) expected: Expected,
    /// Whether the certificate does not hold: reported as tolerated where nothing is enforced.
    pub(crate) bad_certificate: bool,
}

/// The authorities of a run.
pub(crate) struct World {
    network: u8,
    known: Authority,
    pub(crate) issuing: Authority,
    stranger: Authority,
    pub(crate) strangers_issuing: Authority,
    outdated: Authority,
}

impl World {
    /// `network` is the second octet of every address, so that runs side by side do not meet.
    pub(crate) fn new(network: u8) -> Self {
        let known = Authority::root("Known Root");
        let issuing = known.below("Known Issuing", (2020, 2090));
        let outdated = known.below("Outdated Issuing", (2020, 2024));
        let stranger = Authority::root("Unknown Root");
        let strangers_issuing = stranger.below("Unknown Issuing", (2020, 2090));
        Self { network, known, issuing, stranger, strangers_issuing, outdated }
    }

    /// What the proxy trusts.
    pub(crate) fn trusted(&self) -> String {
        self.known.pem()
    }

    pub(crate) fn address(&self, third: u8, fourth: u8) -> Ipv4Addr {
        Ipv4Addr::new(127, self.network, third, fourth)
    }

    /// Every case, each on an address of its own but for those that share a host.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let mut cases = self.chains();
        cases.extend(self.leaves());
        cases.extend(self.addresses());
        cases.extend(self.connections());
        cases.extend(self.one_host_with_three_ports());
        cases
    }

    fn case(&self, name: &'static str, number: u8, origin: Origin, expected: Expected) -> Case {
        let bad_certificate =
            matches!(expected, Expected::Finding(id, ..) if id.starts_with("TLS-0") && id < "TLS-011");
        let target = Target { host: format!("{name}.example.com"), port: 8443 };
        Case { name, target, address: self.address(1, number), origin, expected, bad_certificate }
    }

    fn chains(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut add = |name: &'static str, number, origin: &dyn Fn(&Leaf<'_>) -> Origin, expected| {
            let host = format!("{name}.example.com");
            let also = [host.as_str()];
            cases.push(self.case(name, number, origin(&Leaf::of(&host, &also)), expected));
        };
        let said = |id| Expected::Finding(id, "certain", true);
        add("healthy", 1, &|leaf| Origin::Tls(leaf.by(&self.issuing, &[&self.issuing])), Expected::Nothing);
        add("self-signed", 2, &|leaf| Origin::Tls(leaf.by_itself()), said("TLS-001"));
        add("stranger-leaf", 3, &|leaf| Origin::Tls(leaf.by(&self.strangers_issuing, &[])), said("TLS-003"));
        add(
            "stranger-issuing",
            4,
            &|leaf| Origin::Tls(leaf.by(&self.strangers_issuing, &[&self.strangers_issuing])),
            said("TLS-003"),
        );
        add(
            "stranger-root",
            5,
            &|leaf| Origin::Tls(leaf.by(&self.strangers_issuing, &[&self.strangers_issuing, &self.stranger])),
            said("TLS-002"),
        );
        add("issuing-not-sent", 6, &|leaf| Origin::Tls(leaf.by(&self.issuing, &[])), said("TLS-003"));
        add(
            "outdated-issuing",
            7,
            &|leaf| Origin::Tls(leaf.by(&self.outdated, &[&self.outdated])),
            said("TLS-004"),
        );
        cases
    }

    fn leaves(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut add = |name: &'static str, number, change: &dyn Fn(&mut Leaf<'_>), id| {
            let host = format!("{name}.example.com");
            let also = [host.as_str()];
            let mut leaf = Leaf::of(&host, &also);
            change(&mut leaf);
            let origin = Origin::Tls(leaf.by(&self.issuing, &[&self.issuing]));
            cases.push(self.case(name, number, origin, Expected::Finding(id, "certain", true)));
        };
        add("expired", 10, &|leaf| leaf.years = (2020, 2024), "TLS-004");
        add("not-yet-valid", 11, &|leaf| leaf.years = (2080, 2090), "TLS-005");
        add(
            "wrong-name",
            12,
            &|leaf| (leaf.name, leaf.also) = ("old.example.com", &["old.example.com"]),
            "TLS-006",
        );
        add("wrong-purpose", 13, &|leaf| leaf.purpose = ExtendedKeyUsagePurpose::ClientAuth, "TLS-008");
        cases
    }

    /// Targets that are asked for by their address.
    fn addresses(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut add = |name: &'static str, number: u8, named: &dyn Fn(&str) -> (String, String), expected| {
            let address = self.address(1, number);
            let (name_of, also) = named(&address.to_string());
            let presented = Leaf::of(&name_of, &[&also]).by(&self.issuing, &[&self.issuing]);
            let mut case = self.case(name, number, Origin::Tls(presented), expected);
            case.target.host = address.to_string();
            cases.push(case);
        };
        let fqdn = "node.example.com".to_owned();
        let refused = Expected::Finding("TLS-006", "certain", true);
        // Traffic Server does not compare addresses with an iPAddress of the Subject Alternative Name.
        add("address-in-san", 20, &|address| (fqdn.clone(), address.to_owned()), refused);
        add("address-not-named", 21, &|_| (fqdn.clone(), fqdn.clone()), refused);
        cases
    }

    /// What goes wrong beside the certificate: nothing but an error response tells of it.
    fn connections(&self) -> Vec<Case> {
        let good = |name: &str| Leaf::of(name, &[name]).by(&self.issuing, &[&self.issuing]);
        let asks = |name: &str, newer| Origin::AsksForCertificate {
            presented: good(name),
            trusts: self.known.certificate(),
            newer,
        };
        let said = |id| Expected::Finding(id, "likely", false);
        let (old, new) = ("asks-client-12.example.com", "asks-client-13.example.com");
        let mut cases = vec![
            self.case("closed", 30, Origin::Closed, said("HTTP-002")),
            self.case("plain-http", 31, Origin::PlainHttp, said("TLS-016")),
            self.case("asks-client-12", 32, asks(old, false), said("TLS-016")),
            self.case("asks-client-13", 33, asks(new, true), said("TLS-016")),
            self.case("hangs-up", 34, Origin::HangsUp, said("TLS-016")),
            self.case(
                "hangs-up-later",
                35,
                Origin::HangsUpOnRequest(good("hangs-up-later.example.com")),
                said("HTTP-005"),
            ),
            self.case("babbles", 36, Origin::Babbles(good("babbles.example.com")), said("HTTP-005")),
        ];
        // No address: the name is not found.
        let mut unknown =
            self.case("no-such-name", 0, Origin::Closed, Expected::Finding("HTTP-003", "certain", false));
        unknown.address = Ipv4Addr::UNSPECIFIED;
        cases.push(unknown);
        cases
    }

    /// Servers that say nothing: the proxy waits until its patience ends.
    pub(crate) fn silent(&self) -> Vec<Case> {
        let said = Expected::Finding("HTTP-004", "likely", false);
        let name = "silent-answer.example.com";
        let presented = Leaf::of(name, &[name]).by(&self.issuing, &[&self.issuing]);
        vec![
            self.case("silent-handshake", 50, Origin::Silent, said),
            self.case("silent-answer", 51, Origin::SilentOnRequest(presented), said),
            self.case("drops-packets", 52, Origin::Deaf, said),
        ]
    }

    /// As a Unified CM has it: two services, two certificates, and only one of them good.
    fn one_host_with_three_ports(&self) -> Vec<Case> {
        let host = "three-ports.example.com";
        let also = [host];
        let leaf = Leaf::of(host, &also);
        let outdated = Leaf { years: (2020, 2024), ..Leaf::of(host, &also) };
        let sent = [&self.issuing];
        let said = |id| Expected::Finding(id, "certain", true);
        let origins = [
            ("three-ports-8443", 8443, Origin::Tls(leaf.by_itself()), said("TLS-001")),
            ("three-ports-6972", 6972, Origin::Tls(outdated.by(&self.issuing, &sent)), said("TLS-004")),
            ("three-ports-9443", 9443, Origin::Tls(leaf.by(&self.issuing, &sent)), Expected::Nothing),
        ];
        let made = origins.into_iter().map(|(name, port, origin, expected)| {
            let mut case = self.case(name, 40, origin, expected);
            case.target = Target { host: host.to_owned(), port };
            case
        });
        made.collect()
    }
}
