//! `waytrace events`

use crate::args::{Events, Stream};
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::{Out, tell_unread};
use std::ops::ControlFlow;
use waytrace::events::{Filter, Row};
use waytrace::{Analyzer, Escaped, Source};

pub(crate) fn run(args: Events) -> Result<Exit, Failure> {
    let filter = Filter {
        kinds: args.kind,
        processes: args.process,
        since: args.since,
        until: args.until,
        grep: args.grep,
        user: args.user,
        txn: args.txn,
        tracking_id: args.tracking_id,
        call_id: args.call_id,
        opaque: args.opaque,
    };
    let reading = Reading::new(args.paths, &args.reading, Writes::Meanwhile);
    let mut out = Out::new();
    let mut failure = None;
    let mut sink = |row: &Row<'_>| {
        let line = match args.format {
            Stream::Text => text(row),
            Stream::Ndjson => ndjson(row),
        };
        match out.line(&line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                // What nobody sees need not be inflated either.
                reading.stop().stop();
                ControlFlow::Break(())
            }
        }
    };
    let listed = |analyzer: &Analyzer, sources: &[Source]| analyzer.events(sources, filter, &mut sink);
    let result = reading.run(Analyzer::new(), listed);
    if let Some(failure) = failure {
        return Err(failure);
    }
    let report = result?;
    out.flush()?;
    tell_unread(&report);
    Ok(if report.is_partial() { Exit::Partial } else { Exit::Clean })
}

fn text(row: &Row<'_>) -> String {
    let time =
        row.time.map_or_else(|| "-".to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S%.3f").to_string());
    let process = if row.process.is_empty() { "-" } else { row.process };
    format!(
        "{:>7} {time:<23} {:<12} {:<20} {:<24} {}",
        row.line,
        Escaped(row.host),
        Escaped(process),
        row.kind,
        Escaped(&row.summary)
    )
}

fn ndjson(row: &Row<'_>) -> String {
    let fields: Vec<_> = row.fields.iter().map(|(key, value)| serde_json::json!([key, value])).collect();
    serde_json::json!({
        "member": row.member,
        "line": row.line,
        "offset": row.offset,
        "time": row.time.map(|time| time.to_rfc3339()),
        "utc": row.utc.map(|utc| utc.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
        "host": row.host,
        "process": row.process,
        "pid": row.pid,
        "kind": row.kind,
        "level": row.level,
        "fields": fields,
        "continuation": row.continuation,
    })
    .to_string()
}
