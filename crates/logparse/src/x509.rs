//! The words OpenSSL uses for the result of checking a certificate.

use std::borrow::Cow;

/// Brings a verify error to one spelling, so that one entry of a catalogue serves every OpenSSL.
///
/// Versions differ in capitals (`Hostname mismatch`) and in one hyphen: `self signed certificate` up to 1.1.1 is
/// `self-signed certificate` from 3.0 (reference "OpenSSL", 5.1). The result is lower case with the hyphen.
///
/// ```
/// use waytrace_logparse::x509::normalise;
/// assert_eq!(normalise("self signed certificate in certificate chain"), "self-signed certificate in certificate chain");
/// assert_eq!(normalise("Hostname mismatch"), "hostname mismatch");
/// ```
pub fn normalise(error: &str) -> Cow<'_, str> {
    let error = error.trim();
    if !error.contains("self signed") && !error.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(error);
    }
    Cow::Owned(error.to_ascii_lowercase().replace("self signed", "self-signed"))
}
