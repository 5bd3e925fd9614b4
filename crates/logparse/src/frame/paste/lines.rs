//! The lines of a record behind its head, as far as they hold something.

/// How much of a record is looked at. What is wrapped ends long before.
const REACH: usize = 64 * 1024;

/// Lines that are not empty.
#[derive(Debug, Clone)]
pub(super) struct Lines<'b> {
    record: &'b [u8],
    at: usize,
}

/// A line that is not empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'b> {
    /// Its text without the blanks around it.
    pub(super) text: &'b [u8],
    /// Where it begins in the record.
    pub(super) start: usize,
    /// Where the next line begins.
    pub(super) end: usize,
    /// Whether an empty line stands before it.
    pub(super) after_blank: bool,
    /// Whether it begins with a blank.
    pub(super) is_indented: bool,
    /// Whether it ends with a blank.
    has_tail: bool,
}

/// Blanks, tabs and the no-break spaces of web pages.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    trim(bytes).is_empty()
}

fn trim(bytes: &[u8]) -> &[u8] {
    const NO_BREAK: &[u8] = "\u{a0}".as_bytes();
    let mut text = bytes.trim_ascii();
    while let Some(rest) = text.strip_prefix(NO_BREAK).or_else(|| text.strip_suffix(NO_BREAK)) {
        text = rest.trim_ascii();
    }
    text
}

impl<'b> Lines<'b> {
    /// Lines from `at` on, which is where one begins.
    pub(super) fn new(record: &'b [u8], at: usize) -> Self {
        Self { record: &record[..record.len().min(REACH)], at }
    }
}

impl<'b> Iterator for Lines<'b> {
    type Item = Line<'b>;

    fn next(&mut self) -> Option<Line<'b>> {
        let mut after_blank = false;
        while self.at < self.record.len() {
            let start = self.at;
            let rest = &self.record[start..];
            self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let whole = self.record[start..self.at].trim_ascii_end();
            let text = trim(whole);
            if !text.is_empty() {
                let is_indented = rest.first().is_some_and(u8::is_ascii_whitespace);
                let ended = self.record[start..self.at].strip_suffix(b"\n").unwrap_or(whole);
                let has_tail = ended.strip_suffix(b"\r").unwrap_or(ended).len() > whole.len();
                return Some(Line { text, start, end: self.at, after_blank, is_indented, has_tail });
            }
            after_blank = true;
        }
        None
    }
}

impl Line<'_> {
    /// Whether a message dump begins here.
    pub(super) fn opens_dump(&self) -> bool {
        self.text.starts_with(b"|") || self.text.starts_with(b"HTTPMSG:") || self.text.starts_with(b"SIPMSG:")
    }

    /// `===Failed connection===`
    pub(super) fn is_rule(&self) -> bool {
        self.text.starts_with(b"===")
    }

    /// The name of the field this line begins with, such as `Module` of `Module="…`.
    pub(super) fn key(&self) -> Option<&[u8]> {
        let length =
            self.text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        let capital = self.text.first().is_some_and(u8::is_ascii_uppercase);
        (capital && self.text[length..].starts_with(b"=\"")).then_some(&self.text[..length])
    }

    /// Whether a field begins this line, at its very start.
    pub(super) fn begins_with_key(&self) -> bool {
        !self.is_indented && self.key().is_some()
    }

    /// Whether this looks like part of a body that has its own lines: markup, PEM, JSON, a stack trace.
    pub(super) fn is_block(&self) -> bool {
        const BLOCKS: [&[u8]; 9] = [b"<", b"{", b"}", b"[", b"]", b"-----", b"at ", b"File \"", b"Traceback"];
        self.is_rule() || self.opens_dump() || BLOCKS.iter().any(|begin| self.text.starts_with(begin))
    }

    /// Whether a quoted field stands somewhere in this line.
    pub(super) fn has_pair(&self) -> bool {
        memchr::memmem::find(self.text, b"=\"").is_some()
    }

    /// Appends this line to the text of a record, with a blank unless the break was inside a word.
    pub(super) fn append_to(&self, text: &mut String) {
        let had_tail = text.ends_with(' ');
        text.truncate(text.trim_end().len());
        let opened = text.ends_with('(') || text.ends_with("=\"");
        let closes = matches!(self.text.first(), Some(b')' | b'.' | b','));
        // Layout breaks words behind a hyphen or a slash, and only there.
        let inside_word = !had_tail && !self.is_indented && !self.after_blank && text.ends_with(['-', '/']);
        if !(opened || closes || inside_word) {
            text.push(' ');
        }
        text.push_str(&String::from_utf8_lossy(self.text));
        if self.has_tail {
            text.push(' ');
        }
    }
}
