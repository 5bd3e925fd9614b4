//! `waytrace events`

use crate::args::{self, Events, Stream};
use crate::commands::reading::{Reading, Writes};
use crate::exit::{Exit, Failure};
use crate::output::{Out, tell_unread};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use waytrace::events::{Filter, Row};
use waytrace::redact::Redactor;
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
    // Names are known from the first line on where the input can be read twice.
    let mut redactor = args.redact.then(|| names(&args.paths, &args.reading));
    let reading = Reading::new(args.paths, &args.reading, Writes::Meanwhile);
    let mut out = Out::new();
    let mut failure = None;
    let mut sink = |row: &Row<'_>| {
        let show = |row: &Row<'_>| match args.format {
            Stream::Text => text(row),
            Stream::Ndjson => ndjson(row),
        };
        let line = match &mut redactor {
            Some(redactor) => {
                redactor.learn_row(row);
                redactor.row(row, show)
            }
            None => show(row),
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

/// A redactor that knows the names in the files; of standard input they are learnt on the way.
fn names(paths: &[PathBuf], reading: &args::Reading) -> Redactor {
    let mut redactor = Redactor::new();
    let files: Vec<_> = paths.iter().filter(|path| path.as_path() != Path::new("-")).cloned().collect();
    if !files.is_empty() {
        let reading = Reading::new(files, reading, Writes::Meanwhile);
        let learnt =
            reading.run(Analyzer::new().learning_names(), |analyzer, sources| Ok(analyzer.look(sources)));
        // Files that cannot be read are told of when they are listed.
        if let Ok(report) = learnt {
            redactor = Redactor::of(&report);
        }
    }
    redactor
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
