//! The texts of an entry, in every language it has.

use super::Refusals;
use crate::prose::Prose;
use crate::refusal::did_you_mean;

/// Names that a finding about an origin server fills.
const OF_TARGETS: &[&str] = &[
    "target",
    "host",
    "ip",
    "port",
    "service",
    "certificate",
    "error",
    "depth",
    "reason",
    "alert",
    "status",
    "working_ports",
];

/// Reads the English text; every name it mentions must be given by somebody.
pub(super) fn english(
    text: Option<&str>,
    of_records: bool,
    own: &[(String, crate::field::Asked)],
    out: &mut Refusals<'_>,
) -> Prose {
    let prose = text.ok_or_else(|| "the file is missing".to_owned()).and_then(Prose::read);
    let prose = prose.unwrap_or_else(|message| {
        out.file("S009", "en.md", message, None);
        Prose::default()
    });
    let given: &[&str] = if of_records { &[] } else { OF_TARGETS };
    let known = || own.iter().map(|(name, _)| name.as_str()).chain(given.iter().copied()).chain(["node"]);
    for name in prose.names() {
        if !known().any(|known| known == name) {
            let message = format!("`{{{name}}}` is no name that a finding gives");
            out.file("S009", "en.md", message, did_you_mean(&name, known()));
        }
    }
    prose
}

/// Reads the other languages: the same shape and the same names as the English text.
pub(super) fn translations(
    files: &[(&str, &str)],
    english: &Prose,
    out: &mut Refusals<'_>,
) -> Vec<(String, Prose)> {
    let mut texts = Vec::new();
    for (file, text) in files {
        let Some(code) = file.strip_suffix(".md").filter(|code| code.len() == 2 && *code != "en") else {
            continue;
        };
        match Prose::read(text) {
            Ok(prose) => {
                if let Some(difference) = difference(english, &prose) {
                    out.file("S012", file, difference, None);
                }
                texts.push((code.to_owned(), prose));
            }
            Err(message) => out.file("S012", file, message, None),
        }
    }
    texts
}

/// How a translation differs from its source in what must be the same.
fn difference(source: &Prose, text: &Prose) -> Option<String> {
    let lengths = |prose: &Prose| {
        [prose.cause.len(), prose.fix.len(), prose.verify.len(), prose.next.len(), prose.doubts.len()]
    };
    if lengths(source) != lengths(text) {
        return Some(format!(
            "its sections have {:?} parts, those of en.md {:?}",
            lengths(text),
            lengths(source)
        ));
    }
    let names = |prose: &Prose| prose.names().into_iter().collect::<std::collections::BTreeSet<_>>();
    (names(source) != names(text))
        .then(|| format!("it mentions {:?}, en.md {:?}", names(text), names(source)))
}
