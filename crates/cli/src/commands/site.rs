//! The rules of a site, as `--site` names them.

use crate::exit::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use waytrace::{Report, Site};

/// Rules, if the user has any.
pub(super) struct Rules(Option<Site>);

impl Rules {
    pub(super) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        path.map(read).transpose().map(Self)
    }

    pub(super) fn apply(&self, report: &mut Report) {
        if let Some(site) = &self.0 {
            site.apply(report, today());
        }
    }
}

fn read(path: &Path) -> Result<Site, Failure> {
    let about = |error: String| Failure::Usage(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| about(error.to_string()))?;
    Site::read(&text).map_err(about)
}

/// Today, in UTC: a rule's last day is a day, not an hour.
fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}
