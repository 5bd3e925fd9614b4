//! Names, release and clock of the box.

use super::picker::Picker;
use crate::Release;
use serde::Serialize;

/// What the box is and what it calls itself.
///
/// `SystemUnit Name`, `IP DNS Hostname` and `IP DNS Domain Name` are known from programs that read real dumps, and so
/// are `Product`, `Software Version`, `Software ReleaseDate` and `Uptime` of the status. The word `DNS` without `IP`
/// before it is accepted too (inferred).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct System {
    /// The host name; the log names it in every record.
    pub host: Option<String>,
    /// The domain of the box itself. Together with the host it is the name that certificates should have.
    pub domain: Option<String>,
    /// The name an administrator gave the box; often the host name.
    pub name: Option<String>,
    /// The product's own name. Also an Expressway says `TANDBERG VCS`.
    pub product: Option<String>,
    /// The release, if the version begins with one.
    pub release: Option<Release>,
    /// The version as it is written; `X12.5.4 Release 1` has more than the release.
    pub version: Option<String>,
    /// The day the software was made, as it is written.
    pub release_date: Option<String>,
    /// Its time when the status was dumped.
    pub clock: Clock,
}

impl System {
    /// Host and domain together.
    pub fn full_name(&self) -> Option<String> {
        self.host.as_ref().zip(self.domain.as_ref()).map(|(host, domain)| format!("{host}.{domain}"))
    }
}

/// The box's time when the status was dumped, as it is written.
///
/// `Uptime` is known from programs that read the status; the names of the others are those of the command reference,
/// and the form of their values is not known (inferred).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Clock {
    /// The time in UTC.
    pub system_time: Option<String>,
    /// The time where the box stands.
    pub local_time: Option<String>,
    /// The name of its time zone.
    pub time_zone: Option<String>,
    /// Seconds since it started.
    pub uptime_seconds: Option<u64>,
}

pub(super) fn pick(picker: &Picker<'_>) -> System {
    let owned = |value: Option<&str>| value.map(str::to_owned);
    let version = picker.status(&["SystemUnit Software Version", "@version"]);
    let version = version.or_else(|| picker.configuration(&["@version"]));
    let product = picker.status(&["SystemUnit Product", "@product"]);
    let zone = picker.configuration(&["TimeZone Name"]);
    System {
        host: owned(picker.configuration(&["IP DNS Hostname", "DNS Hostname"])),
        domain: owned(picker.configuration(&["IP DNS Domain Name", "DNS Domain Name"])),
        name: owned(
            picker.configuration(&["SystemUnit Name"]).or_else(|| picker.status(&["SystemUnit Name"])),
        ),
        product: owned(product.or_else(|| picker.configuration(&["@product"]))),
        release: version.and_then(release),
        version: owned(version),
        release_date: owned(picker.status(&["SystemUnit Software ReleaseDate"])),
        clock: Clock {
            system_time: owned(picker.status(&["SystemUnit SystemTime", "Time SystemTime"])),
            local_time: owned(picker.status(&["SystemUnit LocalTime", "Time LocalTime"])),
            time_zone: owned(zone.or_else(|| picker.status(&["SystemUnit TimeZone", "Time TimeZone"]))),
            uptime_seconds: picker.status(&["SystemUnit Uptime"]).and_then(|text| text.parse().ok()),
        },
    }
}

/// `X14.2.1` of `X14.2.1`, `X12.5.4 Release 1` and `X14.0PreAlpha3`.
fn release(version: &str) -> Option<Release> {
    let digits = version.trim().trim_start_matches(['X', 'x']);
    let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(digits.len());
    digits[..end].trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn a_release_with_more_behind_it() {
        for (version, read) in [
            ("X14.2.1", Some("X14.2.1")),
            ("X12.5.4 Release 1", Some("X12.5.4")),
            ("X14.0PreAlpha3 (Test)", Some("X14.0")),
            ("x8.11.", Some("X8.11")),
            ("s42700", None),
            ("", None),
        ] {
            assert_eq!(release(version).map(|release| release.to_string()).as_deref(), read, "{version}");
        }
    }
}
