//! Which of many texts stand in a record, found in one pass.

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

/// Looks for many texts at once.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    search: Search,
    /// For each text the texts that stand wherever it does: itself, and those it begins with.
    implied: Vec<Vec<usize>>,
}

#[derive(Debug, Clone)]
enum Search {
    /// Few texts: vector instructions, several times as fast.
    Few(packed::Searcher),
    Many(AhoCorasick),
}

impl Search {
    fn of(texts: &[&str]) -> Option<Self> {
        let mut few = packed::Config::new().match_kind(packed::MatchKind::LeftmostLongest).builder();
        if let Some(search) = few.extend(texts).build() {
            return Some(Self::Few(search));
        }
        let many = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
        many.ok().map(Self::Many)
    }

    /// The first text behind a position, the longest of those that begin there: where it begins, and which it is.
    #[inline]
    fn next(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let range = Span { start: from, end: text.len() };
        let found = match self {
            Self::Few(search) => search.find_in(text, range),
            Self::Many(search) => search.find(Input::new(text).span(range)),
        };
        found.map(|found| (found.start(), found.pattern().as_usize()))
    }
}

impl Texts {
    /// Ready to look for these; `None` where there are none.
    pub(crate) fn of(texts: &[&str]) -> Option<Self> {
        let search = Search::of(texts).filter(|_| !texts.is_empty())?;
        let begins = |text: &str| (0..texts.len()).filter(|at| text.starts_with(texts[*at])).collect();
        Some(Self { search, implied: texts.iter().map(|text| begins(text)).collect() })
    }

    /// Gives the position of each that stands in `text`, once. `seen` is room to work in.
    #[inline]
    pub(crate) fn find(&self, text: &str, seen: &mut Vec<bool>, mut found: impl FnMut(usize)) {
        let mut from = 0;
        seen.clear();
        while let Some((start, longest)) = self.search.next(text, from) {
            seen.resize(self.implied.len(), false);
            if !seen[longest] {
                let new = self.implied[longest].iter().filter(|at| !std::mem::replace(&mut seen[**at], true));
                new.for_each(|at| found(*at));
            }
            // Another one may begin inside this one.
            from = start + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn found(texts: &[&str], text: &str) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        if let Some(search) = Texts::of(texts) {
            search.find(text, &mut Vec::new(), |at| assert!(all.insert(at), "only once"));
        }
        all
    }

    #[test]
    fn a_text_inside_another_is_found_as_well() {
        let texts = ["Route: <sip:", "Record-Route", "Rec", "cord", "absent"];
        assert_eq!(found(&texts, "\n Record-Route: <sip:a>"), [0, 1, 2, 3].into());
        assert_eq!(found(&[], "anything"), [].into());
    }

    proptest! {
        /// The same as to look for one after the other, with few texts and with many.
        #[test]
        fn it_finds_what_stands_there(
            texts in prop::collection::btree_set("[ab]{1,4}[abä]", 1..200),
            text in "[abä]{0,80}",
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let expected = (0..texts.len()).filter(|at| text.contains(texts[*at])).collect::<BTreeSet<_>>();
            prop_assert_eq!(found(&texts, &text), expected);
        }
    }
}
