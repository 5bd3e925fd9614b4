//! The ladder diagram of a failed request: a column for each box, an arrow for each step.

use super::super::voice::Voice;
use super::story::{Kind, Step, Story};
use super::{Escaped, short};
use maud::{Markup, html};

/// Width of the drawing and of the times left of it, in its own units.
const WIDTH: usize = 1040;
const TIMES: usize = 156;
/// From the outer columns to the edges: half of the widest head.
const MARGIN: usize = 100;
const HEAD: usize = 74;
const ROW: usize = 46;
/// Letters below the name of a column.
const ABOUT: usize = 30;
/// Width of ten letters of a label, on average.
const LETTERS: usize = 66;

/// Draws a story. `number` is that of the problem, for names within the page.
pub(super) fn figure(v: &Voice, story: &Story, number: usize) -> Markup {
    let height = HEAD + story.steps.len() * ROW + 18;
    let (title, text) = (format!("ladder-{number}"), format!("ladder-{number}-text"));
    let words = story.in_words(v);
    html! {
        figure {
            figcaption id=(title) {
                (v.fill(
                    "One of the failed requests, step by step. Each time ({0}) is that of the box that wrote it.",
                    &[&story.zone],
                ))
            }
            div class="scroll" tabindex="0" role="group" aria-label=(v.t("Ladder diagram")) {
                svg class="ladder" viewBox={"0 0 " (WIDTH) " " (height)} role="img" aria-labelledby=(title)
                    aria-describedby=(text) {
                    @for (at, (name, about)) in story.columns.iter().enumerate() {
                        @let x = column(at, story.columns.len());
                        text class="box" x=(x) y="20" text-anchor="middle" { (short(name, 26)) }
                        @for (line, about) in wrapped(about).iter().enumerate() {
                            text class="about" x=(x) y=(36 + 14 * line) text-anchor="middle" { (about) }
                        }
                        line class="life" x1=(x) x2=(x) y1=(HEAD - 2) y2=(height - 6) {}
                    }
                    @for (at, step) in story.steps.iter().enumerate() {
                        (arrow(step, story.columns.len(), HEAD + at * ROW + 26))
                    }
                }
            }
            details {
                summary { (v.t("The same in words")) }
                ol id=(text) { @for line in &words { li { (Escaped(line)) } } }
            }
        }
    }
}

/// Where a column stands.
fn column(at: usize, columns: usize) -> usize {
    TIMES + MARGIN + at * (WIDTH - TIMES - 2 * MARGIN) / columns.saturating_sub(1).max(1)
}

fn arrow(step: &Step, columns: usize, y: usize) -> Markup {
    let (from, to) = (column(step.from, columns), column(step.to, columns));
    let kind = match step.kind {
        Kind::Request => "request",
        Kind::Answer => "answer",
        Kind::Failure => "failure",
        Kind::Refused => "refused",
    };
    let room = from.abs_diff(to).saturating_sub(14) * 10 / LETTERS;
    let middle = usize::midpoint(from, to);
    let (above, below) = in_two(&step.label, room, step.kind);
    // The cross needs its room.
    let gap = if step.kind == Kind::Refused { 11 } else { 7 };
    html! {
        g class=(kind) {
            @for (at, (node, time)) in step.stamps.iter().enumerate() {
                @let up = if step.stamps.len() > 1 { 4 } else { 0 };
                text class="stamp" x="0" y=(y + 4 + 15 * at - 2 * up) { (Escaped(time)) " " (short(node, 11)) }
            }
            line class="arrow" x1=(from) x2=(to) y1=(y) y2=(y) {}
            @if step.kind == Kind::Refused {
                path class="cross" d={"M" (middle - 7) " " (y - 7) " l14 14 m0 -14 l-14 14"} {}
            } @else {
                (head(to, y, to > from))
            }
            text class="label" x=(middle) y=(y - gap) text-anchor="middle" { (above) }
            @if !below.is_empty() {
                text class="label" x=(middle) y=(y + gap + 9) text-anchor="middle" { (below) }
            }
        }
    }
}

/// A label as it fits above and below its arrow. Of a path the end tells more than its beginning.
fn in_two(label: &str, room: usize, kind: Kind) -> (String, String) {
    let text = Escaped(label).to_string();
    let length = text.chars().count();
    if length <= room {
        return (text, String::new());
    }
    if kind == Kind::Request {
        let (method, path) = text.split_once(' ').unwrap_or(("", &text));
        let kept = room.saturating_sub(method.chars().count() + 2);
        let path: String = path.chars().skip(path.chars().count().saturating_sub(kept)).collect();
        return (format!("{method} …{path}"), String::new());
    }
    halves(&text, room)
}

/// What stands below the name of a column.
fn wrapped(about: &[String]) -> Vec<String> {
    let lines = about.iter().flat_map(|text| {
        let (first, second) = halves(&Escaped(text).to_string(), ABOUT);
        [first, second]
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Text in two lines, broken at a blank, the second shortened.
fn halves(text: &str, room: usize) -> (String, String) {
    let Some((fits, _)) = text.char_indices().nth(room) else { return (text.to_owned(), String::new()) };
    let cut = text[..fits].rfind(' ').unwrap_or(fits);
    (text[..cut].to_owned(), short(text[cut..].trim_start(), room))
}

fn head(x: usize, y: usize, right: bool) -> Markup {
    let back = if right { "-9" } else { "9" };
    html! { path class="head" d={"M" (x) " " (y) " l" (back) " -5 v10 z"} {} }
}
