//! Text that Markdown can show in no other way than as text.
//!
//! Control characters, line ends among them, are made visible first ([`Escaped`]), so that no text of a log begins a
//! line, and with it a block, of its own.

use crate::escape::Escaped;

/// Text without any markup.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    push_plain(&mut out, &Escaped(text).to_string());
    out
}

/// Text of an entry, in which backticks mean code. What a log filled in may hold backticks too; whatever they pair
/// with, the result is plain text or code, and nothing else.
pub(super) fn prose(text: &str) -> String {
    let text = Escaped(text).to_string();
    let parts: Vec<_> = text.split('`').collect();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let closed = at + 1 < parts.len();
        if at % 2 == 0 {
            push_plain(&mut out, part);
        } else if closed && !part.trim().is_empty() {
            // Two backticks in a row would be another mark.
            if out.ends_with('`') {
                out.push(' ');
            }
            out.extend(["`", part, "`"]);
        } else {
            // A backtick without another, or two with nothing between them.
            out.push_str("\\`");
            push_plain(&mut out, part);
            out.push_str(if closed { "\\`" } else { "" });
        }
    }
    out
}

/// Lines in a fence that is longer than any run of backticks in them.
pub(super) fn block(lines: &str) -> String {
    let longest = lines.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}text\n{}\n{fence}", lines.trim_end_matches('\n'))
}

fn push_plain(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let begins = out.is_empty();
        let marks = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' | '#' | '$' => true,
            '&' => is_entity(rest),
            // Some renderers make links of bare addresses.
            ':' => rest.starts_with("://"),
            // These mean something only where a line begins.
            '+' | '-' | '=' | '>' => begins,
            '.' | ')' => {
                let before = out.as_str();
                !begins && before.chars().all(|c| c.is_ascii_digit()) || ends_with_www(before)
            }
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Whether an ampersand begins what would be shown as another character.
fn is_entity(rest: &str) -> bool {
    let name = rest[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.starts_with(';')
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3
        && text.is_char_boundary(text.len() - 3)
        && text[text.len() - 3..].eq_ignore_ascii_case("www")
}

#[cfg(test)]
mod tests {
    use super::{block, inline, prose};

    #[test]
    fn text_of_a_log_is_only_text() {
        let cases = [
            ("a_b*c", "a\\_b\\*c"),
            ("# head", "\\# head"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("cucm-1.example.com", "cucm-1.example.com"),
            ("<script>x</script>", "\\<script>x\\</script>"),
            ("![x](http://e.example)", "!\\[x\\](http\\://e.example)"),
            ("see www.example.com", "see www\\.example.com"),
            ("a\n\n# b", "a\\\\u{a}\\\\u{a}\\# b"),
            ("a\u{202e}b", "a\\\\u{202e}b"),
            ("a|b", "a\\|b"),
            ("&lt;", "\\&lt;"),
            ("IM&P; a & b", "IM\\&P; a & b"),
            ("IM&P and", "IM&P and"),
        ];
        for (given, wanted) in cases {
            assert_eq!(inline(given), wanted, "{given:?}");
        }
    }

    #[test]
    fn backticks_of_an_entry_are_code_and_others_do_no_harm() {
        let cases = [
            ("set `xConf <x>` now", "set `xConf <x>` now"),
            ("one ` alone <b>", "one \\` alone \\<b>"),
            ("two `` of them", "two \\`\\` of them"),
            ("a `b``c` d", "a `b` `c` d"),
        ];
        for (given, wanted) in cases {
            assert_eq!(prose(given), wanted, "{given:?}");
        }
    }

    #[test]
    fn nothing_ends_a_fence_from_within() {
        let text = block("a\n````\n<b>\n```\n");
        assert_eq!(text, "`````text\na\n````\n<b>\n```\n`````");
    }
}
