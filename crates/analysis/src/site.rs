//! What a site knows about its own problems: silence them, or grade them, for a target, with a reason and a last day.

use crate::report::{Problem, ProblemTarget, Report};
use chrono::NaiveDate;
use serde::Deserialize;
use waytrace_signatures::Severity;

/// A site's rules, read from a TOML file.
///
/// ```toml
/// [[rule]]
/// id = "TLS-001"
/// target = "cucm-lab.example"   # or "cucm-lab.example:6972"; without it every target
/// silence = true                # or: severity = "info"
/// reason = "lab server, its certificate stays self-signed"
/// until = "2027-03-31"
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    #[serde(default)]
    rule: Vec<Rule>,
}

/// One rule of a site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    silence: bool,
    #[serde(default)]
    severity: Option<Level>,
    reason: String,
    until: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Warning,
    Error,
    Critical,
}

/// A problem that a site's rule silences. It is told, but not as a problem.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Silenced {
    /// The problem as it would have been told.
    pub problem: Problem,
    /// Why the site silences it.
    pub reason: String,
    /// The last day of the rule.
    pub until: NaiveDate,
}

impl Site {
    /// Reads the rules.
    ///
    /// # Errors
    /// What is wrong, and in which rule.
    pub fn read(text: &str) -> Result<Self, String> {
        let site: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for rule in &site.rule {
            let wrong = |what: &str| Err(format!("the rule for {}: {what}", rule.id));
            if rule.day().is_none() {
                return wrong("`until` is no day; write it like 2027-03-31");
            }
            if rule.silence == rule.severity.is_some() {
                return wrong("it takes either `silence = true` or a `severity`");
            }
            if rule.reason.trim().is_empty() {
                return wrong("it gives no reason");
            }
        }
        Ok(site)
    }

    /// Applies the rules to a report. `today` decides which rules have run out; of those the report has a note.
    pub fn apply(&self, report: &mut Report, today: NaiveDate) {
        let mut kept = Vec::with_capacity(report.findings.len());
        for mut problem in std::mem::take(&mut report.findings) {
            let rules = self.rule.iter().filter(|rule| rule.is_for(&problem));
            // The rule that lasts longest counts: one that has run out hides no other.
            let rule = rules.filter_map(|rule| Some((rule, rule.day()?))).max_by_key(|(_, until)| *until);
            let Some((rule, until)) = rule else {
                kept.push(problem);
                continue;
            };
            if until < today {
                report
                    .notes
                    .push(format!("the site's rule for {} ran out on {until}: {}", rule.id, rule.reason));
                kept.push(problem);
            } else if let Some(level) = rule.severity {
                problem.severity = level.severity();
                kept.push(problem);
            } else {
                report.silenced.push(Silenced { problem, reason: rule.reason.clone(), until });
            }
        }
        // The order within a severity stays.
        kept.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        report.findings = kept;
    }
}

impl Rule {
    fn day(&self) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(&self.until, "%Y-%m-%d").ok()
    }

    fn is_for(&self, problem: &Problem) -> bool {
        let fits = |wanted: &String| is_about(&problem.target, wanted);
        self.id.eq_ignore_ascii_case(&problem.id) && self.target.as_ref().is_none_or(fits)
    }
}

/// Whether a target is the one a user names: a host or an address, alone or with a port after a colon.
pub(crate) fn is_about(target: &ProblemTarget, wanted: &str) -> bool {
    let host = |text: &str| {
        text.eq_ignore_ascii_case(&target.host) || target.ip.is_some_and(|ip| ip.to_string() == text)
    };
    host(wanted)
        || wanted.rsplit_once(':').is_some_and(|(name, port)| {
            host(name) && target.port.is_some_and(|known| known.to_string() == port)
        })
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
            Self::Critical => Severity::Critical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analyzer;

    const LOG: &[u8] = b"2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in certificate. Action=Terminate server=192.0.2.7(192.0.2.7)\n";

    fn applied(rules: &str, today: &str) -> Report {
        let mut report = Analyzer::new().analyze_reader("log", LOG).expect("a log");
        let today = NaiveDate::parse_from_str(today, "%Y-%m-%d").expect("a day");
        Site::read(rules).expect("rules").apply(&mut report, today);
        report
    }

    fn rule(rest: &str) -> String {
        format!("[[rule]]\nid = \"tls-006\"\nreason = \"lab\"\nuntil = \"2027-03-31\"\n{rest}\n")
    }

    #[test]
    fn silenced_until_the_last_day() {
        let rules = rule("silence = true\ntarget = \"192.0.2.7\"");
        let report = applied(&rules, "2027-03-31");
        assert_eq!((report.findings.len(), report.silenced.len()), (0, 1));
        let report = applied(&rules, "2027-04-01");
        assert_eq!((report.findings.len(), report.notes.len()), (1, 1));
    }

    #[test]
    fn graded_or_another_target() {
        assert_eq!(applied(&rule("severity = \"info\""), "2027-01-01").findings[0].severity, Severity::Info);
        let other = rule("silence = true\ntarget = \"192.0.2.8\"");
        assert_eq!(applied(&other, "2027-01-01").findings.len(), 1);
    }

    #[test]
    fn rules_that_say_too_little() {
        for (rest, part) in [("", "either"), ("silence = true\nwhy = \"x\"", "unknown field")] {
            assert!(Site::read(&rule(rest)).is_err_and(|error| error.contains(part)), "{rest}");
        }
        let no_day = rule("silence = true").replace("2027-03-31", "soon");
        assert!(Site::read(&no_day).is_err_and(|error| error.contains("no day")));
    }
}
