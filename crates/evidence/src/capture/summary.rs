//! What became of the packets of a capture.

use super::connection::Connection;
use serde::Serialize;

/// Everything a capture gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Captured {
    /// Its connections, in the order of their first packets.
    pub connections: Vec<Connection>,
    /// Its files in the order of their time: the number of each in the order in which they were read. Everywhere else
    /// a file's number is its place here.
    pub files: Vec<u32>,
    /// Counts of what was read and what was not.
    pub summary: CaptureSummary,
}

impl CaptureSummary {
    /// Adds the counts of other files.
    pub(super) fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.files_cut += other.files_cut;
        self.files_damaged += other.files_damaged;
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.tcp += other.tcp;
        self.other += other.other;
        self.not_understood += other.not_understood;
        self.truncated += other.truncated;
        self.fragments_dropped += other.fragments_dropped;
        self.evicted += other.evicted;
        self.given_up += other.given_up;
        self.dropped += other.dropped;
        self.strays += other.strays;
    }
}

/// Counts of what was read of a capture, and of what was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaptureSummary {
    /// Files that are captures.
    pub files: u32,
    /// Files that end inside a packet.
    pub files_cut: u32,
    /// Files that could not be read to their end, because of a fault in them or in reading.
    pub files_damaged: u32,
    /// Packets read.
    pub packets: u64,
    /// Bytes of these packets.
    pub bytes: u64,
    /// Packets with TCP in them; a fragment counts when it completes one.
    pub tcp: u64,
    /// Packets with something else.
    pub other: u64,
    /// Packets that were not understood: their link type, their headers, or their block.
    pub not_understood: u64,
    /// Packets that were captured only in part.
    pub truncated: u64,
    /// Fragments of TCP that led to nothing: others are missing, or came too late.
    pub fragments_dropped: u64,
    /// Connections that were told before their end, because too many were open or too much was held.
    pub evicted: u64,
    /// Connections whose bytes were read before their time, because too many were held.
    pub given_up: u64,
    /// Connections left out of the result, because it was full.
    pub dropped: u64,
    /// Connections left out because nothing but stray packets was seen of them.
    pub strays: u64,
}
