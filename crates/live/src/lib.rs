//! Where live logs come from: files that grow and are begun anew, a pipe, syslog senders over UDP, TCP and TLS. And
//! whoever asks for metrics.
//!
//! Everything that comes is [`Heard`] in one queue, which has a ceiling: who is read from a file or a connection waits,
//! packets that find no room are dropped and counted. Each source has a thread of its own; nobody waits for another.
//! Nothing here knows what a log says, prints, or ends the process.

mod address;
mod counters;
mod follow;
mod hub;
mod limits;
mod listen;
mod metrics;
mod rate;
mod scrape;
mod tail;

pub use address::{Address, NotAnAddress, Transport};
pub use counters::{Counters, Dropped};
pub use hub::{Heard, Hub, SourceId, What};
pub use limits::Limits;
pub use listen::{ListenError, Tls};
pub use metrics::{Exposition, Unit};
pub use scrape::Scrape;
pub use tail::{Begin, Event, Tail};
