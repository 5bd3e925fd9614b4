//! What a text says of its own words: keys and their values, elements, headers, distinguished names.

use super::class::{Class, Holds, of_header};
use super::known::is_common;
use super::scan::{MAX_DEPTH, Scan, word_end};
use super::shape::{self, Dotted, is_word};
use super::table::SECRET;

/// Attributes of distinguished names, and what they hold.
const DISTINGUISHED: &[(&str, Holds)] = &[
    ("CN", Holds::Chosen),
    ("cn", Holds::Chosen),
    ("O", Holds::Whole(Class::Organisation)),
    ("OU", Holds::Whole(Class::Organisation)),
    ("ou", Holds::Whole(Class::Organisation)),
    ("L", Holds::Whole(Class::Organisation)),
    ("ST", Holds::Whole(Class::Organisation)),
    ("STREET", Holds::Whole(Class::Organisation)),
    ("DC", Holds::Hosts),
    ("dc", Holds::Hosts),
    ("UID", Holds::Alias),
    ("emailAddress", Holds::Alias),
    ("GN", Holds::Whole(Class::Person)),
    ("SN", Holds::Whole(Class::Person)),
    ("serialNumber", Holds::Whole(Class::Serial)),
];

/// Users that are no persons.
const NOBODY: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "anonymous",
    "system",
    "unknown",
    "none",
    "null",
    "guest",
    "nobody",
    "true",
    "false",
    "undefined",
    "default",
    "localhost",
    "any",
    "all",
    "n/a",
    "on",
    "off",
    "yes",
    "no",
];

/// Zones and rules that every box has.
const EVERYBODYS: &[&str] = &[
    "LocalZone",
    "DefaultZone",
    "DefaultSubZone",
    "TraversalSubZone",
    "ClusterSubZone",
    "TraversalZone",
    "CollaborationEdgeZone",
    "UC_Traversal",
    "DefaultCollaborationEdgeZone",
    "Hybrid Call Service DNS",
    "B2BUA",
];

/// Where the host stands in the head of a record that begins at or near a place of a line.
pub(super) fn host_of(line: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = line.as_bytes();
    let end = |at: usize| bytes[at..].iter().position(|byte| *byte == b' ').map(|found| at + found);
    let stop = (from + 80).min(bytes.len());
    let t = (from..stop).find(|at| {
        *at >= from + 10
            && bytes[*at] == b'T'
            && bytes[at - 1].is_ascii_digit()
            && bytes[at - 3] == b'-'
            && bytes.get(at + 3) == Some(&b':')
    });
    let after = if let Some(t) = t {
        end(t)?
    } else {
        {
            // `Mar  5 10:15:30 host`, with a priority before it perhaps.
            let begin = bytes[from..stop].iter().position(u8::is_ascii_alphabetic)? + from;
            let month = line.get(begin..begin + 3)?;
            let known = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
            if begin > from + 6 || !known.contains(month) || bytes.get(begin + 3) != Some(&b' ') {
                return None;
            }
            let clock = bytes.get(begin + 4..)?.iter().position(|byte| *byte == b':')? + begin + 4;
            if clock > begin + 12 {
                return None;
            }
            end(clock)?
        }
    };
    let host = after + bytes[after..].iter().position(|byte| *byte != b' ')?;
    let stop = bytes[host..]
        .iter()
        .position(|byte| !is_word(*byte) && *byte != b':')
        .map_or(bytes.len(), |at| host + at);
    // `process[pid]:` or `Event=` in its place: there is no host.
    let is_host =
        stop > host && bytes.get(stop).is_none_or(|byte| *byte == b' ') && !line[..stop].ends_with(':');
    (is_host && !is_program(&line[host..stop])).then_some((host, stop))
}

fn is_program(word: &str) -> bool {
    word == "-" || matches!(word, "tvcs" | "alarm" | "management" | "edgeconfigprovisioning")
}

/// What the words before a word make it: `user 'x'`, `/user/x`, `Search rule 'x'`.
pub(super) fn before(text: &str, at: usize) -> Option<Holds> {
    let bytes = text.as_bytes();
    let last = *bytes.get(at.checked_sub(1)?)?;
    if !matches!(last, b' ' | b'\'' | b'"' | b'(' | b'/' | b'[') {
        return None;
    }
    let mut end = at;
    while end > 0 && at - end < 4 && matches!(bytes[end - 1], b' ' | b'\'' | b'"' | b'(' | b':' | b'/' | b'[')
    {
        end -= 1;
    }
    let begin =
        (end.saturating_sub(16)..end).rev().take_while(|at| bytes[*at].is_ascii_alphanumeric()).last()?;
    let mut lower = [0u8; 16];
    let word = lower.get_mut(..end - begin)?;
    word.copy_from_slice(&bytes[begin..end]);
    word.make_ascii_lowercase();
    let between = &bytes[end..at];
    match std::str::from_utf8(word).ok()? {
        "user" | "users" if between == b"/" => Some(Holds::Alias),
        "user" | "username" | "userid" | "identity" | "account" | "owner" if !between.contains(&b'/') => {
            Some(Holds::Alias)
        }
        "host" | "hostname" | "sni" | "peer" | "domain" if !between.contains(&b'/') => Some(Holds::Hosts),
        "for" if matches!(between, b" '" | b" (") => Some(Holds::Hosts),
        "rule" | "target" | "zone" | "alias" | "pipe" if between.contains(&b'\'') => Some(Holds::Chosen),
        "zone" if between == b" (" => Some(Holds::Hosts),
        _ => None,
    }
}

/// The value of the key that a word is: what it holds, where it begins, where it ends.
pub(super) fn value(
    text: &str,
    at: usize,
    end: usize,
    to: usize,
    in_dump: bool,
    of_key: &dyn Fn(&str) -> Option<Holds>,
) -> Option<(Holds, usize, usize)> {
    let bytes = text.as_bytes();
    let word = &text[at..end];
    match *bytes.get(end).filter(|_| end < to)? {
        b'=' => {
            let named = DISTINGUISHED.iter().find(|(key, _)| *key == word);
            let dn = named.filter(|_| {
                at == 0
                    || matches!(
                        bytes[at - 1],
                        b',' | b'/' | b' ' | b'"' | b'\'' | b'+' | b'(' | b'>' | b';' | b'='
                    )
            });
            let from = end + 1;
            if let Some((_, holds)) = dn
                && bytes.get(from).is_none_or(|byte| *byte != b'"')
            {
                return Some((*holds, from, attribute_end(text, from, to)));
            }
            let holds = of_key(word)?;
            let (from, close) = quoted(text, from, to);
            Some((holds, from, close))
        }
        b' ' if text[end..to].starts_with(" = ") => {
            let (_, holds) = DISTINGUISHED.iter().find(|(key, _)| *key == word)?;
            Some((*holds, end + 3, attribute_end(text, end + 3, to)))
        }
        b'"' | b'\'' | b'\\' => json(text, at, end, to, of_key),
        b'>' | b' ' if at > 0 && matches!(bytes[at - 1], b'<' | b':') => element(text, at, end, to, of_key),
        b':' => {
            let next = bytes.get(end + 1).copied().filter(|_| end + 1 < to);
            if next == Some(b':') || text[end + 1..to].starts_with("//") {
                return None;
            }
            if in_dump && matches!(next, Some(b' ' | b'"')) {
                let (from, close) = quoted(text, end + 1, to);
                let close = if bytes.get(from - 1) == Some(&b'"') { close } else { to };
                return Some((of_key(word)?, from, close));
            }
            let holds = of_header(word).filter(|holds| {
                matches!(holds, Holds::Cookies | Holds::Whole(Class::Secret | Class::Tracking))
            });
            if let Some(holds) = holds {
                let close = match holds {
                    Holds::Whole(Class::Tracking) => quoted(text, end + 1, to).1,
                    _ => to,
                };
                let blank = bytes[end + 1..to].iter().take_while(|byte| **byte == b' ').count();
                return Some((holds, end + 1 + blank, close.max(end + 1 + blank)));
            }
            // `Hostname:'h'`, `user: x`
            let quote = matches!(next, Some(b'\'' | b'"'));
            quote.then(|| of_key(word)).flatten().map(|holds| {
                let (from, close) = quoted(text, end + 1, to);
                (holds, from, close)
            })
        }
        _ => None,
    }
}

/// A value in quotes, or up to what ends a bare one.
fn quoted(text: &str, from: usize, to: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let blank = bytes[from..to].iter().take_while(|byte| **byte == b' ').count();
    let mut at = from;
    if bytes.get(from + blank).is_some_and(|byte| matches!(byte, b'"' | b'\'')) {
        at = from + blank;
    }
    let slash = usize::from(
        bytes.get(at) == Some(&b'\\') && bytes.get(at + 1).is_some_and(|b| matches!(b, b'"' | b'\'')),
    );
    if at + slash < to
        && let quote @ (b'"' | b'\'') = bytes[at + slash]
    {
        let from = at + slash + 1;
        let close = bytes[from..to].iter().position(|byte| *byte == quote).map_or(to, |found| from + found);
        // Its backslash goes with the closing quote, where there is one.
        let is_escaped = slash == 1 && close > from && bytes[close - 1] == b'\\';
        return (from, close - usize::from(is_escaped));
    }
    let at = from + blank.min(1) * usize::from(bytes.get(from.wrapping_sub(1)) == Some(&b':'));
    let ends = |byte: &u8| {
        matches!(byte, b' ' | b',' | b';' | b'&' | b')' | b'>' | b'<' | b'"' | b'\'' | b'}' | b'|')
    };
    let close = bytes[at..to].iter().position(ends).map_or(to, |found| at + found);
    (at, close)
}

/// The end of an attribute of a distinguished name.
fn attribute_end(text: &str, from: usize, to: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < to {
        match bytes[at] {
            b'\\' if at + 1 < to && matches!(bytes[at + 1], b',' | b'+' | b'"' | b'=' | b';') => at += 1,
            b',' | b'/' | b'+' | b'"' | b'\'' | b';' | b')' | b'>' | b'<' | b']' | b'|' => break,
            // The next attribute, without a comma: `CN=x O=y`; or the next field of the record.
            b' ' => {
                let next = word_end(text, at + 1, to);
                if next > at + 1 && bytes.get(next) == Some(&b'=') {
                    break;
                }
            }
            _ => {}
        }
        at += 1;
    }
    while at < to && !text.is_char_boundary(at) {
        at += 1;
    }
    let at = at.min(to);
    from + text[from..at].trim_end().len()
}

/// `"key": "value"`, also with escaped quotes.
fn json(
    text: &str,
    at: usize,
    end: usize,
    to: usize,
    of_key: &dyn Fn(&str) -> Option<Holds>,
) -> Option<(Holds, usize, usize)> {
    let bytes = text.as_bytes();
    let slash = usize::from(bytes[end] == b'\\');
    let quote = *bytes.get(end + slash).filter(|byte| matches!(byte, b'"' | b'\''))?;
    if at == 0 || bytes[at - 1] != quote {
        return None;
    }
    let mut colon = end + slash + 1;
    while colon < to && bytes[colon] == b' ' {
        colon += 1;
    }
    if colon >= to || bytes[colon] != b':' {
        return None;
    }
    let mut open = colon + 1;
    while open < to && bytes[open] == b' ' {
        open += 1;
    }
    let python = usize::from(open < to && bytes[open] == b'u');
    let open = open + python;
    let opens = open < to && matches!(bytes[open], b'"' | b'\'' | b'\\');
    let holds = of_key(&text[at..end])?;
    opens.then(|| {
        let (from, close) = quoted(text, open, to);
        (holds, from, close)
    })
}

/// `<key>value</key>`, also with attributes.
fn element(
    text: &str,
    at: usize,
    end: usize,
    to: usize,
    of_key: &dyn Fn(&str) -> Option<Holds>,
) -> Option<(Holds, usize, usize)> {
    let bytes = text.as_bytes();
    let begin =
        bytes[..at].iter().rev().take(24).take_while(|byte| **byte != b' ').position(|byte| *byte == b'<');
    if bytes[at - 1] == b':' && begin.is_none() {
        return None;
    }
    let near = bytes[end..to].iter().take(200);
    let close = end + near.take_while(|byte| **byte != b'\n').position(|byte| *byte == b'>')?;
    if text[end..close].contains('<') || bytes[close - 1] == b'/' {
        return None;
    }
    let holds = of_key(&text[at..end])?;
    if text[end..close].contains('=') && holds == Holds::Nothing {
        return None;
    }
    let from = close + 1;
    let stop = text[from..to].find('<').map_or(to, |found| from + found);
    Some((holds, from, stop))
}

impl Scan<'_> {
    /// The value of a field.
    pub(super) fn field(&mut self, text: &str, from: usize, to: usize, holds: Holds) {
        let value = &text[from..to];
        let inner = value.trim();
        if inner.is_empty() || self.depth > MAX_DEPTH {
            return self.literal(value);
        }
        let begin = from + (value.len() - value.trim_start().len());
        let end = begin + inner.len();
        self.literal(&text[from..begin]);
        self.nested = self.nested.saturating_add(1);
        self.inner_field(text, begin, end, holds);
        self.nested -= 1;
        self.literal(&text[end..to]);
    }

    fn inner_field(&mut self, text: &str, from: usize, to: usize, holds: Holds) {
        let value = &text[from..to];
        let empty = value.starts_with("<CONCEALED")
            || value.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'.' | b'*'));
        match holds {
            _ if empty => self.literal(value),
            Holds::Nothing => self.words(text, from, to),
            Holds::Whole(Class::Secret) => {
                let scheme = ["Basic ", "Digest ", "Bearer ", "Negotiate ", "NTLM "];
                let scheme = scheme
                    .iter()
                    .find(|scheme| value.get(..scheme.len()).is_some_and(|v| v.eq_ignore_ascii_case(scheme)));
                self.literal(scheme.map_or("", |scheme| &value[..scheme.len()]));
                self.name(Class::Secret, value);
            }
            Holds::Whole(Class::Tracking) if value.contains([' ', '<', '"']) => {
                self.region(text, from, to, false);
            }
            Holds::Whole(class @ (Class::Organisation | Class::Person | Class::Label)) => {
                if value.split([' ', '_', '-']).all(is_common)
                    || value.contains("://")
                    || NOBODY.contains(&value)
                {
                    self.region(text, from, to, false);
                } else {
                    self.name(class, value);
                }
            }
            Holds::Whole(class) => self.name(class, value),
            Holds::Alias => self.alias_in(text, from, to),
            Holds::Hosts => self.region(text, from, to, true),
            Holds::Chosen => self.chosen(text, from, to),
            Holds::Cookies => self.cookies(value),
            Holds::Party => self.party(text, from, to),
        }
    }

    /// Words of which only the known names are replaced.
    fn words(&mut self, text: &str, from: usize, to: usize) {
        let (mut at, bytes) = (from, text.as_bytes());
        while at < to {
            let end = word_end(text, at, to);
            if end > at {
                at = self.known(text, at, end, to);
                continue;
            }
            let next = bytes[at..to].iter().position(|byte| is_word(*byte)).map_or(to, |found| at + found);
            self.literal(&text[at..next]);
            at = next;
        }
    }

    /// Who somebody is: a word, as [`Scan::alias_in`].
    pub(super) fn alias(&mut self, word: &str) {
        self.alias_in(word, 0, word.len());
    }

    fn alias_in(&mut self, text: &str, from: usize, to: usize) {
        let value = &text[from..to];
        let plain = value.bytes().all(|byte| is_word(byte) || matches!(byte, b'+' | b' ' | b'\\'));
        let digits = value.trim_start_matches('+');
        if NOBODY.iter().any(|nobody| value.eq_ignore_ascii_case(nobody)) {
            self.literal(value);
        } else if !plain || value.contains("\\.") {
            self.region(text, from, to, true);
        } else if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.literal(&value[..value.len() - digits.len()]);
            self.name(Class::Number, digits);
        } else if value.matches('\\').count() > 1 {
            self.region(text, from, to, true);
        } else if let Some((domain, user)) = value.split_once('\\') {
            self.host(domain);
            self.literal("\\");
            self.alias(user);
        } else if value.contains(' ') {
            if value.split(' ').all(is_common) {
                self.literal(value);
            } else {
                self.name(Class::Person, value);
            }
        } else if shape::device(value).is_some() {
            self.name(Class::Device, value);
        } else if shape::is_uuid(value) || shape::is_long_hex(value) {
            self.name(Class::Tracking, value);
        } else if shape::dotted(value) == Dotted::Domain || super::address::v4(value).is_some() {
            self.host(value);
        } else {
            self.name(Class::User, value);
        }
    }

    /// A name that somebody gave to a zone, a rule, a certificate.
    fn chosen(&mut self, text: &str, from: usize, to: usize) {
        let value = &text[from..to];
        let dotted = value.split([' ', '-', '"', ',']).any(|part| {
            let part = part.trim_matches(|c: char| !c.is_alphanumeric());
            matches!(shape::dotted(part), Dotted::Domain | Dotted::Maybe)
                || super::address::v4(part).is_some()
        });
        let common = value
            .split([' ', '_', '-', '(', ')', '/', '.', ','])
            .all(|part| part.is_empty() || is_common(part) || part.bytes().all(|b| b.is_ascii_digit()));
        if dotted || value.contains(['@', '<', '=', '\\', '*', ':', '[']) {
            self.region(text, from, to, true);
        } else if common || EVERYBODYS.contains(&value) {
            self.words(text, from, to);
        } else if !value.contains(' ')
            && self.redactor.names.class(&value.to_lowercase()) == Some(Class::Host)
        {
            self.host(value);
        } else if value.contains(' ') {
            self.name(Class::Label, value);
        } else {
            // A short name of a host, as often as not.
            self.host(value);
        }
    }

    /// `name=value; name=value; Domain=.example.com; Path=/`
    fn cookies(&mut self, value: &str) {
        for part in value.split_inclusive([';', ',']) {
            let Some((name, rest)) = part.split_once('=') else {
                let whole = part.trim();
                if whole.len() > 12 && !is_common(whole) && !whole.contains([' ', ':']) {
                    self.literal(SECRET);
                } else {
                    self.region(part, 0, part.len(), false);
                }
                continue;
            };
            let key = name.trim().to_ascii_lowercase();
            self.literal(name);
            self.literal("=");
            match key.as_str() {
                "domain" => self.region(rest, 0, rest.len(), true),
                "path" | "expires" | "max-age" | "version" | "samesite" => self.literal(rest),
                _ => {
                    let end = rest.trim_end_matches([';', ',', '"', '|']);
                    self.literal(if rest.starts_with('"') { "\"" } else { "" });
                    self.literal(SECRET);
                    self.literal(&rest[end.len()..]);
                }
            }
        }
    }

    /// `"Display Name" <sip:user@host>;tag=x`
    fn party(&mut self, text: &str, from: usize, to: usize) {
        let value = &text[from..to];
        let Some(open) = value.find('<') else { return self.region(text, from, to, true) };
        let display = value[..open].trim();
        let shown = display.trim_matches('"').trim();
        if shown.is_empty() {
            return self.region(text, from, to, true);
        }
        let begin = from + value.find(shown).unwrap_or(0);
        self.literal(&text[from..begin]);
        if shown.split(' ').all(is_common) {
            self.literal(shown);
        } else if shown.contains(['@', '=']) {
            self.region(text, begin, begin + shown.len(), true);
        } else if shown.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit()) {
            self.alias(shown);
        } else {
            self.name(Class::Person, shown);
        }
        self.region(text, begin + shown.len(), to, true);
    }

    /// A line of a certificate or key in PEM, or one on which such a block begins. Gives whether it was dealt with.
    pub(super) fn pem(&mut self, line: &str) -> bool {
        if self.redactor.in_pem {
            let trimmed = line.trim();
            let ends = trimmed.contains("-----END ");
            let inside = ends
                || trimmed
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'|'))
                || trimmed.contains(": ")
                    && trimmed.starts_with(|c: char| c.is_ascii_uppercase())
                    && !trimmed.contains('"');
            self.redactor.in_pem = inside && !ends;
            if inside {
                let begin = line.len() - line.trim_start().len();
                self.literal(&line[..begin]);
                self.literal(if ends || trimmed.is_empty() { trimmed } else { SECRET });
                return true;
            }
        }
        let Some(begin) = line.find("-----BEGIN ") else { return false };
        let Some(dashes) = line[begin + 11..].find("-----") else { return false };
        let content = begin + 11 + dashes + 5;
        let end = line[content..].find("-----END ").map_or(line.len(), |found| content + found);
        self.region(line, 0, begin, false);
        self.literal(&line[begin..content]);
        self.redactor.in_pem = end == line.len();
        let inside = &line[content..end];
        if inside.trim().len() > 2 {
            self.literal(SECRET);
        } else {
            self.literal(inside);
        }
        self.literal(&line[end..]);
        true
    }
}
