//! The timeline: what time each log covers, and when each problem was proven.

use super::super::voice::Voice;
use super::super::words;
use super::short;
use crate::report::{Problem, Report};
use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use waytrace_signatures::Role;

/// Width of the drawing, and of the names left of it, in its own units.
const WIDTH: i64 = 960;
const NAMES: i64 = 236;
/// Room for the marks on the right.
const MARGIN: i64 = 24;
const ROW: i64 = 26;
const HEAD: i64 = 30;
/// Problems drawn; the gravest come first, and the table above has all.
const MOST: usize = 40;
/// Characters of a name that have room left of the drawing.
const ROOM: usize = 34;

pub(super) fn section(report: &Report, v: &Voice) -> Markup {
    let Some(scale) = Scale::of(report) else { return html! {} };
    let problems: Vec<_> = report.findings.iter().filter(|found| found.first.is_some()).take(MOST).collect();
    if problems.is_empty() {
        return html! {};
    }
    let nodes: Vec<_> = report.nodes.iter().filter(|node| node.first.is_some()).collect();
    let rows = i64::try_from(nodes.len() + problems.len()).unwrap_or(i64::MAX / ROW);
    let height = HEAD + rows.saturating_mul(ROW) + 8;
    let row = |at: usize| HEAD + i64::try_from(at).unwrap_or(0) * ROW;
    html! {
        section aria-labelledby="timeline-head" {
            h2 id="timeline-head" { (v.t("Timeline of failures")) }
            div class="scroll" tabindex="0" role="group" aria-label=(v.t("Timeline")) {
                svg class="timeline" viewBox={"0 0 " (WIDTH) " " (height)} role="img" aria-labelledby="tl-t tl-d" {
                    title id="tl-t" { (v.t("When each problem was proven")) }
                    desc id="tl-d" { @for found in &problems { (in_words(v, found)) " " } }
                    (axis(v, &scale, height))
                    @for (at, node) in nodes.iter().enumerate() {
                        @let y = row(at);
                        text class="name faint" x="0" y=(y + 17) { (short(&v.fill("log of {0}", &[&node.host]), ROOM)) }
                        @if let (Some(first), Some(last)) = (node.first, node.last) {
                            (bar("log", &scale, (first, last), y))
                        }
                    }
                    @for (at, found) in problems.iter().enumerate() { (marks(&scale, found, row(nodes.len() + at))) }
                }
            }
        }
    }
}

fn in_words(v: &Voice, found: &Problem) -> String {
    let span = words::span(v, found.first, found.last).unwrap_or_default();
    let lines = v.count(found.evidence_count, "line");
    let words = v.fill("{0} {1}: {2} of proof, {3}.", &[&found.id, &found.target.host, &lines, &span]);
    crate::Escaped(&words).to_string()
}

/// Where a moment stands.
struct Scale {
    from: DateTime<Utc>,
    span: TimeDelta,
}

impl Scale {
    fn of(report: &Report) -> Option<Self> {
        let nodes = report.nodes.iter().flat_map(|node| [node.first, node.last]);
        let found = report.findings.iter().flat_map(|found| [found.first, found.last]);
        let times: Vec<_> = nodes.chain(found).flatten().collect();
        let (from, to) = (*times.iter().min()?, *times.iter().max()?);
        Some(Self { from, span: (to - from).max(TimeDelta::seconds(1)) })
    }

    fn x(&self, time: DateTime<Utc>) -> i64 {
        let room = i128::from(WIDTH - NAMES - MARGIN);
        let (since, span) = ((time - self.from).num_milliseconds(), self.span.num_milliseconds());
        let along = room * i128::from(since) / i128::from(span.max(1));
        // A line of another year would stand far outside; it is drawn at the edge.
        NAMES + i64::try_from(along.clamp(0, room)).unwrap_or(0)
    }
}

fn axis(v: &Voice, scale: &Scale, height: i64) -> Markup {
    const PARTS: i32 = 4;
    let form = match scale.span {
        span if span > TimeDelta::hours(20) => "%m-%d %H:%M",
        span if span > TimeDelta::seconds(20) => "%H:%M:%S",
        _ => "%H:%M:%S%.3f",
    };
    html! {
        @for part in 0..=PARTS {
            @let time = scale.from + scale.span * part / PARTS;
            @let x = scale.x(time);
            line class="grid" x1=(x) x2=(x) y1=(HEAD - 6) y2=(height) {}
            @let anchor = match part { 0 => "start", PARTS => "end", _ => "middle" };
            text class="tick" x=(if part == PARTS { x + MARGIN } else { x }) y=(HEAD - 12) text-anchor=(anchor) {
                (v.time(time, form))
            }
        }
    }
}

fn bar(class: &str, scale: &Scale, (first, last): (DateTime<Utc>, DateTime<Utc>), y: i64) -> Markup {
    let (from, to) = (scale.x(first), scale.x(last));
    html! { rect class=(class) x=(from) y=(y + 9) width=((to - from).max(2)) height="8" rx="4" {} }
}

fn marks(scale: &Scale, found: &Problem, y: i64) -> Markup {
    let severity = words::severity(found.severity);
    let name = format!("{} {}", found.id, found.target.host);
    let proofs = found.evidence.iter().filter(|line| line.role == Role::Proof).filter_map(|line| line.time);
    let mut places: Vec<_> =
        proofs.map(|time| scale.x(time.to_utc())).chain(found.last.map(|last| scale.x(last))).collect();
    places.sort_unstable();
    places.dedup();
    html! {
        text class="name" x="0" y=(y + 17) { (short(&name, ROOM)) }
        @if let (Some(first), Some(last)) = (found.first, found.last) {
            (bar(&format!("span {severity}"), scale, (first, last), y))
        }
        @for x in places {
            path class={"mark " (severity)} d={"M" (x) " " (y + 5) " l6 8 l-6 8 l-6 -8 z"} {}
        }
    }
}
