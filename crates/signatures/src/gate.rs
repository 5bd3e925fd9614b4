//! What must be so on the box itself for an entry to hold: its release, and what its dumps say.
//!
//! Only a fact that is known and says otherwise shuts the gate. What nobody dumped cannot contradict a log.

use crate::field::{Asked, Field, Kind, Subject, Value};
use crate::predicate::Clause;
use std::cmp::Ordering;
use std::fmt;
use waytrace_evidence::{NodeFacts, Release};

/// Conditions on the box that wrote the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    /// All of them must hold.
    pub(crate) releases: Vec<Bound>,
    /// All of them must hold.
    pub(crate) clauses: Vec<Clause>,
}

/// `>= X14.2` and the like.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    operator: &'static str,
    release: Release,
}

/// The ways to compare releases; those of two characters first.
const OPERATORS: &[&str] = &[">=", "<=", ">", "<", "="];

/// What a gate answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Everything asked for is known and so.
    Open,
    /// This is not known; the rest is so.
    Unknown(Vec<String>),
    /// This is known and otherwise.
    Shut(String),
}

impl Bound {
    /// Reads `>= X14.2, < X15.5`.
    pub(crate) fn read_all(text: &str) -> Result<Vec<Self>, String> {
        text.split(',').map(|part| Self::read(part.trim())).collect()
    }

    fn read(text: &str) -> Result<Self, String> {
        let operator = OPERATORS.iter().find(|operator| text.starts_with(**operator));
        let operator =
            operator.ok_or_else(|| format!("`{text}` begins with none of {}", OPERATORS.join(" ")))?;
        let release = text[operator.len()..].trim().parse().map_err(|error| format!("{error}"))?;
        Ok(Self { operator, release })
    }

    fn holds(&self, release: &Release) -> bool {
        let order = release.cmp(&self.release);
        match self.operator {
            ">=" => order != Ordering::Less,
            "<=" => order != Ordering::Greater,
            ">" => order == Ordering::Greater,
            "<" => order == Ordering::Less,
            _ => order == Ordering::Equal,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator, self.release)
    }
}

impl Gate {
    /// Asks what is known of a box.
    pub(crate) fn ask(&self, facts: Option<&NodeFacts>) -> Answer {
        let mut unknown = Vec::new();
        let release = facts.and_then(|facts| facts.system.release.as_ref());
        for bound in &self.releases {
            match release {
                Some(release) if !bound.holds(release) => {
                    return Answer::Shut(format!("it is for releases {bound}, and this box runs {release}"));
                }
                Some(_) => {}
                None => unknown.push(format!("release {bound}")),
            }
        }
        let known = facts.map(NodeSubject::of);
        for clause in &self.clauses {
            match &known {
                Some(subject) if clause.holds(subject) => {}
                Some(subject) if clause.field.of(subject).is_some() => {
                    let value = clause.field.of(subject).map(|value| value.to_string()).unwrap_or_default();
                    return Answer::Shut(format!("it asks that {clause}, and here it is \"{value}\""));
                }
                _ => unknown.push(clause.to_string()),
            }
        }
        if unknown.is_empty() { Answer::Open } else { Answer::Unknown(unknown) }
    }

    /// Whether it asks for anything.
    pub(crate) fn asks_nothing(&self) -> bool {
        self.releases.is_empty() && self.clauses.is_empty()
    }
}

/// What is known of a box, as a subject of conditions.
struct NodeSubject<'f> {
    facts: &'f NodeFacts,
    role: Option<String>,
    release: Option<String>,
}

impl<'f> NodeSubject<'f> {
    fn of(facts: &'f NodeFacts) -> Self {
        let role = facts.role.as_ref().map(|fact| fact.role.to_string());
        Self { facts, role, release: facts.system.release.as_ref().map(ToString::to_string) }
    }
}

impl Subject for NodeSubject<'_> {
    fn kind(&self) -> Kind {
        Kind::AnyRecord
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        match field {
            Field::NodeRole => self.role.as_deref().map(Value::Text),
            Field::NodeRelease => self.release.as_deref().map(Value::Text),
            Field::NodePeers => i64::try_from(self.facts.cluster.peers.len()).ok().map(Value::Number),
            _ => None,
        }
    }

    fn setting(&self, path: &str) -> Option<&str> {
        self.facts.setting(path).filter(|value| *value != waytrace_evidence::HIDDEN)
    }
}

/// Whether a field is one of the box and not of what happened on it.
pub(crate) fn is_of_box(asked: &Asked) -> bool {
    match asked {
        Asked::Setting(_) => true,
        Asked::Field(field) => matches!(field, Field::NodeRole | Field::NodeRelease | Field::NodePeers),
        Asked::Pair(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predicate::Test;

    fn facts(text: &str) -> NodeFacts {
        NodeFacts::read(text.as_bytes()).expect("a dump")
    }

    fn gate(releases: &str, clauses: Vec<Clause>) -> Gate {
        Gate { releases: Bound::read_all(releases).expect(releases), clauses }
    }

    const STATUS: &str = "*s SystemUnit: /\n  Software:\n    Version: \"X14.2.1\"\n*s/end\n";

    #[test]
    fn a_release_opens_or_shuts() {
        let known = facts(STATUS);
        for (releases, open) in
            [(">= X14.2", true), ("> X14.2.1", false), (">= X14.0.2, < X15.5", true), ("< 14.2", false)]
        {
            let answer = gate(releases, Vec::new()).ask(Some(&known));
            assert_eq!(answer == Answer::Open, open, "{releases}: {answer:?}");
        }
        assert_eq!(
            gate("< X15.5", Vec::new()).ask(None),
            Answer::Unknown(vec!["release < X15.5".to_owned()])
        );
    }

    #[test]
    fn a_setting_that_nobody_dumped_does_not_contradict() {
        let asked = Asked::Setting("EdgeConfigServer VerifyOriginServer".to_owned());
        let clause = Clause { field: asked, test: Test::TextOneOf(vec!["On".to_owned()]), not: false };
        let gate = Gate { releases: Vec::new(), clauses: vec![clause] };
        let on = facts("*c xConfiguration EdgeConfigServer VerifyOriginServer: \"On\"\n");
        let off = facts("*c xConfiguration EdgeConfigServer VerifyOriginServer: \"Off\"\n");
        assert_eq!(gate.ask(Some(&on)), Answer::Open);
        assert!(matches!(gate.ask(Some(&off)), Answer::Shut(words) if words.contains("\"Off\"")));
        assert!(matches!(gate.ask(Some(&facts(STATUS))), Answer::Unknown(_)));
    }

    #[test]
    fn a_wrong_bound_says_what_is_expected() {
        assert!(Bound::read_all("X14.2").expect_err("no operator").contains(">="));
        assert!(Bound::read_all(">= latest").expect_err("no release").contains("X14.2.1"));
    }
}
