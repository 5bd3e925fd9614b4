//! The text of an entry: Markdown with fixed headings, and names in braces that a finding fills in.

/// An entry's text in one language, as written. Headings are told by their order, not by their words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// The problem in one line.
    pub title: String,
    /// Why it happens: paragraphs.
    pub cause: Vec<String>,
    /// What to do, in order.
    pub fix: Vec<String>,
    /// How to see that it is fixed.
    pub verify: Vec<String>,
    /// What may show up once this is fixed.
    pub next: Vec<String>,
    /// What would make the claim wrong.
    pub doubts: Vec<String>,
}

impl Prose {
    /// Number of `##` sections an entry has.
    pub const SECTIONS: usize = 5;

    /// Reads Markdown: one `#` title, then five `##` sections, the first of paragraphs, the others numbered lists.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn read(markdown: &str) -> Result<Self, String> {
        let mut title = None;
        let mut sections: Vec<Vec<String>> = Vec::new();
        let mut open = false;
        for line in markdown.lines().map(str::trim).filter(|line| !line.starts_with("<!--")) {
            if let Some(heading) = line.strip_prefix("# ") {
                title = Some(heading.to_owned());
            } else if line.starts_with("## ") {
                sections.push(Vec::new());
                open = false;
            } else if line.is_empty() {
                open = false;
            } else if let Some(section) = sections.last_mut() {
                let item = numbered(line);
                match section.last_mut() {
                    Some(last) if open && item.is_none() => {
                        last.push(' ');
                        last.push_str(line);
                    }
                    _ => section.push(item.unwrap_or(line).to_owned()),
                }
                open = true;
            }
        }
        let title = title.ok_or("the title (a line that begins with `# `) is missing")?;
        if sections.len() != Self::SECTIONS {
            return Err(format!(
                "{} sections (`## …`) where there must be {}",
                sections.len(),
                Self::SECTIONS
            ));
        }
        if let Some(empty) = sections.iter().position(Vec::is_empty) {
            return Err(format!("section {} is empty", empty + 1));
        }
        let mut sections = sections.into_iter();
        let mut next = || sections.next().unwrap_or_default();
        Ok(Self { title, cause: next(), fix: next(), verify: next(), next: next(), doubts: next() })
    }

    /// The text with every `{name}` replaced by what `lookup` gives for it.
    #[must_use]
    pub fn fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Self {
        let all = |texts: &[String]| texts.iter().map(|text| fill(text, lookup)).collect();
        Self {
            title: fill(&self.title, lookup),
            cause: all(&self.cause),
            fix: all(&self.fix),
            verify: all(&self.verify),
            next: all(&self.next),
            doubts: all(&self.doubts),
        }
    }

    /// Every name the text mentions.
    pub fn names(&self) -> Vec<String> {
        let names = std::cell::RefCell::new(Vec::new());
        let _ = self.fill(&|name| {
            names.borrow_mut().push(name.to_owned());
            None
        });
        names.into_inner()
    }
}

/// The text of `12. text`.
fn numbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == line.len() { None } else { rest.strip_prefix(". ") }
}

/// Replaces `{name}`; a name nobody knows stays as it is.
fn fill(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let name = after[1..].split_once('}').map(|(name, _)| name);
        let is_name =
            |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if let Some(name) = name.filter(is_name) {
            match lookup(name) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&after[..name.len() + 2]),
            }
            rest = &after[name.len() + 2..];
        } else {
            out.push('{');
            rest = &after[1..];
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# {host} fails\n\n## Why\n\nOne\nline.\n\nTwo.\n\n## Do\n\n1. First\n   goes on.\n2. Second.\n\n## Check\n\n1. See.\n\n## Next\n\n1. Later.\n\n## Wrong\n\n1. Never.\n";

    #[test]
    fn reads_sections_by_their_order() {
        let prose = Prose::read(TEXT).expect("a complete text");
        assert_eq!(prose.title, "{host} fails");
        assert_eq!(prose.cause, ["One line.", "Two."]);
        assert_eq!(prose.fix, ["First goes on.", "Second."]);
        assert_eq!((prose.verify.len(), prose.next.len(), prose.doubts.len()), (1, 1, 1));
    }

    #[test]
    fn says_what_is_missing() {
        assert!(Prose::read("## a\n\nx").is_err_and(|error| error.contains("title")));
        assert!(Prose::read("# t\n\n## a\n\nx").is_err_and(|error| error.contains("1 sections")));
    }

    #[test]
    fn fills_names_and_leaves_other_braces() {
        let lookup = |name: &str| (name == "host").then(|| "cucm.example".to_owned());
        assert_eq!(fill("{host}: {other} {} { x", &lookup), "cucm.example: {other} {} { x");
    }
}
