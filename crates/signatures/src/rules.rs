//! The conditions over records, arranged so that an ordinary record meets few of them.
//!
//! A record is first looked at by its kind; then all literal texts that the conditions for this kind require are
//! searched for at once ([`Texts`]), and only conditions whose own text is there are tried. Conditions that require no
//! text are tried each time, but for those about what must not follow: they mean nothing while nothing waits for them.

use crate::catalogue::{Signature, Status, Trigger};
use crate::field::{Kind, Subject};
use crate::predicate::Condition;
use crate::texts::Texts;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;

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

impl Rule {
    fn new((signature, part, condition): (usize, Part, &Condition)) -> Self {
        Self { signature, part, condition: condition.clone() }
    }

    /// Whether it means anything at the moment. `awaits` says whether something waits for a signature.
    fn matters(&self, awaits: impl Fn(usize) -> bool) -> bool {
        self.part != Part::NoAfter || awaits(self.signature)
    }
}

/// The conditions that a record of one kind may meet.
#[derive(Debug, Clone, Default)]
struct Set {
    /// Finds the texts that conditions require.
    texts: Option<Texts>,
    /// For each text the conditions that require it.
    rules: Vec<Vec<usize>>,
    /// Those that require none.
    always: Vec<usize>,
}

/// Room to work in, used again for each record.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// The signatures, and their parts, that claim the record.
    pub(crate) claims: Vec<(usize, Part)>,
    /// Texts that were found in it.
    seen: Vec<bool>,
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

    /// Finds the signatures, and their parts, that claim a record of this kind with this text. The subject is made only if
    /// one of them may. `awaits` says whether something waits that a signature's record that must not follow ends.
    pub(crate) fn claims<S: Subject, F: FnOnce() -> S>(
        &self,
        kind: &str,
        text: &str,
        awaits: impl Fn(usize) -> bool,
        subject: &LazyCell<S, F>,
        Room { claims, seen }: &mut Room,
    ) {
        let set = self.by_kind.get(kind).unwrap_or(&self.any_kind);
        claims.clear();
        let mut try_all = |rules: &[usize]| {
            for rule in rules.iter().map(|at| &self.all[*at]) {
                let claim = (rule.signature, rule.part);
                if rule.matters(&awaits) && !claims.contains(&claim) && rule.condition.holds(&**subject) {
                    claims.push(claim);
                }
            }
        };
        try_all(&set.always);
        if let Some(texts) = &set.texts {
            texts.find(text, seen, |found| try_all(&set.rules[found]));
        }
        sort(claims);
    }

    /// The same for a handshake. There are few: its conditions are simply tried.
    pub(crate) fn handshake_claims(&self, subject: &dyn Subject, claims: &mut Vec<(usize, Part)>) {
        let rules = self.handshakes.iter().map(|at| &self.all[*at]);
        claims.extend(
            rules.filter(|rule| rule.condition.holds(subject)).map(|rule| (rule.signature, rule.part)),
        );
        sort(claims);
        claims.dedup();
    }
}

/// What must be noted of a record comes before what is concluded from it.
fn sort(claims: &mut [(usize, Part)]) {
    claims.sort_unstable_by_key(|(signature, part)| (*signature, std::cmp::Reverse(*part)));
}

impl Set {
    fn of(rules: Vec<usize>, all: &[Rule]) -> Self {
        let mut by_text: BTreeMap<Cow<'_, str>, Vec<usize>> = BTreeMap::new();
        let mut always = Vec::new();
        for at in rules {
            match all[at].condition.literal() {
                Some(text) => by_text.entry(text).or_default().push(at),
                None => always.push(at),
            }
        }
        let texts = Texts::of(&by_text.keys().map(AsRef::as_ref).collect::<Vec<_>>());
        Self { texts, rules: by_text.into_values().collect(), always }
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
