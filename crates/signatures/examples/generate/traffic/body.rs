//! The texts of the lines, without stamp, host and process.

use super::target::Target;

/// Microseconds since the log began, as the writer's clock shows them in UTC.
pub(crate) fn utc(time: u64) -> String {
    let (clock, milli) = clock(time, 8);
    format!("2024-03-05 {clock},{milli:03}")
}

/// Microseconds since the log began, as the box's stamp.
pub(crate) fn stamp(time: u64) -> String {
    let (clock, milli) = clock(time, 9);
    format!("2024-03-05T{clock}.{milli:03}+01:00")
}

fn clock(time: u64, hour: u64) -> (String, u64) {
    let milli = time / 1000;
    let (hour, minute, second) = (hour + milli / 3_600_000, milli / 60_000 % 60, milli / 1000 % 60);
    (format!("{hour:02}:{minute:02}:{second:02}"), milli % 1000)
}

/// One step of a transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) detail: &'a str,
    pub(crate) txn: u64,
    pub(crate) tracking: &'a str,
    /// `Src-ip="…" …` or `Dst-ip="…" …`.
    pub(crate) ends: &'a str,
    pub(crate) start: &'a str,
}

impl Step<'_> {
    /// The line at INFO.
    pub(crate) fn info(&self, time: u64) -> String {
        format!("{}Msg=\"{}\"", self.head(time, "INFO"), self.start)
    }

    /// The line at DEBUG with the message after it.
    pub(crate) fn debug(&self, time: u64) -> String {
        format!(
            "{}\nHTTPMSG:\n|{}\n Cookie:<CONCEALED>\n Connection: Keep-Alive\n \n |\n",
            self.head(time, "DEBUG"),
            self.start
        )
    }

    fn head(&self, time: u64, level: &str) -> String {
        let Self { detail, txn, tracking, ends, .. } = self;
        format!(
            "UTCTime=\"{}\" Module=\"network.http.trafficserver\" Level=\"{level}\": Detail=\"{detail}\" \
             Txn-id=\"{txn}\" TrackingID=\"{tracking}\" {ends} ",
            utc(time)
        )
    }
}

/// The WARNING about a refused certificate.
pub(crate) fn warning(target: &Target, thread: usize, hyphen: bool) -> String {
    let Target { host, ip, .. } = target;
    match target.cause.verify_error(hyphen) {
        Some(error) => format!(
            "[ET_NET {thread}] WARNING: Core server certificate verification failed for ({host}). \
             Action=Terminate Error={error} server={host}({ip}) depth=0"
        ),
        None => format!(
            "[ET_NET {thread}] WARNING: SNI ({host}) not in certificate. Action=Terminate server={host}({ip})"
        ),
    }
}

/// The ERROR about a failed handshake.
pub(crate) fn error(host: &str, thread: usize, error: &str) -> String {
    format!("[ET_NET {thread}] ERROR: SSL connection failed for '{host}': {error}")
}

/// What the allow list says of a request.
pub(crate) fn allowed(url: &str, user: &str, base: &str, time: u64) -> String {
    format!(
        " Event=\"Request Allowed\" Detail=\"Access allowed\" Reason=\"In allow list\" Username=\"{user}\" \
         Deployment=\"1\" Method=\"GET\" Request=\"{url}\" Rule=\"{base}\" Match=\"prefix\" \
         Type=\"Automatically generated rule for CUCM server\" UTCTime=\"{}\"",
        utc(time)
    )
}

/// The path segment a client asks for a server with.
pub(crate) fn proxy_path(target: &Target) -> String {
    base64(&format!("corp.example/https/{}/{}", target.host, target.port))
}

/// Base64 without padding.
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..=three.len() {
            out.push(char::from(DIGITS[bits >> (18 - 6 * at) & 63]));
        }
    }
    out
}

/// Lines of other processes; `#` stands for a number, `@` for the time in UTC.
pub(crate) const NOISE: &[(&str, &str)] = &[
    (
        "tvcs: ",
        "UTCTime=\"@\" Module=\"network.sip\" Level=\"INFO\":  Action=\"Received\" Local-ip=\"192.0.2.5\" \
         Local-port=\"5061\" Src-ip=\"192.0.2.15\" Src-port=\"5061\" Detail=\"Receive Request Method=OPTIONS, \
         CSeq=#, Request-URI=sip:192.0.2.5:5061, Call-ID=#@corp.example, From-Tag=#, To-Tag=, Msg-Hash=#\"",
    ),
    (
        "XCP_JABBERD[20026]: ",
        "UTCTime=\"@\" ThreadID=\"139#\" Module=\"Jabber\" Level=\"INFO \" CodeLocation=\"stanza.component.out\" \
         Detail=\"delivering packet #\"",
    ),
    ("httpd[15060]: web: ", "Event=\"Web page requested\" User=\"admin\" Src-ip=\"192.0.2.200\" Page=\"#\""),
    ("traffic_server[#PID]: ", "[ET_NET 2] NOTE: cache cleaner passed, # entries"),
    (
        "licensemanager: ",
        "UTCTime=\"@\" Module=\"developer.licensemanager\" Level=\"DEBUG\" Detail=\"# in use\"",
    ),
];
