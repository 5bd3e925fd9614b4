//! The facts of one invented box, from both forms of both dumps.

use waytrace_evidence::{HIDDEN, NodeFacts, Role, ServerKind, ServerSource, ToldBy, ZoneType};

const XCONF_TXT: &[u8] = include_bytes!("fixtures/xconf_dump_expc1.txt");
const XCONF_XML: &[u8] = include_bytes!("fixtures/xconf_dump_expc1.xml");
const XSTAT_TXT: &[u8] = include_bytes!("fixtures/xstat_dump_expc1.txt");
const XSTAT_XML: &[u8] = include_bytes!("fixtures/xstat_dump_expc1.xml");

fn read(dumps: &[&[u8]]) -> NodeFacts {
    let mut facts = NodeFacts::default();
    for dump in dumps {
        let other = NodeFacts::read(dump).expect("a dump");
        assert!(facts.may_be_same_box(&other));
        facts.absorb(other);
    }
    facts
}

#[test]
fn both_forms_give_the_same_facts() {
    let lines = read(&[XCONF_TXT, XSTAT_TXT]);
    let elements = read(&[XCONF_XML, XSTAT_XML]);
    assert_eq!(lines.settings_below("Zones"), elements.settings_below("Zones"));
    assert_eq!(lines.system, elements.system);
    assert_eq!(lines.role, elements.role);
    assert_eq!(lines.network, elements.network);
    assert_eq!(lines.cluster, elements.cluster);
    assert_eq!(lines.zones, elements.zones);
    assert_eq!(lines.domains, elements.domains);
    assert_eq!(lines.servers, elements.servers);
    assert_eq!(lines.mra, elements.mra);
    assert_eq!(lines.ciphers, elements.ciphers);
    // The XML form says the product once more, at the root of each file.
    assert_eq!(lines.reading.configuration + 1, elements.reading.configuration);
    assert_eq!(lines.reading.status + 1, elements.reading.status);
    assert_eq!((lines.reading.hidden, elements.reading.hidden), (5, 5));
    assert_eq!((lines.reading.unread, elements.reading.unread), (0, 0));
}

#[test]
fn all_four_dumps_of_a_box_agree() {
    let all = read(&[XCONF_TXT, XSTAT_XML, XCONF_XML, XSTAT_TXT]);
    assert_eq!((all.reading.changed, all.reading.dropped), (0, 0));
    assert_eq!(all.zones, read(&[XCONF_TXT, XSTAT_TXT]).zones);
}

#[test]
fn the_box_itself() {
    let facts = read(&[XCONF_TXT, XSTAT_TXT]);
    let system = &facts.system;
    assert_eq!(system.full_name().as_deref(), Some("expc1.example.com"));
    assert_eq!(system.name.as_deref(), Some("Expressway-C one"));
    assert_eq!(system.product.as_deref(), Some("TANDBERG VCS"));
    assert_eq!(system.release, "X14.2.1".parse().ok());
    assert_eq!(system.clock.uptime_seconds, Some(8_640_321));
    assert_eq!(system.clock.system_time.as_deref(), Some("2025-03-04 08:15:30"));
    let role = facts.role.expect("a role");
    assert_eq!((role.role, role.told_by), (Role::Control, ToldBy::UnifiedCommunicationsZone));
}

#[test]
fn cluster_and_network() {
    let facts = read(&[XCONF_TXT, XSTAT_TXT]);
    let peers: Vec<_> = facts.cluster.peers.iter().map(|peer| peer.address.as_str()).collect();
    assert_eq!(peers, ["expc1.example.com", "192.0.2.12", "expc3.example.com"]);
    assert_eq!((facts.cluster.own, facts.cluster.primary), (Some(1), Some(1)));
    assert_eq!(facts.cluster.peers[2].state.as_deref(), Some("Failed"));
    let network = &facts.network;
    assert_eq!(network.interfaces[0].address_v6.as_deref(), Some("2001:db8::11"));
    assert_eq!(network.interfaces[0].nat_address, None);
    assert_eq!(network.dns.len(), 2);
    assert_eq!(network.dns[1].domains, ["lab.example.com"]);
    let synchronised: Vec<_> = network.ntp.iter().map(|server| server.synchronised).collect();
    assert_eq!(synchronised, [Some(true), Some(false)]);
}

#[test]
fn zones_domains_and_servers() {
    let facts = read(&[XCONF_TXT, XSTAT_TXT]);
    let types: Vec<_> = facts.zones.iter().map(|zone| (zone.index, zone.zone_type.clone())).collect();
    let wanted = [
        (Some(1), ZoneType::TraversalClient),
        (Some(2), ZoneType::Dns),
        (Some(3), ZoneType::Neighbor),
        (None, ZoneType::Default),
    ];
    assert_eq!(types, wanted);
    let traversal = &facts.zones[0];
    assert_eq!((traversal.port, traversal.tls_verify_mode), (Some(7001), Some(true)));
    let peers: Vec<_> = traversal.peers.iter().map(|peer| (peer.index, peer.address.as_str())).collect();
    assert_eq!(peers, [(1, "expe1.example.com"), (2, "expe2.example.com")]);
    assert_eq!(facts.zones[1].tls_verify_subject_name.as_deref(), Some("call.example.net"));
    assert_eq!(facts.zones[2].state.as_deref(), Some("Failed"));
    assert_eq!(facts.domains[0].services, ["edgesip", "edgexmpp"]);
    assert!(facts.domains[1].services.is_empty());
    let server = &facts.servers[0];
    assert_eq!((server.kind, server.tls_verify_mode), (ServerKind::UnifiedCm, Some(true)));
    assert_eq!(facts.mra.verify_origin_server, Some(true));
    assert!(facts.ciphers[0].value.starts_with("ECDHE-RSA-AES256-GCM-SHA384:"));
}

#[test]
fn any_setting_can_be_asked_for() {
    let facts = read(&[XCONF_TXT, XSTAT_TXT]);
    for (path, value) in [
        ("EdgeConfigServer VerifyOriginServer", Some("ON")),
        ("  xconfiguration edgeconfigserver verifyoriginserver ", Some("ON")),
        ("xStatus EdgeConfigServer VerifyOriginServer", None),
        ("zones zone 1 type", Some("TraversalClient")),
        ("Zones Zone Type", Some("TraversalClient")),
        ("Zones Zone 3 Status", Some("Failed")),
        ("Zones Zone 1 TraversalClient Peer 3 Address", Some("")),
        ("Zones Zone 1 TraversalClient Authentication Password", Some(HIDDEN)),
        ("Login Banner", Some("Only for\nmembers of Example & Sons <example>")),
        ("Zones Zone 9 Name", None),
        ("", None),
    ] {
        assert_eq!(facts.setting(path), value, "{path}");
    }
}

#[test]
fn no_secret_is_kept() {
    for dumps in [[XCONF_TXT, XSTAT_TXT], [XCONF_XML, XSTAT_XML]] {
        let kept = format!("{:?}", read(&dumps));
        for secret in ["cipher}", "c2VjcmV0", "bm90", "letmein", "116341X00"] {
            assert!(!kept.contains(secret), "{secret}");
        }
    }
}

#[test]
fn what_is_no_dump_is_refused() {
    for bytes in
        [&b""[..], b"\n\n", b"<html/>", b"2025-03-04T09:00:00+01:00 expc1 tvcs: Event=\"x\"", b"\xff\xfe"]
    {
        assert!(NodeFacts::read(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
    }
}

/// The facts of some lines of configuration.
fn lines(text: &str) -> NodeFacts {
    let lines: Vec<_> = text.lines().map(|line| format!("*c xConfiguration {}\n", line.trim())).collect();
    NodeFacts::read(lines.concat().as_bytes()).expect("a dump")
}

#[test]
fn the_role_is_told_by_what_is_surest() {
    let zone = |number: u32, kind: &str, edge: &str| {
        format!(
            "Zones Zone {number} Type: \"{kind}\"\nZones Zone {number} {kind} Collaboration Edge: \"{edge}\"\n"
        )
    };
    for (text, role) in [
        (zone(2, "TraversalClient", "Off"), Some((Role::Control, ToldBy::TraversalZones))),
        (zone(2, "TraversalServer", "Off"), Some((Role::Edge, ToldBy::TraversalZones))),
        // In a chain of three the middle one has both sides; the one with mobile and remote access counts.
        (
            zone(2, "TraversalClient", "Off") + &zone(3, "TraversalServer", "On"),
            Some((Role::Edge, ToldBy::UnifiedCommunicationsZone)),
        ),
        (zone(2, "TraversalClient", "Off") + &zone(3, "TraversalServer", "Off"), None),
        (
            "Traversal Server TURN Mode: \"On\"".to_owned(),
            Some((Role::Edge, ToldBy::TraversalServerSettings)),
        ),
        ("SIP Mode: \"On\"".to_owned(), None),
    ] {
        let told = lines(&text).role.map(|fact| (fact.role, fact.told_by));
        assert_eq!(told, role, "{text}");
    }
    for (text, role) in [
        (
            "*s SystemUnit:\n Software:\n  Configuration:\n   Expressway: True\n",
            (Role::Edge, ToldBy::Feature),
        ),
        ("*s Options:\n Option 2:\n  Description: \"Expressway-E, 5\"\n", (Role::Edge, ToldBy::Licence)),
        ("*s SystemUnit: /\n Product: \"Cisco Expressway-C\"\n", (Role::Control, ToldBy::Licence)),
    ] {
        let facts = NodeFacts::read(text.as_bytes()).expect("a dump");
        assert_eq!(facts.role.map(|fact| (fact.role, fact.told_by)), Some(role), "{text}");
    }
}

#[test]
fn older_and_other_names_of_settings() {
    let facts = lines(
        "Alternates Peer 1: \"192.0.2.11\"
        Alternates Peer 2: \"192.0.2.12\"
        Ethernet 1 IP V4 Address: \"192.0.2.12\"
        NTP Address: \"ntp.example.com\"
        SIP Domains Domain 1 Name: \"example.com\"
        SIP Domains Domain 1 Sip: \"On\"
        Zones Zone 4 Name: \"CEtls-cucm2.example.com\"
        Zones Zone 4 Type: \"Neighbor\"
        Zones Zone 4 Neighbor Peer 1 Address: \"cucm2.example.com\"
        Zones Zone 5 Name: \"CEtcp-cucm2.example.com\"
        Zones Zone 5 Type: \"Neighbor\"
        Zones Zone 5 Neighbor Peer 1 Address: \"CUCM2.example.com\"",
    );
    let peers: Vec<_> = facts.cluster.peers.iter().map(|peer| peer.address.as_str()).collect();
    assert_eq!((peers, facts.cluster.own), (vec!["192.0.2.11", "192.0.2.12"], Some(2)));
    assert_eq!(facts.network.ntp[0].address, "ntp.example.com");
    assert_eq!(facts.domains[0].services, ["sip"]);
    let servers: Vec<_> = facts.servers.iter().map(|server| (server.index, server.told_by)).collect();
    assert_eq!(servers, [(4, ServerSource::Zone)]);
    assert_eq!(facts.reading.unused, 0);
}
