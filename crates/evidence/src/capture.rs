//! Packet captures: the TCP connections in them and the TLS handshakes of these.
//!
//! A diagnostic log may come with captures of each interface, in several files that follow one another. [`Capture`]
//! takes the files one after another and tells what was seen as [`Connection`]s: who called whom, what certificates
//! were presented, who sent which alert, and how it ended. It says where bytes are missing rather than guess.
//!
//! - pcap and pcapng; Ethernet with VLAN tags, Linux cooked (both forms), raw IP, loopback; IPv4 and IPv6.
//! - Only the beginning of a connection is looked at, because handshakes stand there.
//! - Files may come in any order: they are put in the order of their time, and connections go on across them.
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
mod loose;
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
    /// Files that go on from one another.
    stretches: Vec<Stretch>,
    /// The next packet is the first of a file.
    is_new_file: bool,
    /// The next file need not go on from the last one.
    is_apart: bool,
}

/// Files that go on from one another.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// Its first file, in the order read.
    file: u32,
    /// Time of its first packet.
    first: i64,
    /// The latest time in it.
    last: i64,
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
    /// Files of one interface may come in any order. Where a file begins before the last one ended, both are put in
    /// the order of their time in the end; where a file between the two comes later, say [`Capture::apart`]. A file
    /// that is cut off, or damaged further on, is no error: it is counted in [`CaptureSummary`].
    pub fn read(&mut self, reader: &mut dyn Read) -> Result<(), NotACapture> {
        let file = self.summary.files;
        self.is_new_file = true;
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

    /// Says that the next file need not go on from the last one: another may stand between them.
    pub fn apart(&mut self) {
        self.is_apart = true;
    }

    /// Takes the files of another part of the same capture.
    pub fn join(&mut self, mut other: Self) {
        self.end_stretch();
        other.end_stretch();
        let files = self.summary.files;
        self.summary.add(&other.summary);
        self.table.join(other.table, files, &self.ceilings, &mut self.summary);
        let others = other.stretches.into_iter();
        self.stretches.extend(others.map(|stretch| Stretch { file: stretch.file + files, ..stretch }));
    }

    /// What was counted so far.
    pub fn summary(&self) -> &CaptureSummary {
        &self.summary
    }

    /// Tells everything that was seen.
    pub fn finish(mut self) -> Captured {
        self.end_stretch();
        let files = self.files();
        let mut numbers = vec![0; files.len()];
        for (new, old) in (0..).zip(&files) {
            if let Some(number) = numbers.get_mut(place(*old)) {
                *number = new;
            }
        }
        let mut by_time: Vec<_> = (0..self.stretches.len()).collect();
        by_time.sort_by_key(|at| (self.stretches[*at].first, *at));
        let mut order = vec![0; by_time.len()];
        by_time.into_iter().enumerate().for_each(|(place, at)| order[at] = place);
        let file = |old: u32| numbers.get(place(old)).copied().unwrap_or(old);
        let connections = self.table.finish(&order, &file, &self.ceilings, &mut self.summary);
        Captured { connections, files, summary: self.summary }
    }

    /// The files in the order of their time, by their numbers in the order read. One without packets stays behind the
    /// one that was read before it.
    fn files(&self) -> Vec<u32> {
        let mut by_time = self.stretches.clone();
        by_time.sort_by_key(|stretch| (stretch.first, stretch.file));
        let end = |stretch: &Stretch| {
            let later = self.stretches.iter().map(|other| other.file).filter(|file| *file > stretch.file);
            later.min().unwrap_or(self.summary.files)
        };
        let before = 0..self.stretches.first().map_or(self.summary.files, |stretch| stretch.file);
        before.chain(by_time.iter().flat_map(|stretch| stretch.file..end(stretch))).collect()
    }

    /// Notes the time of a packet; where a file does not go on from the last one, a stretch begins.
    fn note(&mut self, micros: i64, file: u32) {
        let is_new_file = std::mem::take(&mut self.is_new_file);
        let is_between = self.is_between();
        if let Some(stretch) = self.stretches.last_mut().filter(|_| !is_between)
            && !(is_new_file && (self.is_apart || micros < stretch.last))
        {
            stretch.last = stretch.last.max(micros);
            return;
        }
        self.end_stretch();
        self.is_apart = false;
        self.stretches.push(Stretch { file, first: micros, last: micros });
    }

    /// Whether all stretches have ended.
    fn is_between(&self) -> bool {
        self.table.stretches() == self.stretches.len()
    }

    fn end_stretch(&mut self) {
        if !self.is_between() {
            self.fragments.finish();
            self.summary.fragments_dropped += std::mem::take(&mut self.fragments.dropped);
            self.table.end_stretch(&self.ceilings, &mut self.summary);
        }
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
        self.note(packet.micros, frame.file);
        let summary = &mut self.summary;
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

fn place(file: u32) -> usize {
    usize::try_from(file).unwrap_or(usize::MAX)
}
