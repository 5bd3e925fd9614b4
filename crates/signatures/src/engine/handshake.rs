//! Failed handshakes on the SIP side, put together from the lines that `tvcs` writes about one.
//!
//! Up to three lines tell of the same connection: the TLS event, the error of `developer.ssl`, and the end of the TCP
//! connection. They have the same two addresses and nearly the same time, and no fixed order (log grammar of `tvcs`,
//! b). Together they tell who refused whom (decision table c0); any of them may be missing, because each comes from a
//! module with a level of its own.

mod subject;

pub(crate) use subject::HandshakeSubject;

use super::lines::At;
use super::transaction::Moment;
use crate::finding::{Line, Role};
use waytrace_logparse::Event;
use waytrace_logparse::body::address::Peer;
use waytrace_logparse::body::ssl::{Failure, SslStep};
use waytrace_logparse::body::tcp::{TcpConnection, TcpState};
use waytrace_logparse::body::tls::{Direction, TlsNegotiationError};

/// How far apart the lines of one handshake are at most. Measured on published logs: 5 ms; the rest is for a busy box.
/// Ports are used again after minutes only.
const TOGETHER: Moment = 100;
/// Ceiling on the handshakes that wait for their other lines. Beyond it the oldest is told as it stands.
const MAX_WAITING: usize = 256;
/// What the box writes where the connection ended and OpenSSL has no word for it.
const CUT: &str = "No SSL error available, probably remote disconnect";

/// One end of a connection, owned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct End {
    pub(crate) ip: String,
    pub(crate) port: Option<u16>,
    /// The port as text, so that it can be lent.
    pub(crate) port_text: String,
}

impl End {
    fn of(peer: &Peer<'_>) -> Self {
        let port_text = peer.port.map(|port| port.to_string()).unwrap_or_default();
        Self { ip: peer.ip.to_owned(), port: peer.port, port_text }
    }

    /// Whether both may be the same end: a record may leave the address out, never the port.
    fn fits(&self, other: &Peer<'_>) -> bool {
        self.port.is_some()
            && self.port == other.port
            && (self.ip.is_empty() || other.ip.is_empty() || self.ip == other.ip)
    }
}

/// One handshake, as far as its lines are known.
#[derive(Debug, Default)]
pub(crate) struct Handshake {
    time: Moment,
    /// Who opened the connection.
    pub(crate) src: End,
    /// Whom it was opened to.
    pub(crate) dst: End,
    /// `inbound` or `outbound`, where a line says so.
    pub(crate) direction: Option<&'static str>,
    /// Words of the TLS event.
    detail: Option<String>,
    /// The name this box wanted to see.
    pub(crate) common_name: Option<String>,
    /// The other end, where a line says which one it is.
    pub(crate) remote: Option<End>,
    /// What `developer.ssl` says.
    ssl: Option<Ssl>,
    /// Why the TCP connection ended; empty if the box gives no reason.
    closed: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// It was looked at before it was settled.
    previewed: bool,
}

/// OpenSSL's error of a handshake.
#[derive(Debug)]
pub(crate) struct Ssl {
    /// In lower case; empty where there is none.
    pub(crate) reason: String,
    pub(crate) alert: Option<u32>,
}

/// How a handshake ended (decision table c0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// This box found no chain that it trusts, or another fault of the certificate.
    Untrusted,
    /// This box trusts the chain; the name is not the one it wants.
    Name,
    /// The peer ended it with an alert.
    Alert,
    /// The peer showed no certificate although it was asked for one.
    NoCertificate,
    /// It was cut without a word.
    Cut,
    /// This box ended it for another reason, such as a version it does not speak.
    Other,
}

impl Ending {
    /// The word for it in conditions.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Name => "name",
            Self::Alert => "alert",
            Self::NoCertificate => "no-certificate",
            Self::Cut => "cut",
            Self::Other => "other",
        }
    }

    /// Reads the words of an event, of OpenSSL, or of the end of a connection.
    fn of(words: &str) -> Self {
        let words = words.to_ascii_lowercase();
        if words.contains("no ssl error available") {
            Self::Cut
        } else if words.contains("alert ") {
            Self::Alert
        } else if words.contains("identity was unacceptable") {
            Self::Name
        } else if words.contains("no certificate returned") || words.contains("did not return a certificate")
        {
            Self::NoCertificate
        } else if ["certificate", "crl", "ca md", "ee cert", "ca cert"]
            .iter()
            .any(|word| words.contains(word))
        {
            Self::Untrusted
        } else {
            Self::Other
        }
    }
}

impl Handshake {
    /// The words that tell most: of the event, or else of the end of the connection, or else of OpenSSL.
    pub(crate) fn words(&self) -> &str {
        let closed = self.closed.as_deref().filter(|reason| tells(reason));
        let ssl = self.ssl.as_ref().map(|ssl| if ssl.reason.is_empty() { CUT } else { &ssl.reason });
        self.detail.as_deref().or(closed).or(ssl).unwrap_or_default()
    }

    /// When the first of its lines was written.
    pub(crate) fn time(&self) -> Moment {
        self.time
    }

    pub(crate) fn ending(&self) -> Ending {
        Ending::of(self.words())
    }

    pub(crate) fn ssl(&self) -> Option<&Ssl> {
        self.ssl.as_ref()
    }

    /// Whether any line says that a handshake failed. An end of a connection alone does not.
    fn is_failure(&self) -> bool {
        self.detail.is_some() || self.ssl.is_some() || self.closed.as_deref().is_some_and(tells)
    }

    /// Whether two lines, written by different modules, say the same of how it ended, and none says otherwise.
    pub(crate) fn is_agreed(&self) -> bool {
        let ending = self.ending();
        let event = self.detail.as_deref().map(|words| Ending::of(words) == ending);
        let ssl = self.ssl.as_ref().map(|ssl| match ending {
            Ending::Cut => ssl.reason.is_empty(),
            _ => Ending::of(&ssl.reason) == ending,
        });
        let closed = self.closed.as_deref().filter(|reason| !reason.is_empty()).map(|reason| {
            // The other side hung up: that goes with its alert as with a cut.
            if tells(reason) {
                Ending::of(reason) == ending
            } else {
                matches!(ending, Ending::Alert | Ending::Cut)
            }
        });
        let said: Vec<bool> = [event, ssl, closed].into_iter().flatten().collect();
        said.len() >= 2 && said.iter().all(|agrees| *agrees)
    }

    fn fits(&self, a: &Peer<'_>, b: &Peer<'_>, time: Moment) -> bool {
        (time - self.time).abs() <= TOGETHER
            && ((self.src.fits(a) && self.dst.fits(b)) || (self.src.fits(b) && self.dst.fits(a)))
    }
}

/// Whether the reason a connection ended for is one of TLS.
fn tells(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["certificate", "alert ", "crl", "ca md", "ee cert"].iter().any(|word| reason.contains(word))
}

/// The handshakes of one node that wait for their other lines.
#[derive(Debug, Default)]
pub(crate) struct Handshakes {
    waiting: Vec<Handshake>,
}

impl Handshakes {
    /// Takes a record; those about other things are left.
    pub(crate) fn take(&mut self, event: &Event<'_>, at: &At<'_>, time: Moment) {
        match event {
            Event::Tls(error) => self.event(error, at, time),
            Event::Ssl(line) => {
                if let SslStep::ConnectionFailed(failure) = &line.step {
                    self.ssl(failure, at, time);
                }
            }
            Event::Tcp(connection) if connection.state == TcpState::Closed => {
                self.closed(connection, at, time);
            }
            _ => {}
        }
    }

    /// When the oldest of them began.
    pub(crate) fn first(&self) -> Option<Moment> {
        self.waiting.first().map(|handshake| handshake.time)
    }

    /// Those that failed up to this moment and that nobody looked at so far; looks at each once.
    pub(crate) fn preview(&mut self, until: Moment, mut look: impl FnMut(&Handshake)) {
        for handshake in self.waiting.iter_mut().filter(|known| known.time <= until && !known.previewed) {
            if handshake.is_failure() {
                handshake.previewed = true;
                look(handshake);
            }
        }
    }

    /// Whether the oldest must be told now, because too many wait.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= MAX_WAITING
    }

    /// Takes out those that began up to this moment and failed.
    pub(crate) fn take_until(&mut self, moment: Moment) -> Vec<Handshake> {
        let waiting = std::mem::take(&mut self.waiting);
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|handshake| handshake.time <= moment);
        self.waiting = later;
        ready.into_iter().filter(Handshake::is_failure).collect()
    }

    fn event(&mut self, error: &TlsNegotiationError<'_>, at: &At<'_>, time: Moment) {
        let handshake = self.of(&error.src, &error.dst, time, |known| known.detail.is_none());
        handshake.detail = Some(error.detail.to_owned());
        handshake.common_name = Some(error.common_name.to_owned()).filter(|name| !name.is_empty());
        handshake.direction = match error.direction {
            Direction::Inbound => Some("inbound"),
            Direction::Outbound => Some("outbound"),
            _ => handshake.direction,
        };
        // The event's own view of who called whom counts.
        (handshake.src, handshake.dst) = (End::of(&error.src), End::of(&error.dst));
        handshake.lines.push(at.keep(Role::Proof));
    }

    fn ssl(&mut self, failure: &Failure<'_>, at: &At<'_>, time: Moment) {
        let (Some(local), Some(remote)) = (failure.local, failure.remote) else { return };
        if !local.is_defined() || !remote.is_defined() {
            return;
        }
        let is_server = failure.is_server.unwrap_or_default();
        let (src, dst) = if is_server { (remote, local) } else { (local, remote) };
        let handshake = self.of(&src.peer(), &dst.peer(), time, |known| known.ssl.is_none());
        handshake.remote = Some(End::of(&remote.peer()));
        let error = failure.ssl_error();
        let reason = error.map(|error| error.reason.to_ascii_lowercase()).unwrap_or_default();
        handshake.ssl = Some(Ssl { reason, alert: error.and_then(|error| error.alert()) });
        let direction = failure.is_server.map(|is_server| if is_server { "inbound" } else { "outbound" });
        handshake.direction = handshake.direction.or(direction);
        handshake.lines.push(at.keep(Role::Proof));
    }

    fn closed(&mut self, connection: &TcpConnection<'_>, at: &At<'_>, time: Moment) {
        let (src, dst) = (&connection.src, &connection.dst);
        let handshake = self.of(src, dst, time, |known| known.closed.is_none());
        handshake.closed = Some(connection.reason.to_owned());
        handshake.lines.push(at.keep(Role::Proof));
    }

    /// The waiting handshake of this connection that still lacks such a line, or a new one.
    fn of(
        &mut self,
        src: &Peer<'_>,
        dst: &Peer<'_>,
        time: Moment,
        lacks: impl Fn(&Handshake) -> bool,
    ) -> &mut Handshake {
        let known =
            self.waiting.iter().rposition(|handshake| handshake.fits(src, dst, time) && lacks(handshake));
        let at = known.unwrap_or_else(|| {
            let (src, dst) = (End::of(src), End::of(dst));
            self.waiting.push(Handshake { time, src, dst, ..Handshake::default() });
            self.waiting.len() - 1
        });
        &mut self.waiting[at]
    }
}

#[cfg(test)]
mod tests;
