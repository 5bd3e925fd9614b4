//! `waytrace txn`

use crate::args::{Format, Txn};
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::{say, tell_unread};
use chrono::{DateTime, FixedOffset};
use std::fmt::Write;
use waytrace::redact::Redactor;
use waytrace::{Analyzer, Confidence, Escaped, Story, StoryId};

pub(crate) fn run(args: Txn) -> Result<Exit, Failure> {
    let id: StoryId = args.id.parse().unwrap_or_else(|never| match never {});
    let reading = Reading::new(args.paths, &args.reading, Writes::AtTheEnd);
    let analyzer = if args.redact { Analyzer::new().learning_names() } else { Analyzer::new() };
    let (mut stories, report) = reading.run(analyzer, |analyzer, sources| analyzer.stories(sources, &id))?;
    if stories.is_empty() {
        tell_unread(&report);
        let what = "is not in this log: neither as a Txn-id, nor as a TrackingID, nor as a Call-ID";
        return Err(Failure::Usage(format!("`{}` {what}", args.id)));
    }
    if args.redact {
        let mut redactor = Redactor::of(&report);
        for story in &mut stories {
            redactor.story(story);
        }
    }
    match args.format {
        Format::Text => say(&stories.iter().map(text).collect::<Vec<_>>().join("\n"))?,
        Format::Json => say(&format!("{:#}\n", stories.iter().map(json).collect::<serde_json::Value>()))?,
    }
    tell_unread(&report);
    Ok(if report.is_partial() { Exit::Partial } else { Exit::Clean })
}

fn text(story: &Story) -> String {
    let mut out = format!("{}\n", Escaped(&story.title));
    let many = story.lines.iter().any(|line| line.host != story.lines[0].host);
    for clock in &story.clocks {
        let (node, reference) = (Escaped(&clock.node), Escaped(&clock.reference));
        let way = if clock.ahead < 0 { "behind" } else { "ahead of" };
        let apart = clock.ahead.abs();
        let written = writeln!(
            out,
            "  {node} is {apart} ms {way} {reference} (±{} ms): times are those of each box, the order is true",
            clock.uncertain
        );
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    // Boxes in several zones would seem to be hours apart.
    let zones = story.lines.iter().filter_map(|line| line.time).map(|time| *time.offset());
    let in_utc = zones.clone().zip(zones.skip(1)).any(|(a, b)| a != b);
    for line in &story.lines {
        let time = line.time.map_or_else(|| "-".to_owned(), |time| clock_time(time, in_utc));
        let gap = line.gap.map_or_else(String::new, |gap| format!("+{gap} ms"));
        let host = if many { format!("{:<12} ", Escaped(&line.host)) } else { String::new() };
        let joined = match line.joined {
            Some(Confidence::Certain) => " (no id of its own; joined: certain)",
            Some(Confidence::Likely) => " (no id of its own; joined: likely)",
            Some(_) => " (no id of its own; joined: possible)",
            None => "",
        };
        let summary = Escaped(&line.summary);
        let written =
            writeln!(out, "{:>7} {time:<12} {gap:>9}  {host}{:<22} {summary}{joined}", line.line, line.kind);
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    if story.left_out > 0 {
        let written = writeln!(out, "        and {} more lines", story.left_out);
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    out
}

/// The time of day, as the box shows it or in UTC.
fn clock_time(time: DateTime<FixedOffset>, in_utc: bool) -> String {
    if in_utc {
        return time.to_utc().format("%H:%M:%S%.3fZ").to_string();
    }
    time.format("%H:%M:%S%.3f").to_string()
}

fn json(story: &Story) -> serde_json::Value {
    let lines = story.lines.iter().map(|line| {
        serde_json::json!({
            "member": line.member, "line": line.line, "host": line.host, "kind": line.kind,
            "time": line.time.map(|time| time.to_rfc3339()), "gap_ms": line.gap, "summary": line.summary,
            "joined": line.joined,
        })
    });
    let clocks = story.clocks.iter().map(|clock| {
        serde_json::json!({
            "node": clock.node, "reference": clock.reference, "ahead_ms": clock.ahead,
            "uncertain_ms": clock.uncertain, "requests": clock.requests,
        })
    });
    let clocks: Vec<_> = clocks.collect();
    serde_json::json!({ "title": story.title, "clocks": clocks, "lines": lines.collect::<Vec<_>>(), "left_out": story.left_out })
}
