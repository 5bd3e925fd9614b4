//! Whether a record is whole, and which lines may complete it.

use super::Line;
use crate::keyval;

/// How a record stands that may have been wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// A value has no closing quote.
    Open {
        /// Whether the value is one that has lines of its own.
        block: bool,
    },
    /// A line of the proxy's own that is not complete.
    Dangling,
    /// Only an envelope.
    Bare,
    /// A body of pairs, each of them closed.
    Pairs,
    /// A line that needs nothing more.
    Whole,
}

/// A known line of Traffic Server: its first words, and what tells that its last field is there.
type Known = (&'static str, fn(&str) -> bool);

const KNOWN: [Known; 5] = [
    ("Core server certificate verification failed for", |text| has_number(text, "depth=")),
    ("SNI (", has_server),
    ("Origin hostname (", has_server),
    ("SSL connection failed for", has_reason),
    ("TS_EVENT_SSL_VERIFY_SERVER plugin failed", |text| text.contains("SNI=")),
];

impl State {
    /// How a record with this body stands.
    pub(super) fn of(body: &str) -> Self {
        let body = body.trim();
        if body.is_empty() {
            return Self::Bare;
        }
        if body.starts_with('[') {
            return if is_complete(body) { Self::Whole } else { Self::Dangling };
        }
        if keyval::is_open(body) {
            return Self::Open { block: body.contains("-----BEGIN") || body.contains("Traceback") };
        }
        if body.contains("=\"") { Self::Pairs } else { Self::Whole }
    }

    /// Whether nothing is missing.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Pairs | Self::Whole)
    }

    /// Whether this line may complete the record; `first` tells that it is the first behind the head.
    pub(super) fn takes(self, line: &Line<'_>, first: bool) -> bool {
        if line.is_block() {
            return self == Self::Bare && line.text.starts_with(b"[ET_");
        }
        match self {
            // A value with lines of its own goes on at once and is indented; a layout leaves an empty line, or
            // breaks at the margin.
            Self::Open { block } => !block && (!first || line.after_blank || !line.is_indented),
            Self::Dangling => true,
            Self::Bare => line.key().is_some(),
            Self::Pairs => {
                let at_margin = !line.is_indented && !line.after_blank;
                let word = line.text.first().is_some_and(u8::is_ascii_alphanumeric);
                line.key().is_some() || (at_margin && word && line.has_pair())
            }
            Self::Whole => false,
        }
    }
}

/// Whether the field this line begins with is in the record already. Such a line is another record's.
pub(super) fn has_key_of(text: &str, line: &Line<'_>) -> bool {
    const ONCE: [&str; 8] = ["UTCTime", "Module", "Level", "Event", "Thread", "Txn-id", "Msg", "Detail"];
    let Some(key) = line.key().and_then(|key| std::str::from_utf8(key).ok()) else { return false };
    ONCE.contains(&key) && text.match_indices(key).any(|(at, _)| text[at + key.len()..].starts_with("=\""))
}

/// Whether `[thread] LEVEL: message` is all there.
fn is_complete(body: &str) -> bool {
    let Some((_, rest)) = body.split_once(']') else { return false };
    let Some((level, message)) = rest.trim_start().split_once(':') else { return false };
    let message = message.trim();
    if !level.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return true;
    }
    match KNOWN.iter().find(|(begin, _)| message.starts_with(begin)) {
        Some((_, is_complete)) => is_complete(message),
        None => !KNOWN.iter().any(|(begin, _)| begin.starts_with(message)),
    }
}

fn has_number(text: &str, field: &str) -> bool {
    text.split_once(field)
        .is_some_and(|(_, number)| number.trim().starts_with(|c: char| c.is_ascii_digit() || c == '-'))
}

/// `server=name(address)`
fn has_server(text: &str) -> bool {
    text.split_once("server=").is_some_and(|(_, server)| server.contains('(') && server.ends_with(')'))
}

/// `'name': error:CODE:library:function:reason`
fn has_reason(text: &str) -> bool {
    let Some((_, error)) = text.split_once("error:") else { return false };
    error.splitn(4, ':').nth(3).is_some_and(|reason| !reason.trim().is_empty())
}
