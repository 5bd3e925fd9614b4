//! Names behind an encoding: base64 and percent signs.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt::Write as _;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true)
    .with_encode_padding(false);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Ceiling on an encoded text, in bytes. Longer ones are opaque words, or left to their parts.
const MAX: usize = 2 * 1024;
/// The same of a percent-encoded run.
const MAX_PERCENT: usize = 384;

/// A text in base64.
pub(super) struct Base64 {
    /// Bytes it takes, padding included.
    pub(super) length: usize,
    pub(super) text: String,
    padded: bool,
    url_safe: bool,
}

impl Base64 {
    /// Encodes another text in the same way.
    pub(super) fn encode(&self, text: &str) -> String {
        let mut out = if self.url_safe { URL_SAFE.encode(text) } else { STANDARD.encode(text) };
        while self.padded && out.len() % 4 != 0 {
            out.push('=');
        }
        out
    }
}

/// The base64 of a text that something begins with. A slash ends it: in paths, what is encoded has none.
pub(super) fn base64(text: &str) -> Option<Base64> {
    let bytes = text.as_bytes();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_');
    // Three printable bytes must come first; most words fail here.
    let first: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let bits = first.iter().try_fold(0u32, |bits, byte| Some(bits << 6 | digit(*byte)?))?;
    let printable = |byte: u32| (0x20..0x7f).contains(&byte) || matches!(byte, 9 | 10 | 13);
    if !printable(bits >> 16 & 0xff) || !printable(bits >> 8 & 0xff) || !printable(bits & 0xff) {
        return None;
    }
    let end = bytes.iter().take(MAX).take_while(|byte| is_digit(byte)).count();
    let padding = bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
    let encoded = &text[..end];
    if !(8..MAX).contains(&end) || bytes.get(end).is_some_and(|byte| *byte == b'.') {
        return None;
    }
    let url_safe = encoded.contains(['-', '_']);
    let decoded = if url_safe { URL_SAFE.decode(encoded) } else { STANDARD.decode(encoded) }.ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let plain = text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    plain.then_some(Base64 { length: end + padding, text, padded: padding > 0, url_safe })
}

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// The parts of what a proxied path is base64 of: domain, `/https/`, host, `/8443`; or the domain alone.
pub(super) fn proxy_parts(text: &str) -> Option<(&str, &str, &str, &str)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
    };
    let Some((domain, rest)) = text.split_once('/') else {
        let dotted = text.contains('.') && !text.starts_with('.') && !text.ends_with('.');
        let ends = text
            .rsplit('.')
            .next()
            .is_some_and(|end| end.len() > 1 && end.bytes().all(|b| b.is_ascii_alphabetic()));
        return (dotted && ends && is_name(text)).then_some((text, "", "", ""));
    };
    let (scheme, after) = rest.split_once('/')?;
    if !is_name(domain) || !matches!(scheme, "http" | "https") {
        return None;
    }
    let host = after.find('/').map_or(after, |at| &after[..at]);
    if !is_name(host) {
        return None;
    }
    let from = domain.len() + scheme.len() + 2;
    Some((domain, &text[domain.len()..from], host, &text[from + host.len()..]))
}

/// The percent-encoded run that a text begins with: its length, and what it says. Nothing if nothing in it is encoded,
/// or if it is no text.
pub(super) fn percent(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::new();
    let (mut at, mut any) = (0, false);
    while at < bytes.len() && out.len() < MAX_PERCENT {
        let byte = bytes[at];
        if byte == b'%' {
            let hex = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
            let Some((high, low)) = hex(at + 1).zip(hex(at + 2)) else { break };
            let decoded = u8::try_from(high * 16 + low).ok()?;
            if decoded.is_ascii_control() {
                break;
            }
            out.push(decoded);
            any = true;
            at += 3;
        } else if byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'-' | b'_' | b'~' | b'+' | b'*' | b'=')
        {
            out.push(byte);
            at += 1;
        } else {
            break;
        }
    }
    let text = String::from_utf8(out).ok().filter(|_| any)?;
    (!text.chars().any(char::is_control)).then_some((at, text))
}

/// A text with everything but letters, digits and `-._~+*` percent-encoded.
pub(super) fn to_percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b'+' | b'*') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_paths() {
        let found = base64("c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvNjk3Mg/CSF.cnf.xml").expect("a text");
        assert_eq!(found.text, "steven.lab/https/cucm.steven.lab/6972");
        assert_eq!(proxy_parts(&found.text), Some(("steven.lab", "/https/", "cucm.steven.lab", "/6972")));
        assert_eq!(found.encode(&found.text).len(), found.length);
        let padded = base64("ZXhhbXBsZS5jb20= ").expect("a text");
        assert_eq!(
            (padded.text.as_str(), padded.encode("example.com").as_str()),
            ("example.com", "ZXhhbXBsZS5jb20=")
        );
        for word in ["cucm-uds", "CSFemusk.cnf.xml", "get_edge_config", "trafficserver", "AAAAAAAA"] {
            assert!(base64(word).is_none_or(|found| proxy_parts(&found.text).is_none()), "{word}");
        }
    }

    #[test]
    fn percent_signs() {
        assert_eq!(percent("alice%40corp.example/x"), Some((20, "alice@corp.example".to_owned())));
        assert_eq!(percent("plain.example"), None);
        assert_eq!(percent("50% of"), None);
        assert_eq!(to_percent("user1@x"), "user1%40x");
    }
}
