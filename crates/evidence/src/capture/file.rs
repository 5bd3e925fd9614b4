//! Capture files as packets: pcap and pcapng, with their time and their link type.
//!
//! The grammar of both is pcap-parser's. Reading is our own, because a block must be told from what follows even if it
//! is damaged, and because nothing may be held that a length field merely claims.

mod legacy;
mod ng;
mod window;

use super::packet::Link;
use std::io::{self, Read};
use window::Window;

/// One packet of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'b> {
    /// Microseconds since 1970, UTC.
    pub(super) micros: i64,
    /// How its first bytes are to be read.
    pub(super) link: Link,
    /// What was captured of it.
    pub(super) bytes: &'b [u8],
    /// Whether the capture holds less than was on the wire.
    pub(super) cut: bool,
}

/// How a file came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With a whole packet.
    Whole,
    /// Inside a packet, as a capture that is still being written does.
    Cut,
    /// At something that cannot be a packet; what follows cannot be read.
    Damaged,
}

/// Takes the packets of a file; `None` stands for a packet that could not be taken out of its block.
pub(super) type Take<'t> = dyn FnMut(Option<Packet<'_>>) + 't;

/// Reads a whole file. `Ok(None)` says that it is no capture.
pub(super) fn read(reader: &mut dyn Read, take: &mut Take<'_>) -> io::Result<Option<End>> {
    let mut window = Window::new(reader);
    let Some(start) = window.want(4)? else { return Ok(None) };
    if start[..4] == ng::SECTION { ng::read(&mut window, take) } else { legacy::read(&mut window, take) }
}
