//! Syslog in packets: each is one message.

use super::Shared;
use crate::counters::Dropped;
use crate::hub::{Mouth, SourceId, What};
use crate::limits::{LOOK, SENDERS};
use std::collections::HashMap;
use std::net::{IpAddr, UdpSocket};
use std::time::Instant;

/// No packet of UDP is larger.
const LARGEST: usize = 65_536;

struct Sender {
    from: SourceId,
    seen: Instant,
}

/// Takes packets until the hub stops.
pub(super) fn receive(socket: &UdpSocket, mouth: &Mouth, shared: &Shared) {
    // Without it the thread ends with the process.
    let _ = socket.set_read_timeout(Some(LOOK));
    let mut senders: HashMap<IpAddr, Sender> = HashMap::new();
    let mut buffer = vec![0; LARGEST];
    while !mouth.is_stopped() {
        // A timeout, or what the system says of an earlier packet: nothing that ends the listening.
        let Ok((count, from)) = socket.recv_from(&mut buffer) else { continue };
        let (now, sender) = (Instant::now(), from.ip());
        if !shared.rates.allows(sender, now) {
            mouth.counters.lose(Dropped::Rate, 1);
            continue;
        }
        let mut message = &buffer[..count];
        if message.len() > shared.limits.message {
            mouth.counters.lose(Dropped::TooLong, 1);
            message = &message[..shared.limits.message];
        }
        if !senders.contains_key(&sender) {
            make_room(&mut senders, mouth);
            let from = mouth.begin(format!("udp://{sender}"), false);
            senders.insert(sender, Sender { from, seen: now });
        }
        let Some(known) = senders.get_mut(&sender) else { continue };
        known.seen = now;
        mouth.counters.take(1);
        let what = What::Messages { ends: vec![message.len()], bytes: message.to_vec() };
        if !mouth.say_or_drop(known.from, what) {
            return;
        }
    }
}

/// Lets the senders go that were quiet longest, an eighth at once: an address is quickly made up.
fn make_room(senders: &mut HashMap<IpAddr, Sender>, mouth: &Mouth) {
    if senders.len() < SENDERS {
        return;
    }
    let mut seen: Vec<Instant> = senders.values().map(|sender| sender.seen).collect();
    let (_, oldest, _) = seen.select_nth_unstable(SENDERS / 8);
    let oldest = *oldest;
    senders.retain(|_, sender| {
        let stays = sender.seen > oldest;
        if !stays {
            mouth.say(sender.from, What::Ends(None));
        }
        stays
    });
}
