//! The two clocks of a record, kept apart: the local stamp at its start, and the `UTCTime` its writer put inside.
//!
//! The stamp is written by the box's syslog when the line arrives there, with the box's own zone; `UTCTime` is the
//! writer's clock at the moment of the event. They agree to a few milliseconds (log grammar, a1).

mod moment;

use crate::fault::{Fault, Parsed};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use moment::{MOMENT, Moment, moment, two_digits};
use nom::Parser;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{char, one_of, satisfy, space1};
use nom::combinator::{map_opt, map_res, opt};
use nom::sequence::preceded;

/// The stamp at the start of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The instant, with the box's offset from UTC.
    pub time: DateTime<FixedOffset>,
    /// Whether the stamp has a fraction (since X8.9); without one it is right to the second only.
    pub has_fraction: bool,
}

/// A stamp of the BSD form, `Jul 11 18:55:25`: local time without year and zone.
///
/// Boxes of 2011 and older and legacy remote syslog write it. The year is not in the log, so this type does not
/// have one; who knows it (from a file name, or from a neighbour) says so with [`Yearless::in_year`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Yearless {
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month.
    pub day: u32,
    /// Time of day on the writer's clock, in a zone that is not told.
    pub time: NaiveTime,
}

impl Yearless {
    /// The local date and time if it was written in `year`; `None` for 29 February of a year without one.
    pub fn in_year(self, year: i32) -> Option<NaiveDateTime> {
        Some(NaiveDate::from_ymd_opt(year, self.month, self.day)?.and_time(self.time))
    }
}

/// A fixed number of decimal digits as a number.
fn digits<'b>(count: usize) -> impl Parser<&'b str, Output = u32, Error = Fault<'b>> {
    map_opt(take_while_m_n(count, count, |c: char| c.is_ascii_digit()), |text: &str| {
        Some(text.bytes().fold(0u32, |value, byte| value * 10 + u32::from(byte - b'0')))
    })
}

/// `YYYY-MM-DD`
fn date(input: &str) -> Parsed<'_, NaiveDate> {
    let parts = (digits(4), char('-'), digits(2), char('-'), digits(2));
    map_opt(parts, |(year, _, month, _, day)| NaiveDate::from_ymd_opt(year.cast_signed(), month, day))
        .parse(input)
}

/// `hh:mm:ss`; a leap second is read as the second before it.
fn clock(input: &str) -> Parsed<'_, (u32, u32, u32)> {
    let (rest, (hour, _, minute, _, second)) =
        (digits(2), char(':'), digits(2), char(':'), digits(2)).parse(input)?;
    Ok((rest, (hour, minute, second.min(59))))
}

/// Milliseconds after a `.` or `,`. One or two digits are an unpadded count (`,92` is 92 ms, by inference from the
/// writer's code); more than three are cut.
fn fraction(input: &str) -> Parsed<'_, u32> {
    let count = take_while_m_n(1, 9, |c: char| c.is_ascii_digit());
    preceded(
        one_of(".,"),
        map_opt(count, |text: &str| text.get(..text.len().min(3)).and_then(|digits| digits.parse().ok())),
    )
    .parse(input)
}

/// `Z`, `+hh:mm`, `-hh:mm` or the same without the colon.
fn offset(input: &str) -> Parsed<'_, FixedOffset> {
    if let Some(rest) = input.strip_prefix('Z') {
        return Ok((rest, FixedOffset::east_opt(0).expect("zero is an offset")));
    }
    let (rest, (sign, hours, _, minutes)) =
        (satisfy(|c| c == '+' || c == '-'), digits(2), opt(char(':')), digits(2)).parse(input)?;
    let seconds = (hours * 3600 + minutes * 60).cast_signed();
    let seconds = if sign == '-' { -seconds } else { seconds };
    match FixedOffset::east_opt(seconds) {
        Some(offset) => Ok((rest, offset)),
        None => Err(nom::Err::Error(Fault { rest: input, expected: "an offset from UTC" })),
    }
}

/// The stamp at the start of a record, `YYYY-MM-DDThh:mm:ss[.fff](Z|+hh:mm)`, and what follows it.
#[inline]
pub(crate) fn stamp(input: &str) -> Option<(&str, Stamp)> {
    usual_stamp(input).or_else(|| any_stamp(input).ok())
}

/// Reads `YYYY-MM-DDThh:mm:ss.fff+hh:mm`, which nearly every record begins with, without the grammar: its fields
/// stand at fixed places. `None` leaves the text to [`any_stamp`], also where a number is out of range.
#[inline]
fn usual_stamp(input: &str) -> Option<(&str, Stamp)> {
    const LENGTH: usize = MOMENT + "+02:00".len();
    const DAY: i32 = 24 * 3600;
    let bytes = input.as_bytes().first_chunk::<LENGTH>()?;
    let local = moment(bytes.first_chunk()?, [b'T', b'.'])?;
    let (hours, minutes) = (two_digits(bytes, MOMENT + 1), two_digits(bytes, MOMENT + 4));
    if bytes[MOMENT + 3] != b':' || hours > 99 || minutes > 99 {
        return None;
    }
    let east = (hours * 3600 + minutes * 60).cast_signed();
    let east = match bytes[MOMENT] {
        b'+' => east,
        b'-' => -east,
        _ => return None,
    };
    let offset = FixedOffset::east_opt(east)?;
    // An offset is less than a day, so the day in UTC is the local one or a neighbour of it.
    let second = local.second.cast_signed() - east;
    let date = match second.div_euclid(DAY) {
        0 => local.date,
        1 => local.date.succ_opt()?,
        _ => local.date.pred_opt()?,
    };
    let utc = Moment { date, second: second.rem_euclid(DAY).cast_unsigned(), ..local }.time()?;
    let time = DateTime::from_naive_utc_and_offset(utc, offset);
    Some((input.get(LENGTH..)?, Stamp { time, has_fraction: true }))
}

/// Reads a value of `UTCTime` that has the full form, `YYYY-MM-DD hh:mm:ss,fff`.
#[inline]
pub(crate) fn usual_utc_time(value: &[u8]) -> Option<NaiveDateTime> {
    moment(value.try_into().ok()?, [b' ', b','])?.time()
}

/// Length of a value of `UTCTime` in its full form.
pub(crate) const UTC_TIME: usize = MOMENT;

/// Reads a value of `UTCTime`. Almost every record has the full form, which needs no grammar; the rest goes to it.
#[inline]
pub(crate) fn any_utc_time(value: &str) -> Option<NaiveDateTime> {
    usual_utc_time(value.as_bytes()).or_else(|| utc_time(value))
}

/// A stamp with everything that may be missing or different.
pub(crate) fn any_stamp(input: &str) -> Parsed<'_, Stamp> {
    let (rest, date) = date(input)?;
    let (rest, _) = tag("T")(rest)?;
    let (rest, (hour, minute, second)) = clock(rest)?;
    let (rest, millis) = opt(fraction).parse(rest)?;
    let (rest, offset) = offset(rest)?;
    let local = date.and_hms_milli_opt(hour, minute, second, millis.unwrap_or(0));
    match local.and_then(|local| local.and_local_timezone(offset).single()) {
        Some(time) => Ok((rest, Stamp { time, has_fraction: millis.is_some() })),
        None => Err(nom::Err::Error(Fault { rest: input, expected: "a time of day" })),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The BSD stamp: `Mon dd hh:mm:ss[.fff]`, the day padded with a blank or not at all.
pub(crate) fn yearless(input: &str) -> Parsed<'_, Yearless> {
    let month = map_opt(take_while_m_n(3, 3, |c: char| c.is_ascii_alphabetic()), |name: &str| {
        (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
    });
    let day = map_res(take_while_m_n(1, 2, |c: char| c.is_ascii_digit()), str::parse::<u32>);
    let (rest, (month, _, day, _)) = (month, space1, day, space1).parse(input)?;
    let (rest, (hour, minute, second)) = clock(rest)?;
    let (rest, millis) = opt(fraction).parse(rest)?;
    let time = NaiveTime::from_hms_milli_opt(hour, minute, second, millis.unwrap_or(0));
    // 2012 had a 29 February: whether the real year has one is not for this function to say.
    match time.filter(|_| NaiveDate::from_ymd_opt(2012, month, day).is_some()) {
        Some(time) => Ok((rest, Yearless { month, day, time })),
        None => Err(nom::Err::Error(Fault { rest: input, expected: "a day and a time of day" })),
    }
}

/// Reads the value of `UTCTime`: `YYYY-MM-DD hh:mm:ss[,f]` with 0 to 3 digits of fraction, in UTC.
///
/// ```
/// let time = waytrace_logparse::time::utc_time("2014-09-25 17:46:20,92").unwrap();
/// assert_eq!(time.to_string(), "2014-09-25 17:46:20.092");
/// assert_eq!(waytrace_logparse::time::utc_time("yesterday"), None);
/// ```
pub fn utc_time(value: &str) -> Option<NaiveDateTime> {
    let (rest, date) = date(value.trim()).ok()?;
    let (rest, _) = one_of::<_, _, Fault<'_>>(" T")(rest).ok()?;
    let (rest, (hour, minute, second)) = clock(rest).ok()?;
    let (_, millis) = opt(fraction).parse(rest).ok()?;
    date.and_hms_milli_opt(hour, minute, second, millis.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        stamp(text).map(|(rest, stamp)| format!("{} {:?} {rest:?}", stamp.time, stamp.has_fraction))
    }

    #[test]
    fn stamps_of_every_release() {
        let cases = [
            ("2022-07-11T18:55:25.910+02:00 vcsc", "2022-07-11 18:55:25.910 +02:00 true \" vcsc\""),
            ("2014-09-25T13:46:20-04:00", "2014-09-25 13:46:20 -04:00 false \"\""),
            ("2020-01-01T00:00:00.5Z x", "2020-01-01 00:00:00.005 +00:00 true \" x\""),
            ("2016-12-31T23:59:60.001+1000", "2016-12-31 23:59:59.001 +10:00 true \"\""),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn both_ways_to_read_a_stamp_agree() {
        for text in [
            "2022-07-11T18:55:25.910+02:00 vcsc",
            "2022-07-11T18:55:25.010-12:30",
            "2016-02-29T00:00:00.999+00:00x",
        ] {
            assert_eq!(usual_stamp(text), any_stamp(text).ok(), "{text}");
            assert!(usual_stamp(text).is_some(), "{text}");
        }
        for text in [
            "2022-07-11T18:55:25.91+002:00",
            "2022-02-30T18:55:25.910+02:00",
            "2022-07-11T18:55:60.910+02:00",
            "2022-07-11T18:55:25.910+02:0é",
            "2022-07-11T18:55:25.910 02:00",
        ] {
            assert_eq!(usual_stamp(text), None, "{text}");
        }
    }

    #[test]
    fn a_stamp_without_year_has_no_year() {
        let read = |text| yearless(text).ok().map(|(rest, stamp)| (rest, stamp.in_year(2011)));
        let (rest, time) = read("Jul  1 08:55:25.120 vcsc").expect("a stamp");
        assert_eq!(
            (rest, time.map(|time| time.to_string()).as_deref()),
            (" vcsc", Some("2011-07-01 08:55:25.120"))
        );
        assert_eq!(read("Feb 29 00:00:00"), Some(("", None)), "2011 has no such day, another year may");
        for text in ["Jul 41 08:55:25", "Jum 1 08:55:25", "Jul 1 24:55:25", "Jul"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_stamp() {
        for text in [
            "",
            "2022-13-11T18:55:25+02:00",
            "2022-07-11 18:55:25",
            "2022-07-11T18:55:25",
            "2022-07-11T28:55:25Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn both_ways_to_read_utc_agree() {
        for text in [
            "2022-07-11 16:55:25,916",
            "2014-09-25 17:46:20,92",
            "2018-07-09 12:09:10",
            "2022-13-11 16:55:25,916",
        ] {
            assert_eq!(any_utc_time(text), utc_time(text), "{text}");
        }
        assert_eq!(usual_utc_time(b"2022-07-11 16:55:25,916"), utc_time("2022-07-11 16:55:25,916"));
    }

    #[test]
    fn utc_time_with_every_fraction() {
        let read = |text| utc_time(text).map(|time| time.to_string());
        assert_eq!(read("2022-07-11 16:55:25,916").as_deref(), Some("2022-07-11 16:55:25.916"));
        assert_eq!(read("2018-07-09 12:09:10").as_deref(), Some("2018-07-09 12:09:10"));
        assert_eq!(read(" 2018-07-09 12:09:10,7 ").as_deref(), Some("2018-07-09 12:09:10.007"));
    }
}
