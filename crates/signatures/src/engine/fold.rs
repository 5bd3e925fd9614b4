//! From findings to problems: what says less goes under what says more.

use super::Contradicted;
use super::across::{Across, ClockDifference, Leg, number};
use crate::catalogue::Catalogue;
use crate::finding::{Absorb, Finding, Line, Touched};
use crate::gate::Answer;
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use waytrace_evidence::NodeFacts;

/// Ceiling on the lines of a finding with those of other boxes.
const MOST_LINES: usize = 2 * Finding::MAX_EVIDENCE;

/// Finds the finding that another one folds under.
type Home = fn(&Finding, &[Finding], &Catalogue) -> Option<usize>;

/// Folds findings under others that say more: lines for which no transaction was found into the finding of the same
/// server, if it has only one port; symptoms under the finding that names their cause, on the same box or on the one
/// behind it; and the same finding of several boxes into one.
pub(super) fn fold(mut all: Vec<Finding>, across: &Across, catalogue: &Catalogue) -> Vec<Finding> {
    all.retain(|finding| !finding.over);
    let ways: [(Home, Absorb); 3] =
        [(portless_home, Absorb::Symptom), (cause, Absorb::Symptom), (covering, Absorb::SameLines)];
    for (home, how) in ways {
        all = fold_once(all, home, how, catalogue);
    }
    all = without_explained(all, catalogue);
    all = fold_once(all, same_elsewhere, Absorb::OtherNode, catalogue);
    let ahead = ClockDifference::offsets(&across.clocks());
    for finding in &mut all {
        finding.holds.sort_by(|a, b| a.node.cmp(&b.node));
        add_legs(finding, across);
        order(finding, &ahead);
    }
    all
}

/// Folds every finding that has a home under it. One whose home is folded itself stays where it is.
fn fold_once(all: Vec<Finding>, home: Home, how: Absorb, catalogue: &Catalogue) -> Vec<Finding> {
    let homes: Vec<Option<usize>> = all.iter().map(|finding| home(finding, &all, catalogue)).collect();
    let mut out: Vec<Option<Finding>> = all.into_iter().map(Some).collect();
    for (at, home) in homes.iter().enumerate() {
        let Some(home) = home.filter(|home| *home != at && out[*home].is_some()) else { continue };
        if let (Some(folded), Some(home)) = (out[at].take(), out[home].as_mut()) {
            home.absorb(folded, how);
        }
    }
    out.into_iter().flatten().collect()
}

/// Takes out the findings that what is known of their box contradicts; of the others notes what is not known.
pub(super) fn ask_gates(
    all: &mut Vec<Finding>,
    facts: &HashMap<String, NodeFacts>,
    catalogue: &Catalogue,
) -> Vec<Contradicted> {
    let mut contradicted = Vec::new();
    all.retain_mut(|finding| {
        let gate = &catalogue.signatures()[finding.signature].gate;
        if gate.asks_nothing() {
            return true;
        }
        match gate.ask(facts.get(&finding.node)) {
            Answer::Open => true,
            Answer::Unknown(what) => {
                finding.unknown = what;
                true
            }
            Answer::Shut(why) => {
                let (id, node) = (finding.id.clone(), finding.node.clone());
                contradicted.push(Contradicted { id, node, why });
                false
            }
        }
    });
    contradicted
}

/// The only finding with a port that a finding without one can belong to.
fn portless_home(finding: &Finding, all: &[Finding], _: &Catalogue) -> Option<usize> {
    if finding.target.port.is_some() {
        return None;
    }
    let same = |other: &Finding| {
        other.target.port.is_some()
            && (&other.id, &other.node, &other.target.host)
                == (&finding.id, &finding.node, &finding.target.host)
            && (finding.target.ip.is_none() || other.target.ip == finding.target.ip)
    };
    let mut homes = all.iter().enumerate().filter(|(_, other)| same(other)).map(|(at, _)| at);
    homes.next().filter(|_| homes.next().is_none())
}

/// The finding that says the same and more: its signature covers this one.
fn covering(finding: &Finding, all: &[Finding], catalogue: &Catalogue) -> Option<usize> {
    let covers = |other: &Finding| {
        other.node == finding.node && catalogue.signatures()[other.signature].covers.contains(&finding.id)
    };
    all.iter().position(covers)
}

/// The finding that names the cause of a symptom: same node, same server, same port, the one with most proofs.
fn cause(finding: &Finding, all: &[Finding], catalogue: &Catalogue) -> Option<usize> {
    let signature = |finding: &Finding| &catalogue.signatures()[finding.signature];
    if !signature(finding).symptom || finding.target.host.is_empty() {
        return None;
    }
    let names_it = |other: &Finding| {
        !signature(other).symptom
            && signature(other).refuses()
            && (&other.node, &other.target.host, other.target.port)
                == (&finding.node, &finding.target.host, finding.target.port)
            && is_within(finding, other)
    };
    let causes = all.iter().enumerate().filter(|(_, other)| names_it(other));
    causes.max_by_key(|(at, other)| (other.evidence_count, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// Whether one finding lies in the time of another, or next to it: what failed hours later may have another cause.
fn is_within(finding: &Finding, other: &Finding) -> bool {
    const NEXT: TimeDelta = TimeDelta::minutes(10);
    match (finding.first.zip(finding.last), other.first.zip(other.last)) {
        (Some((first, last)), Some((from, to))) => first >= from - NEXT && last <= to + NEXT,
        // Without a stamp nothing speaks against it.
        _ => true,
    }
}

/// Takes out failures that findings of the boxes behind explain, request by request: an Expressway-E only hands on
/// what the Expressway-C could not do. Each of these findings notes that it was seen as this failure, too.
fn without_explained(mut all: Vec<Finding>, catalogue: &Catalogue) -> Vec<Finding> {
    let signature = |finding: &Finding| &catalogue.signatures()[finding.signature];
    let mut explains: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, finding) in all.iter().enumerate() {
        if finding.inside && signature(finding).trigger.is_of_requests() {
            finding.tracked.iter().for_each(|id| explains.entry(*id).or_default().push(at));
        }
    }
    let mut explained: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, finding) in all.iter().enumerate() {
        let is_whole = finding.untracked == 0 && !finding.tracked.is_empty();
        if finding.inside || !is_whole || !signature(finding).is_of_requests() {
            continue;
        }
        let causes: Option<Vec<&Vec<usize>>> = finding.tracked.iter().map(|id| explains.get(id)).collect();
        let Some(causes) = causes else { continue };
        let mut causes: Vec<usize> =
            causes.into_iter().flatten().copied().filter(|cause| all[*cause].node != finding.node).collect();
        causes.sort_unstable();
        causes.dedup();
        if !causes.is_empty() {
            explained.push((at, causes));
        }
    }
    let mut gone = vec![false; all.len()];
    for (at, causes) in explained {
        gone[at] = true;
        let id = all[at].id.clone();
        for cause in causes {
            let cause = &mut all[cause];
            if !cause.also.contains(&id) {
                cause.also.push(id.clone());
            }
        }
    }
    let mut gone = gone.into_iter();
    all.retain(|_| !gone.next().unwrap_or_default());
    all
}

/// The same problem of another box: of those it holds for, the first by name, whichever log was read first.
fn same_elsewhere(finding: &Finding, all: &[Finding], catalogue: &Catalogue) -> Option<usize> {
    let of_records = catalogue.signatures()[finding.signature].trigger.is_of_requests();
    let same = |other: &Finding| {
        (&other.id, &other.target) == (&finding.id, &finding.target)
            && (of_records || other.names == finding.names)
    };
    let homes = all.iter().enumerate().filter(|(_, other)| same(other));
    let (first, home) = homes.min_by_key(|(at, other)| (&other.node, *at))?;
    (home.node != finding.node).then_some(first)
}

/// Adds what other boxes wrote about the requests of a finding: to the list all of them, to the evidence the first.
fn add_legs(finding: &mut Finding, across: &Across) {
    let own: Vec<String> =
        finding.holds.iter().map(|held| held.node.clone()).chain([finding.node.clone()]).collect();
    let key = |touched: &Touched| (touched.node.clone(), touched.pid, touched.txn_id, touched.run);
    let mut known: HashSet<_> = finding.transactions.iter().map(key).collect();
    let mut legs: Vec<&Leg> = Vec::new();
    for touched in &finding.transactions {
        let others = across.others(touched).into_iter().filter(|leg| !own.contains(&leg.touched.node));
        for leg in others {
            if legs.len() < Finding::MAX_TRANSACTIONS && known.insert(key(&leg.touched)) {
                legs.push(leg);
            }
        }
    }
    let first = legs.iter().find(|leg| !leg.lines.is_empty()).map(|leg| leg.touched.tracking_id.clone());
    for leg in &legs {
        if Some(&leg.touched.tracking_id) == first.as_ref() && finding.evidence.len() < MOST_LINES {
            finding.evidence.extend(leg.lines.iter().cloned());
        }
        if !finding.seen_on.contains(&leg.touched.node) {
            finding.seen_on.push(leg.touched.node.clone());
        }
        if finding.users.len() < Finding::MAX_USERS && !leg.touched.user.is_empty() {
            finding.users.insert(leg.touched.user.clone());
        }
    }
    finding.transactions.extend(legs.into_iter().map(|leg| leg.touched.clone()));
}

/// Puts the lines of several boxes in the order of true time. Lines of one box stay in the order of its log.
fn order(finding: &mut Finding, ahead: &HashMap<String, i64>) {
    if finding.seen_on.is_empty() && finding.holds.len() < 2 {
        return;
    }
    let mut latest: HashMap<u32, i64> = HashMap::new();
    finding.evidence.sort_by_key(|line| (line.member, line.offset));
    finding.evidence.dedup_by_key(|line| (line.member, line.offset));
    let lines = std::mem::take(&mut finding.evidence);
    let mut timed: Vec<(i64, Line)> = lines
        .into_iter()
        .map(|line| {
            let known = latest.get(&line.member).copied();
            let own = line
                .time
                .map(|time| time.timestamp_millis() - ahead.get(host_of(&line)).copied().unwrap_or(0));
            // Without a stamp, or a little out of order, a line stays behind the one before it.
            let time = own.max(known).unwrap_or(i64::MIN);
            latest.insert(line.member, time);
            (time, line)
        })
        .collect();
    timed.sort_by_key(|(time, line)| (*time, line.member, line.offset));
    finding.evidence = timed.into_iter().map(|(_, line)| line).collect();
}

/// The host that wrote a line: the second word of its head.
fn host_of(line: &Line) -> &str {
    waytrace_logparse::envelope::envelope(&line.text).0.host
}

/// A request that a finding touches, as it is kept: by its TrackingID and what was asked for.
pub(super) fn tracked(tracking_id: &str, url: &str) -> Option<u64> {
    (!tracking_id.is_empty()).then(|| number(tracking_id, url))
}
