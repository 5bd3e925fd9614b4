//! Diagnostic lines of Apache Traffic Server: `[ET_NET 0] WARNING: …`.
//!
//! The syslog copy of a line of its diags.log, without its own time stamp (Traffic Server `Diags.cc`; reference
//! "Traffic Server", 1 and 2). These lines carry no UTCTime, no Txn-id and no port.

use crate::event::{Defect, Event};
use crate::fault::Parsed;
use crate::openssl::{SslError, error};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while, take_while1};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{map_res, opt, peek, recognize, verify};
use nom::error::context;
use nom::sequence::{delimited, preceded, terminated};

/// A line of Traffic Server's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diagnostic<'b> {
    /// Name of the thread, such as `ET_NET 0`; empty while the program starts.
    pub thread: &'b str,
    /// Level as printed: `NOTE`, `WARNING`, `ERROR` and so on.
    pub level: &'b str,
    /// Tag of a debug line, such as `ssl.error`; empty in all others.
    pub tag: &'b str,
    /// What it says.
    pub message: Message<'b>,
}

/// What a diagnostic line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message<'b> {
    /// The origin server's certificate failed a check of its chain, validity or purpose.
    VerifyFailed {
        /// Who was refused.
        origin: Origin<'b>,
        /// OpenSSL's text for the result.
        error: &'b str,
        /// Index in the chain of the certificate at fault; 0 is the server's own.
        depth: i32,
    },
    /// The chain is good, but the certificate does not name the host that was asked for.
    NameMismatch {
        /// Who was refused.
        origin: Origin<'b>,
    },
    /// A plugin vetoed the certificate (9.x and later).
    PluginRefused {
        /// Who was refused.
        origin: Origin<'b>,
    },
    /// The TLS handshake with an origin server ended in an error (8.x).
    ConnectFailed {
        /// The name sent, or the address where none was.
        name: &'b str,
        /// OpenSSL's error.
        error: SslError<'b>,
    },
    /// Anything else, as written.
    Other(&'b str),
}

/// The origin server a certificate line speaks of. No line has the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'b> {
    /// The name the request was for (SNI), or the address if it was for an address.
    pub name: &'b str,
    /// The name Traffic Server connected to.
    pub server: &'b str,
    /// The address it connected to; empty where the line has none.
    pub ip: &'b str,
    /// What follows from the failed check.
    pub action: Action<'b>,
}

/// Whether a failed check ends the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action<'b> {
    /// Verification is enforced: the handshake ends here.
    Terminate,
    /// Verification is not enforced: the connection goes on.
    Continue,
    /// Another word.
    Other(&'b str),
}

impl Message<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyFailed { .. } => "ats.verify_failed",
            Self::NameMismatch { .. } => "ats.name_mismatch",
            Self::PluginRefused { .. } => "ats.plugin_refused",
            Self::ConnectFailed { .. } => "ats.connect_failed",
            Self::Other(_) => "ats.diagnostic",
        }
    }
}

/// Levels of Traffic Server, as it prints them.
const LEVELS: [&str; 9] =
    ["DIAG", "DEBUG", "STATUS", "NOTE", "WARNING", "ERROR", "FATAL", "ALERT", "EMERGENCY"];

/// Claims a body that begins like a diagnostic line; `None` leaves it to others.
pub(super) fn claim<'b>(process: &str, body: &'b str) -> Option<Event<'b>> {
    // The proxy's own lines come from the same process and begin with one of their fields.
    let is_pairs = || ["UTCTime=", "Event=", "Module="].iter().any(|key| body.starts_with(key));
    if !body.starts_with('[') && (process != "traffic_server" || is_pairs()) {
        return None;
    }
    let (text, (thread, level)) = head(body).ok()?;
    let (text, (tag, _)) = origin_in_source(text).ok()?;
    let text = text.trim();
    Some(match message(text) {
        Ok(message) => Event::Diagnostic(Diagnostic { thread, level, tag, message }),
        Err(defect) => {
            let offset = defect.offset + (text.as_ptr() as usize - body.as_ptr() as usize);
            Event::Broken { text: body, defect: Defect { offset, ..defect } }
        }
    })
}

/// `[thread] LEVEL:`. A thread's name is cut to 15 characters by the system, so its `]` may be missing; while the
/// program starts the brackets are missing, or the whole name; threads of plugins have names of their own, and
/// releases up to 8.0.5 print a number in braces (reference "Traffic Server", 2).
fn head(input: &str) -> Parsed<'_, (&str, &str)> {
    let bracketed = delimited(char('['), take_while1(|c: char| c != ']' && c != '\n'), char(']'));
    let cut_off = preceded(
        char('['),
        recognize((
            take_while1(|c: char| c != ' '),
            opt((char(' '), take_while1(|c: char| c.is_ascii_digit() || c == ':'))),
        )),
    );
    let braced = delimited(char('{'), take_while1(|c: char| c.is_ascii_alphanumeric()), char('}'));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '#');
    let bare = terminated(take_while1(is_name), peek((space1, level)));
    let (rest, thread) = opt(alt((bracketed, cut_off, braced, bare))).parse(input)?;
    let (rest, _) = space0(rest)?;
    let (rest, level) = level(rest)?;
    Ok((rest, (thread.unwrap_or("").trim(), level)))
}

/// `WARNING:`
fn level(input: &str) -> Parsed<'_, &str> {
    let word = verify(take_while1(|c: char| c.is_ascii_uppercase()), |text: &str| LEVELS.contains(&text));
    terminated(word, char(':')).parse(input)
}

/// `<file:line (function)>` and `(tag)`, which stand before the message when locations or debug lines are on.
fn origin_in_source(input: &str) -> Parsed<'_, (&str, &str)> {
    let location = delimited(char('<'), take_until("> "), char('>'));
    let is_tag = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let tag = delimited(char('('), take_while1(is_tag), char(')'));
    let (rest, location) = opt(preceded(space0, location)).parse(input)?;
    let (rest, tag) = opt(preceded(space0, tag)).parse(rest)?;
    Ok((rest, (tag.unwrap_or(""), location.unwrap_or(""))))
}

/// Reads one known message from its first word on.
type MessageParser = fn(&str) -> Parsed<'_, Message<'_>>;

/// Reads the message; a known beginning with an unknown continuation is a defect.
fn message(text: &str) -> Result<Message<'_>, Defect> {
    let known: [(&str, MessageParser); 5] = [
        ("Core server certificate verification failed for", verify_failed),
        ("SNI (", name_mismatch),
        ("Origin hostname (", name_mismatch),
        ("SSL connection failed for", connect_failed),
        ("TS_EVENT_SSL_VERIFY_SERVER plugin failed", plugin_refused),
    ];
    let Some((_, parser)) = known.into_iter().find(|(begin, _)| text.starts_with(begin)) else {
        return Ok(Message::Other(text));
    };
    match parser(text) {
        Ok((_, message)) => Ok(message),
        Err(nom::Err::Error(fault) | nom::Err::Failure(fault)) => {
            Err(Defect { offset: text.len() - fault.rest.len(), expected: fault.expected })
        }
        Err(nom::Err::Incomplete(_)) => Err(Defect { offset: text.len(), expected: "more text" }),
    }
}

/// `(name)`, blanks inside allowed.
fn name(input: &str) -> Parsed<'_, &str> {
    let inside = delimited((space0, char('(')), take_until(")"), char(')'));
    context("a name in parentheses", inside).map(str::trim).parse(input)
}

/// `. Action=Terminate`
fn action(input: &str) -> Parsed<'_, Action<'_>> {
    let word = take_while1(|c: char| c.is_ascii_alphabetic());
    let before = (space0, opt(char('.')), space0, tag("Action="));
    let (rest, word) = context("Action=", preceded(before, word)).parse(input)?;
    let action = match word {
        "Terminate" => Action::Terminate,
        "Continue" => Action::Continue,
        other => Action::Other(other),
    };
    Ok((rest, action))
}

/// `server=name(ip)`. The name can be `(null)`, and an IPv6 address stands in brackets in the name.
fn server(input: &str) -> Parsed<'_, (&str, &str)> {
    let null = recognize(tag("(null)"));
    let plain = take_while(|c: char| c != '(');
    let named = (preceded((space0, tag("server=")), alt((null, plain))), name);
    context("server=name(address)", named).map(|(name, ip)| (name.trim(), ip)).parse(input)
}

fn verify_failed(input: &str) -> Parsed<'_, Message<'_>> {
    let (rest, _) = tag("Core server certificate verification failed for")(input)?;
    let (rest, (name, action)) = (name, action).parse(rest)?;
    let until_server = preceded((space0, tag("Error=")), take_until(" server="));
    let (rest, error) = context("Error=", until_server).parse(rest)?;
    let (rest, (server, ip)) = server(rest)?;
    let number = map_res(recognize((opt(char('-')), take_while1(|c: char| c.is_ascii_digit()))), str::parse);
    let (rest, depth) = context("depth=", preceded((space0, tag("depth=")), number)).parse(rest)?;
    let origin = Origin { name, server, ip, action };
    Ok((rest, Message::VerifyFailed { origin, error: error.trim(), depth }))
}

fn name_mismatch(input: &str) -> Parsed<'_, Message<'_>> {
    let (rest, _) = alt((tag("SNI"), tag("Origin hostname"))).parse(input)?;
    let (rest, name) = name(rest)?;
    let (rest, _) = context("`not in certificate`", (space0, tag("not in certificate"))).parse(rest)?;
    let (rest, (action, (server, ip))) = (action, server).parse(rest)?;
    Ok((rest, Message::NameMismatch { origin: Origin { name, server, ip, action } }))
}

fn connect_failed(input: &str) -> Parsed<'_, Message<'_>> {
    let (rest, _) = (tag("SSL connection failed for"), space0).parse(input)?;
    let quoted = delimited(char('\''), take_until("'"), char('\''));
    let (rest, name) = context("a name in quotes", quoted).parse(rest)?;
    let (rest, error) = preceded((char(':'), space0), error).parse(rest)?;
    Ok((rest, Message::ConnectFailed { name: name.trim(), error }))
}

fn plugin_refused(input: &str) -> Parsed<'_, Message<'_>> {
    let (rest, _) =
        (tag("TS_EVENT_SSL_VERIFY_SERVER plugin failed the origin certificate check for"), space0)
            .parse(input)?;
    let (rest, server) = context("a server name", take_until(".  Action=")).parse(rest)?;
    let (rest, action) = action(rest)?;
    let (rest, name) = context("SNI=", preceded((space0, tag("SNI=")), nom::combinator::rest)).parse(rest)?;
    Ok((
        rest,
        Message::PluginRefused {
            origin: Origin { name: name.trim(), server: server.trim(), ip: "", action },
        },
    ))
}

#[cfg(test)]
mod tests;
