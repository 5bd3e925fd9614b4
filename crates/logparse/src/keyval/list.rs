//! Values without quotes: lists inside a value, pairs in running text, and lists of addresses.

use super::is_key;

/// The pairs of a list such as `Receive Request Method=INVITE, CSeq=7, To=sip:a@example.com`.
///
/// A value runs to the next pair and may hold blanks; a comma before that pair is not part of it.
#[derive(Debug, Clone)]
pub struct List<'b> {
    /// Words before the first pair.
    pub lead: &'b str,
    rest: &'b str,
}

/// Reads a list of `key=value`, separated by commas or blanks.
///
/// ```
/// let list = waytrace_logparse::keyval::list("Sending Response Code=408, Method=SERVICE, To=sip:a@example.com;x=y");
/// assert_eq!(list.lead, "Sending Response");
/// let pairs: Vec<_> = list.collect();
/// assert_eq!(pairs, [("Code", "408"), ("Method", "SERVICE"), ("To", "sip:a@example.com;x=y")]);
/// ```
pub fn list(text: &str) -> List<'_> {
    let at = pair(text).unwrap_or(text.len());
    List { lead: trim(&text[..at]), rest: &text[at..] }
}

impl<'b> List<'b> {
    /// The value of the first pair with this key.
    pub fn get(&self, key: &str) -> Option<&'b str> {
        self.clone().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

impl<'b> Iterator for List<'b> {
    type Item = (&'b str, &'b str);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, after) = self.rest.split_once('=')?;
        let end = pair(after).unwrap_or(after.len());
        self.rest = &after[end..];
        Some((key, trim(&after[..end])))
    }
}

/// Unquoted pairs in running text, such as `inboundZone=Traversal (encryption-mode=on ice-mode=off) tokens=2`.
#[derive(Debug, Clone)]
pub struct Bare<'b> {
    rest: &'b str,
}

/// Reads the pairs in running text; a value is one word. Quoted pairs among them are given without their quotes'
/// content being understood: use [`super::items`] for those.
///
/// ```
/// let pairs: Vec<_> = waytrace_logparse::keyval::bare("inboundZone=Edge (ice-mode=off) took tokens=2.").collect();
/// assert_eq!(pairs, [("inboundZone", "Edge"), ("ice-mode", "off"), ("tokens", "2.")]);
/// ```
pub fn bare(text: &str) -> Bare<'_> {
    Bare { rest: text }
}

impl<'b> Iterator for Bare<'b> {
    type Item = (&'b str, &'b str);

    fn next(&mut self) -> Option<Self::Item> {
        let at = pair(self.rest)?;
        let (key, after) = self.rest[at..].split_once('=')?;
        let end = after
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '(' | ')'))
            .unwrap_or(after.len());
        self.rest = &after[end..];
        Some((key, &after[..end]))
    }
}

/// Start of the next `key=` that begins a word.
fn pair(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'=', bytes).find_map(|equals| {
        let start = bytes[..equals].iter().rposition(|byte| !is_key(*byte)).map_or(0, |at| at + 1);
        let begins = start == 0 || matches!(bytes[start - 1], b' ' | b',' | b'(' | b'\t');
        (start < equals && begins).then_some(start)
    })
}

/// Takes off what separates two pairs.
fn trim(text: &str) -> &str {
    text.trim().trim_end_matches([',', ' '])
}

/// One address as the box writes it: `['IPv4''TCP''192.0.2.7:5062']`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'b> {
    /// `IPv4`, `IPv6` or `UNDEF`.
    pub family: &'b str,
    /// `TCP`, `UDP`, `TLS` or `UNDEF`.
    pub transport: &'b str,
    /// Address and port; the text of an error where the family is `UNDEF`.
    pub address: &'b str,
}

impl<'b> Address<'b> {
    /// Address and port apart; brackets around an IPv6 address are taken off. The port is missing if it is none.
    pub fn host_and_port(&self) -> (&'b str, Option<u16>) {
        let bare = |host: &'b str| host.trim_start_matches('[').trim_end_matches(']');
        match self.address.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (bare(host), port.parse().ok())
            }
            _ => (bare(self.address), None),
        }
    }
}

/// The addresses of a text, in order.
#[derive(Debug, Clone)]
pub struct Addresses<'b> {
    rest: &'b str,
}

/// Reads every `['family''transport''address']` in `text`, whatever stands between them.
///
/// ```
/// let mut found = waytrace_logparse::keyval::addresses("to: ['IPv4''TCP''192.0.2.7:5062'] (A) ['IPv6''TCP''[2001:db8::1]:5061']");
/// assert_eq!(found.next().unwrap().host_and_port(), ("192.0.2.7", Some(5062)));
/// assert_eq!(found.next().unwrap().host_and_port(), ("2001:db8::1", Some(5061)));
/// assert_eq!(found.next(), None);
/// ```
pub fn addresses(text: &str) -> Addresses<'_> {
    Addresses { rest: text }
}

impl<'b> Iterator for Addresses<'b> {
    type Item = Address<'b>;

    fn next(&mut self) -> Option<Address<'b>> {
        loop {
            let (_, after) = self.rest.split_once("['")?;
            self.rest = after;
            // No closing bracket is looked for first: an IPv6 address has one of its own.
            let Some((inside, rest)) = after.split_once("']") else { continue };
            let mut parts = inside.split("''");
            if let (Some(family), Some(transport), Some(address), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            {
                self.rest = rest;
                return Some(Address { family, transport, address });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_blanks_and_signs_inside_its_values() {
        let text = "Receive Request Method=INVITE, CSeq=7, Request-URI=sip:a@example.com;transport=tls, \
                    Reason=Not Found, Local-SessionID=, Remote-SessionID=0";
        let pairs: Vec<_> = list(text).collect();
        let expected = [
            ("Method", "INVITE"),
            ("CSeq", "7"),
            ("Request-URI", "sip:a@example.com;transport=tls"),
            ("Reason", "Not Found"),
            ("Local-SessionID", ""),
            ("Remote-SessionID", "0"),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(list(text).get("CSeq"), Some("7"));
        assert_eq!((list("no pairs = here").lead, list("").next()), ("no pairs = here", None));
    }

    #[test]
    fn blanks_before_a_comma() {
        let pairs: Vec<_> = list("calculatedResponse=769c , response=319a").collect();
        assert_eq!(pairs, [("calculatedResponse", "769c"), ("response", "319a")]);
    }

    #[test]
    fn addresses_that_are_none() {
        let found: Vec<_> = addresses("['UNDEF''UNDEF''Error As String'] ['x'] ['broken").collect();
        assert_eq!(found, [Address { family: "UNDEF", transport: "UNDEF", address: "Error As String" }]);
        assert_eq!(found[0].host_and_port(), ("Error As String", None));
    }
}
