//! The release a node runs.

use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A release such as `X14.2.1`. Compares number by number; a missing number is zero.
#[derive(Debug, Clone, Eq)]
pub struct Release {
    numbers: Vec<u32>,
}

/// A text that is no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no release; write it like X14.2.1")]
pub struct NotARelease(String);

impl FromStr for Release {
    type Err = NotARelease;

    /// Reads `X14.2.1`, with or without the letter.
    fn from_str(text: &str) -> Result<Self, NotARelease> {
        let wrong = || NotARelease(text.to_owned());
        let digits = text.trim().trim_start_matches(['X', 'x', 'v', 'V']);
        let numbers =
            digits.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>().map_err(|_| wrong())?;
        Ok(Self { numbers })
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let at = |release: &Self, place| release.numbers.get(place).copied().unwrap_or(0);
        (0..length)
            .map(|place| at(self, place).cmp(&at(other, place)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Release {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.numbers.iter().map(ToString::to_string).collect();
        write!(f, "X{}", numbers.join("."))
    }
}

impl Serialize for Release {
    /// Writes it as it is read: `X14.2.1`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_number() {
        let read = |text: &str| text.parse::<Release>().expect(text);
        assert!(read("X14.2") > read("X14.0.9"));
        assert!(read("X8.11.4") < read("X12.5"));
        assert_eq!(read("X14.2"), read("14.2.0"));
        assert_eq!(read("x15.5.1").to_string(), "X15.5.1");
        assert!("latest".parse::<Release>().is_err());
    }
}
