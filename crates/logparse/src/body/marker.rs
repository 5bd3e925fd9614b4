//! Lines that mark a place in the log: the administrator's `DEBUG_MARKER`, and the syslog's `MARK` after an hour of
//! silence (log grammar, a6 and d). The rest of either line was never seen; the words alone decide.

use crate::event::Event;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker<'b> {
    /// Which.
    pub what: Mark,
    /// The text beside the word: what the administrator wrote.
    pub text: &'b str,
}

/// Who made a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// The administrator, on the page of the diagnostic log.
    Debug,
    /// The syslog, for an hour in which nothing was written.
    Silence,
}

impl Mark {
    /// Name of the event's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Debug => "marker.debug",
            Self::Silence => "marker.silence",
        }
    }
}

const DEBUG_MARKER: &str = "DEBUG_MARKER";

/// Every line that nobody else claims is searched for the word, so the search is prepared once.
static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(DEBUG_MARKER));

/// Claims a mark.
pub(super) fn claim(body: &str) -> Option<Event<'_>> {
    // The longest form of the syslog's own mark is `-- MARK --`.
    if body.len() <= 16 && body.trim_matches(['-', ' ', '\r', ':']) == "MARK" {
        return Some(Event::Marker(Marker { what: Mark::Silence, text: "" }));
    }
    let at = FINDER.find(body.as_bytes())?;
    let text = body[at + DEBUG_MARKER.len()..].trim_matches([':', ' ', '"', '\r']);
    Some(Event::Marker(Marker { what: Mark::Debug, text }))
}
