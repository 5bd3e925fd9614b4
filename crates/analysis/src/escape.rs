//! Makes a stranger's text safe to show on a terminal.

use std::fmt;

/// Shows text with everything escaped that a terminal would act on or that hides what is written: control
/// characters, direction marks, zero-width characters.
///
/// ```
/// assert_eq!(waytrace::Escaped("user=\u{1b}[2Jroot").to_string(), "user=\\u{1b}[2Jroot");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in self.0.char_indices().filter(|(_, c)| is_unsafe(*c)) {
            f.write_str(&self.0[plain..at])?;
            match c {
                '\t' => f.write_str(" ")?,
                other => write!(f, "{}", other.escape_unicode())?,
            }
            plain = at + c.len_utf8();
        }
        f.write_str(&self.0[plain..])
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn what_a_terminal_would_act_on() {
        let text = "a\u{202e}b\u{0}c\td\u{200b}e ümläut";
        assert_eq!(Escaped(text).to_string(), "a\\u{202e}b\\u{0}c d\\u{200b}e ümläut");
    }
}
