//! Archives: what holds members, and what their names are.

pub(crate) mod tar;
pub(crate) mod zip;

use crate::open::Place;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Longest name that is shown. Paths end at 4096 bytes on most systems, those of logs long before.
const NAME: usize = 1024;

/// Names of one archive, so that each member gets one of its own.
#[derive(Default)]
struct Names {
    /// How often a name was used, by its hash: names may be long, and there may be many.
    used: HashMap<u64, u32>,
}

impl Names {
    /// The place of a member in an archive.
    fn place(&mut self, archive: &Place, raw: &[u8], size: Option<u64>) -> Place {
        let file = shown(raw);
        let mut hasher = DefaultHasher::new();
        file.hash(&mut hasher);
        let used = self.used.entry(hasher.finish()).or_default();
        *used += 1;
        let mut name = format!("{}!{file}", archive.name);
        if *used > 1 {
            name = format!("{name} ({used})");
        }
        let depth = archive.depth + 1;
        Place { name, file, named: false, size, depth, packed: archive.packed }
    }
}

/// A name as it can be shown: names of archives are made up by others.
fn shown(raw: &[u8]) -> String {
    let raw = raw.strip_prefix(b"./").unwrap_or(raw);
    let text = String::from_utf8_lossy(&raw[..raw.len().min(NAME)]);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    if raw.len() > NAME {
        out.push('…');
    }
    out
}
