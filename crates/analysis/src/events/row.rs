//! One record as a row.

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use waytrace_logparse::body::ats::Message;
use waytrace_logparse::keyval::{Item, items};
use waytrace_logparse::{Event, Record, envelope::envelope};

/// A record, ready to be shown. Texts are a stranger's: escape them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Row<'b> {
    /// Name of the input.
    pub member: &'b str,
    /// Number of its first line there, from 1.
    pub line: u64,
    /// Position of its first byte there, from 0.
    pub offset: u64,
    /// The box's stamp.
    pub time: Option<DateTime<FixedOffset>>,
    /// The writer's clock, in UTC.
    pub utc: Option<NaiveDateTime>,
    /// Host name.
    pub host: &'b str,
    /// Name of the process.
    pub process: &'b str,
    /// Process id.
    pub pid: Option<u32>,
    /// Kind of the event: `source.what`.
    pub kind: &'static str,
    /// Level, where the writer gives one.
    pub level: &'b str,
    /// What it says in short: the body without clock, module and level.
    pub summary: String,
    /// The fields as written, in order; of a diagnostic line what it says.
    pub fields: Vec<(&'b str, String)>,
    /// The lines after the head.
    pub continuation: &'b str,
}

/// Pairs that say when and at which level, not what.
const FRAME: [&str; 3] = ["UTCTime", "Module", "Level"];

impl<'b> Row<'b> {
    pub(crate) fn of(record: &Record<'b>, member: &'b str) -> Self {
        let frame = &record.frame;
        let body = envelope(frame.head()).1;
        let head = record.event.head();
        let level = match &record.event {
            Event::Diagnostic(line) => line.level,
            _ => head.map_or("", |head| head.level),
        };
        Self {
            member,
            line: frame.line,
            offset: frame.offset,
            time: record.envelope.stamp.map(|stamp| stamp.time),
            utc: record.event.utc(),
            host: record.envelope.host,
            process: record.envelope.process,
            pid: record.envelope.pid,
            kind: record.event.kind(),
            level,
            summary: summary(body, frame.continuation()),
            fields: fields(&record.event, body),
            continuation: frame.continuation(),
        }
    }
}

fn summary(body: &str, continuation: &str) -> String {
    let mut out = String::new();
    for item in items(body) {
        let (key, text) = match item {
            Item::Pair(key, _) if FRAME.contains(&key) => continue,
            Item::Pair(_, "") => continue,
            Item::Pair(key, value) => (key, value.trim()),
            Item::Text(text) => ("", text),
        };
        if !out.is_empty() {
            out.push(' ');
        }
        if key.is_empty() {
            out.push_str(text);
        } else {
            out.push_str(key);
            out.push('=');
            let quoted = text.contains(' ');
            out.push_str(if quoted { "\"" } else { "" });
            out.push_str(text);
            out.push_str(if quoted { "\"" } else { "" });
        }
    }
    let dump = continuation.lines().map(str::trim).find(|line| line.len() > 1 && !line.ends_with("MSG:"));
    if let Some(first) = dump {
        out.push_str(" | ");
        out.push_str(first.trim_start_matches('|').trim());
    }
    out
}

fn fields<'b>(event: &Event<'b>, body: &'b str) -> Vec<(&'b str, String)> {
    if let Event::Diagnostic(line) = event {
        let mut fields = vec![("thread", line.thread.to_owned())];
        fields.extend(diagnostic(&line.message));
        return fields;
    }
    let pairs = items(body).map(|item| match item {
        Item::Pair(key, value) => (key, value.trim().to_owned()),
        Item::Text(text) => ("text", text.to_owned()),
    });
    pairs.filter(|(key, _)| !FRAME.contains(key)).collect()
}

fn diagnostic<'b>(message: &Message<'b>) -> Vec<(&'b str, String)> {
    let origin = match message {
        Message::VerifyFailed { origin, .. }
        | Message::NameMismatch { origin }
        | Message::PluginRefused { origin } => origin,
        Message::ConnectFailed { name, error } => {
            return vec![
                ("name", (*name).to_owned()),
                ("reason", error.reason.to_owned()),
                ("code", format!("{:08X}", error.code)),
            ];
        }
        Message::Other(text) => return vec![("text", (*text).to_owned())],
        _ => return Vec::new(),
    };
    let action = format!("{:?}", origin.action);
    let mut fields = vec![
        ("name", origin.name.to_owned()),
        ("server", origin.server.to_owned()),
        ("ip", origin.ip.to_owned()),
        ("action", action),
    ];
    if let Message::VerifyFailed { error, depth, .. } = message {
        fields.push(("error", (*error).to_owned()));
        fields.push(("depth", depth.to_string()));
    }
    fields
}
