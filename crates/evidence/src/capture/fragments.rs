//! Datagrams from fragments.

use super::connection::Moment;
use super::packet::Fragment;
use super::pieces::Pieces;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// After so many packets a datagram is given up: its identification may come again for another one, and parts of two
/// must never be put together.
const MAX_AGE: u64 = 8192;

/// The same in time, in microseconds. Receivers wait as long (RFC 791 and RFC 8200 say 15 and 60 seconds).
const MAX_WAIT: i64 = 30_000_000;

/// The end of the largest datagram.
const MAX_END: u32 = 65_535;

type Key = (IpAddr, IpAddr, u32);

#[derive(Debug)]
struct Datagram {
    pieces: Pieces,
    end: Option<i64>,
    /// Everything before this place is there.
    whole: i64,
    fragments: u64,
    number: u64,
    began: Moment,
}

/// Datagrams that are not complete.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    waiting: HashMap<Key, Datagram>,
    /// In the order in which they began; some of them are complete by now.
    order: VecDeque<(Key, u64)>,
    /// Fragments that led to nothing.
    pub(super) dropped: u64,
}

impl Fragments {
    /// Takes a fragment; gives the datagram that it completes. `number` counts packets.
    pub(super) fn take(
        &mut self,
        fragment: &Fragment<'_>,
        at: Moment,
        number: u64,
        most: usize,
    ) -> Option<Vec<u8>> {
        let key = (fragment.from, fragment.to, fragment.id);
        self.age(number, at, most);
        let length = u32::try_from(fragment.payload.len()).unwrap_or(u32::MAX);
        let end = fragment.offset.checked_add(length).filter(|end| *end <= MAX_END && length > 0);
        let Some(end) = end else {
            self.dropped += 1;
            return None;
        };
        let datagram = self.waiting.entry(key).or_insert_with(|| {
            self.order.push_back((key, number));
            Datagram { pieces: Pieces::default(), end: None, whole: 0, fragments: 0, number, began: at }
        });
        datagram.fragments += 1;
        datagram.pieces.insert(i64::from(fragment.offset), fragment.payload, at);
        if !fragment.more && datagram.end.is_none() {
            datagram.end = Some(i64::from(end));
        }
        datagram.whole = datagram.pieces.whole_to(datagram.whole);
        let end = datagram.end.filter(|end| datagram.whole >= *end)?;
        let mut whole = self.waiting.remove(&key)?.pieces.take().into_iter().next()?.bytes;
        whole.truncate(usize::try_from(end).unwrap_or(0));
        Some(whole)
    }

    /// Gives up what waits too long, or is too much.
    fn age(&mut self, number: u64, at: Moment, most: usize) {
        while let Some((key, began)) = self.order.front().copied() {
            let Some(datagram) = self.waiting.get(&key).filter(|datagram| datagram.number == began) else {
                self.order.pop_front();
                continue;
            };
            let waited = at.micros.saturating_sub(datagram.began.micros);
            if began + MAX_AGE >= number && waited <= MAX_WAIT && self.waiting.len() <= most {
                break;
            }
            self.order.pop_front();
            self.dropped += self.waiting.remove(&key).map_or(0, |datagram| datagram.fragments);
        }
    }

    /// Gives up what is left.
    pub(super) fn finish(&mut self) {
        self.dropped += self.waiting.drain().map(|(_, datagram)| datagram.fragments).sum::<u64>();
    }
}
