//! Which problems of a finished report the user wants to see.

use crate::events::When;
use crate::report::{Problem, Report};
use crate::site::is_about;
use chrono::{DateTime, FixedOffset};
use waytrace_signatures::{Confidence, Severity};

/// What a problem must have to be shown. What is not asked for does not matter. The counts of a problem that is shown
/// stay those of the whole log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    /// It was proven at this moment or later.
    pub since: Option<When>,
    /// It was proven at this moment or before.
    pub until: Option<When>,
    /// It holds for one of these nodes. Empty means every node.
    pub nodes: Vec<String>,
    /// It touched one of these users. Empty means every user.
    pub users: Vec<String>,
    /// It is about one of these hosts or addresses, alone or with a port after a colon. Empty means every target.
    pub targets: Vec<String>,
    /// It is as bad as this, or worse.
    pub severity: Option<Severity>,
    /// It is as sure as this, or surer.
    pub confidence: Option<Confidence>,
}

impl Selection {
    /// Takes the other problems out of a report, counts them there, and leaves a note that names them.
    pub fn apply(&self, report: &mut Report) {
        let (kept, out): (Vec<_>, Vec<_>) =
            std::mem::take(&mut report.findings).into_iter().partition(|problem| self.takes(problem));
        report.findings = kept;
        if out.is_empty() {
            return;
        }
        report.left_out += out.len();
        let mut ids: Vec<_> = out.iter().map(|problem| problem.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let number = if out.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", out.len()) };
        report.notes.push(format!("the filters leave out {number}: {}", ids.join(", ")));
    }

    fn takes(&self, problem: &Problem) -> bool {
        let same = |wanted: &String, known: &String| wanted.eq_ignore_ascii_case(known);
        let on = |wanted: &String| {
            same(wanted, &problem.node) || problem.nodes.iter().any(|held| same(wanted, &held.node))
        };
        let hit = |wanted: &String| problem.users.iter().any(|user| same(wanted, user));
        self.severity.is_none_or(|least| problem.severity >= least)
            && self.confidence.is_none_or(|least| problem.confidence >= least)
            && (self.nodes.is_empty() || self.nodes.iter().any(on))
            && (self.users.is_empty() || self.users.iter().any(hit))
            && (self.targets.is_empty()
                || self.targets.iter().any(|wanted| is_about(&problem.target, wanted)))
            && self.is_in_time(problem)
    }

    /// Not every proof is kept: between the first and the last there may be others. What carries no time is shown.
    fn is_in_time(&self, problem: &Problem) -> bool {
        let mut times = problem.evidence.iter().filter_map(|line| line.time);
        let zone = times.next().map(|time| *time.offset());
        let (Some(zone), Some(first), Some(last)) = (zone, problem.first, problem.last) else { return true };
        let begun = |time: DateTime<FixedOffset>| self.since.is_none_or(|since| since.is_reached(time));
        let over = |time: DateTime<FixedOffset>| self.until.is_some_and(|until| until.is_passed(time));
        begun(last.with_timezone(&zone)) && !over(first.with_timezone(&zone))
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::{Analyzer, Confidence, Report, Severity};

    fn report() -> Report {
        let line = |stamp: &str, node: &str, address: &str| {
            format!(
                "{stamp} {node} traffic_server[7]: [ET_NET 0] WARNING: SNI ({address}) not in certificate. \
                 Action=Terminate server={address}({address})\n"
            )
        };
        let log = line("2024-03-05T10:15:30.120+01:00", "expc1", "192.0.2.7")
            + &line("2024-03-05T11:15:30.120+01:00", "expc2", "192.0.2.8");
        Analyzer::new().analyze_reader("log", log.as_bytes()).expect("a log")
    }

    fn left(selection: &Selection) -> Vec<String> {
        let mut report = report();
        let all = report.findings.len();
        selection.apply(&mut report);
        assert_eq!(report.findings.len() + report.left_out, all, "none is lost");
        assert_eq!(report.notes.len(), usize::from(report.left_out > 0), "and it is said");
        report.findings.into_iter().map(|problem| problem.target.host).collect()
    }

    #[test]
    fn what_is_asked_for_is_shown() {
        let some = |text: &str| vec![text.to_owned()];
        let time = |text: &str| Some(text.parse().expect("a time"));
        let none = Selection::default;
        let both = ["192.0.2.7", "192.0.2.8"].as_slice();
        let cases = [
            (none(), both),
            (Selection { nodes: some("EXPC1"), ..none() }, &both[..1]),
            (Selection { targets: some("192.0.2.8"), ..none() }, &both[1..]),
            (Selection { targets: some("192.0.2.8:443"), ..none() }, &[]),
            (Selection { users: some("alma"), ..none() }, &[]),
            (Selection { since: time("11:00"), ..none() }, &both[1..]),
            (Selection { until: time("2024-03-05T09:20:00Z"), ..none() }, &both[..1]),
            (Selection { since: time("10:15:30"), until: time("10:15:31"), ..none() }, &both[..1]),
            (Selection { severity: Some(Severity::Error), ..none() }, both),
            (Selection { severity: Some(Severity::Critical), ..none() }, &[]),
            (Selection { confidence: Some(Confidence::Certain), ..none() }, both),
        ];
        for (selection, wanted) in cases {
            let mut found = left(&selection);
            found.sort();
            assert_eq!(found, wanted, "{selection:?}");
        }
    }
}
