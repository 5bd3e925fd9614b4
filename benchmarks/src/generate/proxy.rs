//! Proxied requests of Mobile and Remote Access, as Traffic Server 8 and the plugin of an Expressway write them.

use super::dice::Dice;
use super::{Agenda, Truth};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Process of the log.
const PROCESS: &str = "traffic_server[18242]: ";
/// An origin that failed is tried once for this long, and three times before, in microseconds.
const REMEMBERED: u64 = 60_000_000;

/// Causes of failure as the answer names them: the text of OpenSSL and the depth, or none for a wrong name.
const CAUSES: &[(&str, Option<(&str, u8)>)] = &[
    ("self-signed", Some(("self signed certificate", 0))),
    ("unknown-ca", Some(("self signed certificate in certificate chain", 1))),
    ("expired", Some(("certificate has expired", 0))),
    ("name", None),
];

/// Host, address, path segment, port, and position of its cause; `None` where its certificate is good.
struct Origin {
    host: &'static str,
    address: &'static str,
    segment: &'static str,
    port: u16,
    cause: Option<usize>,
}

const fn origin(
    host: &'static str,
    address: &'static str,
    segment: &'static str,
    port: u16,
    cause: Option<usize>,
) -> Origin {
    Origin { host, address, segment, port, cause }
}

/// The segment is `corp.example/https/HOST/PORT` in base64; a test says so.
const ORIGINS: &[Origin] = &[
    origin(
        "cucm1.corp.example",
        "192.0.2.11",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20xLmNvcnAuZXhhbXBsZS84NDQz",
        8443,
        None,
    ),
    origin(
        "cucm1.corp.example",
        "192.0.2.11",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20xLmNvcnAuZXhhbXBsZS82OTcy",
        6972,
        Some(0),
    ),
    origin(
        "cucm2.corp.example",
        "192.0.2.12",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20yLmNvcnAuZXhhbXBsZS84NDQz",
        8443,
        None,
    ),
    origin(
        "cucm2.corp.example",
        "192.0.2.12",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20yLmNvcnAuZXhhbXBsZS82OTcy",
        6972,
        Some(1),
    ),
    origin(
        "cucm3.corp.example",
        "192.0.2.13",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20zLmNvcnAuZXhhbXBsZS84NDQz",
        8443,
        Some(2),
    ),
    origin(
        "cucm3.corp.example",
        "192.0.2.13",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y20zLmNvcnAuZXhhbXBsZS82OTcy",
        6972,
        None,
    ),
    origin(
        "imp1.corp.example",
        "192.0.2.21",
        "Y29ycC5leGFtcGxlL2h0dHBzL2ltcDEuY29ycC5leGFtcGxlLzg0NDM",
        8443,
        Some(3),
    ),
    origin(
        "imp1.corp.example",
        "192.0.2.21",
        "Y29ycC5leGFtcGxlL2h0dHBzL2ltcDEuY29ycC5leGFtcGxlLzk0NDM",
        9443,
        None,
    ),
    origin(
        "cucm4.corp.example",
        "192.0.2.14",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y200LmNvcnAuZXhhbXBsZS84NDQz",
        8443,
        Some(0),
    ),
    origin(
        "cucm4.corp.example",
        "192.0.2.14",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1Y200LmNvcnAuZXhhbXBsZS82OTcy",
        6972,
        Some(2),
    ),
    origin(
        "cuc1.corp.example",
        "192.0.2.31",
        "Y29ycC5leGFtcGxlL2h0dHBzL2N1YzEuY29ycC5leGFtcGxlLzg0NDM",
        8443,
        None,
    ),
];

/// What is remembered from request to request.
#[derive(Debug, Default)]
pub(super) struct Proxy {
    txn: u64,
    /// Origins that failed, and when.
    failed: HashMap<usize, u64>,
}

/// One request while it is written.
struct Request<'a> {
    origin: &'static Origin,
    txn: u64,
    tracking: String,
    client: u64,
    path: String,
    user: u64,
    dice: &'a mut Dice,
    agenda: &'a mut Agenda,
}

impl Proxy {
    /// Adds the records of one request that begins at a moment.
    pub(super) fn request(
        &mut self,
        now: u64,
        failing: u32,
        dice: &mut Dice,
        agenda: &mut Agenda,
        truth: &mut Truth,
    ) {
        let fails = dice.below(1000) < u64::from(failing);
        let fitting: Vec<usize> =
            (0..ORIGINS.len()).filter(|at| ORIGINS[*at].cause.is_some() == fails).collect();
        let at = dice.pick(&fitting);
        let origin = &ORIGINS[at];
        self.txn += 1 + dice.below(3);
        truth.requests += 1;
        let user = dice.below(20_000);
        let path = match dice.below(4) {
            0 => format!("/CSFuser{user}.cnf.xml"),
            1 => "/cucm-uds/servers".to_owned(),
            2 => format!("/cucm-uds/user/user{user}"),
            _ => format!("/cucm-uds/user/user{user}/devices?max={}", 10 + dice.below(90)),
        };
        let (tracking, client) = (dice.uuid(), 30_000 + dice.below(30_000));
        let mut request = Request { origin, txn: self.txn, tracking, client, path, user, dice, agenda };
        let Some(cause) = origin.cause else {
            request.succeed(now);
            return;
        };
        let known = self.failed.get(&at).is_some_and(|failed| now - failed < REMEMBERED);
        let ended = request.fail(now, &CAUSES[cause], if known { 1 } else { 3 });
        self.failed
            .entry(at)
            .and_modify(|when| {
                if !known {
                    *when = ended;
                }
            })
            .or_insert(ended);
        *truth.failed.entry((CAUSES[cause].0, origin.host, origin.port)).or_default() += 1;
    }
}

impl Request<'_> {
    fn succeed(&mut self, now: u64) {
        let start = self.open(now);
        let connected = start + 4_000 + self.dice.below(30_000);
        let inside = format!("GET {} HTTP/1.1", self.path);
        let (to, from) = (self.origin_end("Dst"), self.origin_end("Src"));
        let tracking = self.tracking.clone();
        self.step(start, "Sending Request", &tracking, &to, &inside);
        self.dump(start, "Sending Request", &to, &inside, 0);
        let length = 200 + self.dice.below(4000);
        let answer = "HTTP/1.1 200 ";
        self.step(connected, "Receive Response", "", &from, answer);
        let client = format!("Dst-ip=\"127.0.0.1\" Dst-port=\"{}\"", self.client);
        self.dump(connected, "Receive Response", &from, answer, length);
        self.step(connected + 300, "Sending Response", "", &client, answer);
        self.dump(connected + 300, "Sending Response", &client, answer, length);
    }

    /// Gives the moment it ends.
    fn fail(&mut self, now: u64, cause: &(&str, Option<(&str, u8)>), attempts: u32) -> u64 {
        let mut at = self.open(now);
        let thread = self.dice.below(4);
        let Origin { host, address, .. } = self.origin;
        let warning = match cause.1 {
            Some((error, depth)) => format!(
                "Core server certificate verification failed for ({host}). Action=Terminate Error={error} \
                 server={host}({address}) depth={depth}"
            ),
            None => format!("SNI ({host}) not in certificate. Action=Terminate server={host}({address})"),
        };
        let (inside, to) = (format!("GET {} HTTP/1.1", self.path), self.origin_end("Dst"));
        for _ in 0..attempts {
            let tracking = self.tracking.clone();
            self.step(at, "Sending Request", &tracking, &to, &inside);
            self.dump(at, "Sending Request", &to, &inside, 0);
            at += 3_000 + self.dice.below(12_000);
            self.add(at, &format!("[ET_NET {thread}] WARNING: {warning}"));
            self.add(
                at,
                &format!(
                    "[ET_NET {thread}] ERROR: SSL connection failed for '{host}': error:1416F086:SSL \
                     routines:tls_process_server_certificate:certificate verify failed"
                ),
            );
            at += self.dice.below(400);
        }
        let client = format!("Dst-ip=\"127.0.0.1\" Dst-port=\"{}\"", self.client);
        self.step(at, "Sending Response", "", &client, "HTTP/1.1 502 connect failed");
        self.dump(at, "Sending Response", &client, "HTTP/1.1 502 connect failed", 247);
        at
    }

    /// The records up to the first attempt; gives its moment.
    fn open(&mut self, now: u64) -> u64 {
        let Origin { host, segment, port, .. } = *self.origin;
        let line = format!("GET http://vcs_control.corp.example:8443/{segment}{} HTTP/1.1", self.path);
        let ends = format!("Src-ip=\"127.0.0.1\" Src-port=\"{}\" Last-via-addr=\"\"", self.client);
        let tracking = self.tracking.clone();
        self.step(now, "Receive Request", &tracking, &ends, &line);
        self.dump(now, "Receive Request", &ends, &line, 0);
        let (path, user) = (&self.path, self.user);
        let allowed = format!(
            " Event=\"Request Allowed\" Detail=\"Access allowed\" Reason=\"In allow list\" Username=\"user{user}\" \
             Deployment=\"1\" Method=\"GET\" Request=\"https://{host}:{port}{path}\" \
             Rule=\"https://{host}:{port}/cucm-uds/\" Match=\"prefix\" Type=\"Automatically generated rule for CUCM \
             server\" %U"
        );
        self.add(now + 200, &allowed);
        now + 700 + self.dice.below(2_000)
    }

    fn origin_end(&self, side: &str) -> String {
        format!("{side}-ip=\"{}\" {side}-port=\"{}\"", self.origin.address, self.origin.port)
    }

    fn head(&self, detail: &str, level: &str, tracking: &str, ends: &str) -> String {
        format!(
            "%U Module=\"network.http.trafficserver\" Level=\"{level}\": Detail=\"{detail}\" Txn-id=\"{}\" \
             TrackingID=\"{tracking}\" {ends} ",
            self.txn
        )
    }

    fn step(&mut self, at: u64, detail: &str, tracking: &str, ends: &str, message: &str) {
        let line = format!("{}Msg=\"{message}\"", self.head(detail, "INFO", tracking, ends));
        self.add(at, &line);
    }

    /// The twin of a step at DEBUG, with the message. A box under diagnostic logging writes one for every step.
    fn dump(&mut self, at: u64, detail: &str, ends: &str, start: &str, length: u64) {
        let tracking = if detail.ends_with("Request") { self.tracking.clone() } else { String::new() };
        let mut text = self.head(detail, "DEBUG", &tracking, ends);
        let _ = write!(
            text,
            "\nHTTPMSG:\n|{start}\n Host: {}:{}\n Via: https/1.1 expe1[5f2b0c1e-7d11-4c4e-9a66-c7a1f0e5d3b2] (ATS)\n TrackingID: {}\n Cookie:<CONCEALED>\n \
             Authorization:<CONCEALED>\n User-Agent: Jabber-Win-{}\n Content-Length: {length}\n Connection: keep-alive\n \n |\n",
            self.origin.host,
            self.origin.port,
            self.tracking,
            1400 + self.txn % 7,
        );
        self.add(at + 20, &text);
    }

    fn add(&mut self, at: u64, body: &str) {
        self.agenda.add(at, format!("{PROCESS}{body}"));
    }
}

#[cfg(test)]
mod tests {
    use super::ORIGINS;

    /// Digits of base64.
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    #[test]
    fn segments_are_what_they_stand_for() {
        for origin in ORIGINS {
            let (mut bits, mut held, mut text) = (0_u32, 0, String::new());
            for digit in origin.segment.bytes() {
                let value = DIGITS.iter().position(|known| *known == digit).expect("a digit of base64");
                bits = bits << 6 | u32::try_from(value).expect("below 64");
                held += 6;
                if held >= 8 {
                    held -= 8;
                    text.push(char::from(u8::try_from(bits >> held & 0xff).expect("a byte")));
                }
            }
            assert_eq!(text, format!("corp.example/https/{}/{}", origin.host, origin.port));
        }
    }
}
