//! The conditions over records, arranged so that an ordinary record meets few of them.
//!
//! A record is first looked at by its kind; then all literal texts that conditions for this kind require are searched
//! for at once (Aho-Corasick); only conditions whose text was found are tried.

use crate::catalogue::{Signature, Status, Trigger, Watch};
use crate::field::{Kind, Subject};
use crate::predicate::Condition;
use aho_corasick::AhoCorasick;
use std::collections::HashMap;

/// Which part of a signature a condition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// One of these is what the signature is about.
    Main,
    /// One of these must not follow.
    NoAfter,
    /// One of these must not come before.
    NoBefore,
    /// One of these must come before.
    Before,
}

#[derive(Debug, Clone)]
struct Rule {
    signature: usize,
    part: Part,
    condition: Condition,
    /// Number of the literal that must be found first.
    literal: Option<usize>,
}

/// Every condition over records.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    all: Vec<Rule>,
    by_kind: HashMap<&'static str, Vec<usize>>,
    any_kind: Vec<usize>,
    search: AhoCorasick,
}

/// Literals are counted up to this many; later ones are tried without a search.
const MAX_LITERALS: usize = 4096;

impl Rules {
    pub(crate) fn of(signatures: &[Signature]) -> Self {
        let mut literals: Vec<String> = Vec::new();
        let (mut rules, mut by_kind, mut any_kind) = (Vec::new(), HashMap::<_, Vec<_>>::new(), Vec::new());
        for (signature, part, condition) in parts(signatures) {
            let literal = condition.literal().map(|text| {
                literals.iter().position(|known| known == text).unwrap_or_else(|| {
                    literals.push(text.to_owned());
                    literals.len() - 1
                })
            });
            match condition.kind {
                Kind::Record(kind) => by_kind.entry(kind).or_default().push(rules.len()),
                _ => any_kind.push(rules.len()),
            }
            let literal = literal.filter(|number| *number < MAX_LITERALS);
            rules.push(Rule { signature, part, condition: condition.clone(), literal });
        }
        literals.truncate(MAX_LITERALS);
        let search = AhoCorasick::new(&literals).expect("a few thousand short texts fit");
        Self { all: rules, by_kind, any_kind, search }
    }

    /// Whether any condition is about records of this kind, or about records of every kind.
    pub(crate) fn concern(&self, kind: &str) -> bool {
        !self.any_kind.is_empty() || self.by_kind.contains_key(kind)
    }

    /// Gives the signatures, and their parts, that may claim a record of this kind with this text. `subject` is made
    /// only if there are any.
    pub(crate) fn claims<S: Subject>(
        &self,
        kind: &str,
        text: &str,
        subject: impl FnOnce() -> S,
        claims: &mut Vec<(usize, Part)>,
    ) -> Option<S> {
        let of_kind = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let mut candidates = of_kind.iter().chain(&self.any_kind).map(|at| &self.all[*at]).peekable();
        candidates.peek()?;
        let mut found = [0u64; MAX_LITERALS / 64];
        for hit in self.search.find_overlapping_iter(text) {
            let number = hit.pattern().as_usize();
            found[number / 64] |= 1 << (number % 64);
        }
        let has = |number: usize| found[number / 64] >> (number % 64) & 1 == 1;
        let mut candidates = candidates.filter(|rule| rule.literal.is_none_or(has)).peekable();
        candidates.peek()?;
        let subject = subject();
        for rule in candidates.filter(|rule| rule.condition.holds(&subject)) {
            if !claims.contains(&(rule.signature, rule.part)) {
                claims.push((rule.signature, rule.part));
            }
        }
        // What must be noted of a record comes before what is concluded from it.
        claims.sort_unstable_by_key(|(signature, part)| (*signature, std::cmp::Reverse(*part)));
        Some(subject)
    }
}

/// Every condition over records, with the position of its signature.
fn parts(signatures: &[Signature]) -> impl Iterator<Item = (usize, Part, &Condition)> {
    let active = signatures.iter().enumerate().filter(|(_, signature)| signature.status != Status::Retired);
    active.flat_map(|(at, signature)| {
        let (main, around) = match &signature.trigger {
            Trigger::Records(main, around) => (main.as_slice(), Some(around)),
            _ => (&[][..], None),
        };
        let condition = |watch: &'static str| match (watch, around) {
            ("no_after", Some(around)) => around.no_after.as_ref(),
            ("no_before", Some(around)) => around.no_before.as_ref(),
            (_, Some(around)) => around.before.as_ref(),
            (_, None) => None,
        };
        let watches = [
            (Part::NoAfter, condition("no_after")),
            (Part::NoBefore, condition("no_before")),
            (Part::Before, condition("before")),
        ];
        let watches = watches
            .into_iter()
            .filter_map(|(part, watch): (_, Option<&Watch>)| Some((part, &watch?.condition)));
        main.iter()
            .map(|condition| (Part::Main, condition))
            .chain(watches)
            .map(move |(part, condition)| (at, part, condition))
    })
}
