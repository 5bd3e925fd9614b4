//! The error of this crate's nom parsers: the innermost place, and the nearest name of what was expected there.

use nom::error::{ContextError, ErrorKind, FromExternalError, ParseError};

/// Where a parser gave up, and what it would have liked to see.
///
/// `append` keeps the innermost place; the first (innermost) context wins, because it names the smallest thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault<'b> {
    pub(crate) rest: &'b str,
    pub(crate) expected: &'static str,
}

impl<'b> ParseError<&'b str> for Fault<'b> {
    fn from_error_kind(rest: &'b str, _: ErrorKind) -> Self {
        Self { rest, expected: "" }
    }

    fn append(_: &'b str, _: ErrorKind, inner: Self) -> Self {
        inner
    }
}

impl<'b> ContextError<&'b str> for Fault<'b> {
    fn add_context(_: &'b str, expected: &'static str, inner: Self) -> Self {
        if inner.expected.is_empty() { Self { expected, ..inner } } else { inner }
    }
}

impl<'b, E> FromExternalError<&'b str, E> for Fault<'b> {
    fn from_external_error(rest: &'b str, _: ErrorKind, _: E) -> Self {
        Self { rest, expected: "" }
    }
}

/// What every grammar function of this crate returns.
pub(crate) type Parsed<'b, T> = nom::IResult<&'b str, T, Fault<'b>>;
