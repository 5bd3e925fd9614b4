//! From what a file says to what can no longer be wrong. Collects every refusal instead of stopping at the first.

use crate::catalogue::{Confidence, Reference, Severity, Signature, Source, Status, Trigger};
use crate::detectors;
use crate::field::{Field, Holds, Kind};
use crate::predicate::{Clause, Condition, Test};
use crate::prose::Prose;
use crate::refusal::{Refusal, did_you_mean};
use crate::schema::{
    Literal, RawClause, RawCondition, RawConfidence, RawSeverity, RawSignature, RawStatus, read,
};
use regex::bytes::RegexBuilder;
use std::ops::Range;

/// Ceiling on a compiled pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// Names the text of an entry may mention, whatever fills them.
pub(crate) const NAMES: &[&str] = &[
    "target",
    "host",
    "ip",
    "port",
    "node",
    "service",
    "certificate",
    "error",
    "depth",
    "reason",
    "alert",
    "status",
    "working_ports",
];

/// Compiles one folder.
pub(crate) fn compile(source: &Source<'_>) -> Result<Signature, Vec<Refusal>> {
    let mut out = Refusals { folder: source.folder, text: "", list: Vec::new() };
    let file = |name: &str| source.files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let Some(toml) = file("signature.toml") else {
        return Err(vec![out.whole("S001", "signature.toml", "the file is missing".into())]);
    };
    out.text = toml;
    let raw = match read(toml) {
        Ok(raw) => raw,
        Err(error) => {
            let mut refusal = out.whole("S001", "signature.toml", error.message().to_owned());
            refusal.line = error.span().map(|span| out.line(&span));
            return Err(vec![refusal]);
        }
    };
    let prose = read_prose(file("en.md"), &mut out);
    let trigger = trigger(&raw, &mut out);
    check_id(&raw, &mut out);
    let group = raw.group.by.iter().filter_map(|name| field(name, &mut out)).collect();
    if !out.list.is_empty() {
        return Err(out.list);
    }
    Ok(Signature {
        id: raw.id.into_inner(),
        severity: severity(raw.severity),
        confidence: confidence(raw.confidence),
        status: status(raw.status),
        since: raw.since,
        products: raw.products,
        releases: raw.releases,
        trigger: trigger.expect("no refusal means a trigger"),
        group,
        references: raw.references.into_iter().map(|r| Reference { id: r.id, title: r.title }).collect(),
        prose,
    })
}

struct Refusals<'s> {
    folder: &'s str,
    text: &'s str,
    list: Vec<Refusal>,
}

impl Refusals<'_> {
    fn whole(&self, code: &'static str, file: &str, message: String) -> Refusal {
        Refusal { code, file: format!("{}/{file}", self.folder), line: None, message, hint: None }
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).map_or(1, |before| before.split('\n').count())
    }

    fn at(&mut self, code: &'static str, span: &Range<usize>, message: String, hint: Option<String>) {
        let line = Some(self.line(span));
        let file = format!("{}/signature.toml", self.folder);
        self.list.push(Refusal { code, file, line, message, hint });
    }
}

fn read_prose(text: Option<&str>, out: &mut Refusals<'_>) -> Prose {
    let prose = text.ok_or_else(|| "the file is missing".to_owned()).and_then(Prose::read);
    let prose = prose.unwrap_or_else(|message| {
        let refusal = out.whole("S009", "en.md", message);
        out.list.push(refusal);
        Prose::default()
    });
    for name in prose.names().iter().filter(|name| !NAMES.contains(&name.as_str())) {
        let mut refusal = out.whole("S009", "en.md", format!("`{{{name}}}` is no name that a finding gives"));
        refusal.hint = did_you_mean(name, NAMES.iter().copied());
        out.list.push(refusal);
    }
    prose
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

fn trigger(raw: &RawSignature, out: &mut Refusals<'_>) -> Option<Trigger> {
    if let Some(name) = &raw.detector {
        return match detectors::named(name.get_ref()) {
            Some(detector) if raw.any.is_empty() && raw.with.is_empty() => Some(Trigger::Detector(detector)),
            Some(_) => {
                let message = "a detector takes no [[any]], and this one no parameters".to_owned();
                out.at("S007", &name.span(), message, None);
                None
            }
            None => {
                let hint = did_you_mean(name.get_ref(), detectors::NAMES.iter().copied());
                out.at("S007", &name.span(), format!("unknown detector `{}`", name.get_ref()), hint);
                None
            }
        };
    }
    if raw.any.is_empty() {
        let message = "neither [[any]] nor detector: nothing can fire this".to_owned();
        out.at("S001", &raw.id.span(), message, None);
        return None;
    }
    Some(Trigger::Conditions(
        raw.any.iter().filter_map(|condition| self::condition(condition, out)).collect(),
    ))
}

fn condition(raw: &RawCondition, out: &mut Refusals<'_>) -> Option<Condition> {
    let kind = Kind::named(raw.kind.get_ref());
    if kind.is_none() {
        let hint = did_you_mean(raw.kind.get_ref(), Kind::TABLE.iter().map(|(_, name, _)| *name));
        out.at("S006", &raw.kind.span(), format!("unknown kind `{}`", raw.kind.get_ref()), hint);
    }
    let all = raw.all.iter().filter_map(|clause| self::clause(clause, out)).collect();
    Some(Condition { kind: kind?, all, fallback: raw.fallback })
}

fn field(name: &toml::Spanned<String>, out: &mut Refusals<'_>) -> Option<Field> {
    let found = Field::named(name.get_ref());
    if found.is_none() {
        let hint = did_you_mean(name.get_ref(), Field::TABLE.iter().map(|(_, name, ..)| *name));
        out.at("S002", &name.span(), format!("unknown field `{}`", name.get_ref()), hint);
    }
    found
}

fn clause(raw: &RawClause, out: &mut Refusals<'_>) -> Option<Clause> {
    let field = field(&raw.field, out)?;
    let tests: Vec<_> = tests(raw, field.holds()).into_iter().flatten().collect();
    let [test] = <[_; 1]>::try_from(tests)
        .map_err(|tests| {
            let message = format!("`{}` is asked {} questions; a clause asks one", field.name(), tests.len());
            out.at("S004", &raw.field.span(), message, None);
        })
        .ok()?;
    match test {
        Ok(test) => Some(Clause { field, test, not: raw.not }),
        Err((code, message)) => {
            out.at(code, &raw.field.span(), format!("`{}` {message}", field.name()), None);
            None
        }
    }
}

type Answer = Result<Test, (&'static str, String)>;

/// One entry for each operator the clause uses.
fn tests(raw: &RawClause, holds: Holds) -> Vec<Option<Answer>> {
    let text = |value: &Option<String>, make: fn(String) -> Test| {
        value.clone().map(|value| match holds {
            Holds::Text => Ok(make(value)),
            other => Err(("S004", format!("holds {other}; this operator is for text"))),
        })
    };
    let number = |value: Option<i64>, make: fn(i64) -> Test| {
        value.map(|value| match holds {
            Holds::Number => Ok(make(value)),
            other => Err(("S004", format!("holds {other}; this operator is for numbers"))),
        })
    };
    vec![
        raw.is.as_ref().map(|value| one_of(std::slice::from_ref(value), holds)),
        raw.one_of.as_ref().map(|values| one_of(values, holds)),
        text(&raw.contains, Test::Contains),
        text(&raw.starts, Test::Starts),
        text(&raw.ends, Test::Ends),
        raw.matches.as_ref().map(|pattern| matches(pattern, holds)),
        number(raw.below, Test::Below),
        number(raw.above, Test::Above),
        raw.present.map(|wanted| Ok(Test::Present(wanted))),
    ]
}

fn one_of(values: &[Literal], holds: Holds) -> Answer {
    let wrong = |value: &Literal| ("S003", format!("holds {holds}, not {value:?}"));
    match holds {
        Holds::Text => values
            .iter()
            .map(|value| if let Literal::Text(text) = value { Ok(text.clone()) } else { Err(wrong(value)) })
            .collect::<Result<_, _>>()
            .map(Test::TextOneOf),
        Holds::Number => values
            .iter()
            .map(|value| if let Literal::Number(number) = value { Ok(*number) } else { Err(wrong(value)) })
            .collect::<Result<_, _>>()
            .map(Test::NumberOneOf),
        Holds::Flag => match values {
            [Literal::Flag(flag)] => Ok(Test::Flag(*flag)),
            _ => Err(("S003", "holds true or false".to_owned())),
        },
    }
}

/// A pattern in ASCII mode, with a ceiling on its compiled size.
fn matches(pattern: &str, holds: Holds) -> Answer {
    if holds != Holds::Text {
        return Err(("S004", format!("holds {holds}; a pattern is for text")));
    }
    let built = RegexBuilder::new(pattern).unicode(false).size_limit(PATTERN_SIZE).build();
    built
        .map(Test::Matches)
        .map_err(|error| ("S005", format!("has a pattern that does not compile: {error}")))
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
