//! Whether a certificate is for a name, by the rules of upstream Traffic Server
//! (src/tscore/X509HostnameValidator.cc).
//!
//! Only DNS names and the first common name count, the latter also where there are alternative names. An address is
//! compared as text; `iPAddress` entries are never looked at.

use super::Dialect;
use crate::certificate::Certificate;

/// Tells whether the certificate is for this name.
pub(super) fn accepts(certificate: &Certificate, name: &str, dialect: Dialect) -> bool {
    let alternative = certificate.names.dns.iter().map(String::as_str);
    !name.is_empty()
        && alternative.chain(certificate.subject.common_name()).any(|own| matches(own, name, dialect))
}

/// Tells whether a name of a certificate, maybe with a wildcard, is for the name that was asked for.
///
/// A `_` in what the wildcard stands for is refused by Traffic Server 8, which goes with OpenSSL 1.1.1, and accepted
/// from 9 on.
pub fn matches(own: &str, asked: &str, dialect: Dialect) -> bool {
    let (own, asked) = (own.as_bytes(), asked.as_bytes());
    // Longer than five letters, as there.
    let with_wildcard = asked.len() > 5 && asked[0] != b'.';
    let wildcard = if with_wildcard { wildcard(own, is_international(asked)) } else { None };
    match wildcard {
        None => own.eq_ignore_ascii_case(asked),
        Some(at) => stands_for(&own[..at], &own[at + 1..], asked, dialect),
    }
}

fn is_international(name: &[u8]) -> bool {
    name.len() > 4 && name[..4].eq_ignore_ascii_case(b"xn--")
}

/// Where the one wildcard stands: at the beginning or the end of the first label, with two dots behind it.
fn wildcard(own: &[u8], whole_label: bool) -> Option<usize> {
    // `*.a.b` is the shortest.
    if own.len() < 5 {
        return None;
    }
    let last_dot = (3..=own.len() - 2).rev().find(|at| own[*at] == b'.')?;
    let mut found = None;
    for (at, byte) in own[..last_dot].iter().enumerate() {
        match byte {
            b'*' => {
                let ends_label = at < last_dot - 1 && own[at + 1] == b'.';
                let partial = at != 0 || own[at + 1] != b'.';
                if found.is_some() || !(at == 0 || ends_label) || (whole_label && partial) {
                    return None;
                }
                found = Some(at);
            }
            b'.' => return found,
            _ => {}
        }
    }
    None
}

fn stands_for(before: &[u8], behind: &[u8], asked: &[u8], dialect: Dialect) -> bool {
    if asked.len() < before.len() + behind.len() {
        return false;
    }
    let (start, rest) = asked.split_at(before.len());
    let (middle, end) = rest.split_at(rest.len() - behind.len());
    if !start.eq_ignore_ascii_case(before) || !end.eq_ignore_ascii_case(behind) {
        return false;
    }
    // A wildcard that is a whole label stands for at least one letter.
    if before.is_empty() && behind.first() == Some(&b'.') && middle.is_empty() {
        return false;
    }
    let allowed = |byte: &u8| {
        byte.is_ascii_alphanumeric() || *byte == b'-' || (*byte == b'_' && dialect == Dialect::OpenSsl3)
    };
    middle == b"*" || middle.iter().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::verdict::Dialect::{OpenSsl3, OpenSsl111};

    #[test]
    fn names_and_wildcards() {
        for (own, asked, expected) in [
            ("cucm.example.com", "CUCM.example.COM", true),
            ("cucm.example.com", "cucm2.example.com", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("*.example.com", "cucm.example.com", true),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.example.com", "example.com", false),
            ("*.com", "example.com", false),
            ("cu*.example.com", "cucm.example.com", true),
            ("c*m.example.com", "cucm.example.com", false),
            ("cucm.*.com", "cucm.example.com", false),
            ("*cm.example.com", "cucm.example.com", true),
            ("**.example.com", "cucm.example.com", false),
            ("*.example.com", "xn--abc.example.com", true),
            ("xn*.example.com", "xn--abc.example.com", false),
            ("*.example.com", "*.example.com", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(own, asked, OpenSsl111), expected, "{own} for {asked}");
        }
    }

    #[test]
    fn underscores_depend_on_the_release() {
        assert!(!matches("*.example.com", "a_b.example.com", OpenSsl111));
        assert!(matches("*.example.com", "a_b.example.com", OpenSsl3));
    }
}
