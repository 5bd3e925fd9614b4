//! What fires an entry.

use super::clause::clause;
use super::{Refusals, asked, duration};
use crate::catalogue::{Around, Group, Trigger, Watch};
use crate::detectors;
use crate::field::Kind;
use crate::gate::{Bound, Gate, is_of_box};
use crate::predicate::Condition;
use crate::refusal::did_you_mean;
use crate::schema::{RawCondition, RawOrder, RawSignature, RawWatch};

pub(super) fn trigger(raw: &RawSignature, out: &mut Refusals<'_>) -> Option<Trigger> {
    let ways = usize::from(raw.detector.is_some()) + usize::from(!raw.any.is_empty());
    // What a client says may stand beside what a log or a file shows; alone it is an entry too.
    if ways == 0 && raw.message.is_some() {
        return Some(Trigger::Message);
    }
    if ways != 1 {
        let has = if ways == 0 { "none" } else { "both" };
        let message = format!("{has} of [[any]] and detector: an entry has one of them, or only a [message]");
        out.at("S001", &raw.id.span(), message, None);
        return None;
    }
    if raw.detector.is_some() { detector(raw, out) } else { Some(conditions(raw, out)) }
}

fn detector(raw: &RawSignature, out: &mut Refusals<'_>) -> Option<Trigger> {
    let name = raw.detector.as_ref()?;
    match detectors::named(name.get_ref()) {
        Some(detector) if raw.with.is_empty() => Some(Trigger::Detector(detector)),
        Some(_) => {
            out.at("S007", &name.span(), "this detector takes no parameters".to_owned(), None);
            None
        }
        None => {
            let hint = did_you_mean(name.get_ref(), detectors::names());
            out.at("S007", &name.span(), format!("unknown detector `{}`", name.get_ref()), hint);
            None
        }
    }
}

fn conditions(raw: &RawSignature, out: &mut Refusals<'_>) -> Trigger {
    let all: Vec<_> = raw.any.iter().filter_map(|raw| condition(raw, out)).collect();
    let of_files = all.iter().filter(|condition| condition.kind.is_of_files()).count();
    if of_files > 0 {
        if of_files < all.len() || raw.absent.is_some() || raw.before.is_some() {
            let message = "kinds of files mix with no others, and nothing stands around them".to_owned();
            out.at("S006", &raw.id.span(), message, None);
        }
        return Trigger::Files(all);
    }
    let records = all.iter().filter(|condition| condition.kind.is_watched()).count();
    if records == 0 && raw.absent.is_none() && raw.before.is_none() {
        return Trigger::Conditions(all);
    }
    if records != all.len() {
        let message = "kinds of records and of what the correlator finds out do not mix".to_owned();
        out.at("S006", &raw.id.span(), message, None);
    }
    for (condition, raw) in all.iter().zip(&raw.any) {
        if matches!(condition.kind, Kind::AnyRecord | Kind::OtherRecord) && condition.literal().is_none() {
            let hint =
                Some("ask for a text of three letters or more with is, contains, starts or ends".to_owned());
            out.at(
                "S011",
                &raw.kind.span(),
                "kind `any` or `other` without a literal text would look at every record".to_owned(),
                hint,
            );
        }
    }
    let mut around = Around::default();
    if let Some(raw) = &raw.absent {
        let watch = watch(raw, out);
        match raw.order {
            RawOrder::After => around.no_after = watch,
            RawOrder::Before => around.no_before = watch,
        }
    }
    around.before = raw.before.as_ref().and_then(|raw| watch(raw, out));
    Trigger::Records(all, Box::new(around))
}

fn watch(raw: &RawWatch, out: &mut Refusals<'_>) -> Option<Watch> {
    let condition = RawCondition { kind: raw.kind.clone(), all: Vec::new(), fallback: false };
    let mut condition = self::condition(&condition, out)?;
    condition.all = raw.all.iter().filter_map(|raw| clause(raw, out)).collect();
    let same = raw.same.iter().filter_map(|name| asked(name, out)).collect();
    Some(Watch { condition, same, within: duration(&raw.within, out) })
}

fn condition(raw: &RawCondition, out: &mut Refusals<'_>) -> Option<Condition> {
    let kind = Kind::named(raw.kind.get_ref());
    if kind.is_none() {
        let records = waytrace_logparse::body::wanted::KINDS.iter().copied();
        let hint =
            did_you_mean(raw.kind.get_ref(), Kind::TABLE.iter().map(|(_, name, _)| *name).chain(records));
        out.at("S006", &raw.kind.span(), format!("unknown kind `{}`", raw.kind.get_ref()), hint);
    }
    let all = raw.all.iter().filter_map(|raw| clause(raw, out).map(|clause| (raw, clause)));
    let all: Vec<_> = all.collect();
    for (raw, clause) in all.iter().filter(|(_, clause)| is_of_box(&clause.field)) {
        let message = format!("`{}` is a field of the box; ask for it in [[where]]", clause.field.name());
        out.at("S006", &raw.field.span(), message, None);
    }
    let all = all.into_iter().map(|(_, clause)| clause).collect();
    Some(Condition { kind: kind?, all, fallback: raw.fallback })
}

/// What must be so on the box itself.
pub(super) fn gate(raw: &RawSignature, out: &mut Refusals<'_>) -> Gate {
    let bounds = raw.releases.as_ref().map(|text| (text, Bound::read_all(text.get_ref())));
    let releases = match bounds {
        Some((_, Ok(bounds))) => bounds,
        Some((text, Err(message))) => {
            out.at("S004", &text.span(), message, Some("write it like >= X14.2, < X15.5".to_owned()));
            Vec::new()
        }
        None => Vec::new(),
    };
    let mut clauses = Vec::new();
    for raw in &raw.gate {
        let Some(clause) = clause(raw, out) else { continue };
        if !is_of_box(&clause.field) {
            let message = format!("`{}` is no field of the box", clause.field.name());
            let hint =
                Some("[[where]] asks setting.<path>, node.role, node.release or node.peers".to_owned());
            out.at("S006", &raw.field.span(), message, hint);
        }
        clauses.push(clause);
    }
    Gate { releases, clauses }
}

/// What tells findings apart, and how many records it takes.
pub(super) fn group(raw: &RawSignature, out: &mut Refusals<'_>) -> Group {
    Group {
        by: raw.group.by.iter().filter_map(|name| asked(name, out)).collect(),
        min: raw.group.min.unwrap_or(1),
        within: raw.group.within.as_ref().map_or(0, |within| duration(within, out)),
    }
}
