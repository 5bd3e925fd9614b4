//! What may be typed about how logs are read: threads, progress, and the ceilings on archives.

use clap::Args as ClapArgs;
use clap::builder::RangedU64ValueParser;
use std::num::NonZeroUsize;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Threads to read and analyse on; what is found never depends on it [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Do not show on standard error how far the reading is; it is shown on a terminal only
    #[arg(long)]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) ceilings: Ceilings,
}

/// Names and order as in `waytrace::Ceilings`; the texts of refusals lead here (`crate::ceilings`).
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Ceilings on what one archive may ask for (sizes may end in K, M, G or T)")]
pub(crate) struct Ceilings {
    /// Members of all archives inside one file [default: 100000]
    #[arg(long = "max-members", value_name = "N")]
    pub(crate) members: Option<u64>,

    /// Archives and compressed files inside one another, at most 64 [default: 8]
    #[arg(long = "max-depth", value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(..=64))]
    pub(crate) depth: Option<usize>,

    /// How many times larger than the file its content may be, once it is more than 256M [default: 1100]
    #[arg(long = "max-ratio", value_name = "N")]
    pub(crate) ratio: Option<u64>,

    /// Bytes that may come out of one file [default: 64G]
    #[arg(long = "max-inflated", value_name = "SIZE", value_parser = size)]
    pub(crate) inflated: Option<u64>,

    /// Memory that one decoder of zstd or xz may hold [default: 128M]
    #[arg(long = "max-held", value_name = "SIZE", value_parser = size)]
    pub(crate) held: Option<u64>,

    /// Folders inside one another, at most 256 [default: 32]
    #[arg(long = "max-folders", value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(..=256))]
    pub(crate) folders: Option<usize>,
}

/// Bytes: a number, and a letter for a power of 1024 after it.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "a size is a number, with K, M, G or T after it if you like: 500M".to_owned();
    let (number, shift) = match text.chars().last().map(|letter| letter.to_ascii_uppercase()) {
        Some('K') => (&text[..text.len() - 1], 10),
        Some('M') => (&text[..text.len() - 1], 20),
        Some('G') => (&text[..text.len() - 1], 30),
        Some('T') => (&text[..text.len() - 1], 40),
        _ => (text, 0),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more bytes than can be counted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        let cases = [("0", 0), ("17", 17), ("2K", 2048), ("3m", 3 << 20), ("64G", 64 << 30), ("1t", 1 << 40)];
        for (text, bytes) in cases {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "K", "1.5G", "-1", "1 G", "1GiB", "ü", "99999999999999T"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
