//! Small searches that are asked for every record, where calling a big one costs more than the search.

/// One bit of each of eight bytes.
const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// How many words of eight bytes are looked at before a big search is called.
const NEAR: usize = 3;

/// Position of the first `wanted` byte. For what is expected to be near: words, keys and short values.
#[inline]
pub(crate) fn near(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let pattern = ONES * u64::from(wanted);
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().take(NEAR).enumerate() {
        let differs = u64::from_le_bytes(*word) ^ pattern;
        let zeros = differs.wrapping_sub(ONES) & !differs & HIGH;
        if zeros != 0 {
            return Some(at * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    if words.len() > NEAR { far(wanted, bytes) } else { last(wanted, rest).map(|at| words.len() * 8 + at) }
}

#[inline(never)]
fn far(wanted: u8, bytes: &[u8]) -> Option<usize> {
    memchr::memchr(wanted, &bytes[NEAR * 8..]).map(|at| at + NEAR * 8)
}

fn last(wanted: u8, rest: &[u8]) -> Option<usize> {
    rest.iter().position(|byte| *byte == wanted)
}

/// The highest bit of each of eight bytes that is neither an ASCII letter nor `-`.
#[inline]
pub(crate) fn no_letters(bytes: u64) -> u64 {
    // Sums of seven bits each never reach the next byte; their highest bit says which summand was the greater.
    let low = bytes & !HIGH;
    let from = |first: u8| (low | (ONES * 0x20)) + ONES * u64::from(0x80 - first);
    let no_hyphen = (low ^ (ONES * u64::from(b'-'))) + !HIGH;
    ((!from(b'a') | from(b'z' + 1)) & no_hyphen | bytes) & HIGH
}

/// Like [`str::trim_start`]; at most one blank, which nearly every text has, is told by its bytes.
#[inline]
pub(crate) fn trim_start(text: &str) -> &str {
    let rest = text.strip_prefix(' ').unwrap_or(text);
    if is_plain(rest.as_bytes().first()) { rest } else { rest.trim_start() }
}

/// Like [`str::trim`]; a text without blanks at its ends, which is nearly every one, is told by two bytes.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) { text } else { text.trim() }
}

/// Whether there is no byte, or one that belongs to no blank.
#[inline]
fn is_plain(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| *byte > b' ' && *byte < 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_byte_by_byte() {
        for byte in 0..=u8::MAX {
            let is_letter = byte.is_ascii_alphabetic() || byte == b'-';
            for at in 0..8 {
                let mut word = *b"aZbyA-mM";
                word[at] = byte;
                let expected = if is_letter { 0 } else { 0x80 << (at * 8) };
                assert_eq!(no_letters(u64::from_le_bytes(word)), expected, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        for length in 0..90 {
            let mut bytes = vec![b'!'; length];
            assert_eq!(near(b'"', &bytes), None);
            for at in (0..length).rev() {
                bytes[at] = b'"';
                assert_eq!(near(b'"', &bytes), Some(at));
            }
        }
    }
}
