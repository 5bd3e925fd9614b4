//! What may be typed about certificates: `certs`, `preflight`, `verify`.

use super::{Listing, Output, Reading, Shown};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use clap::Args as ClapArgs;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
pub(crate) struct Certs {
    /// Bundles, folders, certificate files or captures
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Listing::Text)]
    pub(crate) format: Listing,

    #[command(flatten)]
    pub(crate) output: Output,

    /// Replace users, hosts, addresses, ids and secrets by stand-ins, so that the output can leave the company;
    /// see docs/redaction.md
    #[arg(long)]
    pub(crate) redact: bool,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  waytrace preflight diagnostic_log_expc.tar.gz   what of this box will break
  waytrace preflight --format json case/          the same for programs, of every box in a folder

Exit status:
  0  every server that was seen will go on to work
  1  something will break
  2  wrong use, or nothing could be read
  3  something was read only in part, or the certificate of a server is not known")]
pub(crate) struct Preflight {
    /// Diagnostic bundles, folders that hold them, logs, dumps, certificate files, captures
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Listing::Text)]
    pub(crate) format: Listing,

    #[command(flatten)]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) shown: Shown,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  waytrace verify --chain server.pem --ca ca_expc.pem --name 192.0.2.15
  openssl s_client -connect 192.0.2.15:8443 -showcerts </dev/null |
      waytrace verify --chain - --ca ca_expc.pem --name cucm.example.com --port 8443

Exit status:
  0  OpenSSL 1.1.1 and 3.x accept the chain and the name
  1  one of them refuses it
  2  wrong use, or no certificate could be read
  3  a certificate could not be read or checked, so that the answer may be another")]
pub(crate) struct Verify {
    /// What the server presents, its own certificate first: PEM with text around it, DER or PKCS#7; `-` is standard
    /// input, such as that of `openssl s_client -showcerts`
    #[arg(long, value_name = "FILE")]
    pub(crate) chain: PathBuf,

    /// What the box trusts, such as its ca_….pem; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) ca: Vec<PathBuf>,

    /// Name or address that is asked for; without it no name is checked
    #[arg(long, value_parser = host)]
    pub(crate) name: Option<String>,

    /// Port, for the words of the findings
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// Time of the handshake: 2022-07-11, 2022-07-11T18:55:26 (UTC) or with an offset [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<DateTime<Utc>>,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Listing::Text)]
    pub(crate) format: Listing,

    #[command(flatten)]
    pub(crate) output: Output,

    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// A name or an address as it is asked for. Of a URL, or with a port, no certificate could have it: the answer would
/// be a wrong one.
fn host(text: &str) -> Result<String, String> {
    let is_address = text.parse::<std::net::IpAddr>().is_ok();
    let is_name =
        !text.is_empty() && !text.contains(|c: char| matches!(c, ':' | '/' | '[' | '@') || c.is_whitespace());
    if is_address || is_name {
        return Ok(text.to_owned());
    }
    Err("give the name or the address alone, such as cucm.example.com or 192.0.2.7; the port goes to --port"
        .to_owned())
}

/// A time in UTC unless it says otherwise; a day is its beginning.
fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim().replacen(' ', "T", 1);
    if let Ok(time) = DateTime::parse_from_rfc3339(&text) {
        return Ok(time.to_utc());
    }
    let clock = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let with_clock = clock.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let day = || text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    with_clock.or_else(day).map(|time| time.and_utc()).ok_or_else(|| {
        "write it like 2022-07-11T18:55:26 (UTC), 2022-07-11T18:55:26+02:00 or 2022-07-11".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times() {
        for (text, expected) in [
            ("2022-07-11", "2022-07-11T00:00:00Z"),
            ("2022-07-11T18:55", "2022-07-11T18:55:00Z"),
            ("2022-07-11 18:55:26", "2022-07-11T18:55:26Z"),
            ("2022-07-11T18:55:26+02:00", "2022-07-11T16:55:26Z"),
        ] {
            assert_eq!(time(text), Ok(expected.parse().expect("a time")), "{text}");
        }
        for text in ["", "now", "18:55", "2022-13-01", "2022-07-11T25:00:00"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
