//! One connection while it is watched.

use super::ceilings::Ceilings;
use super::connection::{Connection, Ending, Frame, How, Moment, Opening, Plain, Roles, Seen, Sent, Side};
use super::packet::Segment;
use super::stream::Stream;
use super::tls::{Tls, Told};
use std::net::SocketAddr;

/// A connection between two addresses. Which of them is the client is decided when it is told.
#[derive(Debug)]
pub(super) struct Flow {
    addresses: [SocketAddr; 2],
    streams: [Stream; 2],
    /// The numbers with which the two opened.
    opened: [Option<u32>; 2],
    /// Who asked.
    opener: Option<usize>,
    endings: [[Option<Moment>; 2]; 2],
    first: Moment,
    span: (i64, i64),
    seen: Vec<Seen>,
    given_up: bool,
}

impl Flow {
    /// Begins with a packet that is yet to be taken.
    pub(super) fn new(addresses: [SocketAddr; 2], at: Moment) -> Self {
        Self {
            addresses,
            streams: Default::default(),
            opened: [None; 2],
            opener: None,
            endings: [[None; 2]; 2],
            first: at,
            span: (at.micros, at.micros),
            seen: Vec::new(),
            given_up: false,
        }
    }

    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.streams.iter().map(Stream::held).sum()
    }

    /// Whether it has ended, so that only stragglers may follow.
    pub(super) fn is_closed(&self) -> bool {
        let [a, b] = &self.endings;
        a[1].is_some() || b[1].is_some() || (a[0].is_some() && b[0].is_some())
    }

    /// Whether a segment is of this connection, and not of the next between the same two.
    pub(super) fn owns(&self, side: usize, segment: &Segment<'_>, ceilings: &Ceilings) -> bool {
        if !segment.syn {
            return true;
        }
        let answers = segment.acknowledged.zip(self.opened[1 - side]);
        let answers = answers.map(|(acknowledged, opened)| acknowledged == opened.wrapping_add(1));
        if let Some(opened) = self.opened[side] {
            return opened == segment.sequence || answers == Some(true);
        }
        // An answer to something else is a straggler; it does not end what is there.
        let first = segment.sequence.wrapping_add(1);
        answers.is_some() || self.streams[side].may_begin(first, ceilings) == Some(true)
    }

    /// Takes a segment of one side.
    pub(super) fn take(
        &mut self,
        side: usize,
        segment: &Segment<'_>,
        cut: bool,
        at: Moment,
        ceilings: &Ceilings,
    ) {
        self.note(at);
        if segment.syn {
            self.open(side, segment, ceilings);
        }
        if let Some(acknowledged) = segment.acknowledged {
            self.streams[1 - side].acknowledge(acknowledged);
        }
        let stream = &mut self.streams[side];
        stream.count(segment.payload.len(), cut);
        // Payload in a SYN comes after the SYN's own number (fast open).
        let sequence = segment.sequence.wrapping_add(u32::from(segment.syn));
        if !segment.payload.is_empty() {
            stream.take(sequence, segment.payload, at, ceilings);
        }
        if segment.fin {
            let length = u32::try_from(segment.payload.len()).unwrap_or(0);
            if !cut {
                stream.finish(sequence.wrapping_add(length));
            }
            self.endings[side][0].get_or_insert(at);
        }
        if segment.rst {
            self.endings[side][1].get_or_insert(at);
        }
    }

    fn open(&mut self, side: usize, segment: &Segment<'_>, ceilings: &Ceilings) {
        let other = 1 - side;
        let answers = self.opened[other].zip(segment.acknowledged);
        let stray = answers.is_some_and(|(opened, acknowledged)| acknowledged != opened.wrapping_add(1));
        if self.opened[side].is_some() || stray {
            return;
        }
        self.opened[side] = Some(segment.sequence);
        let first = segment.sequence.wrapping_add(1);
        if self.streams[side].may_begin(first, ceilings) != Some(false) {
            self.streams[side].begin(first);
        }
        self.opener.get_or_insert(if segment.acknowledged.is_some() { other } else { side });
        let Some(acknowledged) = segment.acknowledged else { return };
        // The answer tells where the client began, also if its SYN is missing.
        let client = &mut self.streams[other];
        if !client.has_begun() && client.may_begin(acknowledged, ceilings) != Some(false) {
            client.begin(acknowledged);
        }
    }

    /// Whether a segment without SYN can be of this connection, by its number.
    pub(super) fn may_follow(&self, side: usize, segment: &Segment<'_>) -> bool {
        segment.syn || segment.payload.is_empty() || self.streams[side].may_follow(segment.sequence)
    }

    /// Whether it was opened with the same number as one of which nothing but the opening was seen.
    pub(super) fn opens_again(&self, earlier: &Self) -> bool {
        let silent = earlier.streams.iter().all(|stream| stream.sent().bytes == 0);
        let same = |side: usize| self.opened[side].is_some() && self.opened[side] == earlier.opened[side];
        silent && self.opener.is_some_and(|side| earlier.opener == Some(side) && same(side))
    }

    /// Adds the packets of an earlier part that says nothing else.
    pub(super) fn begin_with(&mut self, earlier: &Self) {
        self.first = earlier.first;
        self.span = (self.span.0.min(earlier.span.0), self.span.1.max(earlier.span.1));
        for (stream, other) in self.streams.iter_mut().zip(&earlier.streams) {
            stream.add(other.sent(), (0, 0));
        }
        let later = std::mem::replace(&mut self.seen, earlier.seen.clone());
        self.seen.extend(later);
        self.seen.truncate(Connection::MAX_SEEN);
    }

    /// Adds what was counted of a later part whose first packets were taken already: so many of each side.
    pub(super) fn end_with(&mut self, later: &Self, counted: [(u64, u64); 2]) {
        self.span = (self.span.0.min(later.span.0), self.span.1.max(later.span.1));
        self.given_up |= later.given_up;
        for (side, counted) in counted.into_iter().enumerate() {
            self.streams[side].add(later.streams[side].sent(), counted);
            for (ending, other) in self.endings[side].iter_mut().zip(later.endings[side]) {
                *ending = ending.or(other);
            }
        }
        for seen in &later.seen {
            if let Some(known) = self.seen.iter_mut().find(|known| known.file == seen.file) {
                known.last = known.last.max(seen.last);
            } else if self.seen.len() < Connection::MAX_SEEN {
                self.seen.push(*seen);
            }
        }
    }

    /// Gives files other numbers.
    pub(super) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        let moments = self.endings.iter_mut().flatten().flatten().chain([&mut self.first]);
        moments.for_each(|at| at.frame.file = file(at.frame.file));
        self.seen.iter_mut().for_each(|seen| seen.file = file(seen.file));
        self.streams.iter_mut().for_each(|stream| stream.renumber(file));
    }

    fn note(&mut self, at: Moment) {
        self.span = (self.span.0.min(at.micros), self.span.1.max(at.micros));
        let Frame { file, number } = at.frame;
        if let Some(seen) = self.seen.last_mut().filter(|seen| seen.file == file) {
            seen.last = number;
        } else if self.seen.len() < Connection::MAX_SEEN {
            self.seen.push(Seen { file, first: number, last: number });
        }
    }

    /// Reads what is held and holds nothing any more; says whether that cost anything.
    pub(super) fn give_up(&mut self, ceilings: &Ceilings) -> bool {
        let unread = self.streams.iter().any(|stream| !stream.is_told());
        self.streams.iter_mut().for_each(|stream| stream.settle(ceilings));
        self.given_up |= unread;
        unread
    }

    /// Notes that the connection is told before its end.
    pub(super) fn cut_short(&mut self) {
        self.given_up |= !self.is_closed();
    }

    /// Tells the connection; `None` if there is nothing to tell.
    pub(super) fn tell(mut self, ceilings: &Ceilings) -> Option<Connection> {
        let silent = self.streams.iter().all(|stream| stream.sent().bytes == 0);
        if self.opener.is_none() && silent {
            return None;
        }
        self.streams.iter_mut().for_each(|stream| stream.settle(ceilings));
        let (client, roles) = self.client();
        let server = 1 - client;
        let opening = self.opening(client);
        let endings = self.endings(client);
        let [one, other] = self.streams.map(|stream| stream.tell(ceilings));
        let (client_said, server_said) = if client == 0 { (one, other) } else { (other, one) };
        let (tls, plain) = said(client_said.0, server_said.0);
        Some(Connection {
            client: self.addresses[client],
            server: self.addresses[server],
            roles,
            first: Moment { micros: self.span.0, ..self.first }.time(),
            last: Moment { micros: self.span.1, ..self.first }.time(),
            opening,
            tls,
            plain,
            endings,
            sent_by_client: client_said.1,
            sent_by_server: server_said.1,
            seen: self.seen,
            given_up: self.given_up,
        })
    }

    fn client(&self) -> (usize, Roles) {
        if let Some(opener) = self.opener {
            return (opener, Roles::Opening);
        }
        for side in [0, 1] {
            if self.streams[side].told().is_some_and(|told| told.client_hello.is_some()) {
                return (side, Roles::Handshake);
            }
        }
        for side in [0, 1] {
            if self.streams[side].told().is_some_and(Told::is_servers) {
                return (1 - side, Roles::Handshake);
            }
        }
        (usize::from(self.addresses[0].port() < self.addresses[1].port()), Roles::Ports)
    }

    fn opening(&self, client: usize) -> Opening {
        let server = 1 - client;
        let Sent { packets, bytes, .. } = self.streams[server].sent();
        let said = self.opened[server].is_some() || *bytes > 0 || self.streams[client].sent().bytes > 0;
        match self.opener {
            None => Opening::Unseen,
            Some(_) if said => Opening::Complete,
            Some(_) if self.endings[server][1].is_some() => Opening::Refused,
            Some(_) if *packets == 0 => Opening::Unanswered,
            Some(_) => Opening::Complete,
        }
    }

    fn endings(&self, client: usize) -> Vec<Ending> {
        let mut endings = Vec::new();
        for (index, by) in [(client, Side::Client), (1 - client, Side::Server)] {
            for (moment, how) in self.endings[index].iter().zip([How::Fin, How::Rst]) {
                endings.extend(moment.map(|at| Ending { by, how, at: at.time(), frame: at.frame }));
            }
        }
        endings.sort_by_key(|ending| ending.frame);
        endings
    }
}

/// The handshake, and what was said besides.
fn said(mut client: Told, mut server: Told) -> (Option<Tls>, Option<Plain>) {
    let server_plain = server.plain.take().filter(|start| !start.is_empty());
    let client_plain = client.plain.take().filter(|start| !start.is_empty());
    let plain = server_plain
        .map(|start| (Side::Server, start))
        .or(client_plain.map(|start| (Side::Client, start)))
        .map(|(by, start)| plain(by, &start));
    let tls = (client.records || server.records).then(|| Tls::join(client, server));
    (tls, plain)
}

fn plain(by: Side, bytes: &[u8]) -> Plain {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let status = line.strip_prefix(b"HTTP/").and_then(|rest| rest.split(|byte| *byte == b' ').nth(1));
    let status = status.and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
    Plain { by, start: line[..line.len().min(Plain::MAX)].to_vec(), http_status: status }
}
