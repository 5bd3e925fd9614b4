//! What reports for people say in words, whatever their form. Nothing here is escaped: each renderer does that in the
//! way of its form.

use super::voice::{SECONDS, Voice};
use crate::groups::Group;
use crate::presented::Presented;
use crate::report::{NodeReport, PeerState, Problem, ProblemTarget, Report, Treatment, Unread};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use waytrace_signatures::{ClockDifference, Confidence, Severity, Touched};

/// Users and transactions named before "and n more".
const NAMED: usize = 8;

/// The first names of a list, and how many more there are of `all`.
pub(super) fn some(v: &Voice, names: &[String], all: usize) -> String {
    let shown = &names[..names.len().min(NAMED)];
    let more = all.saturating_sub(shown.len());
    if more == 0 { list(shown) } else { v.fill("{0} and {1} more", &[&list(shown), &more]) }
}

pub(super) fn list(names: &[String]) -> String {
    names.join(", ")
}

/// The word of programs for a severity; people get its translation.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

/// The word of programs for a confidence; people get its translation.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        _ => "possible",
    }
}

/// How many problems of each severity there are: `1 error, 2 warnings`.
pub(super) fn tally(v: &Voice, problems: &[Problem]) -> String {
    let severities = [
        (Severity::Critical, "critical problem"),
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "note"),
    ];
    let number = |severity| problems.iter().filter(|problem| problem.severity == severity).count() as u64;
    let counts = severities.map(|(grade, noun)| (number(grade), noun));
    let parts = counts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, noun)| v.count(*number, noun)).collect();
    parts.join(", ")
}

/// What to say where no problem was found, apart in what is strong and what follows.
pub(super) fn nothing_found(v: &Voice, report: &Report) -> (String, String) {
    let beside = match (report.silenced.is_empty(), report.left_out) {
        (true, 0) => "no known problem found",
        (false, 0) => "no known problem found beside those the site silences",
        (true, _) => "no known problem found beside those the filters leave out",
        (false, _) => "no known problem found beside those the site silences and the filters leave out",
    };
    let found = if report.is_partial() { "no known problem found in what could be read" } else { beside };
    let nothing = if report.transactions.total == 0 {
        v.t("; the log shows no proxied request at all: was logging on while the sign-in failed?")
    } else {
        ""
    };
    (v.t(found).to_owned(), nothing.to_owned())
}

/// A box: what it is, and the time its log covers.
pub(super) fn node(v: &Voice, node: &NodeReport) -> String {
    let role = node.role.map_or_else(String::new, |role| format!(" ({role})"));
    let span = extent(v, node.first, node.last).map_or_else(String::new, |span| format!(", {span}"));
    let release = node.release.as_ref().map_or_else(String::new, |release| format!(", {release}"));
    let records = match node.records {
        0 => v.t("no log, only a dump").to_owned(),
        records => v.count(records, "record"),
    };
    format!("{}{role}{release}: {records}{span}", node.host)
}

/// From one moment to another, in seconds, with the zone.
pub(super) fn extent(v: &Voice, first: Option<DateTime<Utc>>, last: Option<DateTime<Utc>>) -> Option<String> {
    let (first, last) = (first?, last?);
    let day = |time| v.time(time, "%Y-%m-%d");
    let form = if day(first) == day(last) { "%H:%M:%S" } else { SECONDS };
    let (from, to) = (v.time(first, SECONDS), v.time(last, form));
    Some(v.fill("{0} to {1} {2}", &[&from, &to, &v.zone(last)]))
}

/// The clusters, each once: what to say, and whether the log of a peer is missing.
pub(super) fn clusters(v: &Voice, report: &Report) -> Vec<(String, bool)> {
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
        let peers = v.count(cluster.peers.len() as u64, "peer");
        out.push(if missing.is_empty() {
            (v.fill("cluster{0}: {1}, a log of each", &[&name, &peers]), false)
        } else {
            let missing = list(&missing);
            let text = "cluster{0}: {1}; no log of {2}: settings and trust store may differ there";
            (v.fill(text, &[&name, &peers, &missing]), true)
        });
    }
    out
}

/// How far two clocks are apart.
pub(super) fn clock(v: &Voice, clock: &ClockDifference) -> String {
    let (node, reference) = (&clock.node, &clock.reference);
    let requests = v.count(clock.requests as u64, "request");
    let measured = v.fill("measured on {0}, ±{1} ms", &[&requests, &clock.uncertain]);
    if clock.ahead.abs() <= clock.uncertain {
        return v.fill("clocks of {0} and {1} agree ({2})", &[node, reference, &measured]);
    }
    let text = if clock.ahead > 0 {
        "clock of {0} is {1} ms ahead of that of {2} ({3})"
    } else {
        "clock of {0} is {1} ms behind that of {2} ({3})"
    };
    v.fill(text, &[node, &clock.ahead.abs(), reference, &measured])
}

/// What became of the proxied requests.
pub(super) fn requests(v: &Voice, report: &Report) -> String {
    let counts = report.transactions;
    v.fill(
        "proxied requests: {0}, {1} answered with a server error by the proxy itself, {2} without an end in this log",
        &[&counts.total, &counts.failed, &counts.open],
    )
}

/// How many lines and records were read, and how many records not understood.
pub(super) fn read(v: &Voice, report: &Report) -> String {
    let (lines, records) = (report.coverage.lines, report.coverage.records);
    let unclear = report.coverage.opaque + report.coverage.broken;
    let (lines, records) = (v.count(lines, "line"), v.count(records, "record"));
    v.fill("read: {0} in {1}, {2} of them not understood", &[&lines, &records, &unclear])
}

/// What was given beside the logs, by kind; nothing if there is nothing.
pub(super) fn beside_the_logs(v: &Voice, report: &Report) -> Option<String> {
    let mut kinds: IndexMap<(&str, &str), u64> = IndexMap::new();
    for member in &report.members {
        let done = match member.treatment {
            Treatment::Facts => v.t("facts read"),
            Treatment::Listed => v.t("listed"),
            _ => continue,
        };
        *kinds.entry((&member.kind, done)).or_default() += 1;
    }
    let parts = kinds.iter().map(|((kind, done), number)| format!("{number} × {kind} ({done})"));
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then(|| v.fill("beside the logs: {0}", &[&parts.join(", ")]))
}

/// What could not be read, and why.
pub(super) fn unread(v: &Voice, unread: &Unread) -> String {
    let text = if unread.partly_read { "read only in part: {0}: {1}" } else { "not read: {0}: {1}" };
    v.fill(text, &[&unread.name, &unread.reason])
}

/// What else is not among the problems: what is contradicted, what the site silences.
pub(super) fn not_told(v: &Voice, report: &Report) -> Vec<String> {
    let line = |finding: &waytrace_signatures::Contradicted| {
        v.fill("not told: {0} on {1}: {2}", &[&finding.id, &finding.node, &finding.why])
    };
    report.contradicted.iter().map(line).collect()
}

/// The problems that the site's rules silence, a line each.
pub(super) fn silenced(v: &Voice, report: &Report) -> Vec<String> {
    let line = |silenced: &crate::site::Silenced| {
        let problem = &silenced.problem;
        v.fill(
            "silenced until {0}: {1} {2} ({3})",
            &[&silenced.until, &problem.id, &problem.text.title, &silenced.reason],
        )
    };
    report.silenced.iter().map(line).collect()
}

/// What a problem did to people, in brackets; nothing if it did nothing that the log shows.
pub(super) fn consequences(v: &Voice, group: &Group) -> String {
    let parts =
        [(group.users, "user"), (group.requests, "request")].into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, noun)| v.count(number, noun)).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// The server that a problem is about: `cucm.example port 6972`; nothing if it is about none.
pub(super) fn target(v: &Voice, target: &ProblemTarget) -> String {
    match (target.host.is_empty(), target.port) {
        (true, _) => String::new(),
        (false, Some(port)) => v.fill("{0} port {1}", &[&target.host, &port]),
        (false, None) => target.host.clone(),
    }
}

/// The same with its address and what it serves.
pub(super) fn whole_target(v: &Voice, target: &ProblemTarget) -> String {
    let ip = target.ip.map_or_else(String::new, |ip| format!(" ({ip})"));
    let host = format!("{}{ip}", target.host);
    let port = target.port.map_or_else(|| host.clone(), |port| v.fill("{0} port {1}", &[&host, &port]));
    let service = target.service.as_deref().map_or_else(String::new, |service| format!(": {service}"));
    format!("{port}{service}")
}

/// Where it holds, how sure that is, and where it does not.
pub(super) fn places(v: &Voice, problem: &Problem) -> Vec<String> {
    let mut facts = Vec::new();
    if problem.nodes.is_empty() {
        let sure = v.t(confidence(problem.confidence));
        facts.push(v.fill("{0} (node {1})", &[&sure, &problem.node]));
    } else {
        let held = problem
            .nodes
            .iter()
            .map(|held| v.fill("{0} on {1}", &[&v.t(confidence(held.confidence)), &held.node]));
        facts.push(held.collect::<Vec<_>>().join(", "));
    }
    let fine = problem.fine_on.iter().map(|(node, answered)| {
        v.fill("not on {0}: there the same port answered {1}", &[node, &v.count(*answered, "request")])
    });
    facts.extend(fine);
    if !problem.seen_on.is_empty() {
        facts.push(v.fill("the same requests passed {0}", &[&list(&problem.seen_on)]));
    }
    facts
}

/// The requests a problem touched on its own nodes, by their Txn-ids.
pub(super) fn touched_requests(v: &Voice, problem: &Problem) -> Option<String> {
    if problem.transaction_count == 0 {
        return None;
    }
    let here = |node: &str| node == problem.node || problem.nodes.iter().any(|held| held.node == node);
    let own = problem.transactions.iter().filter(|touched| here(&touched.node));
    let name = |touched: &Touched| {
        if problem.nodes.len() > 1 {
            v.fill("{0} on {1}", &[&touched.txn_id, &touched.node])
        } else {
            touched.txn_id.to_string()
        }
    };
    let names: Vec<_> = own.map(name).collect();
    let all = usize::try_from(problem.transaction_count).unwrap_or(usize::MAX);
    Some(format!("{} (Txn-id {})", v.count(problem.transaction_count, "request"), some(v, &names, all)))
}

/// From the first to the last proof.
pub(super) fn span(v: &Voice, first: Option<DateTime<Utc>>, last: Option<DateTime<Utc>>) -> Option<String> {
    let (first, last) = (first?, last?);
    let form = "%Y-%m-%d %H:%M:%S%.3f";
    let (from, to, zone) = (v.time(first, form), v.time(last, form), v.zone(last));
    if first == last {
        return Some(format!("{from} {zone}"));
    }
    Some(v.fill("{0} to {1} {2}", &[&from, &to, &zone]))
}

/// Which handshake of which capture it is.
pub(super) fn capture(v: &Voice, presented: &Presented) -> String {
    let time = format!("{} {}", v.time(presented.at, "%H:%M:%S%.3f"), v.zone(presented.at));
    v.fill("in the capture of {0} ({1}, {2})", &[&presented.node, &time, &presented.server])
}

/// What is to be done or known on one peer of a cluster.
pub(super) fn peer(v: &Voice, state: PeerState) -> String {
    match state {
        PeerState::Affected => v.t("has this problem").to_owned(),
        PeerState::Fine(answered) => v.fill(
            "does not have it: {0} answered there; compare its settings",
            &[&v.count(answered, "request")],
        ),
        PeerState::Untold => {
            v.t("its log shows no request that could tell; make the same change there").to_owned()
        }
        PeerState::NoLog => {
            v.t("no log of it was given; its trust store may differ: look there too").to_owned()
        }
    }
}

/// How many lines of proof are not kept, beside those that are shown.
pub(super) fn like_these(v: &Voice, lines: u64) -> String {
    v.fill("and {0} like these", &[&v.count(lines, "line")])
}

/// What became of the requests to one server.
pub(super) fn server(v: &Voice, server: &waytrace_signatures::ServerSummary) -> String {
    let answered = v.count(server.answered, "request");
    v.fill(
        "{0} port {1} from {2}: {3} answered, {4} failed",
        &[&server.host, &server.port, &server.node, &answered, &server.failed],
    )
}
