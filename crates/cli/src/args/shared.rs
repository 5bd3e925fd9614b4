//! Arguments that several commands have.

use super::Color;
use clap::Args as ClapArgs;
use std::path::PathBuf;
use waytrace::{Language, Speech, Zone};

/// Which problems are looked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Known {
    /// Own signatures beside the built-in ones; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) signatures: Vec<PathBuf>,

    /// Do not look for this problem; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) disable: Vec<String>,

    /// Give a problem another severity, such as TLS-012=warning; may be repeated
    #[arg(long, value_name = "ID=LEVEL")]
    pub(crate) severity: Vec<String>,
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Shown {
    /// Language of the texts: en, es, fr, de
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) lang: String,

    /// Zone of the times shown: `utc`, `local`, or a name such as Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "utc", value_parser = zone)]
    pub(crate) tz: Zone,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

impl Shown {
    /// How what is shown speaks.
    pub(crate) fn speech(&self) -> Speech {
        let mut speech = Speech::new();
        speech.language = Language::of(&self.lang);
        speech.zone = self.tz;
        speech
    }
}

/// The zone of this name; `local` is that of the machine.
fn zone(name: &str) -> Result<Zone, String> {
    if !name.eq_ignore_ascii_case("local") {
        return name.parse().map_err(|error: waytrace::UnknownZone| format!("{error}; or `utc`, or `local`"));
    }
    // What the user sets for one command goes before what is set for the machine.
    let own = std::env::var("TZ").ok().and_then(|name| name.trim_start_matches(':').parse().ok());
    let machine = || iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok());
    own.or_else(machine).ok_or_else(|| {
        "this machine does not say its time zone; give its name, such as Europe/Berlin".to_owned()
    })
}
