//! One entry of the catalogue as a page: `waytrace explain`.

use waytrace_signatures::{Catalogue, Confidence, Prose, Reference, Severity};

/// An entry with its text, for reading without a log. What a log would fill in stands in angle brackets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// Stable id.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// The most its evidence can prove.
    pub confidence: Confidence,
    /// Which boxes it is about.
    pub products: Vec<String>,
    /// The text.
    pub text: Prose,
    /// What it rests on.
    pub references: Vec<Reference>,
}

/// The entry with this id (letters compare without case), in a language if it has it; the ids nearest to it if there is
/// none.
///
/// # Errors
/// Up to three ids that may have been meant.
pub fn explain(catalogue: &Catalogue, id: &str, language: &str) -> Result<Entry, Vec<String>> {
    let Some(signature) = catalogue.get(id) else {
        let wanted = id.to_ascii_uppercase();
        let family = wanted.split('-').next().unwrap_or_default();
        let near =
            catalogue.signatures().iter().filter(|known| known.id.starts_with(family) && !family.is_empty());
        return Err(near.map(|signature| signature.id.clone()).take(3).collect());
    };
    Ok(Entry {
        id: signature.id.clone(),
        severity: signature.severity,
        confidence: signature.confidence,
        products: signature.products.clone(),
        text: signature.text(language).fill(&|name| Some(format!("<{}>", name.replace('_', " ")))),
        references: signature.references.clone(),
    })
}
