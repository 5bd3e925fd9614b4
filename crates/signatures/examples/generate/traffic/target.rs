//! The servers requests go to, and what becomes of requests there.

use super::settings::Settings;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cause {
    Success,
    SelfSigned,
    UnknownCa,
    Expired,
    Name,
    AlertUnknownCa,
    WrongVersion,
    /// The server closes the connection during the handshake: no line tells why.
    Fin,
    /// Nobody listens.
    Refused,
}

impl Cause {
    pub(crate) const ALL: [Self; 9] = [
        Self::Success,
        Self::SelfSigned,
        Self::UnknownCa,
        Self::Expired,
        Self::Name,
        Self::AlertUnknownCa,
        Self::WrongVersion,
        Self::Fin,
        Self::Refused,
    ];

    /// Its name in arguments and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::SelfSigned => "self-signed",
            Self::UnknownCa => "unknown-ca",
            Self::Expired => "expired",
            Self::Name => "name",
            Self::AlertUnknownCa => "alert-unknown-ca",
            Self::WrongVersion => "wrong-version",
            Self::Fin => "fin",
            Self::Refused => "refused",
        }
    }

    /// OpenSSL's text for a chain that is refused, and the depth.
    pub(crate) fn verify_error(self, hyphen: bool) -> Option<&'static str> {
        match self {
            Self::SelfSigned if hyphen => Some("self-signed certificate"),
            Self::SelfSigned => Some("self signed certificate"),
            Self::UnknownCa => Some("unable to get local issuer certificate"),
            Self::Expired => Some("certificate has expired"),
            _ => None,
        }
    }

    /// OpenSSL's error in the line about the failed handshake (8.x).
    pub(crate) fn handshake_error(self) -> Option<&'static str> {
        match self {
            Self::SelfSigned | Self::UnknownCa | Self::Expired | Self::Name => {
                Some("error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed")
            }
            Self::AlertUnknownCa => {
                Some("error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca")
            }
            Self::WrongVersion => Some("error:1408F10B:SSL routines:ssl3_get_record:wrong version number"),
            _ => None,
        }
    }

    /// Whether the certificate is refused here, with a WARNING.
    pub(crate) fn warns(self) -> bool {
        self == Self::Name || self.verify_error(false).is_some()
    }
}

/// A server as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) ip: String,
    pub(crate) port: u16,
    pub(crate) cause: Cause,
    /// Milliseconds its handshakes take at least.
    pub(crate) far: u64,
}

impl Target {
    /// Whether it is asked for by its address.
    pub(crate) fn by_address(&self) -> bool {
        self.host == self.ip
    }
}

/// Every server of a log.
pub(crate) fn targets(settings: &Settings) -> Vec<Target> {
    let mut all: Vec<Target> = Vec::new();
    let mut add = |host: &str, ip: String, port, cause| {
        let far = 3 + all.len() as u64 % 6;
        all.push(Target { host: host.to_owned(), ip, port, cause, far });
    };
    let mut address = 10;
    for cause in Cause::ALL {
        for number in 0..settings.servers {
            let (host, port) = (
                format!("{}-{number}.corp.example", cause.name()),
                [8443, 6972][usize::from(number % 2 == 1)],
            );
            add(&host, documentation(address), port, cause);
            address += 1;
        }
    }
    if settings.three_ports {
        for (port, cause) in [(8443, Cause::SelfSigned), (6972, Cause::Expired), (9443, Cause::Success)] {
            add("duo.corp.example", "198.51.100.7".to_owned(), port, cause);
        }
    }
    if settings.ip_targets {
        for (ip, cause) in [("203.0.113.40", Cause::Name), ("203.0.113.41", Cause::SelfSigned)] {
            add(ip, ip.to_owned(), 8443, cause);
        }
    }
    if settings.round_robin {
        for (ip, cause) in [("203.0.113.50", Cause::SelfSigned), ("203.0.113.51", Cause::Expired)] {
            add("rr.corp.example", ip.to_owned(), 8443, cause);
        }
    }
    all
}

/// An address for documentation (RFC 5737).
fn documentation(number: u64) -> String {
    if number < 250 { format!("192.0.2.{number}") } else { format!("198.51.100.{}", 20 + number % 230) }
}
