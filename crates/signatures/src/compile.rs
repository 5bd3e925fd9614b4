//! From what a file says to what can no longer be wrong. Collects every refusal instead of stopping at the first.

mod clause;
mod text;
mod trigger;

use crate::catalogue::{Confidence, Reference, Severity, Signature, Source, Status};
use crate::field::{Asked, Field};
use crate::refusal::{Refusal, did_you_mean};
use crate::schema::{RawConfidence, RawSeverity, RawSignature, RawStatus, read};
use std::ops::Range;
use toml::Spanned;

/// Compiles one folder.
pub(crate) fn compile(source: &Source<'_>) -> Result<Signature, Vec<Refusal>> {
    let mut out = Refusals { folder: source.folder, text: "", list: Vec::new() };
    let file = |name: &str| source.files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let Some(toml) = file("signature.toml") else {
        out.file("S001", "signature.toml", "the file is missing".into(), None);
        return Err(out.list);
    };
    out.text = toml;
    let raw = match read(toml) {
        Ok(raw) => raw,
        Err(error) => {
            out.at("S001", &error.span().unwrap_or(0..0), error.message().to_owned(), None);
            return Err(out.list);
        }
    };
    let names: Vec<_> =
        raw.names.iter().filter_map(|(name, field)| Some((name.clone(), asked(field, &mut out)?))).collect();
    let trigger = trigger::trigger(&raw, &mut out);
    let declares = trigger.as_ref().is_some_and(crate::catalogue::Trigger::declares_names);
    let prose = text::english(file("en.md"), declares, &names, &mut out);
    let translations = text::translations(source.files);
    check_id(&raw, &mut out);
    let group = trigger::group(&raw, &mut out);
    let gate = trigger::gate(&raw, &mut out);
    let (Some(trigger), true) = (trigger, out.list.is_empty()) else { return Err(out.list) };
    Ok(Signature {
        id: raw.id.into_inner(),
        severity: severity(raw.severity),
        confidence: confidence(raw.confidence),
        status: status(raw.status),
        since: raw.since,
        products: raw.products,
        releases: raw.releases.map(Spanned::into_inner),
        gate,
        on_every_peer: raw.on_every_peer,
        symptom: raw.symptom,
        covers: raw.covers,
        trigger,
        messages: raw.message.map(|message| message.texts).unwrap_or_default(),
        group,
        names,
        references: raw.references.into_iter().map(|r| Reference { id: r.id, title: r.title }).collect(),
        prose,
        translations,
    })
}

/// What is wrong with an entry so far.
struct Refusals<'s> {
    folder: &'s str,
    text: &'s str,
    list: Vec<Refusal>,
}

impl Refusals<'_> {
    fn file(&mut self, code: &'static str, file: &str, message: String, hint: Option<String>) {
        self.list.push(Refusal { code, file: format!("{}/{file}", self.folder), line: None, message, hint });
    }

    fn at(&mut self, code: &'static str, span: &Range<usize>, message: String, hint: Option<String>) {
        let line = Some(self.text.get(..span.start).map_or(1, |before| before.split('\n').count()));
        let file = format!("{}/signature.toml", self.folder);
        self.list.push(Refusal { code, file, line, message, hint });
    }
}

/// The folder's name begins with the id, so that a listing shows what is there.
fn check_id(raw: &RawSignature, out: &mut Refusals<'_>) {
    let id = raw.id.get_ref();
    let rest = out.folder.strip_prefix(id.as_str());
    if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
        let message = format!("the id is `{id}` and the folder is `{}`", out.folder);
        out.at("S008", &raw.id.span(), message, Some("the folder's name begins with the id".into()));
    }
}

fn asked(name: &Spanned<String>, out: &mut Refusals<'_>) -> Option<Asked> {
    let found = Asked::named(name.get_ref());
    if found.is_none() {
        let hint = did_you_mean(name.get_ref(), Field::TABLE.iter().map(|(_, name, ..)| *name));
        out.at("S002", &name.span(), format!("unknown field `{}`", name.get_ref()), hint);
    }
    found
}

/// Reads `500ms`, `30s`, `10m`, `24h`; gives milliseconds.
fn duration(text: &Spanned<String>, out: &mut Refusals<'_>) -> i64 {
    let value = text.get_ref();
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &value[digits.len()..] {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let read = unit.zip(digits.parse::<i64>().ok()).and_then(|(unit, count)| count.checked_mul(unit));
    read.unwrap_or_else(|| {
        out.at(
            "S004",
            &text.span(),
            format!("`{value}` is no duration"),
            Some("write 30s, 10m or 24h".into()),
        );
        0
    })
}

fn severity(raw: RawSeverity) -> Severity {
    match raw {
        RawSeverity::Info => Severity::Info,
        RawSeverity::Warning => Severity::Warning,
        RawSeverity::Error => Severity::Error,
        RawSeverity::Critical => Severity::Critical,
    }
}

fn confidence(raw: RawConfidence) -> Confidence {
    match raw {
        RawConfidence::Possible => Confidence::Possible,
        RawConfidence::Likely => Confidence::Likely,
        RawConfidence::Certain => Confidence::Certain,
    }
}

fn status(raw: RawStatus) -> Status {
    match raw {
        RawStatus::Preview => Status::Preview,
        RawStatus::Stable => Status::Stable,
        RawStatus::Retired => Status::Retired,
    }
}
