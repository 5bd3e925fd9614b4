//! Media: the routes of `network.mediarouting`, and the session dumps of `developer.mediasessionmgr.mediasession`.

use super::address::Peer;
use super::line::{Head, Line, between};
use crate::event::Event;

/// A route for the media of a call: packets that come in here go out there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRoute<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What happened to it.
    pub step: RouteStep<'b>,
}

/// What happened to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteStep<'b> {
    /// It was made.
    Created(Route<'b>),
    /// It was taken down.
    Deleted(Route<'b>),
    /// Another line, as written.
    Other(&'b str),
}

/// The four ends of a route. Port 3478 is the TURN relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'b> {
    /// Where packets are received.
    pub received_on: Peer<'b>,
    /// Whom they are taken from: an address, or words such as `UNDEFINED` and `Allowed Peer List`.
    pub from: Peer<'b>,
    /// Where they are sent from.
    pub sent_on: Peer<'b>,
    /// Whom they are sent to.
    pub to: Peer<'b>,
}

impl RouteStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created(_) => "media.route_created",
            Self::Deleted(_) => "media.route_deleted",
            Self::Other(_) => "media.other",
        }
    }
}

/// Reads a line of `network.mediarouting`. A route whose ends cannot be read is broken.
pub(super) fn route<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let (created, rest) = match said.strip_prefix("Route:").map(str::trim_start) {
        Some(rest) if rest.starts_with("Creating:") => (true, &rest[9..]),
        Some(rest) if rest.starts_with("Deleting:") => (false, &rest[9..]),
        _ => return Event::MediaRoute(MediaRoute { head: line.head(), step: RouteStep::Other(said) }),
    };
    let Some(route) = ends(rest) else {
        return line.broken_at(rest, "`Packets Rxd on … from … Txd on … to …`");
    };
    let step = if created { RouteStep::Created(route) } else { RouteStep::Deleted(route) };
    Event::MediaRoute(MediaRoute { head: line.head(), step })
}

/// `Packets Rxd on ip:port (socket …) from X Txd on ip:port (socket …) to Y`
fn ends(text: &str) -> Option<Route<'_>> {
    let (received, sent) = text.split_once(" Txd on ")?;
    let (received_on, from) = received.split_once("Rxd on ")?.1.split_once(" from ")?;
    let (sent_on, to) = sent.split_once(" to ")?;
    let address = |text| Peer::split(word(text));
    Some(Route {
        received_on: address(received_on),
        from: Peer::split(from.trim()),
        sent_on: address(sent_on),
        to: Peer::split(to.trim()),
    })
}

fn word(text: &str) -> &str {
    text.trim().split(' ').next().unwrap_or("")
}

/// One half of a media session that is ready, dumped as `name: value` lines (log grammar, a3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaSession<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// The call, by its serial number on this box.
    pub call_serial: &'b str,
    /// `STREAM_TYPE_AUDIO` and the like.
    pub stream: &'b str,
    /// The lines of the dump, as they stand.
    pub text: &'b str,
}

impl<'b> MediaSession<'b> {
    /// Names and values of the dump, in order.
    pub fn values(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        let pairs = self.text.lines().filter_map(|line| line.split_once(": "));
        pairs.map(|(name, value)| (name.trim(), value.trim()))
    }
}

/// Reads a session dump; `None` for the other lines of the media session manager.
pub(super) fn session<'b>(body: &'b str, continuation: &'b str) -> Option<Event<'b>> {
    if continuation.is_empty() || !body.contains("Key =") {
        return None;
    }
    let line = Line::of(body, continuation);
    let key = line.free_text();
    Some(Event::MediaSession(MediaSession {
        head: line.head(),
        call_serial: word(between(key, "m_callSerialNumber:", "m_sessionKey").unwrap_or("")),
        stream: between(key, "streamtype = ", ",").unwrap_or(""),
        text: continuation,
    }))
}
