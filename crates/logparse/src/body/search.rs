//! `Module="network.search"`: which search rules were tried for an alias, and why not (log grammar, a4).

use super::line::{Head, Line, between};
use crate::event::Event;

/// What became of one search rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchRule<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What the line says.
    pub outcome: RuleOutcome<'b>,
}

/// What became of a search rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleOutcome<'b> {
    /// Its pattern is for other aliases.
    NotMatched {
        /// Name of the rule.
        rule: &'b str,
        /// What is searched for.
        alias: &'b str,
    },
    /// It is for requests from elsewhere.
    SourceFiltered {
        /// Name of the rule.
        rule: &'b str,
    },
    /// It applies: its target is asked.
    Considered {
        /// Name of the rule.
        rule: &'b str,
        /// The zone or policy service it leads to.
        target: &'b str,
        /// Its priority; a lower number is tried first.
        priority: Option<u32>,
        /// What is searched for.
        alias: &'b str,
    },
    /// Anything else, as written.
    Other(&'b str),
}

impl RuleOutcome<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotMatched { .. } => "search.rule_not_matched",
            Self::SourceFiltered { .. } => "search.rule_source_filtered",
            Self::Considered { .. } => "search.rule_considered",
            Self::Other(_) => "search.other",
        }
    }
}

/// Reads a line of `network.search`; every such line is understood at least as text.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    Event::SearchRule(SearchRule {
        head: line.head(),
        outcome: outcome(said).unwrap_or(RuleOutcome::Other(said)),
    })
}

fn outcome(said: &str) -> Option<RuleOutcome<'_>> {
    if let Some(rest) = said.strip_prefix("Search rule '") {
        // A rule's name may hold a quote, so the sentence around it counts.
        if let Some(rule) = rest.strip_suffix("' ignored due to source filtering") {
            return Some(RuleOutcome::SourceFiltered { rule });
        }
        let (rule, alias) = rest.split_once("' did not match destination alias '")?;
        return Some(RuleOutcome::NotMatched { rule, alias: alias.strip_suffix('\'')? });
    }
    let rest = said.strip_prefix("Considering search rule '")?;
    let (rule, rest) = rest.split_once("' towards target '")?;
    let (target, rest) = rest.split_once("' at priority '")?;
    let priority = rest.split_once('\'').and_then(|(priority, _)| priority.parse().ok());
    let alias = between(rest, "with alias '", "'").unwrap_or("");
    Some(RuleOutcome::Considered { rule, target, priority, alias })
}
