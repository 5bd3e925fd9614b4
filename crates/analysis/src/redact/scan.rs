//! Goes through a text, finds what is a name, and learns it or puts its stand-in there.

use super::Redactor;
use super::class::{Class, Holds, of_header, of_key};
use super::known::is_common;
use super::shape::{self, Dotted, is_word};
use super::{address, encoded, field, table};
use std::net::IpAddr;

/// Ceiling on encodings inside one another.
pub(super) const MAX_DEPTH: u8 = 3;
/// Ceiling on fields inside one another; what stands deeper is text.
pub(super) const MAX_NESTED: u8 = 8;

/// One walk through a text.
pub(super) struct Scan<'r> {
    pub(super) redactor: &'r mut Redactor,
    pub(super) out: String,
    /// Whether names are learnt.
    pub(super) learn: bool,
    /// Whether the text is written anew.
    pub(super) write: bool,
    /// Whether the text is a dump of settings.
    pub(super) in_dump: bool,
    pub(super) depth: u8,
    /// Fields inside one another.
    pub(super) nested: u8,
}

impl Scan<'_> {
    /// A text that stays.
    #[inline]
    pub(super) fn literal(&mut self, text: &str) {
        if self.write {
            self.out.push_str(text);
        }
    }

    /// A name.
    pub(super) fn name(&mut self, class: Class, name: &str) {
        if name.len() > super::Names::MAX_LENGTH {
            return self.literal(table::SECRET);
        }
        if self.learn {
            self.redactor.learn_name(class, name);
        }
        if self.write {
            let Redactor { table, names, .. } = &mut *self.redactor;
            let stand_in = table.of(class, name, names);
            self.out.push_str(&stand_in);
        }
    }

    /// A host or domain, of which a dot may be written `\.`; or an address.
    pub(super) fn host(&mut self, text: &str) {
        if let Some(ip) = address::v4(text) {
            return self.address(IpAddr::V4(ip), text);
        }
        if !text.contains('\\') {
            if let Some(reversed) = reversed(text) {
                return self.reversed(reversed, text);
            }
            return self.name(Class::Host, text);
        }
        let plain = text.replace('\\', "");
        let from = self.out.len();
        self.name(Class::Host, &plain);
        if self.write {
            let written = self.out.split_off(from).replace('.', "\\.");
            self.out.push_str(&written);
        }
    }

    /// An address, in the spelling of `text`.
    pub(super) fn address(&mut self, ip: IpAddr, text: &str) {
        if self.learn {
            self.redactor.names.add_address(ip);
        }
        if !self.write {
            return;
        }
        if address::stays(ip) {
            return self.out.push_str(text);
        }
        let Redactor { table, names, .. } = &mut *self.redactor;
        let stand_in = table.address(ip, names).to_string();
        if ip.is_ipv4() && text.contains('-') {
            self.out.push_str(&stand_in.replace('.', "-"));
        } else {
            self.out.push_str(&stand_in);
        }
    }

    fn reversed(&mut self, ip: IpAddr, text: &str) {
        if self.learn {
            self.redactor.names.add_address(ip);
        }
        if self.write {
            let Redactor { table, names, .. } = &mut *self.redactor;
            let stand_in = table.address(ip, names).to_string();
            let back: Vec<_> = stand_in.split('.').rev().collect();
            let kept = if address::stays(ip) { text.to_owned() } else { back.join(".") + ".in-addr.arpa" };
            self.out.push_str(&kept);
        }
    }

    /// One line, without its end.
    pub(super) fn line(&mut self, line: &str) {
        if self.pem(line) {
            return;
        }
        let at = self.envelope(line);
        let rest = &line[at..];
        let begin = rest.len() - rest.trim_start_matches([' ', '\t', '|']).len();
        let header = &rest[begin..];
        let name = header.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
        let value = at + begin + name + 1;
        if at == 0 && name > 1 && header.as_bytes().get(name) == Some(&b':') {
            if let Some(holds) = of_header(&header[..name]) {
                self.literal(&line[..value]);
                return self.field(line, value, line.len(), holds);
            }
        } else if at == 0 && name == 1 && header.as_bytes().get(1) == Some(&b'=') && self.sdp(line, begin) {
            return;
        }
        self.region(line, at, line.len(), false);
    }

    /// The owner and the title of a session description.
    fn sdp(&mut self, line: &str, begin: usize) -> bool {
        let value = begin + 2;
        match line.as_bytes()[begin] {
            b'o' if line.contains(" IN IP") => {
                let end = line[value..].find(' ').map_or(line.len(), |at| value + at);
                self.literal(&line[..value]);
                let owner = &line[value..end];
                if owner == "-" || is_common(owner) || owner.starts_with("Cisco") {
                    self.literal(owner);
                } else {
                    self.name(Class::User, owner);
                }
                self.region(line, end, line.len(), false);
            }
            b's' | b'i' if !line[value..].contains('=') => {
                self.literal(&line[..value]);
                self.field(line, value, line.len(), Holds::Chosen);
            }
            _ => return false,
        }
        true
    }

    /// Stamp and host at the beginning of a record; gives the end of what was dealt with.
    fn envelope(&mut self, line: &str) -> usize {
        let mut done = 0;
        // The local line may be repeated inside a line of remote syslog.
        for _ in 0..2 {
            let Some((from, to)) = field::host_of(line, done) else { break };
            self.literal(&line[done..from]);
            let host = &line[from..to];
            if host.eq_ignore_ascii_case("localhost") {
                self.literal(host);
            } else if let Some((ip, length)) = address::v6(host)
                && length == host.len()
            {
                self.address(IpAddr::V6(ip), host);
            } else {
                self.host(host);
            }
            done = to;
        }
        done
    }

    /// Part of a text. `hosts`: words without a dot are hosts too.
    pub(super) fn region(&mut self, text: &str, from: usize, to: usize, hosts: bool) {
        let bytes = text.as_bytes();
        let (mut at, mut gap) = (from, from);
        while at < to {
            let byte = bytes[at];
            if !is_word(byte) {
                let special = matches!(byte, b':' | b'%');
                if special && let Some(end) = self.mark(text, gap, at, to) {
                    (at, gap) = (end, end);
                } else if byte == b'\\' && bytes.get(at + 1).is_some_and(|next| b"nrt".contains(next)) {
                    at += 1 + usize::from(self.is_escape(text, at, to));
                } else {
                    at += 1;
                }
                continue;
            }
            if matches!(byte, b'.' | b'-') {
                at += 1;
                continue;
            }
            self.literal(&text[gap..at]);
            at = self.word(text, at, to, hosts);
            gap = at;
        }
        if gap < to {
            self.literal(&text[gap..to]);
        }
    }

    /// Whether `\n` in front of letters is an escape, and not a domain before a user's name.
    fn is_escape(&self, text: &str, at: usize, to: usize) -> bool {
        let word = &text[at + 1..word_end(text, at + 1, to)];
        self.redactor.names.class(&word.to_lowercase()).is_none()
    }

    /// What may begin at a colon or a percent sign.
    fn mark(&mut self, text: &str, gap: usize, at: usize, to: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        if bytes[at] == b'%' {
            let (end, decoded) = self.percent(text, at, to)?;
            self.literal(&text[gap..at]);
            self.encoded_percent(&text[at..end], &decoded);
            return Some(end);
        }
        if bytes.get(at + 1) != Some(&b':') || at > 0 && is_word(bytes[at - 1]) {
            return None;
        }
        let (ip, length) = address::v6(&text[at..to])?;
        self.literal(&text[gap..at]);
        self.address(IpAddr::V6(ip), &text[at..at + length]);
        Some(at + length)
    }

    fn percent(&self, text: &str, at: usize, to: usize) -> Option<(usize, String)> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        encoded::percent(&text[at..to]).map(|(length, decoded)| (at + length, decoded))
    }

    fn encoded_percent(&mut self, raw: &str, decoded: &str) {
        let written = self.inner(decoded);
        if self.write {
            if written == decoded {
                self.out.push_str(raw);
            } else {
                self.out.push_str(&encoded::to_percent(&written));
            }
        }
    }

    /// The text behind an encoding, gone through by itself.
    pub(super) fn inner(&mut self, text: &str) -> String {
        let (learn, write, in_dump, depth) = (self.learn, self.write, self.in_dump, self.depth + 1);
        let redactor = &mut *self.redactor;
        let mut scan = Scan { redactor, out: String::new(), learn, write, in_dump, depth, nested: 0 };
        scan.region(text, 0, text.len(), false);
        scan.out
    }

    /// A word, and what belongs to it. Gives the end of what was dealt with.
    fn word(&mut self, text: &str, at: usize, to: usize, hosts: bool) -> usize {
        let bytes = text.as_bytes();
        let mut end = word_end(text, at, to);
        if bytes.get(end).is_some_and(|byte| *byte == b'%')
            && end < to
            && let Some((end, decoded)) = self.percent(text, at, to)
        {
            self.encoded_percent(&text[at..end], &decoded);
            return end;
        }
        if let Some(done) = self.base64(text, at, end, to) {
            return done;
        }
        while matches!(bytes[end - 1], b'.' | b'-') && end > at + 1 {
            end -= 1;
        }
        let word = &text[at..end];
        if let Some(done) = self.key(text, at, end, to) {
            return done;
        }
        let next = if end < to { bytes[end] } else { 0 };
        if next == b'@' && end + 1 < to && (is_word(bytes[end + 1]) || matches!(bytes[end + 1], b'[')) {
            self.local_part(word);
            self.literal("@");
            return self.after_at(text, end + 1, to);
        }
        if next == b':' {
            if let Some(done) = self.scheme(text, at, end, to) {
                return done;
            }
            if bytes[at].is_ascii_hexdigit()
                && end - at <= 4
                && let Some((ip, length)) = address::v6(&text[at..to])
            {
                self.address(IpAddr::V6(ip), &text[at..at + length]);
                return at + length;
            }
        }
        if end - at >= 2
            && bytes[at].is_ascii_hexdigit()
            && let Some((length, count)) = address::pairs(&text[at..to])
        {
            let class = if count == 6 { Class::Hardware } else { Class::Serial };
            self.name(class, &text[at..at + length]);
            return at + length;
        }
        if self.nested < MAX_NESTED
            && let Some(holds) = field::before(text, at)
        {
            let quoted = at > 0 && matches!(bytes[at - 1], b'\'' | b'"');
            if quoted && holds == Holds::Chosen {
                let close = text[end..to].find(char::from(bytes[at - 1])).map_or(end, |found| end + found);
                self.field(text, at, close, holds);
                return close;
            }
            if !is_common(word) && self.typed_word(word, holds) {
                return end;
            }
        }
        if at > 0 && bytes[at - 1] == b'@' {
            return self.after_at(text, at, to);
        }
        self.plain(text, at, end, to, hosts)
    }

    /// A word that what stands before it names.
    fn typed_word(&mut self, word: &str, holds: Holds) -> bool {
        // `the user's` names nobody.
        if word.len() < 2 || !word.contains(char::is_alphanumeric) {
            return false;
        }
        if !word.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80) && holds != Holds::Alias {
            return false;
        }
        match holds {
            Holds::Alias => {
                self.alias(word);
                true
            }
            Holds::Hosts if shape::dotted(word) != Dotted::File => {
                self.host(word);
                true
            }
            _ => false,
        }
    }

    /// The host behind an `@`.
    fn after_at(&mut self, text: &str, at: usize, to: usize) -> usize {
        let mut end = word_end(text, at, to);
        while end > at + 1 && matches!(text.as_bytes()[end - 1], b'.' | b'-') {
            end -= 1;
        }
        let word = &text[at..end];
        if word.is_empty() {
            return at;
        }
        if shape::is_uuid(word) || shape::is_long_hex(word) {
            self.name(Class::Tracking, word);
        } else {
            self.host(word);
        }
        end
    }

    /// A user, a number, or a device before an `@`.
    pub(super) fn local_part(&mut self, word: &str) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            self.name(Class::Number, word);
        } else if matches!(word, "clusterdb" | "cdb" | "root" | "admin" | "anonymous" | "rabbit" | "mnesia") {
            self.literal(word);
        } else if shape::is_uuid(word) || shape::is_long_hex(word) {
            self.name(Class::Tracking, word);
        } else if shape::device(word).is_some() {
            self.name(Class::Device, word);
        } else if address::v4(word).is_some() {
            self.host(word);
        } else {
            self.name(Class::User, word);
        }
    }

    /// `https://host`, `sip:user@host`, `tel:+49…`: what stands behind the scheme.
    fn scheme(&mut self, text: &str, at: usize, end: usize, to: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let word = &text[at..end];
        let known = |known: &[&str]| known.iter().any(|scheme| word.eq_ignore_ascii_case(scheme));
        let mut next = end + 1;
        if text[next..to].starts_with("//") {
            next += 2;
        } else if !known(&["sip", "sips", "tel", "h323", "xmpp", "mailto", "im", "pres", "e164"]) {
            return None;
        }
        if next < to && bytes[next] == b'+' {
            next += 1;
        }
        self.literal(&text[at..next]);
        let stop = word_end(text, next, to);
        if stop == next || bytes.get(stop).is_some_and(|byte| matches!(byte, b'@' | b'%')) {
            return Some(next);
        }
        let mut stop = stop;
        while stop > next && matches!(bytes[stop - 1], b'.' | b'-') {
            stop -= 1;
        }
        // `https://user:password@host`
        let ends = |byte: &u8| matches!(byte, b'/' | b' ' | b'"' | b'\'' | b'<' | b'>' | b',' | b';');
        let near = bytes[next..to].iter().take(512).position(ends);
        let authority = near.map_or(stop, |at| next + at).max(stop);
        if bytes.get(stop) == Some(&b':')
            && let Some(found) = text[stop..authority].find('@')
            && text[stop + 1..stop + found].bytes().any(|byte| !byte.is_ascii_digit())
        {
            self.local_part(&text[next..stop]);
            self.literal(":");
            self.literal(table::SECRET);
            return Some(stop + found);
        }
        let host = &text[next..stop];
        if host.is_empty() {
            return Some(next);
        }
        if host.bytes().all(|byte| byte.is_ascii_digit()) || known(&["tel", "e164"]) {
            self.name(Class::Number, host);
        } else if bytes.get(stop) == Some(&b':') && address::v6(&text[next..to]).is_some() {
            return Some(next);
        } else {
            self.host(host);
        }
        Some(stop)
    }

    /// A word by its form, or as a known name.
    fn plain(&mut self, text: &str, at: usize, end: usize, to: usize, hosts: bool) -> usize {
        let word = &text[at..end];
        let bytes = text.as_bytes();
        let first = bytes[at];
        if first.is_ascii_digit() && self.numeric(word) {
            return end;
        }
        if shape::is_masked(word) {
            // What is left of an address is left out too.
            self.literal("xx.xx.xx.xx");
            return end;
        }
        if first == b'+'
            || at > 0 && bytes[at - 1] == b'+' && end - at >= 7 && word.bytes().all(|b| b.is_ascii_digit())
        {
            self.name(Class::Number, word);
            return end;
        }
        if end - at >= 16 {
            let zero = word.bytes().all(|byte| matches!(byte, b'0' | b'-'));
            if !zero && (shape::is_uuid(word) || shape::is_long_hex(word) || shape::is_opaque(word)) {
                self.name(Class::Tracking, word);
                return end;
            }
        }
        if shape::device(word).is_some() {
            self.name(Class::Device, word);
            return end;
        }
        if word.contains('.') {
            match self.dotted(text, at, end) {
                Some(()) => return end,
                None if hosts => {}
                None => return self.known(text, at, end, to),
            }
        }
        let named = hosts
            && end - at > 1
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !is_common(word)
            && !word.split(['-', '_']).all(is_common)
            && bytes.get(end) != Some(&b'=');
        if named {
            self.host(word);
            return end;
        }
        self.known(text, at, end, to)
    }

    /// Addresses, alone or joined by hyphens and underscores.
    fn numeric(&mut self, word: &str) -> bool {
        if let Some(ip) = address::v4(word) {
            // A date is no address.
            self.address(IpAddr::V4(ip), word);
            return true;
        }
        if !word.contains('.') || !word.split(['-', '_']).any(|part| address::v4(part).is_some()) {
            return false;
        }
        for part in word.split_inclusive(['-', '_']) {
            let bare = part.trim_end_matches(['-', '_']);
            match address::v4(bare) {
                Some(ip) => {
                    self.address(IpAddr::V4(ip), bare);
                    self.literal(&part[bare.len()..]);
                }
                None => self.literal(part),
            }
        }
        true
    }

    /// A word with a dot. Nothing if it is no name of a host.
    fn dotted(&mut self, text: &str, at: usize, end: usize) -> Option<()> {
        let word = &text[at..end];
        match shape::dotted(word) {
            Dotted::No => None,
            Dotted::File => {
                let (stem, rest) = word.split_at(word.find('.').unwrap_or(word.len()));
                let configuration =
                    rest == ".cnf.xml" && !stem.ends_with("Default") && !is_common(stem) && stem.len() > 3;
                if shape::device(stem).is_none() && !configuration {
                    return None;
                }
                self.name(Class::Device, stem);
                self.literal(rest);
                Some(())
            }
            Dotted::Maybe if word.split('.').all(|label| is_common(label.trim_end_matches('\\'))) => None,
            Dotted::Domain | Dotted::Maybe => {
                // Zones that the box makes are called after the server.
                let prefix =
                    ["CEtls-", "CEtcp-", "CEOAuth-", "CEoauth-"].iter().find(|p| word.starts_with(**p));
                let prefix = prefix.map_or("", |prefix| prefix);
                self.literal(prefix);
                self.host(&word[prefix.len()..]);
                Some(())
            }
        }
    }

    /// A word that may be a known name, whole or in part; or the beginning of one of several words.
    pub(super) fn known(&mut self, text: &str, at: usize, end: usize, to: usize) -> usize {
        let word = &text[at..end];
        if !self.write {
            return end;
        }
        let mut buffer = [0u8; 64];
        let lowered;
        let lower = match buffer.get_mut(..word.len()) {
            Some(lower) if word.is_ascii() => {
                lower.copy_from_slice(word.as_bytes());
                lower.make_ascii_lowercase();
                std::str::from_utf8(lower).unwrap_or(word)
            }
            _ => {
                lowered = word.to_lowercase();
                lowered.as_str()
            }
        };
        if let Some((length, class)) = self.redactor.names.phrase(lower, &text[at..to]) {
            self.name(class, &text[at..at + length]);
            return at + length;
        }
        if let Some(class) = self.redactor.names.class(lower) {
            self.name(class, word);
            return end;
        }
        if !word.contains(['.', '-', '_']) {
            self.out.push_str(word);
            return end;
        }
        let mut from = 0;
        for (split, mark) in word.match_indices(['.', '-', '_']).chain([(word.len(), "")]) {
            let part = &word[from..split];
            match self.redactor.names.class(lower.get(from..split).unwrap_or_default()) {
                Some(class) if part.len() > 2 => self.name(class, part),
                _ => self.out.push_str(part),
            }
            self.out.push_str(mark);
            from = split + mark.len();
        }
        end
    }

    /// A word behind which a value stands that it names. Gives the end of the value.
    fn key(&mut self, text: &str, at: usize, end: usize, to: usize) -> Option<usize> {
        if self.nested >= MAX_NESTED {
            return None;
        }
        let (holds, from, close) =
            field::value(text, at, end, to, self.in_dump, &|key| of_key(key, self.in_dump))?;
        self.literal(&text[at..from]);
        self.field(text, from, close, holds);
        Some(close)
    }

    /// A word that is base64 of a text: the text is gone through and encoded again.
    fn base64(&mut self, text: &str, at: usize, end: usize, to: usize) -> Option<usize> {
        if end - at < 8 || self.depth >= MAX_DEPTH {
            return None;
        }
        let found = encoded::base64(&text[at..to])?;
        let length = found.length;
        let written = if let Some((domain, scheme, host, rest)) = encoded::proxy_parts(&found.text) {
            self.proxy_path(domain, scheme, host, rest)
        } else {
            let inner = self.inner(&found.text);
            // Nothing in it was a name: it may be no base64 at all.
            if inner == found.text || !self.write {
                return None;
            }
            inner
        };
        if self.write {
            self.out.push_str(&found.encode(&written));
        }
        Some(at + length)
    }

    /// The names in the first segment of a proxied path.
    fn proxy_path(&mut self, domain: &str, scheme: &str, host: &str, rest: &str) -> String {
        let mut parts = [String::new(), String::new()];
        for (part, name) in parts.iter_mut().zip([domain, host]) {
            let from = self.out.len();
            if let Some((ip, length)) = address::v6(name.trim_start_matches('['))
                && length + 2 >= name.len()
            {
                let open = if name.starts_with('[') { "[" } else { "" };
                self.literal(open);
                self.address(IpAddr::V6(ip), name.trim_matches(['[', ']']));
                self.literal(if open.is_empty() { "" } else { "]" });
            } else if !name.is_empty() {
                self.host(name);
            }
            *part = self.out.split_off(from);
        }
        let [domain, host] = parts;
        format!("{domain}{scheme}{host}{rest}")
    }
}

/// The end of the word that begins at a place. `\.` counts as a dot.
pub(super) fn word_end(text: &str, at: usize, to: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while end < to {
        if is_word(bytes[end]) {
            end += 1;
        } else if bytes[end] == b'\\'
            && bytes.get(end + 1) == Some(&b'.')
            && end + 2 < to
            && bytes[end + 2].is_ascii_alphanumeric()
            && end > at
        {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// The address of a name for reverse look-ups.
fn reversed(name: &str) -> Option<IpAddr> {
    let at = name.len().checked_sub(".in-addr.arpa".len())?;
    let (digits, end) = (name.get(..at)?, name.get(at..)?);
    let back: Vec<_> = digits.split('.').rev().collect();
    end.eq_ignore_ascii_case(".in-addr.arpa").then(|| address::v4(&back.join(".")).map(IpAddr::V4))?
}
