//! The texts of an entry, in every language it has.

use super::Refusals;
use crate::prose::Prose;
use crate::refusal::did_you_mean;
use crate::translation::Translation;

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
    "minutes",
];

/// Reads the English text; every name it mentions must be given by somebody.
pub(super) fn english(
    text: Option<&str>,
    declares: bool,
    own: &[(String, crate::field::Asked)],
    out: &mut Refusals<'_>,
) -> Prose {
    let prose = text.ok_or_else(|| "the file is missing".to_owned()).and_then(Prose::read);
    let prose = prose.unwrap_or_else(|message| {
        out.file("S009", "en.md", message, None);
        Prose::default()
    });
    let given: &[&str] = if declares { &[] } else { OF_TARGETS };
    let known = || own.iter().map(|(name, _)| name.as_str()).chain(given.iter().copied()).chain(["node"]);
    for name in prose.names() {
        if !known().any(|known| known == name) {
            let message = format!("`{{{name}}}` is no name that a finding gives");
            out.file("S009", "en.md", message, did_you_mean(&name, known()));
        }
    }
    prose
}

/// The other languages, not read yet: a run needs one of them at most.
pub(super) fn translations(files: &[(&str, &str)]) -> Vec<Translation> {
    let codes = files.iter().filter_map(|(file, text)| Some((file.strip_suffix(".md")?, text)));
    let others = codes.filter(|(code, _)| code.len() == 2 && *code != "en");
    others.map(|(code, text)| Translation::new(code, text)).collect()
}
