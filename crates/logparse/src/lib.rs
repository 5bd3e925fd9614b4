//! Reads the text of an Expressway diagnostic log, one record at a time, without copying it.
//!
//! Two steps, kept apart. [`frame`] only knows line ends and what the first line of a record looks like: it cuts
//! bytes into [`Frame`]s. The grammar ([`envelope`], [`event`] and what they use) works on one whole frame with
//! nom's `complete` parsers, so it can never ask for more input. Every frame becomes exactly one [`Event`]; a
//! record nobody understands is [`Event::Opaque`], one that was claimed and then proved unreadable is
//! [`Event::Broken`]. Only reading itself can fail.
//!
//! Everything parsed borrows from the reader's buffer (`'b`). This crate opens no files, reads no environment and
//! prints nothing.
//!
//! ```
//! let log = br#"2022-07-11T18:55:26.016+02:00 vcsc traffic_server[18242]: [ET_NET 0] WARNING: SNI (10.48.36.215) not in certificate. Action=Terminate server=10.48.36.215(10.48.36.215)
//! "#;
//! let mut reader = waytrace_logparse::Reader::new(&log[..]);
//! while let Some(record) = reader.next_record()? {
//!     assert_eq!(record.envelope.host, "vcsc");
//!     assert_eq!(record.event.kind(), "ats.name_mismatch");
//! }
//! # Ok::<(), std::io::Error>(())
//! ```

mod batch;
pub mod body;
pub mod envelope;
pub mod event;
mod fault;
pub mod frame;
pub mod keyval;
pub mod openssl;
pub mod proxy_path;
mod record;
mod scan;
pub mod time;
pub mod wire;
pub mod x509;

pub use batch::{Batch, Batches, Untyped};
pub use envelope::Envelope;
pub use event::{Defect, Event};
pub use frame::{Foreign, Form, Forms, Frame, Framer, Frames, Slices};
pub use proxy_path::ProxyTarget;
pub use record::{Reader, Record, parse_record};
