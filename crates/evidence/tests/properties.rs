//! What holds for any bytes.

use proptest::prelude::*;
use waytrace_evidence::NodeFacts;

/// Pieces of dumps, so that chance comes near them.
const PIECES: &[&str] = &[
    "*c xConfiguration ",
    "*s ",
    "Zones Zone ",
    "1 ",
    "2 ",
    "Type",
    "TraversalClient ",
    "Peer ",
    "Address",
    "Name",
    "Password",
    ": ",
    ":",
    "\"",
    "/",
    "\n",
    "\r\n",
    "  ",
    "*s/end\n",
    "** end",
    "<Configuration>",
    "<Status>",
    "</Status>",
    "<Zones item=\"1\">",
    "<Zone item=\"2\">",
    "</Zone>",
    "<a/>",
    "&amp;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [",
    "<!--",
    "-->",
    "é",
    "\u{feff}",
    "\0",
    "On",
    "X14.2",
    "4294967296",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec());
    let noise = prop::collection::vec(any::<u8>(), 0..4);
    prop::collection::vec(prop_oneof![9 => piece, 1 => noise], 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = NodeFacts::read(&bytes);
    }

    #[test]
    fn pieces_of_dumps_are_read_or_refused(one in pieces(), other in pieces()) {
        let Ok(mut facts) = NodeFacts::read(&one) else { return Ok(()) };
        prop_assert!(facts.reading.unread_lines.len() <= facts.reading.unread);
        prop_assert!(facts.reading.unused <= facts.reading.configuration + facts.reading.status);
        let again = facts.clone();
        facts.absorb(again.clone());
        prop_assert_eq!(&facts.zones, &again.zones);
        prop_assert_eq!(facts.reading.changed, again.reading.changed);
        if let Ok(other) = NodeFacts::read(&other) {
            facts.absorb(other);
        }
    }

    #[test]
    fn a_value_comes_back(value in "[ -!#-~]{0,40}") {
        let value = value.trim();
        let dump = format!("*c xConfiguration Some Thing 3 Name: \"{value}\"\n*c xConfiguration A: 2\n");
        let facts = NodeFacts::read(dump.as_bytes()).expect("a dump");
        let kept = facts.setting("some thing 3 name").expect("kept");
        prop_assert!(kept == value || kept == waytrace_evidence::HIDDEN);
        let dump = format!(
            "<Configuration><Some item=\"1\"><Thing item=\"3\"><Name>{}</Name></Thing></Some></Configuration>",
            value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        );
        let facts = NodeFacts::read(dump.as_bytes()).expect("a dump");
        prop_assert_eq!(facts.setting("some thing 3 name"), Some(kept));
    }
}
