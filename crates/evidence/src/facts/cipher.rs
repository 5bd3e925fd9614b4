//! Cipher lists.

use super::picker::Picker;
use crate::settings::{HIDDEN, Tree};
use serde::Serialize;

/// One cipher list, or one list of protocols.
///
/// That `xConfiguration Ciphers` has them is told by a vendor document; that each stands as `Ciphers <name> Value` is
/// inferred. `Ciphers <name>` is accepted too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CipherList {
    /// What it is for, in lower case: `siptlsciphers`, `forwardproxytlsciphers`, ….
    pub name: String,
    /// The list in OpenSSL's words.
    pub value: String,
}

pub(super) fn pick(picker: &Picker<'_>) -> Vec<CipherList> {
    let all = picker.below(Tree::Configuration, "Ciphers");
    let lists =
        all.into_iter().filter(|(rest, value)| !value.is_empty() && *value != HIDDEN && !rest.is_empty());
    let list = lists.map(|(rest, value)| {
        let name = rest.strip_suffix(" value").unwrap_or(rest);
        CipherList { name: name.to_owned(), value: value.to_owned() }
    });
    list.collect()
}
