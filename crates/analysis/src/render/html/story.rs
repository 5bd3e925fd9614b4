//! The failed request of a problem as steps between the boxes that it passed: what the ladder diagram draws.

use super::super::voice::Voice;
use crate::report::{Problem, ProblemTarget, Report};
use chrono::Utc;
use waytrace_evidence::Role;
use waytrace_logparse::ProxyTarget;
use waytrace_logparse::keyval::{Item, items};
use waytrace_signatures::{Line, Role as LineRole, Touched};

/// Steps of which a ladder is worth drawing.
const FEWEST: usize = 2;

/// One request, from the client to the server and back.
pub(super) struct Story {
    /// Who takes part, from the client to the server: a name, and what it is.
    pub(super) columns: Vec<(String, Vec<String>)>,
    /// The zone of its times.
    pub(super) zone: String,
    /// What happened, in the order of true time.
    pub(super) steps: Vec<Step>,
}

/// An arrow from one column to another.
pub(super) struct Step {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
    pub(super) label: String,
    /// Who wrote it down, and when by his clock. Two for what one box sent and another received.
    pub(super) stamps: Vec<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Answer,
    /// An answer that says that it failed.
    Failure,
    /// The connection to the next box was given up: the proof.
    Refused,
}

impl Story {
    /// The request whose lines stand in the evidence; none if they tell of no way that it took.
    pub(super) fn of(report: &Report, v: &Voice, problem: &Problem) -> Option<Self> {
        let stands = |touched: &&Touched| {
            touched
                .lines
                .iter()
                .any(|place| problem.evidence.iter().any(|line| (line.member, line.line) == *place))
        };
        let told =
            problem.transactions.iter().find(|touched| touched.node == problem.node && stands(touched))?;
        let same = |touched: &&Touched| {
            std::ptr::eq(*touched, told)
                || !told.tracking_id.is_empty() && touched.tracking_id == told.tracking_id
        };
        let mut legs: Vec<_> = problem.transactions.iter().filter(same).filter(stands).collect();
        legs.sort_by_key(|touched| role(report, &touched.node) != Some(Role::Edge));
        let mut nodes: Vec<&str> = legs.iter().map(|touched| touched.node.as_str()).collect();
        nodes.dedup();
        let zone = problem.first.map_or_else(|| v.speech.zone.to_string(), |first| v.zone(first));
        let mut story = Self { columns: columns(report, v, problem, &nodes), zone, steps: Vec::new() };
        for line in &problem.evidence {
            let leg = legs.iter().find(|leg| belongs(leg, line));
            if let Some(at) = leg.and_then(|leg| nodes.iter().position(|node| *node == leg.node)) {
                story.take(v, line, nodes[at], at + 1);
            }
        }
        (story.steps.len() >= FEWEST).then_some(story)
    }

    /// Takes a line of the box in this column.
    fn take(&mut self, v: &Voice, line: &Line, node: &str, at: usize) {
        let (mut detail, mut message) = ("", "");
        for item in items(&line.text) {
            match item {
                Item::Pair("Detail", value) => detail = value,
                Item::Pair("Msg", value) => message = value,
                _ => {}
            }
        }
        let (from, to, kind) = match detail {
            "Receive Request" => (at - 1, at, Kind::Request),
            "Sending Request" => (at, at + 1, Kind::Request),
            "Receive Response" => (at + 1, at, answer(message)),
            "Sending Response" => (at, at - 1, answer(message)),
            _ if line.role == LineRole::Proof => (at + 1, at, Kind::Refused),
            _ => return,
        };
        let label = match kind {
            Kind::Request => asked(message),
            Kind::Answer | Kind::Failure => message.trim_start_matches("HTTP/1.1 ").to_owned(),
            Kind::Refused => said(&line.text).to_owned(),
        };
        let time =
            line.time.map_or_else(String::new, |time| v.time(time.with_timezone(&Utc), "%H:%M:%S%.3f"));
        let stamp = (node.to_owned(), time);
        if let Some(last) = self.steps.last_mut().filter(|last| (last.from, last.to) == (from, to)) {
            // The second line of the same handshake, or the dump of a message that was just told.
            let known = last.stamps.iter().any(|(known, _)| known == node);
            if last.kind == Kind::Refused && kind == Kind::Refused || known && message.is_empty() {
                return;
            }
            if last.kind == kind && !known {
                last.stamps.push(stamp);
                return;
            }
        }
        self.steps.push(Step { from, to, kind, label, stamps: vec![stamp] });
    }

    /// The steps in words.
    pub(super) fn in_words(&self, v: &Voice) -> Vec<String> {
        let name = |at: usize| self.columns.get(at).map_or("?", |(name, _)| name);
        let line = |step: &Step| {
            let stamps = step.stamps.iter().map(|(node, time)| v.fill("{0} by {1}", &[time, node]));
            let stamps = stamps.collect::<Vec<_>>().join(", ");
            let (from, to) = (name(step.from), name(step.to));
            let (text, values): (_, [&dyn std::fmt::Display; 4]) = match step.kind {
                Kind::Request => ("{0}: {1} asks {2}: {3}", [&stamps, &from, &to, &step.label]),
                Kind::Answer | Kind::Failure => {
                    ("{0}: {1} answers {2}: {3}", [&stamps, &from, &to, &step.label])
                }
                Kind::Refused => {
                    ("{0}: {1} gives up the connection to {2}: {3}", [&stamps, &to, &from, &step.label])
                }
            };
            v.fill(text, &values)
        };
        self.steps.iter().map(line).collect()
    }
}

fn role(report: &Report, node: &str) -> Option<Role> {
    report.nodes.iter().find(|known| known.host == node).and_then(|known| known.role)
}

fn belongs(leg: &Touched, line: &Line) -> bool {
    let place = (line.member, line.line);
    leg.lines.contains(&place) || leg.proof.iter().any(|proof| (proof.member, proof.line) == place)
}

/// The boxes with a log, and who must stand before and behind them.
fn columns(report: &Report, v: &Voice, problem: &Problem, nodes: &[&str]) -> Vec<(String, Vec<String>)> {
    let outside = nodes.first().and_then(|node| role(report, node)) == Some(Role::Edge);
    let before = if outside || nodes.first().is_none_or(|node| role(report, node).is_none()) {
        (v.t("client").to_owned(), Vec::new())
    } else {
        (v.t("client").to_owned(), vec![v.t("through the Expressway-E").to_owned()])
    };
    let last = nodes.last().and_then(|node| role(report, node));
    let behind = if last == Some(Role::Edge) {
        ("Expressway-C".to_owned(), vec![v.t("no log of it here").to_owned()])
    } else {
        // What was presented says more than which of its certificates it must have been.
        let shown = problem.presented.as_ref().and_then(|presented| presented.chain.first());
        let shown = shown.map(|certificate| v.fill("showed {0}", &[&certificate.title()]));
        server(v, &problem.target, shown.as_deref().or(problem.certificate.as_deref()))
    };
    let boxes = nodes.iter().map(|node| {
        let role = role(report, node).map(|role| role.to_string());
        ((*node).to_owned(), role.into_iter().collect())
    });
    std::iter::once(before).chain(boxes).chain([behind]).collect()
}

fn server(v: &Voice, target: &ProblemTarget, certificate: Option<&str>) -> (String, Vec<String>) {
    let port = target.port.map(|port| v.fill("port {0}", &[&port]));
    let certificate = certificate.map(str::to_owned);
    let name = if target.host.is_empty() { v.t("server").to_owned() } else { target.host.clone() };
    (name, port.into_iter().chain(certificate).collect())
}

fn answer(message: &str) -> Kind {
    let status = message.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
    if status.is_some_and(|status| status >= 400) { Kind::Failure } else { Kind::Answer }
}

/// Method and path, without the server, which the column names, and without the segment that encodes it.
fn asked(message: &str) -> String {
    let mut words = message.split(' ');
    let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = ProxyTarget::find(path).map_or_else(|| path.to_owned(), |(_, rest)| format!("/…{rest}"));
    format!("{method} {path}")
}

/// What a line of proof says went wrong.
fn said(text: &str) -> &str {
    if let Some((_, error)) = text.split_once(" Error=") {
        return error.split(" server=").next().unwrap_or(error);
    }
    let plain = ["WARNING: ", "ERROR: ", "Msg=\"", "]: "].iter().find_map(|mark| text.split_once(mark));
    plain.map_or(text, |(_, rest)| rest)
}
