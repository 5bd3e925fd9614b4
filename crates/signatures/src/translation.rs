//! The text of an entry in another language, read when somebody asks for it.

use crate::prose::Prose;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A text beside the English one.
#[derive(Debug, Clone)]
pub(crate) struct Translation {
    pub(crate) language: String,
    markdown: String,
    prose: OnceLock<Option<Prose>>,
}

/// Whether a tag such as `de` or `de-AT` asks for the language of this code.
pub(crate) fn asks_for(tag: &str, code: &str) -> bool {
    tag.split(['-', '_']).next().is_some_and(|language| language.eq_ignore_ascii_case(code))
}

impl Translation {
    pub(crate) fn new(language: &str, markdown: &str) -> Self {
        Self { language: language.to_owned(), markdown: markdown.to_owned(), prose: OnceLock::new() }
    }

    /// The text; `None` if it cannot be read, and English does instead.
    pub(crate) fn prose(&self) -> Option<&Prose> {
        self.prose.get_or_init(|| Prose::read(&self.markdown).ok()).as_ref()
    }

    /// How it differs from its source in what must be the same.
    pub(crate) fn difference(&self, source: &Prose) -> Option<String> {
        let text = match Prose::read(&self.markdown) {
            Ok(text) => text,
            Err(message) => return Some(message),
        };
        let lengths = |prose: &Prose| {
            [prose.cause.len(), prose.fix.len(), prose.verify.len(), prose.next.len(), prose.doubts.len()]
        };
        if lengths(source) != lengths(&text) {
            return Some(format!(
                "its sections have {:?} parts, those of en.md {:?}",
                lengths(&text),
                lengths(source)
            ));
        }
        let names = |prose: &Prose| prose.names().into_iter().collect::<BTreeSet<_>>();
        (names(source) != names(&text))
            .then(|| format!("it mentions {:?}, en.md {:?}", names(&text), names(source)))
    }
}
