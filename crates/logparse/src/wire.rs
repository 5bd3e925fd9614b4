//! How syslog messages stand in a stream (RFC 6587): with their length before them, or each on a line.
//!
//! Which of the two it is, each message tells by its beginning: a length is digits, one blank and `<`. Nothing of what
//! the message says is read here.

/// What was found in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packet<'b> {
    /// A message with its length before it: nothing of it comes later. It may hold line ends.
    Whole(&'b [u8]),
    /// A line, without its end. It may be a message, or belong to the one before.
    Line(&'b [u8]),
}

impl<'b> Packet<'b> {
    /// Its bytes.
    pub fn bytes(self) -> &'b [u8] {
        match self {
            Self::Whole(bytes) | Self::Line(bytes) => bytes,
        }
    }
}

/// Cuts a stream into messages. Where its portions are cut never changes the messages.
///
/// ```
/// use waytrace_logparse::wire::{Packet, Wire};
/// let mut wire = Wire::new(1024);
/// wire.push(b"9 <166>a\nb\n<166>");
/// assert_eq!(wire.next_packet(), Some(Packet::Whole(b"<166>a\nb\n")));
/// assert_eq!(wire.next_packet(), None);
/// wire.push(b"c\r\n");
/// assert_eq!(wire.next_packet(), Some(Packet::Line(b"<166>c")));
/// ```
#[derive(Debug)]
pub struct Wire {
    buffer: Vec<u8>,
    start: usize,
    /// How far a line end was looked for.
    searched: usize,
    most: usize,
    skipping: Skip,
    cut: u64,
}

/// What is left of a message that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    Nothing,
    Bytes(u64),
    Line,
}

/// What a message begins with.
enum Begins {
    /// So many bytes, after so many bytes of prefix.
    Counted(u64, usize),
    Line,
    Unknown,
}

/// Digits of a length that are read; more is no length.
const DIGITS: usize = 9;

impl Wire {
    /// Messages longer than `most` bytes are cut there.
    pub fn new(most: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, searched: 0, most: most.max(1), skipping: Skip::Nothing, cut: 0 }
    }

    /// Messages that were cut so far, because they are too long.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Bytes held of a message that is not complete.
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// Whether a message has begun and not ended.
    pub fn is_inside(&self) -> bool {
        self.pending() > 0 || matches!(self.skipping, Skip::Bytes(_))
    }

    /// Takes bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.skip_held();
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.searched -= self.start.min(self.searched);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message; none until more of the stream comes.
    pub fn next_packet(&mut self) -> Option<Packet<'_>> {
        loop {
            self.skip_held();
            if self.pending() == 0 {
                return None;
            }
            match begins(&self.buffer[self.start..]) {
                Begins::Unknown => return None,
                Begins::Counted(length, prefix) => return self.counted(length, prefix),
                Begins::Line => {
                    let (from, to) = self.line()?;
                    // A message may end with more than one line end.
                    if from < to {
                        return Some(Packet::Line(&self.buffer[from..to]));
                    }
                }
            }
        }
    }

    /// The stream ended: what is held of a line is its last one. A message whose length was announced is not complete,
    /// and is lent as far as it came.
    pub fn finish(&mut self) -> Option<Packet<'_>> {
        self.skip_held();
        let rest = &self.buffer[self.start..];
        self.start = self.buffer.len();
        let rest = match begins(rest) {
            Begins::Counted(_, prefix) => &rest[prefix..],
            _ => rest,
        };
        let rest = without_end(rest);
        (!rest.is_empty()).then_some(Packet::Line(rest))
    }

    fn counted(&mut self, length: u64, prefix: usize) -> Option<Packet<'_>> {
        let from = self.start + prefix;
        let held = self.buffer.len() - from;
        let most = usize::try_from(length).unwrap_or(usize::MAX).min(self.most);
        if held < most {
            return None;
        }
        self.start = from + most;
        self.searched = self.start;
        if (most as u64) < length {
            self.cut += 1;
            self.skipping = Skip::Bytes(length - most as u64);
        }
        Some(Packet::Whole(&self.buffer[from..from + most]))
    }

    /// Where the line at hand stands, when it is complete or too long.
    fn line(&mut self) -> Option<(usize, usize)> {
        let from = self.start;
        self.searched = self.searched.max(from);
        let end = memchr::memchr2(b'\n', 0, &self.buffer[self.searched..]).map(|at| self.searched + at);
        self.searched = end.map_or(self.buffer.len(), |end| end + 1);
        let to = end.unwrap_or(self.buffer.len());
        if to - from > self.most {
            self.cut += 1;
            self.start = end.map_or(self.buffer.len(), |end| end + 1);
            self.skipping = if end.is_none() { Skip::Line } else { Skip::Nothing };
            return Some((from, from + self.most));
        }
        self.start = end? + 1;
        let to = if to > from && self.buffer[to - 1] == b'\r' { to - 1 } else { to };
        Some((from, to))
    }

    /// Leaves out what is held of a message that was cut.
    fn skip_held(&mut self) {
        let (left_out, skipping) = self.skipping.over(&self.buffer[self.start..]);
        self.start += left_out;
        self.skipping = skipping;
    }
}

impl Skip {
    /// How many of these bytes belong to a message that was cut, and what is left of it behind them.
    fn over(self, bytes: &[u8]) -> (usize, Self) {
        match self {
            Self::Nothing => (0, Self::Nothing),
            Self::Bytes(left) => {
                let some = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let left = left - some as u64;
                (some, if left == 0 { Self::Nothing } else { Self::Bytes(left) })
            }
            Self::Line => match memchr::memchr2(b'\n', 0, bytes) {
                Some(at) => (at + 1, Self::Nothing),
                None => (bytes.len(), Self::Line),
            },
        }
    }
}

fn begins(bytes: &[u8]) -> Begins {
    let digits = bytes.iter().take(DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > DIGITS || bytes[0] == b'0' {
        return Begins::Line;
    }
    match (bytes.get(digits), bytes.get(digits + 1)) {
        (None, _) | (Some(b' '), None) => Begins::Unknown,
        (Some(b' '), Some(b'<')) => {
            let number = std::str::from_utf8(&bytes[..digits]).ok().and_then(|digits| digits.parse().ok());
            number.map_or(Begins::Line, |number| Begins::Counted(number, digits + 1))
        }
        _ => Begins::Line,
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(stream: &[u8], portion: usize, most: usize) -> (Vec<(bool, Vec<u8>)>, u64) {
        let mut wire = Wire::new(most);
        let mut out = Vec::new();
        let keep = |packet: Packet<'_>| (matches!(packet, Packet::Whole(_)), packet.bytes().to_vec());
        for bytes in stream.chunks(portion.max(1)) {
            wire.push(bytes);
            while let Some(packet) = wire.next_packet() {
                out.push(keep(packet));
            }
        }
        out.extend(wire.finish().map(keep));
        (out, wire.cut())
    }

    #[test]
    fn both_framings_also_mixed() {
        let stream = b"<13>a\n5 <13>b<13>c\r\n\n7 <13>d\ne<13>f\0<13>g";
        let (found, cut) = all(stream, 3, 100);
        let words: Vec<_> =
            found.iter().map(|(whole, bytes)| (*whole, String::from_utf8_lossy(bytes))).collect();
        let line = |text: &'static str| (false, text.into());
        let whole = |text: &'static str| (true, text.into());
        let wanted =
            [line("<13>a"), whole("<13>b"), line("<13>c"), whole("<13>d\ne"), line("<13>f"), line("<13>g")];
        assert_eq!(words, wanted);
        assert_eq!(cut, 0);
    }

    #[test]
    fn a_line_that_begins_with_a_number_is_no_length() {
        for line in ["2022-07-11T18:55:25 x", "12 apples", "0 <x", "1234567890 <x", "7x", "<1"] {
            let (found, _) = all(format!("{line}\n").as_bytes(), 1, 100);
            assert_eq!(found, [(false, line.as_bytes().to_vec())], "{line}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_rest_left_out() {
        let stream = format!("30 <13>{}<13>b\n<13>{}\n<13>d\n", "x".repeat(26), "y".repeat(50));
        for portion in [1, 7, 1000] {
            let (found, cut) = all(stream.as_bytes(), portion, 10);
            let words: Vec<_> = found.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
            assert_eq!(words, ["<13>xxxxxx", "<13>b", "<13>yyyyyy", "<13>d"], "{portion}");
            assert_eq!(cut, 2);
        }
    }

    #[test]
    fn an_absurd_length_holds_no_memory() {
        let mut wire = Wire::new(1000);
        wire.push(b"999999999 <13>");
        for _ in 0..100 {
            wire.push(&[b'x'; 4096]);
            while wire.next_packet().is_some() {}
            assert!(wire.pending() <= 8192, "{}", wire.pending());
        }
        assert_eq!(wire.cut(), 1);
        assert!(wire.is_inside());
    }

    proptest! {
        #[test]
        fn portions_never_change_the_messages(
            stream in prop::collection::vec(prop_oneof![Just(b"7 <13>ab\n".to_vec()), Just(b"<13>x\n".to_vec()),
                Just(b"\n".to_vec()), Just(b"40 <1>".to_vec()), prop::collection::vec(any::<u8>(), 0..20)], 0..20),
            portion in 1usize..40,
            most in 1usize..30,
        ) {
            let stream = stream.concat();
            prop_assert_eq!(all(&stream, portion, most), all(&stream, stream.len(), most));
        }
    }
}
