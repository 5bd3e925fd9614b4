//! What reports for people say in words, whatever their form. Nothing here is escaped: each renderer does that in the
//! way of its form.

use crate::groups::Group;
use crate::presented::Presented;
use crate::report::{NodeReport, PeerState, Problem, Report, Treatment, Unread};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use waytrace_signatures::{ClockDifference, Confidence, Severity, Touched};

/// Users and transactions named before "and n more".
const NAMED: usize = 8;

/// `1 request`, `2 requests`.
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {}", plural(usize::try_from(number).unwrap_or(usize::MAX), noun))
}

pub(super) fn plural(number: usize, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The first names of a list, and how many more there are of `all`.
pub(super) fn some(names: &[String], all: usize) -> String {
    let shown = &names[..names.len().min(NAMED)];
    let more = all.saturating_sub(shown.len());
    if more == 0 { list(shown) } else { format!("{} and {more} more", list(shown)) }
}

pub(super) fn list(names: &[String]) -> String {
    names.join(", ")
}

/// The word for a severity in reports.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

/// The word for a confidence in reports.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        _ => "possible",
    }
}

/// How many problems of each severity there are: `1 error, 2 warnings`.
pub(super) fn tally(problems: &[Problem]) -> String {
    let severities = [Severity::Critical, Severity::Error, Severity::Warning, Severity::Info];
    let number = |severity| problems.iter().filter(|problem| problem.severity == severity).count() as u64;
    let counts = severities.map(|grade| (number(grade), severity(grade)));
    let parts = counts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, word)| count(*number, word)).collect();
    parts.join(", ").replace("infos", "notes")
}

/// What to say where no problem was found, apart in what is strong and what follows.
pub(super) fn nothing_found(report: &Report) -> (String, &'static str) {
    let beside = match (report.silenced.is_empty(), report.left_out) {
        (true, 0) => "",
        (false, 0) => " beside those the site silences",
        (true, _) => " beside those the filters leave out",
        (false, _) => " beside those the site silences and the filters leave out",
    };
    let partly = if report.is_partial() { " in what could be read" } else { beside };
    let nothing = if report.transactions.total == 0 {
        "; the log shows no proxied request at all: was logging on while the sign-in failed?"
    } else {
        ""
    };
    (format!("no known problem found{partly}"), nothing)
}

/// A box: what it is, and the time its log covers.
pub(super) fn node(node: &NodeReport) -> String {
    let role = node.role.map_or_else(String::new, |role| format!(" ({role})"));
    let span = match (node.first, node.last) {
        (Some(first), Some(last)) => {
            format!(", {} to {} UTC", first.format("%Y-%m-%d %H:%M:%S"), last.format("%Y-%m-%d %H:%M:%S"))
        }
        _ => String::new(),
    };
    let release = node.release.as_ref().map_or_else(String::new, |release| format!(", {release}"));
    let records = match node.records {
        0 => "no log, only a dump".to_owned(),
        records => count(records, "record"),
    };
    format!("{}{role}{release}: {records}{span}", node.host)
}

/// The clusters, each once: what to say, and whether the log of a peer is missing.
pub(super) fn clusters(report: &Report) -> Vec<(String, bool)> {
    let mut told = Vec::new();
    let mut out = Vec::new();
    for cluster in report.nodes.iter().filter_map(|node| node.cluster.as_ref()) {
        if told.contains(&cluster) {
            continue;
        }
        told.push(cluster);
        let missing = cluster.peers.iter().filter(|peer| {
            let node = report.nodes.iter().find(|node| Some(&node.host) == peer.node.as_ref());
            node.is_none_or(|node| node.records == 0)
        });
        let missing: Vec<_> = missing.map(|peer| peer.address.clone()).collect();
        let name = cluster.name.as_deref().map_or_else(String::new, |name| format!(" {name}"));
        let peers = count(cluster.peers.len() as u64, "peer");
        out.push(if missing.is_empty() {
            (format!("cluster{name}: {peers}, a log of each"), false)
        } else {
            let missing = list(&missing);
            let why = "settings and trust store may differ there";
            (format!("cluster{name}: {peers}; no log of {missing}: {why}"), true)
        });
    }
    out
}

/// How far two clocks are apart.
pub(super) fn clock(clock: &ClockDifference) -> String {
    let (node, reference) = (&clock.node, &clock.reference);
    let measured =
        format!("measured on {}, ±{} ms", count(clock.requests as u64, "request"), clock.uncertain);
    if clock.ahead.abs() <= clock.uncertain {
        return format!("clocks of {node} and {reference} agree ({measured})");
    }
    let way = if clock.ahead > 0 { "ahead of" } else { "behind" };
    format!("clock of {node} is {} ms {way} that of {reference} ({measured})", clock.ahead.abs())
}

/// What became of the proxied requests.
pub(super) fn requests(report: &Report) -> String {
    let counts = report.transactions;
    format!(
        "proxied requests: {}, {} answered with a server error by the proxy itself, {} without an end in this log",
        counts.total, counts.failed, counts.open
    )
}

/// What was given beside the logs, by kind; nothing if there is nothing.
pub(super) fn beside_the_logs(report: &Report) -> Option<String> {
    let mut kinds: IndexMap<(&str, &str), u64> = IndexMap::new();
    for member in &report.members {
        let done = match member.treatment {
            Treatment::Facts => "facts read",
            Treatment::Listed => "listed",
            _ => continue,
        };
        *kinds.entry((&member.kind, done)).or_default() += 1;
    }
    let parts = kinds.iter().map(|((kind, done), number)| format!("{number} × {kind} ({done})"));
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then(|| format!("beside the logs: {}", parts.join(", ")))
}

/// What could not be read, and why.
pub(super) fn unread(unread: &Unread) -> String {
    let what = if unread.partly_read { "read only in part" } else { "not read" };
    format!("{what}: {}: {}", unread.name, unread.reason)
}

/// What else is not among the problems: what is contradicted, what the site silences.
pub(super) fn not_told(report: &Report) -> Vec<String> {
    report
        .contradicted
        .iter()
        .map(|finding| format!("not told: {} on {}: {}", finding.id, finding.node, finding.why))
        .collect()
}

/// The problems that the site's rules silence, a line each.
pub(super) fn silenced(report: &Report) -> Vec<String> {
    let line = |silenced: &crate::site::Silenced| {
        let problem = &silenced.problem;
        format!(
            "silenced until {}: {} {} ({})",
            silenced.until, problem.id, problem.text.title, silenced.reason
        )
    };
    report.silenced.iter().map(line).collect()
}

/// What a problem did to people, in brackets; nothing if it did nothing that the log shows.
pub(super) fn consequences(group: &Group) -> String {
    let parts =
        [(group.users, "user"), (group.requests, "request")].into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, noun)| count(number, noun)).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// Where it holds, how sure that is, and where it does not.
pub(super) fn places(problem: &Problem) -> Vec<String> {
    let mut facts = Vec::new();
    if problem.nodes.is_empty() {
        facts.push(format!("{} (node {})", confidence(problem.confidence), problem.node));
    } else {
        let held =
            problem.nodes.iter().map(|held| format!("{} on {}", confidence(held.confidence), held.node));
        facts.push(held.collect::<Vec<_>>().join(", "));
    }
    let fine = problem.fine_on.iter().map(|(node, answered)| {
        format!("not on {node}: there the same port answered {}", count(*answered, "request"))
    });
    facts.extend(fine);
    if !problem.seen_on.is_empty() {
        facts.push(format!("the same requests passed {}", list(&problem.seen_on)));
    }
    facts
}

/// The requests a problem touched on its own nodes, by their Txn-ids.
pub(super) fn touched_requests(problem: &Problem) -> Option<String> {
    if problem.transaction_count == 0 {
        return None;
    }
    let here = |node: &str| node == problem.node || problem.nodes.iter().any(|held| held.node == node);
    let own = problem.transactions.iter().filter(|touched| here(&touched.node));
    let name = |touched: &Touched| {
        if problem.nodes.len() > 1 {
            format!("{} on {}", touched.txn_id, touched.node)
        } else {
            touched.txn_id.to_string()
        }
    };
    let names: Vec<_> = own.map(name).collect();
    let all = usize::try_from(problem.transaction_count).unwrap_or(usize::MAX);
    Some(format!("{} (Txn-id {})", count(problem.transaction_count, "request"), some(&names, all)))
}

/// From the first to the last proof.
pub(super) fn span(first: Option<DateTime<Utc>>, last: Option<DateTime<Utc>>) -> Option<String> {
    let (first, last) = (first?, last?);
    let form = "%Y-%m-%d %H:%M:%S%.3f";
    let span = if first == last { String::new() } else { format!(" to {}", last.format(form)) };
    Some(format!("{}{span} UTC", first.format(form)))
}

/// Which handshake of which capture it is.
pub(super) fn capture(presented: &Presented) -> String {
    let time = presented.at.format("%H:%M:%S%.3f");
    format!("in the capture of {} ({time} UTC, {})", presented.node, presented.server)
}

/// What is to be done or known on one peer of a cluster.
pub(super) fn peer(state: PeerState) -> String {
    match state {
        PeerState::Affected => "has this problem".to_owned(),
        PeerState::Fine(answered) => {
            format!("does not have it: {} answered there; compare its settings", count(answered, "request"))
        }
        PeerState::Untold => {
            "its log shows no request that could tell; make the same change there".to_owned()
        }
        PeerState::NoLog => "no log of it was given; its trust store may differ: look there too".to_owned(),
    }
}
