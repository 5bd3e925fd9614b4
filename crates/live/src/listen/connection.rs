//! The connections that are open, and who gives up his place when places are short.

use crate::limits::{Limits, MUTE, QUIET};
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// All of them, of all listeners.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    all: HashMap<u64, Connection>,
}

#[derive(Debug)]
struct Connection {
    sender: IpAddr,
    /// Another handle of the same socket, to end it.
    socket: Option<TcpStream>,
    since: Instant,
    /// When the last message came.
    message: Option<Instant>,
}

impl Connection {
    /// How long it has done nothing, if that is long enough to give up its place.
    fn is_idle(&self, now: Instant) -> bool {
        match self.message {
            Some(last) => now.saturating_duration_since(last) >= QUIET,
            None => now.saturating_duration_since(self.since) >= MUTE,
        }
    }
}

impl Connections {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a connection a place, if there is one.
    pub(super) fn enter(&self, sender: IpAddr, socket: &TcpStream, limits: &Limits) -> Option<u64> {
        let now = Instant::now();
        let mut open = self.open();
        let of_sender = |open: &Open| open.all.values().filter(|other| other.sender == sender).count();
        if of_sender(&open) >= limits.of_one_sender() {
            open.end_idlest(now, |other| other.sender == sender)?;
        } else if open.all.len() >= limits.connections {
            open.end_idlest(now, |_| true)?;
        }
        let number = open.next;
        open.next += 1;
        let socket = socket.try_clone().ok();
        open.all.insert(number, Connection { sender, socket, since: now, message: None });
        Some(number)
    }

    /// Notes that a message came.
    pub(super) fn message(&self, number: u64) {
        if let Some(connection) = self.open().all.get_mut(&number) {
            connection.message = Some(Instant::now());
        }
    }

    pub(super) fn leave(&self, number: u64) {
        self.open().all.remove(&number);
    }
}

impl Open {
    /// Ends the connection that was idle longest; none may be.
    fn end_idlest(&mut self, now: Instant, of: impl Fn(&Connection) -> bool) -> Option<()> {
        let idle = self.all.iter().filter(|(_, other)| of(other) && other.is_idle(now));
        let number = *idle.min_by_key(|(_, other)| other.message.unwrap_or(other.since))?.0;
        let ended = self.all.remove(&number)?;
        if let Some(socket) = ended.socket {
            // It may have ended by itself.
            let _ = socket.shutdown(Shutdown::Both);
        }
        Some(())
    }
}
