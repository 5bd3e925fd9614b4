//! Procedures that several fixes point to.

use crate::catalogue::Source;
use crate::prose::Prose;
use crate::refusal::Refusal;
use crate::translation::asks_for;

/// A shared procedure, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Procedure {
    /// What it does, in one line.
    pub title: String,
    /// When to use it: paragraphs.
    pub when: Vec<String>,
    /// What to know and to do before: impact, warnings, order.
    pub before: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// How to see that it worked.
    pub check: Vec<String>,
    /// What to do if it goes wrong.
    pub trouble: Vec<String>,
}

/// A shared procedure, in every language it has.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Runbook {
    /// Stable id, such as `RUN-TRUST`.
    pub id: String,
    texts: Vec<(String, Procedure)>,
}

impl Runbook {
    /// The text in a language (`es`, `de-AT`); English where there is none.
    pub fn text(&self, language: &str) -> &Procedure {
        let found = self.texts.iter().find(|(code, _)| asks_for(language, code));
        &found.unwrap_or(&self.texts[0]).1
    }

    /// Languages it has, English first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(code, _)| code.as_str())
    }

    /// Reads a folder: `en.md` and the other languages beside it.
    pub(crate) fn read(source: &Source<'_>) -> Result<Self, Refusal> {
        let id: Vec<_> = source.folder.split('-').take(2).collect();
        let refusal = |file: &str, message: String| {
            let file = format!("{}/{file}", source.folder);
            Refusal { code: "S009", file, line: None, message, hint: None }
        };
        let mut texts = Vec::new();
        for (file, text) in source.files {
            let Some(code) = file.strip_suffix(".md") else { continue };
            let prose = Prose::read(text).map_err(|message| refusal(file, message))?;
            texts.push((code.to_owned(), Procedure::of(prose)));
        }
        texts.sort_by_key(|(code, _)| (code != "en", code.clone()));
        match texts.first() {
            Some((code, _)) if code == "en" => Ok(Self { id: id.join("-"), texts }),
            _ => Err(refusal("en.md", "the file is missing".to_owned())),
        }
    }
}

impl Procedure {
    /// A procedure has the shape of an entry's text, with other headings.
    fn of(prose: Prose) -> Self {
        let Prose { title, cause, fix, verify, next, doubts } = prose;
        Self { title, when: cause, before: fix, steps: verify, check: next, trouble: doubts }
    }
}
