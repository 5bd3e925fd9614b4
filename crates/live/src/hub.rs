//! The one queue that everything comes into.

use crate::counters::{Counters, Dropped};
use crate::limits::PORTION;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Portions that were read and not taken yet. With [`PORTION`] it is the ceiling on what the queue holds: 8 MiB, and
/// more only if messages are longer.
const QUEUE: usize = 512;

/// A stream of one source: a generation of a file, a connection, a sender of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u64);

/// Something that came from a source.
#[derive(Debug)]
pub struct Heard {
    /// From which.
    pub from: SourceId,
    /// When it was read.
    pub at: Instant,
    /// What it is.
    pub what: What,
}

/// What came.
#[derive(Debug)]
#[non_exhaustive]
pub enum What {
    /// A stream begins. `anew` says that its lines count from 1, though there was one of this name.
    Begins {
        /// Its name for people.
        name: String,
        /// Whether it is an input of its own.
        anew: bool,
    },
    /// Bytes, in any portion.
    Bytes(Vec<u8>),
    /// Whole messages, one after the other; each ends where `ends` says.
    Messages {
        /// The messages.
        bytes: Vec<u8>,
        /// Where each ends.
        ends: Vec<usize>,
    },
    /// The stream is over. The reason is there if it could not be read to its end.
    Ends(Option<String>),
    /// The user should know this; the stream goes on.
    Note(String),
}

/// The queue, and what its sources share.
#[derive(Debug)]
pub struct Hub {
    receiver: Receiver<Heard>,
    mouth: Mouth,
}

/// Where a source puts what it read.
#[derive(Debug, Clone)]
pub(crate) struct Mouth {
    sender: SyncSender<Heard>,
    numbers: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    pub(crate) counters: Arc<Counters>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// A queue without sources.
    pub fn new() -> Self {
        let (sender, receiver) = sync_channel(QUEUE);
        let counters = Arc::default();
        Self { receiver, mouth: Mouth { sender, numbers: Arc::default(), stop: Arc::default(), counters } }
    }

    /// What is counted of all sources.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.mouth.counters)
    }

    pub(crate) fn mouth(&self) -> Mouth {
        self.mouth.clone()
    }

    /// Waits for what comes next; none if nothing came in time.
    pub fn next(&self, timeout: Duration) -> Option<Heard> {
        self.receiver.recv_timeout(timeout).ok()
    }

    /// What has come already, without waiting.
    pub fn ready(&self) -> Option<Heard> {
        self.receiver.try_recv().ok()
    }

    /// Tells the sources to stop. What they read before can still be taken.
    pub fn stop(&self) {
        self.mouth.stop.store(true, Ordering::Relaxed);
    }

    /// Reads a pipe to its end, on a thread of its own.
    pub fn read(&self, name: &str, mut source: impl Read + Send + 'static) {
        let (mouth, name) = (self.mouth(), name.to_owned());
        thread::spawn(move || {
            let from = mouth.begin(name, false);
            let mut buffer = vec![0; PORTION * 4];
            let reason = loop {
                match source.read(&mut buffer) {
                    Ok(0) => break None,
                    Ok(count) => {
                        if !mouth.say(from, What::Bytes(buffer[..count].to_vec())) {
                            return;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => break Some(error.to_string()),
                }
            };
            mouth.say(from, What::Ends(reason));
        });
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Mouth {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// A number for a stream that begins later.
    pub(crate) fn number(&self) -> SourceId {
        SourceId(self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// Begins a stream.
    pub(crate) fn begin(&self, name: String, anew: bool) -> SourceId {
        let from = self.number();
        self.say(from, What::Begins { name, anew });
        from
    }

    /// Puts something into the queue, and waits for room. Tells whether anybody still listens.
    pub(crate) fn say(&self, from: SourceId, what: What) -> bool {
        self.sender.send(Heard { from, at: Instant::now(), what }).is_ok()
    }

    /// Puts a message into the queue if there is room, else counts it as dropped. Tells whether anybody still listens.
    pub(crate) fn say_or_drop(&self, from: SourceId, what: What) -> bool {
        match self.sender.try_send(Heard { from, at: Instant::now(), what }) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.counters.lose(Dropped::Overload, 1);
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}
