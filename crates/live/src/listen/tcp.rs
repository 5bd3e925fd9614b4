//! Syslog in connections: each has a thread, a framing and a stream of its own.

use super::stream::{Got, NoHandshake, Stream};
use super::{Shared, Tls};
use crate::address::Transport;
use crate::counters::Dropped;
use crate::hub::{Mouth, What};
use crate::limits::{LOOK, PORTION, STALLED};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use waytrace_logparse::wire::{Packet, Wire};

/// How often is looked for a new connection.
const PERIOD: Duration = Duration::from_millis(10);

/// Takes connections until the hub stops.
pub(super) fn accept(
    listener: &TcpListener,
    transport: Transport,
    tls: Option<&Tls>,
    mouth: &Mouth,
    shared: &Arc<Shared>,
) {
    while !mouth.is_stopped() {
        // Nobody calls, or the system has no more handles: both pass.
        let Ok((socket, peer)) = listener.accept() else {
            thread::sleep(PERIOD);
            continue;
        };
        let sender = peer.ip().to_canonical();
        let is_usable = socket.set_nonblocking(false).is_ok();
        let Some(number) = shared.connections.enter(sender, &socket, &shared.limits).filter(|_| is_usable)
        else {
            mouth.counters.lose(Dropped::Refused, 1);
            continue;
        };
        let (mouth, shared, tls) = (mouth.clone(), Arc::clone(shared), tls.cloned());
        let taken = thread::Builder::new().name(format!("{}-{number}", transport.word())).spawn({
            let (mouth, shared) = (mouth.clone(), Arc::clone(&shared));
            move || {
                mouth.counters.connect();
                take(socket, transport, tls.as_ref(), sender, number, &mouth, &shared);
                mouth.counters.disconnect();
                shared.connections.leave(number);
            }
        });
        if taken.is_err() {
            mouth.counters.lose(Dropped::Refused, 1);
            shared.connections.leave(number);
        }
    }
}

fn take(
    socket: TcpStream,
    transport: Transport,
    tls: Option<&Tls>,
    sender: IpAddr,
    number: u64,
    mouth: &Mouth,
    shared: &Shared,
) {
    let mut stream = match Stream::open(socket, tls) {
        Ok(stream) => stream,
        Err(NoHandshake::Stalled) => return mouth.counters.lose(Dropped::Stalled, 1),
        Err(NoHandshake::Failed(why)) => {
            mouth.counters.lose(Dropped::Handshake, 1);
            mouth.say(mouth.number(), What::Note(format!("tls://{sender}: no TLS: {why}")));
            return;
        }
    };
    let mut sending =
        Sending { sender, transport, number, from: None, wire: Wire::new(shared.limits.message), cut: 0 };
    let mut buffer = vec![0; PORTION];
    let mut began: Option<Instant> = None;
    while !mouth.is_stopped() {
        match stream.read(&mut buffer) {
            Got::Bytes(count) => {
                sending.wire.push(&buffer[..count]);
                if !sending.pass_on(mouth, shared) {
                    return;
                }
            }
            Got::Nothing => {}
            Got::End => break,
        }
        // From when on a message is under way: a sender that sends a byte a minute does not hold a place for ever.
        began = if sending.wire.is_inside() { began.or_else(|| Some(Instant::now())) } else { None };
        if began.is_some_and(|began| began.elapsed() >= STALLED + LOOK) {
            mouth.counters.lose(Dropped::Stalled, 1);
            break;
        }
    }
    sending.end(mouth);
}

struct Sending {
    sender: IpAddr,
    transport: Transport,
    number: u64,
    from: Option<crate::hub::SourceId>,
    wire: Wire,
    /// Messages that were cut and counted so far.
    cut: u64,
}

impl Sending {
    /// Passes on what is complete. Tells whether anybody still listens.
    fn pass_on(&mut self, mouth: &Mouth, shared: &Shared) -> bool {
        let now = Instant::now();
        let (mut whole, mut ends, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        let (mut taken, mut over) = (0, 0);
        while let Some(packet) = self.wire.next_packet() {
            // A line that continues a message is part of it; it is counted all the same.
            if !shared.rates.allows(self.sender, now) {
                over += 1;
                continue;
            }
            taken += 1;
            match packet {
                Packet::Whole(bytes) => {
                    whole.extend_from_slice(bytes);
                    ends.push(whole.len());
                }
                Packet::Line(bytes) => {
                    lines.extend_from_slice(bytes);
                    lines.push(b'\n');
                }
                _ => {}
            }
        }
        mouth.counters.lose(Dropped::Rate, over);
        mouth.counters.lose(Dropped::TooLong, self.wire.cut() - self.cut);
        self.cut = self.wire.cut();
        mouth.counters.take(taken);
        if taken == 0 {
            return true;
        }
        shared.connections.message(self.number);
        let from = self.begin(mouth);
        let is_heard = ends.is_empty() || mouth.say(from, What::Messages { bytes: whole, ends });
        is_heard && (lines.is_empty() || mouth.say(from, What::Bytes(lines)))
    }

    /// The stream of this connection; it begins with its first message, so that who only connects leaves no trace.
    fn begin(&mut self, mouth: &Mouth) -> crate::hub::SourceId {
        let name = || format!("{}://{}", self.transport.word(), self.sender);
        *self.from.get_or_insert_with(|| mouth.begin(name(), false))
    }

    /// The connection is over; what was held of a message is passed on as far as it came.
    fn end(&mut self, mouth: &Mouth) {
        if let Some(rest) = self.wire.finish().map(|packet| [packet.bytes(), b"\n"].concat()) {
            mouth.counters.take(1);
            let from = self.begin(mouth);
            mouth.say(from, What::Bytes(rest));
        }
        if let Some(from) = self.from {
            mouth.say(from, What::Ends(None));
        }
    }
}
