//! Why something could not be read, in plain words.

use std::io;

/// Words for a failure, carried by an [`io::Error`] through the readers.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Fault(pub(crate) String);

impl Fault {
    pub(crate) fn error(reason: impl Into<String>) -> io::Error {
        io::Error::other(Self(reason.into()))
    }

    /// Whether an error is already in our words.
    pub(crate) fn is_in(error: &io::Error) -> bool {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).is_some()
    }
}

/// Our words for an error, or the system's without its number.
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    if Fault::is_in(error) {
        return text;
    }
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}
