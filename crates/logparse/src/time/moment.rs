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
    let marks = [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16], bytes[19]];
    if marks != [b'-', b'-', before_clock, b':', b':', before_fraction] {
        return None;
    }
    let two = |at| two_digits(bytes, at);
    let (century, year, month, day) = (two(0), two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    let (tenths, last) = (two(20), u32::from(bytes[22].wrapping_sub(b'0')));
    if century > 99 || year > 99 || tenths > 99 || last > 9 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // What is no digit makes a month or a day too great for any date.
    let date = NaiveDate::from_ymd_opt((century * 100 + year).cast_signed(), month, day)?;
    Some(Moment { date, second: hour * 3600 + minute * 60 + second, milli: tenths * 10 + last })
}

/// The number that two digits write, and a number above 99 where one of them is none.
#[inline]
pub(super) fn two_digits(bytes: &[u8], at: usize) -> u32 {
    let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
    let number = u32::from(tens) * 10 + u32::from(ones);
    if tens < 10 && ones < 10 { number } else { u32::from(u8::MAX) }
}
