//! The names of an input: found where a field says that something is one, so that they are known where none does.

use super::class::Class;
use rustc_hash::{FxHashMap, FxHashSet};
use std::net::IpAddr;
use std::sync::OnceLock;

/// Words of the product, of its messages and of our own texts: they name nobody, and stay where no field says that
/// they are a name.
static WORDS: &str = include_str!("words.txt");

/// Whether a word, in any case, is one of the product's or of the language.
pub(crate) fn is_common(word: &str) -> bool {
    static SET: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let set = SET.get_or_init(|| WORDS.split_ascii_whitespace().collect());
    let mut buffer = [0u8; 32];
    let Some(lower) = buffer.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|lower| set.contains(lower))
}

/// Names that were found, in lower case. Addresses and ids are not among them: they are told by their form.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Names of one word.
    words: FxHashMap<Box<str>, Class>,
    /// Names of several words, by their first word.
    phrases: FxHashMap<Box<str>, Vec<(Box<str>, Class)>>,
    /// Addresses, so that no stand-in is one of them.
    addresses: FxHashSet<IpAddr>,
    /// Names that found no room.
    dropped: u64,
}

impl Names {
    /// Ceiling on the names that are known at once. One takes about a hundred bytes.
    pub const MAX: usize = 400_000;
    /// Ceiling on the length of a name, in bytes.
    pub(crate) const MAX_LENGTH: usize = 256;
    /// Shorter names are replaced only where a field says what they are.
    const SHORTEST: usize = 3;
    /// Ceiling on names of several words that share their first.
    const MAX_PHRASES: usize = 64;

    /// How many they are.
    pub fn len(&self) -> usize {
        self.words.len() + self.phrases.values().map(Vec::len).sum::<usize>()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty()
    }

    /// Names that found no room below [`Names::MAX`]: they are replaced where a field names them or their form tells,
    /// but not in free text.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes the names that somebody else found.
    pub fn absorb(&mut self, other: Self) {
        for (word, class) in other.words {
            if self.has_room() {
                self.words.entry(word).or_insert(class);
            }
        }
        for (first, phrases) in other.phrases {
            let known = self.phrases.entry(first).or_default();
            for phrase in phrases {
                if known.len() < Self::MAX_PHRASES && !known.contains(&phrase) {
                    known.push(phrase);
                }
            }
        }
        self.addresses.extend(other.addresses);
        self.dropped += other.dropped;
    }

    fn has_room(&mut self) -> bool {
        let room = self.words.len() + self.phrases.len() < Self::MAX;
        self.dropped += u64::from(!room);
        room
    }

    pub(crate) fn add_address(&mut self, ip: IpAddr) {
        if self.addresses.len() < Self::MAX {
            self.addresses.insert(ip);
        }
    }

    pub(crate) fn has_address(&self, ip: IpAddr) -> bool {
        self.addresses.contains(&ip)
    }

    /// Takes a name, if it is one that can be told from the words of a sentence.
    pub(crate) fn add(&mut self, class: Class, name: &str) {
        let name = name.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = name.bytes().all(|byte| byte.is_ascii_digit());
        // A short number may be anything.
        let telling = if digits { name.len() >= 7 } else { name.len() >= Self::SHORTEST };
        let common = name.split(['-', '_', '.', ' ']).all(|part| part.is_empty() || is_common(part));
        if !telling || name.len() > Self::MAX_LENGTH || common {
            return;
        }
        let lower = name.to_lowercase();
        let first_end = lower.find(|c: char| c.is_ascii() && !super::shape::is_word(c as u8));
        match first_end {
            None if self.words.contains_key(lower.as_str()) => {}
            None => {
                if self.has_room() {
                    self.words.insert(lower.into(), class);
                }
            }
            Some(at) => {
                let known = self.phrases.entry(lower[..at].into()).or_default();
                let phrase = (Box::from(lower.as_str()), class);
                if known.len() < Self::MAX_PHRASES && !known.contains(&phrase) {
                    known.push(phrase);
                    // The longest is tried first.
                    known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
                }
            }
        }
    }

    /// The class of a word, in lower case, if it is a known name.
    pub(crate) fn class(&self, lower: &str) -> Option<Class> {
        self.words.get(lower).copied()
    }

    /// The name of several words that a text begins with: its length and its class. `first` is its first word in
    /// lower case.
    pub(crate) fn phrase(&self, first: &str, text: &str) -> Option<(usize, Class)> {
        if self.phrases.is_empty() {
            return None;
        }
        let known = self.phrases.get(first)?;
        let fits = |name: &str| {
            let (name, text) = (name.as_bytes(), text.as_bytes());
            text.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
                && text.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        };
        let (name, class) = known.iter().find(|(name, _)| fits(name))?;
        text.is_char_boundary(name.len()).then_some((name.len(), *class))
    }

    /// Whether a text, in lower case, is a name of the input.
    pub(crate) fn is_original(&self, lower: &str) -> bool {
        self.words.contains_key(lower)
    }
}
