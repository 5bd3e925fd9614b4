//! A date and a time of day whose digits stand at fixed places: what nearly all stamps are, read without a grammar.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// Length of `YYYY-MM-DDThh:mm:ss.fff`.
pub(super) const MOMENT: usize = 23;

/// A date and a time of day, in seconds and milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) date: NaiveDate,
    pub(super) second: u32,
    pub(super) milli: u32,
}

impl Moment {
    #[inline]
    pub(super) fn time(self) -> Option<NaiveDateTime> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.second, self.milli * 1_000_000)?;
        Some(NaiveDateTime::new(self.date, time))
    }
}

/// Reads `YYYY-MM-DD?hh:mm:ss?fff`, the two question marks standing for these marks.
#[inline]
pub(super) fn moment(bytes: &[u8; MOMENT], [before_clock, before_fraction]: [u8; 2]) -> Option<Moment> {
    let word = |at: usize, shape: [u8; 8]| {
        values(u64::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte])), shape)
    };
    let [century, _, year, _, _, month, ..] = pairs(word(0, *b"0000-00-")?);
    let [day, _, _, hour, _, _, minute, _] =
        pairs(word(8, [b'0', b'0', before_clock, b'0', b'0', b':', b'0', b'0'])?);
    let last = word(15, [b'0', b':', b'0', b'0', before_fraction, b'0', b'0', b'0'])?;
    let [_, _, second, _, _, tenths, ..] = pairs(last);
    let [.., thousandths] = last.to_le_bytes().map(u32::from);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt((century * 100 + year).cast_signed(), month, day)?;
    Some(Moment { date, second: hour * 3600 + minute * 60 + second, milli: tenths * 10 + thousandths })
}

/// What eight bytes are worth that look like `shape`: the value of each digit, nothing for a mark.
#[inline]
fn values(bytes: u64, shape: [u8; 8]) -> Option<u64> {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // What a byte may be worth and still not reach the highest bit: 9 for a digit, 0 for a mark.
    let room = u64::from_le_bytes(shape.map(|shape| if shape == b'0' { 0x7F - 9 } else { 0x7F }));
    let differs = bytes ^ u64::from_le_bytes(shape);
    ((((differs & !HIGH) + room) | differs) & HIGH == 0).then_some(differs)
}

/// For each digit the number that it and the one behind it write.
#[inline]
fn pairs(digits: u64) -> [u32; 8] {
    (digits * 10 + (digits >> 8)).to_le_bytes().map(u32::from)
}

/// The number that two digits write, and a number above 99 where one of them is none.
#[inline]
pub(super) fn two_digits(bytes: &[u8], at: usize) -> u32 {
    let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
    let number = u32::from(tens) * 10 + u32::from(ones);
    if tens < 10 && ones < 10 { number } else { u32::from(u8::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<String> {
        Some(moment(text.try_into().ok()?, *b"T.")?.time()?.to_string())
    }

    #[test]
    fn every_byte_counts() {
        let text = *b"2022-07-11T18:55:25.916";
        assert_eq!(read(&text).as_deref(), Some("2022-07-11 18:55:25.916"));
        for at in 0..MOMENT {
            for byte in 0..=u8::MAX {
                let mut other = text;
                other[at] = byte;
                let is_number = text[at].is_ascii_digit();
                if byte == text[at] || is_number && byte.is_ascii_digit() {
                    let grammar = std::str::from_utf8(&other).expect("digits");
                    let format = "%Y-%m-%dT%H:%M:%S%.3f";
                    let expected = NaiveDateTime::parse_from_str(grammar, format).ok();
                    // The library reads a second of 60, which is left to the grammar here.
                    let expected = expected.filter(|_| &other[17..19] < b"60".as_slice());
                    assert_eq!(read(&other), expected.map(|time| time.to_string()), "{grammar}");
                } else {
                    assert_eq!(read(&other), None, "{byte} at {at}");
                }
            }
        }
    }
}
