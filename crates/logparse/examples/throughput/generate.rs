//! A diagnostic log made up from a seed: proxy transactions, SIP messages with their dumps, and the noise of the
//! rest. Hosts, users and addresses are invented.

use std::fmt::Write;

/// Numbers from a seed (xorshift); the log need not surprise anybody.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// An index below `length`.
    fn below(&mut self, length: usize) -> usize {
        usize::try_from(self.roll(length as u64)).expect("less than a length")
    }
}

/// A log of about `size` bytes; the same seed gives the same log.
pub(crate) fn log(size: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut log = String::with_capacity(size + (64 << 10));
    let mut milliseconds = 0;
    let mut txn = 100;
    while log.len() < size {
        milliseconds += dice.roll(40);
        let mut page = Page { log: &mut log, at: milliseconds, dice: &mut dice };
        match page.dice.roll(10) {
            0..=3 => {
                txn += 1;
                page.transaction(txn);
            }
            4..=6 => page.sip(),
            _ => page.noise(),
        }
    }
    log.into_bytes()
}

struct Page<'a> {
    log: &'a mut String,
    at: u64,
    dice: &'a mut Dice,
}

impl Page<'_> {
    /// A record with stamp, host and process; `body` follows.
    fn record(&mut self, process: &str, body: &str) {
        let (minute, second, milli) = (self.at / 60_000 % 60, self.at / 1000 % 60, self.at % 1000);
        let hour = 8 + self.at / 3_600_000 % 12;
        let clock = format!("{hour:02}:{minute:02}:{second:02}");
        let utc_hour = hour - 2;
        let body = body.replace(
            "%U",
            &format!("UTCTime=\"2023-03-04 {utc_hour:02}:{minute:02}:{second:02},{milli:03}\""),
        );
        let _ = writeln!(self.log, "2023-03-04T{clock}.{milli:03}+02:00 expc1.example.net {process}{body}");
        self.at += 1;
    }

    fn transaction(&mut self, txn: u64) {
        const TARGET: &str = "ZXhhbXBsZS5uZXQvaHR0cHMvY3VjbS5leGFtcGxlLm5ldC84NDQz";
        let (user, port) = (self.dice.roll(5000), 30000 + self.dice.roll(9999));
        let tracking =
            format!("{:08x}-1c2d-4e3f-8a9b-{:012x}", self.dice.roll(1 << 32), self.dice.roll(1 << 40));
        let path = format!("/cucm-uds/user/user{user}/devices?max=100");
        let outside = format!("GET http://vcs_control.example.net:8443/{TARGET}{path} HTTP/1.1");
        let inside = format!("GET {path} HTTP/1.1");
        let steps = [
            (
                "Receive Request",
                tracking.as_str(),
                format!("Src-ip=\"127.0.0.1\" Src-port=\"{port}\" Last-via-addr=\"\""),
                outside.as_str(),
            ),
            (
                "Sending Request",
                tracking.as_str(),
                "Dst-ip=\"192.0.2.15\" Dst-port=\"8443\"".into(),
                inside.as_str(),
            ),
            ("Receive Response", "", "Src-ip=\"192.0.2.15\" Src-port=\"8443\"".into(), "HTTP/1.1 200 OK"),
            ("Sending Response", "", format!("Dst-ip=\"127.0.0.1\" Dst-port=\"{port}\""), "HTTP/1.1 200 OK"),
        ];
        for (at, (detail, tracking, ends, start)) in steps.iter().enumerate() {
            let head = |level: &str| {
                format!(
                    "%U Module=\"network.http.trafficserver\" Level=\"{level}\": Detail=\"{detail}\" Txn-id=\"{txn}\" \
                     TrackingID=\"{tracking}\" {ends} "
                )
            };
            self.record("traffic_server[4242]: ", &format!("{}Msg=\"{start}\"", head("INFO")));
            let dump = format!(
                "{}\nHTTPMSG:\n|{start}\n Host: cucm.example.net:8443\n Cookie:<CONCEALED>\n Accept: */*\n User-Agent: \
                 Jabber/14.1 (Windows)\n Connection: Keep-Alive\n Content-Length: 0\n \n |\n",
                head("DEBUG")
            );
            self.record("traffic_server[4242]: ", &dump);
            if at == 0 {
                let allowed = format!(
                    " Event=\"Request Allowed\" Detail=\"Access allowed\" Reason=\"In allow list\" \
                     Username=\"user{user}\" Deployment=\"1\" Method=\"GET\" \
                     Request=\"https://cucm.example.net:8443{path}\" Rule=\"https://cucm.example.net:8443/cucm-uds/user/\" \
                     Match=\"prefix\" Type=\"Automatically generated rule for CUCM server\" %U"
                );
                self.record("traffic_server[4242]: ", &allowed);
            }
        }
    }

    fn sip(&mut self) {
        let (call, hash) = (self.dice.roll(1 << 48), self.dice.roll(u64::MAX));
        let (method, sequence) =
            (["INVITE", "REGISTER", "OPTIONS", "ACK"][self.dice.below(4)], self.dice.roll(9000));
        let ends = "Local-ip=\"192.0.2.5\" Local-port=\"5061\" Src-ip=\"192.0.2.15\" Src-port=\"5061\"";
        let detail = format!(
            "%U Module=\"network.sip\" Level=\"INFO\":  Action=\"Received\" {ends} Detail=\"Receive Request \
             Method={method}, CSeq={sequence}, Request-URI=sip:user{}@example.net;transport=tls, \
             Call-ID={call:x}@192.0.2.15, From-Tag={:x}, To-Tag=, Msg-Hash={hash}, Local-SessionID=, Remote-SessionID=\"",
            sequence % 500,
            call >> 7
        );
        self.record("tvcs: ", &detail);
        let mut dump = format!(
            "%U Module=\"network.sip\" Level=\"DEBUG\":  Action=\"Received\" {ends} Msg-Hash=\"{hash}\"\n SIPMSG:\n \
             |{method} sip:user@example.net SIP/2.0\n Via: SIP/2.0/TLS 192.0.2.15:5061;egress-zone=CEtls;branch=z9hG4bK{call:x};rport\n \
             Call-ID: {call:x}@192.0.2.15\n CSeq: {sequence} {method}\n From: <sip:a@example.net>;tag=7\n To: \
             <sip:b@example.net>\n Max-Forwards: 69\n User-Agent: Cisco-CUCM14.0\n Content-Type: application/sdp\n \n"
        );
        for line in 0..self.dice.roll(25) {
            let _ =
                writeln!(dump, " a=rtpmap:{line} H264/90000 profile-level-id=428014;packetization-mode=1");
        }
        dump.push_str(" |\n");
        self.record("tvcs: ", &dump);
    }

    fn noise(&mut self) {
        let (a, b) = (self.dice.roll(1 << 40), self.dice.roll(60000));
        let (process, body) = NOISE[self.dice.below(NOISE.len())];
        self.record(process, &body.replace("%A", &format!("{a:012x}")).replace("%B", &b.to_string()));
    }
}

/// Other records: process and body, with places for the clock and for two numbers.
const NOISE: [(&str, &str); 7] = [
    (
        "tvcs: ",
        "%U Module=\"developer.sip.leg\" Level=\"DEBUG\" CodeLocation=\"ppcmains/sip/sipproxy/SipProxyLeg.cpp(2109)\" \
         Method=\"SipProxyLeg::routeRequestViaZone\" Thread=\"0x%A\":  this=\"0x%B\" Type=\"Inbound\" Routing request \
         via zone inboundZone=UC_Traversal (encryption-mode=on ice-mode=off)",
    ),
    (
        "tvcs: ",
        "%U Module=\"network.tcp\" Level=\"DEBUG\":  Src-ip=\"192.0.2.15\" Src-port=\"%B\" Dst-ip=\"192.0.2.5\" \
         Dst-port=\"5061\" Detail=\"TCP Connection Closed\" Reason=\"Got EOF on socket\"",
    ),
    (
        "tvcs: ",
        "Event=\"Search Attempted\" Service=\"SIP\" Src-alias-type=\"SIP\" Src-alias=\"sip:a@example.net\" \
         Dst-alias-type=\"SIP\" Dst-alias=\"sip:b@example.net\" Call-serial-number=\"%A\" Tag=\"%B\" \
         Detail=\"searchtype:INVITE\" Level=\"1\" %U",
    ),
    (
        "",
        "%U Module=\"developer.clusterdb.cdb\" Level=\"DEBUG\" Node=\"clusterdb@192.0.2.5\" PID=\"<0.%B.0>\" \
         Detail=\"Replication tick\"",
    ),
    (
        "XCP_JABBERD[2002]: ",
        "%U ThreadID=\"%B\" Module=\"Jabber\" Level=\"INFO \" CodeLocation=\"Router.cpp:%B\" Detail=\"stream opened\"",
    ),
    (
        "tvcs: ",
        "%U Module=\"developer.ssl\" Level=\"DEBUG\" CodeLocation=\"ppcmains/ssl/ttssl/ttssl_openssl.cpp(1525)\" \
         Method=\"::TTSSL_continueHandshake\" Thread=\"0x%A\":  Detail=\"Handshake in progress\" \
         Reason=\"want read/write\"",
    ),
    ("traffic_server[4242]: ", "[ET_NET 3] NOTE: connection %A closed"),
];
