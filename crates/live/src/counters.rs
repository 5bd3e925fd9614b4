//! What is counted of the sources.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dropped {
    /// More messages in a second than a sender may send.
    Rate,
    /// The queue was full.
    Overload,
    /// A message was longer than may be: it was cut.
    TooLong,
    /// A connection more than may be.
    Refused,
    /// A message began and its rest never came, or a TLS handshake was not completed.
    Stalled,
    /// A TLS handshake failed.
    Handshake,
}

const REASONS: [Dropped; 6] = [
    Dropped::Rate,
    Dropped::Overload,
    Dropped::TooLong,
    Dropped::Refused,
    Dropped::Stalled,
    Dropped::Handshake,
];

impl Dropped {
    /// All of them, in a fixed order.
    pub fn all() -> impl Iterator<Item = Self> {
        REASONS.into_iter()
    }

    /// The word for it in counts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Overload => "overload",
            Self::TooLong => "too-long",
            Self::Refused => "refused",
            Self::Stalled => "stalled",
            Self::Handshake => "handshake",
        }
    }

    /// What it means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rate => "messages over the rate of one sender (--max-rate)",
            Self::Overload => "packets that found no room: this program could not keep up",
            Self::TooLong => "messages cut because they are too long (--max-line)",
            Self::Refused => "connections or senders over the ceiling (--max-connections)",
            Self::Stalled => "messages or handshakes that began and never ended",
            Self::Handshake => "failed TLS handshakes",
        }
    }
}

/// Counts of all sources together.
#[derive(Debug, Default)]
pub struct Counters {
    dropped: [AtomicU64; REASONS.len()],
    messages: AtomicU64,
    connections: AtomicU64,
    open: AtomicU64,
}

impl Counters {
    /// How much was not taken for this reason.
    pub fn dropped(&self, why: Dropped) -> u64 {
        self.dropped[why as usize].load(Ordering::Relaxed)
    }

    /// How much was not taken, for any reason.
    pub fn all_dropped(&self) -> u64 {
        REASONS.into_iter().map(|why| self.dropped(why)).sum()
    }

    /// Syslog messages taken.
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Connections that are open.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    pub(crate) fn lose(&self, why: Dropped, count: u64) {
        self.dropped[why as usize].fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn take(&self, messages: u64) {
        self.messages.fetch_add(messages, Ordering::Relaxed);
    }

    pub(crate) fn connect(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn disconnect(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_place() {
        assert!(REASONS.iter().enumerate().all(|(at, why)| *why as usize == at));
    }
}
