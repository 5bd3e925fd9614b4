//! Distinguished names: how they are shown, and when two of them are the same.
//!
//! The line is like RFC 4514: most specific part first, special characters escaped. Two names are compared as OpenSSL
//! compares them (`X509_NAME_cmp`, crypto/x509/x_name.c): letters without case, blanks folded, whatever string type
//! they were written in.

use serde::{Serialize, Serializer};
use std::fmt;
use std::fmt::Write as _;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// One attribute in the form in which names are compared: object identifier, type where it counts, value.
pub(crate) type Part = (Vec<u8>, u32, Vec<u8>);

/// A distinguished name, such as the subject of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Name {
    line: String,
    organisation: Option<String>,
    emails: Vec<String>,
    common_names: Vec<String>,
    canonical: Vec<Vec<Part>>,
}

impl Name {
    /// Keeps what a parsed name says.
    pub(crate) fn of(name: &X509Name<'_>) -> Self {
        let mut out = Self::default();
        let mut parts = Vec::new();
        for relative in name.iter_rdn() {
            let mut texts = Vec::new();
            let mut canonical = Vec::new();
            for attribute in relative.iter() {
                let value = text(attribute);
                let id = attribute.attr_type().to_id_string();
                out.note(&id, &value);
                texts.push(format!("{}={}", short(&id), escaped(&value)));
                canonical.push(folded(attribute, &value));
            }
            canonical.sort();
            parts.push(texts.join("+"));
            out.canonical.push(canonical);
        }
        parts.reverse();
        out.line = parts.join(",");
        out
    }

    fn note(&mut self, id: &str, value: &str) {
        match id {
            "2.5.4.3" => self.common_names.push(value.to_owned()),
            "2.5.4.10" => {
                self.organisation.get_or_insert_with(|| value.to_owned());
            }
            "1.2.840.113549.1.9.1" => self.emails.push(value.to_owned()),
            _ => {}
        }
    }

    /// The whole name on one line, most specific part first: `CN=Example Root CA,O=Example`.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The first common name. Traffic Server looks at no other (src/tscore/X509HostnameValidator.cc).
    pub fn common_name(&self) -> Option<&str> {
        self.common_names.first().map(String::as_str)
    }

    /// The first organisation.
    pub fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// Tells whether there is nothing in the name.
    pub fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }

    /// The common name where there is one, or else the line: what a person calls it.
    pub fn short(&self) -> &str {
        self.common_name().unwrap_or(&self.line)
    }

    /// Tells whether OpenSSL takes both for the same name.
    pub fn same_as(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }

    /// The name with its texts put in other words, for showing it to strangers: `rename` is told the attribute (`CN`,
    /// `O`, `emailAddress`; empty for the whole line) and the text. What it is compared by stays.
    #[must_use]
    pub fn renamed(&self, rename: &mut dyn FnMut(&str, &str) -> String) -> Self {
        let mut all = |key: &str, texts: &[String]| -> Vec<String> {
            texts.iter().map(|text| rename(key, text)).collect()
        };
        Self {
            common_names: all("CN", &self.common_names),
            emails: all("emailAddress", &self.emails),
            organisation: self.organisation.as_ref().map(|text| rename("O", text)),
            line: rename("", &self.line),
            canonical: self.canonical.clone(),
        }
    }

    /// The form in which names are compared: one list of attributes for each relative name, from the root on.
    pub(crate) fn canonical(&self) -> &[Vec<Part>] {
        &self.canonical
    }

    /// All common names, in the order they stand in.
    pub(crate) fn common_names(&self) -> &[String] {
        &self.common_names
    }

    /// E-mail addresses that stand in the name.
    pub(crate) fn emails(&self) -> &[String] {
        &self.emails
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// A name is written as its line.
impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.line)
    }
}

/// Tags of the string types that OpenSSL folds before it compares (`ASN1_MASK_CANON`, crypto/x509/x_name.c): UTF-8,
/// printable, T61, IA5, visible, universal and BMP.
const FOLDED: [u32; 7] = [12, 19, 20, 22, 26, 28, 30];

/// The value as text, whatever string type it has.
fn text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let value = attribute.attr_value();
    match value.tag().0 {
        20 => value.data.iter().map(|byte| char::from(*byte)).collect(),
        28 => wide(value.data, 4),
        30 => wide(value.data, 2),
        _ => String::from_utf8_lossy(value.data).into_owned(),
    }
}

/// Text of characters that each take so many bytes.
fn wide(bytes: &[u8], size: usize) -> String {
    let number = |chunk: &[u8]| chunk.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    bytes
        .chunks(size)
        .map(|chunk| char::from_u32(number(chunk)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn folded(attribute: &AttributeTypeAndValue<'_>, text: &str) -> Part {
    let id = attribute.attr_type().as_bytes().to_vec();
    let tag = attribute.attr_value().tag().0;
    if !FOLDED.contains(&tag) {
        return (id, tag, attribute.attr_value().data.to_vec());
    }
    let words: Vec<_> =
        text.split(|c: char| c.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
    (id, 0, words.join(" ").to_ascii_lowercase().into_bytes())
}

/// The short name of an attribute (RFC 4514 section 3, and those that OpenSSL and Cisco's web pages show).
fn short(id: &str) -> &str {
    match id {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        other => other,
    }
}

/// The value with what has a meaning in a name escaped (RFC 4514 section 2.4); control characters as hex.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, letter) in value.chars().enumerate() {
        let outer_blank = letter == ' ' && (at == 0 || at == last);
        if letter.is_control() {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\{byte:02X}");
            }
            continue;
        }
        if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';')
            || outer_blank
            || (letter == '#' && at == 0)
        {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        for (value, shown) in [
            ("Example, Inc.", r"Example\, Inc."),
            ("#1", r"\#1"),
            (" a ", r"\ a\ "),
            ("a\nb", r"a\0Ab"),
            ("plain", "plain"),
        ] {
            assert_eq!(escaped(value), shown);
        }
    }
}
