//! The summary at the beginning, on one screen: the boxes, what was hit, every problem by impact.

use super::super::words;
use super::Styles;
use super::parts::wrapped;
use crate::escape::Escaped;
use crate::groups::Group;
use crate::report::{Problem, Report};
use anstyle::Style;
use indexmap::IndexSet;
use std::fmt::{self, Write};

/// Problems, boxes and warnings that are shown of each before "and n more": together they fill a screen. The whole
/// report has all below.
pub(super) const SCREEN: usize = 10;
/// Columns below which the numbers of users and requests stand behind the title instead of in columns of their own.
const NARROW: usize = 72;

pub(super) fn write(
    out: &mut String,
    report: &Report,
    styles: &Styles,
    width: usize,
    most: usize,
) -> fmt::Result {
    let (v, strong) = (styles.voice, styles.strong);
    verdict(out, report, styles, width)?;
    for node in report.nodes.iter().take(most) {
        line(out, &format!("{} {}", v.t("node"), words::node(v, node)), Style::new(), width)?;
    }
    more(out, report.nodes.len(), most, styles)?;
    for (text, missing) in words::clusters(v, report) {
        line(out, &text, if missing { styles.warning } else { Style::new() }, width)?;
    }
    let unread: Vec<_> = report.unread.iter().filter(|unread| unread.may_hold_log).collect();
    for unread in unread.iter().take(most) {
        line(out, &words::unread(v, unread), styles.warning, width)?;
    }
    more(out, unread.len(), most, styles)?;
    if report.findings.is_empty() {
        return Ok(());
    }
    if let Some(hit) = hit(report, styles) {
        line(out, &hit, Style::new(), width)?;
    }
    writeln!(out, "\n{strong}{}{strong:#}", v.t("problems by impact"))?;
    table(out, report, styles, width, most)?;
    let first = &report.findings[0].id;
    let page = v.fill("the whole page of a problem: {0}", &[&format!("waytrace explain {first}")]);
    line(out, &page, styles.faint, width)
}

/// What was found, or that nothing was.
fn verdict(out: &mut String, report: &Report, styles: &Styles, width: usize) -> fmt::Result {
    let (v, strong) = (styles.voice, styles.strong);
    let head = format!("{}: ", v.t("summary"));
    write!(out, "{strong}{head}")?;
    let from = head.chars().count();
    if report.findings.is_empty() {
        let (found, nothing) = words::nothing_found(v, report);
        wrapped(out, &format!("{found}{nothing}"), width, from, 2)?;
    } else {
        let style = styles.severity(report.findings[0].severity);
        write!(out, "{strong:#}{style}")?;
        let found = v.fill("found: {0}", &[&words::tally(v, &report.findings)]);
        wrapped(out, &found, width, from, 2)?;
        write!(out, "{style:#}{strong}")?;
    }
    writeln!(out, "{strong:#}")
}

/// Whom the problems hit: different users, and different requests. Where a problem touched more requests than are kept,
/// the largest count. Nothing if the log shows nobody.
fn hit(report: &Report, styles: &Styles) -> Option<String> {
    let v = styles.voice;
    let users: IndexSet<&String> = report.findings.iter().flat_map(|problem| &problem.users).collect();
    let own = |problem: &Problem, node: &str| {
        node == problem.node || problem.nodes.iter().any(|held| held.node == node)
    };
    let requests: IndexSet<_> = report
        .findings
        .iter()
        .flat_map(|problem| problem.transactions.iter().filter(|touched| own(problem, &touched.node)))
        .map(|touched| (&touched.node, touched.pid, touched.txn_id, touched.run))
        .collect();
    let most = report.findings.iter().map(|problem| problem.transaction_count).max().unwrap_or(0);
    let requests = most.max(requests.len() as u64);
    if users.is_empty() && requests == 0 {
        return None;
    }
    let (users, requests) = (v.count(users.len() as u64, "user"), v.count(requests, "request"));
    Some(v.fill("hit: {0}, {1} (of {2} proxied)", &[&users, &requests, &report.transactions.total]))
}

/// Widths of the columns before the last.
struct Columns {
    id: usize,
    severity: usize,
    confidence: usize,
    users: usize,
    requests: usize,
    /// Whether users and requests have columns at all.
    counted: bool,
}

impl Columns {
    fn of(report: &Report, styles: &Styles, width: usize) -> Self {
        let v = styles.voice;
        let widest = |head: &str, texts: &mut dyn Iterator<Item = usize>| {
            texts.chain([v.t(head).chars().count()]).max().unwrap_or(0)
        };
        let all = || report.findings.iter();
        let letters = |text: &str| v.t(text).chars().count();
        Self {
            // What follows in a group is indented.
            id: widest("id", &mut all().map(|found| found.id.chars().count() + 2)),
            severity: widest("severity", &mut all().map(|found| letters(words::severity(found.severity)))),
            confidence: widest(
                "confidence",
                &mut all().map(|found| letters(words::confidence(found.confidence))),
            ),
            users: letters("users"),
            requests: letters("requests"),
            counted: width >= NARROW,
        }
    }

    /// Where the target begins.
    fn target(&self) -> usize {
        let counts = if self.counted { self.users + self.requests + 4 } else { 0 };
        2 + self.id + 1 + self.severity + 2 + self.confidence + 2 + counts
    }
}

fn table(out: &mut String, report: &Report, styles: &Styles, width: usize, most: usize) -> fmt::Result {
    let (v, faint) = (styles.voice, styles.faint);
    let columns = Columns::of(report, styles, width);
    let (id, severity, confidence) = (columns.id, columns.severity, columns.confidence);
    write!(
        out,
        "  {faint}{:<id$} {:<severity$}  {:<confidence$}",
        v.t("id"),
        v.t("severity"),
        v.t("confidence")
    )?;
    if columns.counted {
        write!(out, "  {}  {}", v.t("users"), v.t("requests"))?;
    }
    writeln!(out, "  {}{faint:#}", v.t("target"))?;
    let mut shown = 0;
    for group in &report.groups() {
        for (place, at) in group.findings.iter().enumerate() {
            shown += 1;
            if shown <= most {
                let of = (place == 0).then_some(group);
                row(out, &report.findings[*at], of, &columns, styles, width)?;
            }
        }
    }
    more(out, shown, most, styles)
}

/// A problem in two lines. Only the first of a group has numbers: they are those of the group, whose others concern the
/// same certificate.
fn row(
    out: &mut String,
    problem: &Problem,
    group: Option<&Group>,
    columns: &Columns,
    styles: &Styles,
    width: usize,
) -> fmt::Result {
    let (v, style) = (styles.voice, styles.severity(problem.severity));
    let follows = if group.is_none() { "  " } else { "" };
    let id = format!("{follows}{}", problem.id);
    let (severity, sure) =
        (v.t(words::severity(problem.severity)), v.t(words::confidence(problem.confidence)));
    let (ids, severities, sures) = (columns.id, columns.severity, columns.confidence);
    write!(out, "  {style}{id:<ids$} {severity:<severities$}{style:#}  {sure:<sures$}")?;
    if columns.counted {
        let (users, requests) = (columns.users, columns.requests);
        let number = |number: u64| if number == 0 { "-".to_owned() } else { number.to_string() };
        let (hit, failed) = match group {
            Some(group) => (number(group.users), number(group.requests)),
            None => (String::new(), String::new()),
        };
        write!(out, "  {hit:>users$}  {failed:>requests$}")?;
    }
    let target = words::target(v, &problem.target);
    let target =
        if target.is_empty() { v.t("the box itself").to_owned() } else { Escaped(&target).to_string() };
    writeln!(out, "  {}", fitting(&target, width.saturating_sub(columns.target())))?;
    let indent = 2 + columns.id + 1;
    let mut title = Escaped(&problem.text.title).to_string();
    if let Some(group) = group.filter(|_| !columns.counted) {
        title.push_str(&words::consequences(v, group));
    }
    write!(out, "{:indent$}", "")?;
    wrapped(out, &title, width, indent, indent)?;
    writeln!(out)
}

/// The beginning of a text where there is no room for all of it; the title below has it whole.
fn fitting(text: &str, room: usize) -> String {
    let room = room.max(12);
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let start: String = text.chars().take(room - 1).collect();
    format!("{start}…")
}

fn line(out: &mut String, text: &str, style: Style, width: usize) -> fmt::Result {
    write!(out, "  {style}")?;
    wrapped(out, &Escaped(text).to_string(), width, 2, 4)?;
    writeln!(out, "{style:#}")
}

fn more(out: &mut String, all: usize, most: usize, styles: &Styles) -> fmt::Result {
    let more = all.saturating_sub(most);
    if more == 0 { Ok(()) } else { writeln!(out, "  {}", styles.voice.fill("and {0} more below", &[&more])) }
}
