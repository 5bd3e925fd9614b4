//! What senders may ask for.

use std::time::Duration;

/// Ceilings on senders. Whatever meets one is counted.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once, of all listeners together.
    pub connections: usize,
    /// Bytes of one message; what is longer is cut.
    pub message: usize,
    /// Messages of one sender (an address) in a second; more are dropped. A burst of two seconds is let through.
    pub rate: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 64, message: 64 * 1024, rate: 10_000 }
    }
}

impl Limits {
    /// Ceiling on the connections of one sender, so that one cannot take the places of all others.
    pub(crate) fn of_one_sender(&self) -> usize {
        (self.connections / 4).max(1)
    }
}

/// A TLS handshake takes no longer.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(10);
/// A message that began is complete by then, or its sender has vanished.
pub(crate) const STALLED: Duration = Duration::from_secs(60);
/// When places are short, a connection that was quiet this long gives up its own.
pub(crate) const QUIET: Duration = Duration::from_secs(60);
/// The same for one that has never sent a message.
pub(crate) const MUTE: Duration = Duration::from_secs(5);
/// Ceiling on the senders of packets that are told apart; the one that was quiet longest makes room.
pub(crate) const SENDERS: usize = 512;
/// How often a thread that waits looks whether it is to stop.
pub(crate) const LOOK: Duration = Duration::from_millis(200);
/// Bytes read at once.
pub(crate) const PORTION: usize = 16 * 1024;
