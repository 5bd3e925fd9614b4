//! SIP dialogues: the line at INFO, and the message in a dump at DEBUG.

use super::Agenda;
use super::dice::Dice;
use std::fmt::Write as _;

const PROCESS: &str = "tvcs: ";
/// The Unified CM behind the box.
const CUCM: (&str, u64) = ("192.0.2.15", 5061);
const METHODS: &[&str] = &["INVITE", "REGISTER", "OPTIONS", "NOTIFY", "SUBSCRIBE", "BYE"];

/// What the messages of a dialogue share.
struct Dialogue {
    method: &'static str,
    call: String,
    from: String,
    to: String,
    branch: String,
    sequence: u64,
    caller: u64,
    called: u64,
    peer: String,
    port: u64,
}

/// One message on its way through the box: it is written when it comes and when it is sent on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Response,
}

/// Adds the records of a request and its response.
pub(super) fn dialogue(now: u64, dice: &mut Dice, agenda: &mut Agenda) {
    let dialogue = Dialogue {
        method: dice.pick(METHODS),
        call: format!("{:016x}{:08x}@192.0.2.15", dice.bits(), dice.bits() >> 32),
        from: format!("{:x}~{}", dice.bits() >> 40, dice.uuid()),
        to: format!("{:016x}", dice.bits()),
        branch: format!("z9hG4bK{:016x}{:08x}", dice.bits(), dice.bits() >> 32),
        sequence: 100 + dice.below(900),
        caller: dice.below(5000),
        called: dice.below(5000),
        peer: format!("198.51.100.{}", dice.below(250)),
        port: 25_000 + dice.below(5_000),
    };
    let body = (dialogue.method == "INVITE").then(|| session(dice));
    dialogue.pass(now, Way::Request, body.as_deref(), dice, agenda);
    let later = now + 2_000 + dice.below(60_000);
    if dialogue.method == "INVITE" {
        let (serial, tag) = (dice.uuid(), dice.uuid());
        for (event, delay) in
            [("Search Attempted", 400), ("Call Attempted", 500), ("Search Completed", 1_500)]
        {
            let line = format!(
                "{PROCESS}Event=\"{event}\" Service=\"SIP\" Src-alias-type=\"SIP\" Src-alias=\"sip:user{}@corp.example\" \
                 Dst-alias-type=\"SIP\" Dst-alias=\"sip:user{}@corp.example\" Call-serial-number=\"{serial}\" \
                 Tag=\"{tag}\" Detail=\"searchtype:INVITE\" Level=\"1\" %U",
                dialogue.caller, dialogue.called
            );
            agenda.add(now + delay, line);
        }
    }
    let answer = body.is_some().then(|| session(dice));
    dialogue.pass(later, Way::Response, answer.as_deref(), dice, agenda);
    if dialogue.method == "INVITE" {
        let acknowledged = Dialogue { method: "ACK", ..dialogue };
        acknowledged.pass(later + 4_000 + dice.below(20_000), Way::Request, None, dice, agenda);
    }
}

impl Dialogue {
    /// The message comes from one side and is sent on to the other one.
    fn pass(&self, at: u64, way: Way, body: Option<&str>, dice: &mut Dice, agenda: &mut Agenda) {
        let phone = (self.peer.as_str(), self.port);
        let (from, to) = if way == Way::Request { (phone, CUCM) } else { (CUCM, phone) };
        let sessions = format!("{:032x}", u128::from(dice.bits()) << 64 | u128::from(dice.bits()));
        let dump = self.dump(way, &sessions, body);
        self.message(at, way, ("Received", "Src", from), (&sessions, &dump, dice.bits()), agenda);
        let later = at + 400 + dice.below(3_000);
        self.message(later, way, ("Sent", "Dst", to), (&sessions, &dump, dice.bits()), agenda);
    }

    fn message(
        &self,
        at: u64,
        way: Way,
        (action, side, (ip, port)): (&str, &str, (&str, u64)),
        (sessions, dump, hash): (&str, &str, u64),
        agenda: &mut Agenda,
    ) {
        let Self { method, call, from, to, sequence, called, .. } = self;
        let ends =
            format!("Local-ip=\"192.0.2.5\" Local-port=\"5061\" {side}-ip=\"{ip}\" {side}-port=\"{port}\"");
        let verb = if action == "Received" { "Receive" } else { "Sending" };
        let what = if way == Way::Request {
            let to = if *method == "ACK" { to } else { "" };
            format!(
                "{verb} Request Method={method}, CSeq={sequence}, Request-URI=sip:user{called}@corp.example, \
                 Call-ID={call}, From-Tag={from}, To-Tag={to}, Msg-Hash={hash}"
            )
        } else {
            format!(
                "{verb} Response Code=200, Method={method}, CSeq={sequence}, To=sip:user{called}@corp.example, \
                 Call-ID={call}, From-Tag={from}, To-Tag={to}, Msg-Hash={hash}"
            )
        };
        agenda.add(
            at,
            format!(
                "{PROCESS}%U Module=\"network.sip\" Level=\"INFO\":  Action=\"{action}\" {ends} Detail=\"{what}, \
                 Local-SessionID={sessions}, Remote-SessionID=00000000000000000000000000000000\""
            ),
        );
        let head = format!(
            "{PROCESS}%U Module=\"network.sip\" Level=\"DEBUG\":  Action=\"{action}\" {ends} Msg-Hash=\"{hash}\""
        );
        agenda.add(at + 30, format!("{head}\n SIPMSG:\n |{dump} |\n"));
    }

    fn dump(&self, way: Way, session: &str, body: Option<&str>) -> String {
        let Self { method, call, from, to, branch, sequence, caller, called, peer, port } = self;
        let (start, to_tag) = if way == Way::Request {
            let tag = if *method == "ACK" { format!(";tag={to}") } else { String::new() };
            (format!("{method} sip:user{called}@corp.example SIP/2.0"), tag)
        } else {
            ("SIP/2.0 200 OK".to_owned(), format!(";tag={to}"))
        };
        let (kind, body) = match body {
            Some(body) => (" Content-Type: application/sdp\n", body),
            None => ("", ""),
        };
        format!(
            "{start}\n Via: SIP/2.0/TLS 192.0.2.15:5061;egress-zone=CEtls-cucm1;branch={branch};proxy-call-id={};rport\n \
             Via: SIP/2.0/TLS {peer}:{port};branch={branch}.1;received={peer}\n Call-ID: {call}\n CSeq: {sequence} \
             {method}\n Contact: <sip:user{caller}@{peer}:{port};transport=tls>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-{caller:012}>\"\n \
             From: \"User {caller}\" <sip:user{caller}@corp.example>;tag={from}\n To: <sip:user{called}@corp.example>{to_tag}\n \
             Max-Forwards: 69\n Route: <sip:192.0.2.5:5061;transport=tls;zone-id=3;directed;lr>\n Record-Route: \
             <sip:proxy-call-id={}@192.0.2.5:5061;transport=tls;lr>\n Allow: \
             INVITE,ACK,CANCEL,BYE,INFO,PRACK,UPDATE,SUBSCRIBE,NOTIFY,REFER,MESSAGE\n User-Agent: Cisco-CUCM14.0\n \
             Expires: 180\n Session-ID: {session};remote=00000000000000000000000000000000\n{kind} Content-Length: \
             {}\n \n{body}",
            &from[from.len() - 36..],
            &from[from.len() - 36..],
            body.len(),
        )
    }
}

/// A session description with candidates and keys, as long as real ones are.
fn session(dice: &mut Dice) -> String {
    let mut text = format!(
        " v=0\n o=tandberg {} 1 IN IP4 192.0.2.15\n s=-\n c=IN IP4 192.0.2.15\n b=AS:1920\n t=0 0\n",
        dice.below(1_000_000)
    );
    for (media, port) in [("audio", 2326), ("video", 2328), ("application", 2330)] {
        let _ =
            writeln!(text, " m={media} {} RTP/SAVP 107 108 104 9 8 0 18 101", port + 4 * dice.below(5_000));
        for (number, codec) in [
            (107, "MP4A-LATM/90000"),
            (108, "opus/48000/2"),
            (104, "G7221/16000"),
            (101, "telephone-event/8000"),
        ] {
            let _ = writeln!(text, " a=rtpmap:{number} {codec}");
            let _ =
                writeln!(text, " a=fmtp:{number} profile-level-id=428014;max-br=1920;packetization-mode=1");
        }
        // The box replaces the key itself; an index and a lifetime stay.
        let _ = writeln!(text, " a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:<CONCEALED>|2^48");
        let (user, foundation) = (dice.bits() >> 32, dice.below(10));
        let _ = writeln!(text, " a=ice-ufrag:{user:08x}\n a=ice-pwd:<CONCEALED>");
        for candidate in 1..=3 {
            let (address, port) = (dice.below(250), 36_000 + dice.below(20_000));
            let _ = writeln!(
                text,
                " a=candidate:{foundation} {candidate} UDP 21304421{} 203.0.113.{address} {port} typ relay raddr 192.0.2.15 rport {port}",
                dice.below(100)
            );
        }
        let _ = writeln!(text, " a=sendrecv\n a=rtcp-fb:* nack pli");
    }
    text
}
