//! Packet captures: the TCP connections in them and the TLS handshakes of these.
//!
//! A diagnostic log may come with captures of each interface, in several files that follow one another. [`Capture`]
//! takes the files one after another and tells what was seen as [`Connection`]s: who called whom, what certificates
//! were presented, who sent which alert, and how it ended. It says where bytes are missing rather than guess.
//!
//! - pcap and pcapng; Ethernet with VLAN tags, Linux cooked (both forms), raw IP, loopback; IPv4 and IPv6.
//! - Only the beginning of a connection is looked at, because handshakes stand there.
//! - Where data of a place came twice, the first counts.
//! - Checksums are not verified: in captures of a sending box they are often not filled in yet.
//! - TLS 1.3 is recognised. Its certificates cannot be read.
//!
//! ```
//! use waytrace_evidence::capture::{Capture, NotACapture};
//!
//! let mut capture = Capture::default();
//! let mut file: &[u8] = b"no capture at all";
//! assert!(matches!(capture.read(&mut file), Err(NotACapture::Format)));
//! let captured = capture.finish();
//! assert!(captured.connections.is_empty());
//! ```

mod ceilings;
mod connection;
mod file;
mod flow;
mod fragments;
mod packet;
mod pieces;
mod stream;
mod summary;
mod table;
mod tls;

pub use ceilings::Ceilings;
pub use connection::{Connection, Ending, Frame, How, Opening, Plain, Roles, Seen, Sent, Side};
pub use summary::{CaptureSummary, Captured};
pub use tls::{Alert, CertificateRequest, Cipher, ClientHello, Said, ServerHello, Tls, Version};

use connection::Moment;
use file::{End, Packet};
use fragments::Fragments;
use packet::{Content, Segment};
use std::io::Read;
use table::Table;

/// One capture, which may stand in several files.
#[derive(Debug, Default)]
pub struct Capture {
    ceilings: Ceilings,
    table: Table,
    fragments: Fragments,
    summary: CaptureSummary,
}

/// Why a file could not be read as a capture, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotACapture {
    /// It is neither pcap nor pcapng. Nothing was taken from it.
    #[error("the file is neither pcap nor pcapng")]
    Format,
    /// Reading failed. What was read before counts.
    #[error("the file could not be read to its end: {0}")]
    Reading(#[from] std::io::Error),
}

impl Capture {
    /// A capture with other ceilings.
    pub fn with_ceilings(ceilings: Ceilings) -> Self {
        Self { ceilings, ..Self::default() }
    }

    /// Reads the next file. Connections go on from one file to the next.
    ///
    /// Give the files of one interface in the order in which they were written. A file that is cut off, or damaged
    /// further on, is no error: it is counted in [`CaptureSummary`].
    pub fn read(&mut self, reader: &mut dyn Read) -> Result<(), NotACapture> {
        let file = self.summary.files;
        let mut number = 0;
        let read = file::read(reader, &mut |packet| {
            number += 1;
            self.packet(packet, Frame { file, number });
        });
        match read {
            Ok(None) => return Err(NotACapture::Format),
            Ok(Some(End::Whole)) => {}
            Ok(Some(End::Cut)) => self.summary.files_cut += 1,
            Ok(Some(End::Damaged)) => self.summary.files_damaged += 1,
            Err(error) => {
                self.summary.files += 1;
                self.summary.files_damaged += 1;
                return Err(error.into());
            }
        }
        self.summary.files += 1;
        Ok(())
    }

    /// What was counted so far.
    pub fn summary(&self) -> &CaptureSummary {
        &self.summary
    }

    /// Tells everything that was seen.
    pub fn finish(mut self) -> Captured {
        self.fragments.finish();
        self.summary.fragments_dropped += self.fragments.dropped;
        let connections = self.table.finish(&self.ceilings, &mut self.summary);
        Captured { connections, summary: self.summary }
    }

    fn packet(&mut self, packet: Option<Packet<'_>>, frame: Frame) {
        let summary = &mut self.summary;
        summary.packets += 1;
        let Some(packet) = packet else {
            summary.not_understood += 1;
            return;
        };
        summary.bytes += u64::try_from(packet.bytes.len()).unwrap_or(0);
        summary.truncated += u64::from(packet.cut);
        let at = Moment { frame, micros: packet.micros };
        match packet::read(packet.link, packet.bytes) {
            Content::Segment(segment) => self.segment(&segment, packet.cut, at),
            Content::Fragment(fragment) => {
                let most = self.ceilings.datagrams;
                let Some(whole) = self.fragments.take(&fragment, at, summary.packets, most) else { return };
                match packet::whole(fragment.from, fragment.to, &whole) {
                    Some(segment) => self.segment(&segment, packet.cut, at),
                    None => summary.not_understood += 1,
                }
            }
            Content::CutFragment => summary.fragments_dropped += 1,
            Content::Other => summary.other += 1,
            Content::Unread => summary.not_understood += 1,
        }
    }

    fn segment(&mut self, segment: &Segment<'_>, cut: bool, at: Moment) {
        self.summary.tcp += 1;
        let now = (at, self.summary.packets);
        self.table.take(segment, cut, now, &self.ceilings, &mut self.summary);
    }
}
