//! What a capture may ask for. Captures come from strangers: everything that grows with one has a ceiling.

/// Ceilings of one [`Capture`](super::Capture). What goes beyond them is counted in
/// [`CaptureSummary`](super::CaptureSummary).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ceilings {
    /// Connections watched at once. Beyond it the one that was quiet longest is told as it stands.
    pub open: usize,
    /// Bytes looked at in each direction of a connection, from its beginning. Handshakes are at the beginning: the
    /// longest chains that servers present are below 64 KiB.
    pub direction: usize,
    /// The same where the beginning of the connection is not in the capture. Most such connections are long past their
    /// handshake, so less is spent on them.
    pub midstream: usize,
    /// Pieces held for each direction. It keeps segments of one byte from costing more than they carry.
    pub pieces: usize,
    /// Bytes held for all open connections together, with what holding them costs. Beyond it the quiet ones are read as
    /// far as they came; if that is not enough, they are told.
    pub held: usize,
    /// Connections in the result.
    pub kept: usize,
    /// Bytes of certificates and names in the result.
    pub kept_bytes: usize,
    /// Datagrams put together from fragments at once. Beyond it the oldest is dropped.
    pub datagrams: usize,
}

impl Default for Ceilings {
    /// Enough for an hour of a busy box, in about 256 MiB at the worst.
    fn default() -> Self {
        Self {
            open: 20_000,
            direction: 256 * 1024,
            midstream: 64 * 1024,
            pieces: 2048,
            held: 64 << 20,
            kept: 50_000,
            kept_bytes: 64 << 20,
            datagrams: 64,
        }
    }
}
