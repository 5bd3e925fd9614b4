//! The conditions over records, arranged so that an ordinary record meets few of them.
//!
//! A record is first looked at by its kind; then all literal texts that the conditions for this kind require are
//! searched for at once (Aho-Corasick); only if one of them is there are conditions tried.

use crate::catalogue::{Signature, Status, Trigger};
use crate::field::{Kind, Subject};
use crate::predicate::Condition;
use aho_corasick::{AhoCorasick, packed};
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
}

/// The conditions that a record of one kind may meet.
#[derive(Debug, Clone, Default)]
struct Set {
    rules: Vec<usize>,
    /// Finds whether any text is there that the conditions require; absent if one of them requires none.
    search: Option<Search>,
}

/// Looks for many texts at once.
#[derive(Debug, Clone)]
enum Search {
    /// Few texts: vector instructions, several times as fast.
    Few(packed::Searcher),
    Many(AhoCorasick),
}

impl Search {
    fn of(literals: &[&str]) -> Option<Self> {
        match packed::Searcher::new(literals) {
            Some(search) => Some(Self::Few(search)),
            None => AhoCorasick::new(literals).ok().map(Self::Many),
        }
    }

    fn finds(&self, text: &str) -> bool {
        match self {
            Self::Few(search) => search.find(text).is_some(),
            Self::Many(search) => search.is_match(text),
        }
    }
}

/// Every condition over records.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    all: Vec<Rule>,
    by_kind: HashMap<&'static str, Set>,
    /// For records of every other kind.
    any_kind: Set,
    /// For handshakes put together from their records.
    handshakes: Vec<usize>,
}

impl Rules {
    pub(crate) fn of(signatures: &[Signature]) -> Self {
        let rule = |(signature, part, condition): (usize, Part, &Condition)| Rule {
            signature,
            part,
            condition: condition.clone(),
        };
        let all: Vec<Rule> = parts(signatures).map(rule).collect();
        let mut by_kind: HashMap<_, Vec<usize>> = HashMap::new();
        let (mut any_kind, mut handshakes) = (Vec::new(), Vec::new());
        for (at, rule) in all.iter().enumerate() {
            match rule.condition.kind {
                Kind::Record(kind) => by_kind.entry(kind).or_default().push(at),
                Kind::Handshake => handshakes.push(at),
                _ => any_kind.push(at),
            }
        }
        // What holds for every kind is searched for together with what holds for one: a record is searched once.
        let sets = by_kind.into_iter().map(|(kind, mut rules)| {
            rules.extend(&any_kind);
            (kind, Set::of(rules, &all))
        });
        Self { by_kind: sets.collect(), any_kind: Set::of(any_kind.clone(), &all), handshakes, all }
    }

    /// Gives the signatures, and their parts, that claim a record of this kind with this text. `subject` is made only
    /// if the text holds what one of them requires.
    pub(crate) fn claims<S: Subject>(
        &self,
        kind: &str,
        text: &str,
        subject: impl FnOnce() -> S,
        claims: &mut Vec<(usize, Part)>,
    ) -> Option<S> {
        let set = self.by_kind.get(kind).unwrap_or(&self.any_kind);
        if set.rules.is_empty() || set.search.as_ref().is_some_and(|search| !search.finds(text)) {
            return None;
        }
        let subject = subject();
        self.try_all(&set.rules, &subject, claims);
        Some(subject)
    }

    /// The same for a handshake. There are few: its conditions are simply tried.
    pub(crate) fn handshake_claims(&self, subject: &dyn Subject, claims: &mut Vec<(usize, Part)>) {
        self.try_all(&self.handshakes, subject, claims);
    }

    fn try_all(&self, rules: &[usize], subject: &dyn Subject, claims: &mut Vec<(usize, Part)>) {
        for rule in rules.iter().map(|at| &self.all[*at]) {
            let claim = (rule.signature, rule.part);
            if rule.condition.holds(subject) && !claims.contains(&claim) {
                claims.push(claim);
            }
        }
        // What must be noted of a record comes before what is concluded from it.
        claims.sort_unstable_by_key(|(signature, part)| (*signature, std::cmp::Reverse(*part)));
    }
}

impl Set {
    fn of(rules: Vec<usize>, all: &[Rule]) -> Self {
        let literals: Option<Vec<&str>> = rules.iter().map(|at| all[*at].condition.literal()).collect();
        Self { search: literals.and_then(|literals| Search::of(&literals)), rules }
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
        let watches = around.into_iter().flat_map(|around| {
            [
                (Part::NoAfter, &around.no_after),
                (Part::NoBefore, &around.no_before),
                (Part::Before, &around.before),
            ]
        });
        let watches = watches.filter_map(|(part, watch)| Some((part, &watch.as_ref()?.condition)));
        let main = main.iter().map(|condition| (Part::Main, condition));
        main.chain(watches).map(move |(part, condition)| (at, part, condition))
    })
}
