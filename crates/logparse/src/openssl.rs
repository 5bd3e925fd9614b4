//! OpenSSL error strings, `error:CODE:library:function:reason`, of every line from 1.0 to 3.x.
//!
//! How a code is packed changed with 3.0 (OpenSSL `ERR_PACK`; reference "OpenSSL", 5.2): up to 1.1.1 it is
//! `library << 24 | function << 12 | reason`, from 3.0 `library << 23 | reason` and the function field is empty.
//! A reason of 1000 or more, in library 20 (SSL), is an alert received from the peer: alert number = reason - 1000.

use crate::fault::{Fault, Parsed};
use nom::Parser;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::space0;
use nom::combinator::{map_res, rest};
use nom::error::context;
use nom::sequence::preceded;

/// One entry of OpenSSL's error queue as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SslError<'b> {
    /// The packed code, 8 hexadecimal digits in the log.
    pub code: u32,
    /// Library, such as `SSL routines`.
    pub library: &'b str,
    /// Function of OpenSSL 1.x; empty from 3.0.
    pub function: &'b str,
    /// Why, such as `certificate verify failed`. The part that has the same words in every version.
    pub reason: &'b str,
}

/// Which of the two packings a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// OpenSSL 1.0 and 1.1.
    Legacy,
    /// OpenSSL 3.
    Three,
}

/// Number of the SSL library in both packings.
const LIBRARY_SSL: u32 = 20;
/// `SSL_AD_REASON_OFFSET`: reasons from here on are alerts sent by the peer.
const ALERT_OFFSET: u32 = 1000;

impl<'b> SslError<'b> {
    /// Reads an error string; text before `error:` is not allowed.
    ///
    /// ```
    /// use waytrace_logparse::openssl::SslError;
    /// let error = SslError::read("error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca").unwrap();
    /// assert_eq!((error.reason, error.alert()), ("tlsv1 alert unknown ca", Some(48)));
    /// let error = SslError::read("error:0A000086:SSL routines::certificate verify failed").unwrap();
    /// assert_eq!(error.reason_number(), 134);
    /// ```
    pub fn read(text: &'b str) -> Option<Self> {
        error(text).ok().map(|(_, error)| error)
    }

    /// Which packing the code has: by its library byte, and by the function field where that leaves a doubt.
    pub fn packing(&self) -> Packing {
        if self.code >> 24 == LIBRARY_SSL || !self.function.is_empty() {
            Packing::Legacy
        } else {
            Packing::Three
        }
    }

    /// Number of the library (20 is SSL).
    pub fn library_number(&self) -> u32 {
        match self.packing() {
            Packing::Legacy => self.code >> 24,
            Packing::Three => (self.code >> 23) & 0xFF,
        }
    }

    /// Number of the reason, without the flag bits of 3.x.
    pub fn reason_number(&self) -> u32 {
        match self.packing() {
            Packing::Legacy => self.code & 0xFFF,
            Packing::Three => self.code & 0x3_FFFF,
        }
    }

    /// Number of the TLS alert that the peer sent, if that is what ended the handshake.
    pub fn alert(&self) -> Option<u32> {
        let number = self.reason_number();
        (self.library_number() == LIBRARY_SSL && (ALERT_OFFSET..ALERT_OFFSET + 256).contains(&number))
            .then(|| number - ALERT_OFFSET)
    }
}

/// `error:CODE:library:function:reason`; blanks after the colons are a page's, not OpenSSL's.
pub(crate) fn error(input: &str) -> Parsed<'_, SslError<'_>> {
    let field = || nom::sequence::terminated(nom::bytes::complete::take_till(|c| c == ':'), tag(":"));
    let code = map_res(take_while_m_n(8, 8, |c: char| c.is_ascii_hexdigit()), |text: &str| {
        u32::from_str_radix(text, 16)
    });
    let (input, _) = context("OpenSSL's `error:`", tag("error:")).parse(input)?;
    let (input, code) = context("8 hexadecimal digits", code).parse(input)?;
    let (input, library) = context("the library", preceded((tag(":"), space0), field())).parse(input)?;
    let (input, function) = context("the function", preceded(space0, field())).parse(input)?;
    let (input, reason) = rest::<_, Fault<'_>>(input)?;
    let error = SslError { code, library: library.trim(), function: function.trim(), reason: reason.trim() };
    Ok((input, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_every_generation() {
        // (text, library, reason number, alert)
        let cases = [
            (
                "error:14090086:SSL routines:ssl3_get_server_certificate:certificate verify failed",
                20,
                0x86,
                None,
            ),
            (
                "error:1416F086: SSL routines:tls_process_server_certificate:certificate verify failed",
                20,
                0x86,
                None,
            ),
            ("error:0A000086:SSL routines::certificate verify failed", 20, 0x86, None),
            ("error:0A000418:SSL routines::tlsv1 alert unknown ca", 20, 0x418, Some(48)),
            ("error:14094458:SSL routines:ssl3_read_bytes:tlsv1 unrecognized name", 20, 0x458, Some(112)),
            ("error:0A0C0103:SSL routines::internal error", 20, 0x103, None),
            (
                "error:0B080074:x509 certificate routines:X509_check_private_key:key values mismatch",
                11,
                0x74,
                None,
            ),
        ];
        for (text, library, reason, alert) in cases {
            let error = SslError::read(text).expect(text);
            assert_eq!(
                (error.library_number(), error.reason_number(), error.alert()),
                (library, reason, alert),
                "{text}"
            );
        }
    }

    #[test]
    fn says_where_it_gave_up() {
        let Err(nom::Err::Error(fault)) = error("error:14G:x") else { panic!("this is no code") };
        assert_eq!((fault.rest, fault.expected), ("14G:x", "8 hexadecimal digits"));
        assert_eq!(SslError::read("err:14:0:0:0"), None);
    }
}
