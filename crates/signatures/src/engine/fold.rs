//! From findings to problems: what says less goes under what says more.

use super::Contradicted;
use super::across::{Across, ClockDifference, number};
use crate::catalogue::Catalogue;
use crate::finding::{Absorb, Finding, Line};
use crate::gate::Answer;
use std::collections::HashMap;
use waytrace_evidence::NodeFacts;

/// Finds the finding that another one folds under.
type Home = fn(&Finding, &[Finding], &Catalogue) -> Option<usize>;

/// Folds findings under others that say more: lines for which no transaction was found into the finding of the same
/// server, if it has only one port; symptoms under the finding that names their cause, on the same box or on the one
/// behind it; and the same finding of several boxes into one.
pub(super) fn fold(mut all: Vec<Finding>, across: &Across, catalogue: &Catalogue) -> Vec<Finding> {
    all.retain(|finding| !finding.over);
    let ways: [(Home, Absorb); 5] = [
        (portless_home, Absorb::Symptom),
        (cause, Absorb::Symptom),
        (covering, Absorb::SameLines),
        (cause_behind, Absorb::SameRequests),
        (same_elsewhere, Absorb::OtherNode),
    ];
    for (home, how) in ways {
        let homes: Vec<Option<usize>> = all.iter().map(|finding| home(finding, &all, catalogue)).collect();
        let mut out: Vec<Option<Finding>> = all.into_iter().map(Some).collect();
        for (at, home) in homes.into_iter().enumerate() {
            let Some(home) = home else { continue };
            if let (Some(folded), Some(home)) = (out[at].take(), out[home].as_mut()) {
                home.absorb(folded, how);
            }
        }
        all = out.into_iter().flatten().collect();
    }
    let ahead = ClockDifference::offsets(&across.clocks());
    for finding in &mut all {
        finding.holds.sort_by(|a, b| a.node.cmp(&b.node));
        add_legs(finding, across);
        order(finding, &ahead);
    }
    all
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
    };
    let causes = all.iter().enumerate().filter(|(_, other)| names_it(other));
    causes.max_by_key(|(at, other)| (other.evidence_count, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// The finding of another box that explains every request of a failure seen here: the Expressway-E only hands on what
/// the Expressway-C could not do.
fn cause_behind(finding: &Finding, all: &[Finding], catalogue: &Catalogue) -> Option<usize> {
    let signature = |finding: &Finding| &catalogue.signatures()[finding.signature];
    let is_whole = finding.tracked.len() as u64 == finding.transaction_count && finding.transaction_count > 0;
    if !is_whole || !signature(finding).is_of_requests() {
        return None;
    }
    let behind = |other: &Finding| {
        other.node != finding.node && other.inside && !finding.inside && !signature(other).symptom
    };
    let shared = |other: &Finding| other.tracked.intersection(&finding.tracked).count();
    let causes = all.iter().enumerate().filter(|(_, other)| behind(other));
    let explained = |id: &u64| all.iter().any(|other| behind(other) && other.tracked.contains(id));
    finding
        .tracked
        .iter()
        .all(explained)
        .then(|| causes.max_by_key(|(at, other)| (shared(other), std::cmp::Reverse(*at))).map(|(at, _)| at))?
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
    let mut shown = false;
    let mut legs = Vec::new();
    for touched in &finding.transactions {
        for leg in across.others(touched) {
            let key = (leg.touched.pid, leg.touched.txn_id, leg.touched.run);
            let is_known = finding
                .transactions
                .iter()
                .any(|known| known.node == leg.touched.node && (known.pid, known.txn_id, known.run) == key);
            legs.push((!is_known).then(|| leg.touched.clone()));
            if !shown {
                finding.evidence.extend(leg.lines.iter().cloned());
            }
            if !finding.seen_on.contains(&leg.touched.node) {
                finding.seen_on.push(leg.touched.node.clone());
            }
            if finding.users.len() < Finding::MAX_USERS && !leg.touched.user.is_empty() {
                finding.users.insert(leg.touched.user.clone());
            }
            shown = shown || !leg.lines.is_empty();
        }
    }
    finding.transactions.extend(legs.into_iter().flatten());
    let nodes: Vec<String> = finding.holds.iter().map(|holds| holds.node.clone()).collect();
    finding.seen_on.retain(|node| !nodes.contains(node));
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

/// A TrackingID that a finding touches, as it is kept.
pub(super) fn tracked(tracking_id: &str) -> Option<u64> {
    (!tracking_id.is_empty()).then(|| number(tracking_id))
}
