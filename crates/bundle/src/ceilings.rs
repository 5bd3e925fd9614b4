//! How much an archive may ask for.

/// Ceilings for what one file that the user gave may ask for. Archives come from strangers; a few kilobytes may claim
/// to be anything.
///
/// Beyond a ceiling the file is not read further: what was read counts, and an [`Unread`](crate::Unread) says which
/// ceiling it was. A caller may raise each of them.
///
/// ```
/// let mut ceilings = waytrace_bundle::Ceilings::default();
/// ceilings.members = 1_000_000;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ceilings {
    /// Members of all archives inside one file. A diagnostic log has about 50.
    pub members: u64,
    /// Archives and compressed files inside one another. A zip of `.tar.gz` files with packed logs in them is 4.
    pub depth: usize,
    /// How many times larger than the file the inflated content may be. One layer of deflate cannot go beyond 1032,
    /// which an honest log of equal lines may come close to; so only what is packed in several layers, or in another
    /// way, meets this ceiling.
    pub ratio: u64,
    /// Inflated bytes below which `ratio` does not count: so little is no danger.
    pub ratio_from: u64,
    /// Inflated bytes of all layers of one file. It bounds time only: no memory grows with it.
    pub inflated: u64,
    /// Bytes that one decoder may hold in memory: the window of zstd, the dictionary of xz. `xz -9` needs 65 MiB.
    pub held: u64,
    /// Folders inside one another.
    pub folders: usize,
}

impl Default for Ceilings {
    fn default() -> Self {
        Self {
            members: 100_000,
            depth: 8,
            ratio: 1_100,
            ratio_from: 256 << 20,
            inflated: 64 << 30,
            held: 128 << 20,
            folders: 32,
        }
    }
}
