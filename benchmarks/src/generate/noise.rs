//! What other processes write.

use super::Agenda;
use super::dice::Dice;
use std::fmt::Write as _;

/// Bodies with places for numbers: `%x` hexadecimal, `%d` decimal, `%u` a UUID.
const BODIES: &[&str] = &[
    "tvcs: %U Module=\"developer.sip.leg\" Level=\"DEBUG\" CodeLocation=\"ppcmains/sip/sipproxy/SipProxyLeg.cpp(2109)\" \
     Method=\"SipProxyLeg::routeRequestViaZone\" Thread=\"0x7f%x\":  this=\"0x55%x\" Type=\"Inbound\" Routing request \
     via zone inboundZone=UC_Traversal (encryption-mode=on ice-mode=off)",
    "tvcs: %U Module=\"network.tcp\" Level=\"DEBUG\":  Src-ip=\"192.0.2.15\" Src-port=\"%d\" Dst-ip=\"192.0.2.5\" \
     Dst-port=\"5061\" Detail=\"TCP Connection Closed\" Reason=\"Got EOF on socket\"",
    "tvcs: %U Module=\"network.tcp\" Level=\"DEBUG\":  Src-ip=\"192.0.2.15\" Src-port=\"%d\" Dst-ip=\"192.0.2.5\" \
     Dst-port=\"5061\" Detail=\"TCP Connecting\"",
    "tvcs: %U Module=\"developer.fsm.sipproxylegfsm\" Level=\"DEBUG\" CodeLocation=\"ppcmains/ttcmn/fsm/Fsm.cpp(211)\" \
     Method=\"Fsm::transition\" Thread=\"0x7f%x\": Self=\"SipProxyLegFsm:%d\" State=\"Proceeding\" Event=\"Response\" \
     cookie=%d call=%u",
    "tvcs: %U Module=\"network.mediarouting\" Level=\"DEBUG\":  Action=\"Received\" Detail=\"Route: Creating: Packets \
     Rxd on 192.0.2.5:%d (socket 0x55%x) from UNDEFINED Txd on 192.0.2.5:%d  (socket 0x55%x)  to 198.51.100.9:%d\"",
    "UTCTIME Module=\"developer.clusterdb.cdb\" Level=\"DEBUG\" Node=\"clusterdb@192.0.2.5\" PID=\"<0.%d.0>\" \
     Detail=\"Replication tick\" Table=\"zonesConfiguration\" Uuid=\"%u\"",
    "XCP_JABBERD[20026]: %U ThreadID=\"139%d\" Module=\"Jabber\" Level=\"INFO \" CodeLocation=\"Router.cpp:%d\" \
     Detail=\"stream opened for jabberd-port-1.expe1.corp.example id %x\"",
    "XCP_CM2[12122]: %U ThreadID=\"139%d\" Module=\"cm-1.expc1\" Level=\"DEBUG\" CodeLocation=\"stanza.component.out\" \
     Detail=\"xcoder=%x - <presence from='user%d@corp.example/jabber_%d' to='user%d@corp.example'><show>away</show></presence>\"",
    "edgeconfigprovisioning: %U Module=\"developer.edgeconfigprovisioning.server\" Level=\"DEBUG\" \
     CodeLocation=\"edgeprotocol(1020)\" Detail=\"Received request\" Username=\"user%d\" TrackingID=\"%u\"",
    "httpd[15060]: web: Event=\"Web page requested\" User=\"admin\" Src-ip=\"192.0.2.200\" Page=\"status%d\" %U",
    "licensemanager: %U Module=\"developer.licensemanager\" Level=\"DEBUG\" CodeLocation=\"reservation(%d)\" \
     Detail=\"licence state\" Session=\"%u\"",
];

/// Adds a few records that belong to nothing.
pub(super) fn record(now: u64, dice: &mut Dice, agenda: &mut Agenda) {
    for number in 0..=dice.below(4) {
        let text = dice.pick(BODIES);
        agenda.add(now + 150 * number, filled(text, dice));
    }
}

fn filled(text: &str, dice: &mut Dice) -> String {
    let text = text.replace("UTCTIME", "%U");
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text.as_str();
    while let Some(at) = rest.find('%') {
        filled.push_str(&rest[..at]);
        match rest.as_bytes().get(at + 1) {
            Some(b'x') => {
                let _ = write!(filled, "{:010x}", dice.bits() >> 24);
            }
            Some(b'd') => {
                let _ = write!(filled, "{}", 1024 + dice.below(60_000));
            }
            Some(b'u') => filled.push_str(&dice.uuid()),
            _ => filled.push_str(&rest[at..at + 2]),
        }
        rest = &rest[at + 2..];
    }
    filled.push_str(rest);
    filled
}
