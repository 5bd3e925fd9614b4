//! The conditions over records, arranged so that an ordinary record meets few of them.
//!
//! A record is first looked at by its kind; then all literal texts that the conditions for this kind require are
//! searched for at once (Aho-Corasick); only if one of them is there are conditions tried, and of them only those whose
//! own text is there. Conditions that require no text are tried each time, but for those about what must not follow:
//! they mean nothing while nothing waits for them.

use crate::catalogue::{Signature, Status, Trigger};
use crate::field::{Kind, Subject};
use crate::predicate::Condition;
use aho_corasick::{AhoCorasick, packed};
use memchr::memmem::Finder;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

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
    /// Finds the text that the condition requires, if it requires one.
    text: Option<Finder<'static>>,
}

impl Rule {
    fn new((signature, part, condition): (usize, Part, &Condition)) -> Self {
        let text = condition.literal().map(|text| Finder::new(text.as_bytes()).into_owned());
        Self { signature, part, condition: condition.clone(), text }
    }

    /// Whether a record of this text may meet it. `awaits` says whether something waits for a signature.
    fn may_meet(&self, text: &str, awaits: impl Fn(usize) -> bool) -> bool {
        (self.part != Part::NoAfter || awaits(self.signature))
            && self.text.as_ref().is_none_or(|required| required.find(text.as_bytes()).is_some())
    }
}

/// The conditions that a record of one kind may meet.
#[derive(Debug, Clone, Default)]
struct Set {
    /// Those that require a text.
    rules: Vec<usize>,
    /// Finds whether any of these texts is there.
    search: Option<Search>,
    /// Those that require none.
    always: Vec<usize>,
}

/// Looks for many texts at once.
#[derive(Debug, Clone)]
enum Search {
    /// Few texts: vector instructions, several times as fast.
    Few(packed::Searcher),
    Many(AhoCorasick),
}

impl Search {
    fn of(literals: &[Cow<'_, str>]) -> Option<Self> {
        let literals: Vec<&str> = literals.iter().map(AsRef::as_ref).collect();
        match packed::Searcher::new(&literals) {
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
    by_kind: FxHashMap<&'static str, Set>,
    /// For records of every other kind.
    any_kind: Set,
    /// For handshakes put together from their records.
    handshakes: Vec<usize>,
}

impl Rules {
    pub(crate) fn of(signatures: &[Signature]) -> Self {
        let all: Vec<Rule> = parts(signatures).map(Rule::new).collect();
        let mut by_kind: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        let (mut any_kind, mut other_kind, mut handshakes) = (Vec::new(), Vec::new(), Vec::new());
        // Traffic has sets of its own, so that what is asked of other records is not asked of it.
        for kind in Kind::traffic() {
            by_kind.entry(kind).or_default();
        }
        for (at, rule) in all.iter().enumerate() {
            match rule.condition.kind {
                Kind::Record(kind) => by_kind.entry(kind).or_default().push(at),
                Kind::Handshake => handshakes.push(at),
                Kind::OtherRecord => other_kind.push(at),
                _ => any_kind.push(at),
            }
        }
        // What holds for every kind is searched for together with what holds for one: a record is searched once.
        let sets = by_kind.into_iter().map(|(kind, mut rules)| {
            rules.extend(&any_kind);
            if !Kind::is_traffic(kind) {
                rules.extend(&other_kind);
            }
            (kind, Set::of(rules, &all))
        });
        Self {
            by_kind: sets.collect(),
            any_kind: Set::of(any_kind.iter().chain(&other_kind).copied().collect(), &all),
            handshakes,
            all,
        }
    }

    /// Gives the signatures, and their parts, that claim a record of this kind with this text. `subject` is made only
    /// if one of them may. `awaits` says whether something waits that a signature's record that must not follow ends.
    pub(crate) fn claims<S: Subject>(
        &self,
        kind: &str,
        text: &str,
        awaits: impl Fn(usize) -> bool,
        subject: impl FnOnce() -> S,
        claims: &mut Vec<(usize, Part)>,
    ) -> Option<S> {
        let set = self.by_kind.get(kind).unwrap_or(&self.any_kind);
        let found = set.search.as_ref().is_some_and(|search| search.finds(text));
        let rules = if found { set.rules.as_slice() } else { &[] };
        let rules = rules.iter().chain(&set.always).map(|at| &self.all[*at]);
        let mut rules = rules.filter(|rule| rule.may_meet(text, &awaits)).peekable();
        rules.peek()?;
        let subject = subject();
        try_all(rules, &subject, claims);
        Some(subject)
    }

    /// The same for a handshake. There are few: its conditions are simply tried.
    pub(crate) fn handshake_claims(&self, subject: &dyn Subject, claims: &mut Vec<(usize, Part)>) {
        try_all(self.handshakes.iter().map(|at| &self.all[*at]), subject, claims);
    }
}

/// Tries conditions, and notes those that hold.
fn try_all<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    subject: &dyn Subject,
    claims: &mut Vec<(usize, Part)>,
) {
    for rule in rules {
        let claim = (rule.signature, rule.part);
        if rule.condition.holds(subject) && !claims.contains(&claim) {
            claims.push(claim);
        }
    }
    // What must be noted of a record comes before what is concluded from it.
    claims.sort_unstable_by_key(|(signature, part)| (*signature, std::cmp::Reverse(*part)));
}

impl Set {
    fn of(rules: Vec<usize>, all: &[Rule]) -> Self {
        let (rules, always): (Vec<_>, Vec<_>) = rules.into_iter().partition(|at| all[*at].text.is_some());
        let literals: Vec<_> = rules.iter().filter_map(|at| all[*at].condition.literal()).collect();
        let search = if rules.is_empty() { None } else { Search::of(&literals) };
        Self { rules, search, always }
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
