//! Why a signature file is not accepted.

use std::fmt;

/// One thing wrong with an entry. All of them are collected and reported at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code, `S001` and so on (`docs/adding-a-signature.md`).
    pub code: &'static str,
    /// Folder and file, such as `TLS-001-self-signed/signature.toml`.
    pub file: String,
    /// Line in that file, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, in words.
    pub message: String,
    /// What was probably meant, or what to do.
    pub hint: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, file, line, message, hint } = self;
        match line {
            Some(line) => write!(f, "{file}:{line}: {code}: {message}")?,
            None => write!(f, "{file}: {code}: {message}")?,
        }
        hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

/// The known name nearest to a misspelt one, if one is near enough to be meant.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let nearest = known.map(|name| (distance(wrong, name), name)).min()?;
    (nearest.0 <= 3).then(|| format!("did you mean `{}`?", nearest.1))
}

/// Number of single-character edits between two short names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let cost = if x == y { diagonal } else { 1 + diagonal.min(row[j]).min(row[j + 1]) };
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}
