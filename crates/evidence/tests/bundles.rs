//! The facts of the bundles in `testdata/bundles/`, from whatever dumps each of them has.

use std::fs;
use std::path::Path;
use waytrace_evidence::{NodeFacts, Role, ToldBy};

/// The facts of the one box whose bundle's name begins so.
fn facts(bundle: &str, name: &str) -> NodeFacts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/bundles").join(bundle);
    let mut facts = NodeFacts::default();
    for box_folder in fs::read_dir(folder).expect("a bundle") {
        let box_folder = box_folder.expect("an entry");
        let is_it = box_folder.file_name().to_string_lossy().starts_with(&format!("diagnostic_log_{name}_"));
        if !is_it {
            continue;
        }
        for member in fs::read_dir(box_folder.path()).expect("a folder") {
            let member = member.expect("an entry");
            if member.file_name().to_string_lossy().contains("_dump_") {
                let dump = fs::read(member.path()).expect("a file");
                facts.absorb(NodeFacts::read(&dump).expect("a dump"));
            }
        }
    }
    assert_eq!((facts.reading.unread, facts.reading.changed), (0, 0), "{bundle} {name}");
    facts
}

#[test]
fn every_box_says_who_it_is() {
    for (bundle, name, role, release) in [
        ("single-c", "expc", Role::Control, "X14.2.1"),
        ("pair", "expc", Role::Control, "X15.5.0"),
        ("pair", "expe", Role::Edge, "X15.5.0"),
        ("cluster", "expc1", Role::Control, "X14.2.5"),
        ("cluster", "expc2", Role::Control, "X14.2.5"),
        ("cluster", "expe1", Role::Edge, "X14.2.5"),
        ("cluster", "expe2", Role::Edge, "X14.2.5"),
    ] {
        let facts = facts(bundle, name);
        assert_eq!(facts.system.host.as_deref(), Some(name), "{bundle}");
        assert_eq!(facts.system.release, release.parse().ok(), "{bundle} {name}");
        let told = facts.role.map(|fact| (fact.role, fact.told_by));
        assert_eq!(told, Some((role, ToldBy::UnifiedCommunicationsZone)), "{bundle} {name}");
    }
}

#[test]
fn peers_are_named_also_those_without_a_bundle() {
    for (name, own) in [("expc1", 1), ("expc2", 2)] {
        let cluster = facts("cluster", name).cluster;
        let peers: Vec<_> = cluster.peers.iter().map(|peer| peer.address.as_str()).collect();
        assert_eq!(peers, ["expc1.example.com", "expc2.example.com", "expc3.example.com"]);
        assert_eq!(cluster.own, Some(own), "{name}");
    }
    // The peers of the other cluster are named by address.
    assert_eq!(facts("cluster", "expe2").cluster.own, Some(2));
    assert!(facts("single-c", "expc").cluster.peers.is_empty());
}

#[test]
fn what_the_pair_is_set_to() {
    let control = facts("pair", "expc");
    assert_eq!(control.mra.verify_origin_server, Some(true));
    let servers: Vec<_> = control.servers.iter().map(|server| server.tls_verify_mode).collect();
    assert_eq!(servers, [Some(true), Some(false)]);
    assert_eq!(control.zones[0].peers[0].address, "expe.example.com");
    let edge = facts("pair", "expe");
    assert_eq!(edge.zones[0].tls_verify_subject_name.as_deref(), Some("expc.example.com"));
    assert_eq!(edge.network.ntp[0].synchronised, Some(false));
}
