//! In which language, and by which clock, a report speaks to people.

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::fmt;
use std::str::FromStr;

/// A language that reports have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// German.
    German,
}

impl Language {
    /// The language of a tag such as `es` or `de-AT`; English for any that reports do not have.
    pub fn of(tag: &str) -> Self {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        let known = [Self::Spanish, Self::French, Self::German];
        known.into_iter().find(|known| known.tag().eq_ignore_ascii_case(first)).unwrap_or_default()
    }

    /// Its tag (BCP 47), such as `es`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
        }
    }
}

/// A time zone by which times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

/// No time zone has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone has the name `{0}`; names look like `Europe/Berlin`")]
pub struct UnknownZone(String);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// Finds a zone by its name in the IANA time zone database, such as `Europe/Berlin`; `utc` is one of them. Upper
    /// and lower case are the same.
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        Tz::from_str_insensitive(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.name())
    }
}

impl Zone {
    /// A moment by this clock, in a form of `chrono`.
    pub fn format(self, time: DateTime<Utc>, form: &str) -> String {
        self.0.from_utc_datetime(&time.naive_utc()).format(form).to_string()
    }

    /// What the zone is called at this moment: `UTC`, `CET`, or `+03` where it has no letters.
    pub fn name_at(self, time: DateTime<Utc>) -> String {
        self.format(time, "%Z")
    }
}

/// How a report speaks: its labels, not the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Speech {
    /// The language of headings and labels.
    pub language: Language,
    /// The zone of the times shown.
    pub zone: Zone,
}

impl Speech {
    /// English, and UTC.
    pub fn new() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_languages() {
        for (tag, language) in [
            ("es-MX", Language::Spanish),
            ("DE_at", Language::German),
            ("fr", Language::French),
            ("en", Language::English),
            ("nl", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn zones_know_summer_time() {
        let zone: Zone = "europe/berlin".parse().expect("a zone");
        for (utc, shown) in [("2024-01-15T10:00:00Z", "11:00 CET"), ("2024-07-15T10:00:00Z", "12:00 CEST")] {
            let time: DateTime<Utc> = utc.parse().expect("a time");
            assert_eq!(format!("{} {}", zone.format(time, "%H:%M"), zone.name_at(time)), shown);
        }
        assert_eq!(Zone::default().name_at(DateTime::UNIX_EPOCH), "UTC");
        assert!("Mars/Olympus".parse::<Zone>().is_err());
    }
}
