//! One entry, compiled.

use crate::detectors::Detector;
use crate::field::Asked;
use crate::gate::Gate;
use crate::predicate::Condition;
use crate::prose::Prose;
use crate::translation::{Translation, asks_for};
use serde::Serialize;

/// How bad a problem is for the people who use the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Good to know.
    Info,
    /// Works, and will not for long, or not everywhere.
    Warning,
    /// Requests fail.
    Error,
    /// A service is down.
    Critical,
}

/// How sure a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Confidence {
    /// Better than nothing; other explanations are as good.
    Possible,
    /// More probable than everything else together (posterior 0.5 and up).
    Likely,
    /// Wrong in fewer than one case of a hundred (posterior 0.99 and up).
    Certain,
}

impl Confidence {
    /// The word for a posterior probability.
    pub fn of(posterior: f64) -> Self {
        if posterior >= 0.99 {
            Self::Certain
        } else if posterior >= 0.5 {
            Self::Likely
        } else {
            Self::Possible
        }
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// New; its claims may change.
    Preview,
    /// Proven.
    Stable,
    /// Kept for its id; never fires.
    Retired,
}

/// A document or bug that an entry rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Bug id or document number.
    pub id: String,
    /// What it is about.
    pub title: String,
}

/// A compiled entry.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Signature {
    /// Stable id, such as `TLS-001`; never used again for another problem.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// The most its evidence can prove.
    pub confidence: Confidence,
    /// Where the entry stands.
    pub status: Status,
    /// Version of waytrace that brought it.
    pub since: String,
    /// Which boxes it is about.
    pub products: Vec<String>,
    /// Releases it holds for, if not all.
    pub releases: Option<String>,
    /// What must be so on the box itself.
    pub(crate) gate: Gate,
    /// The repair is to be made on every peer of a cluster, because the setting is not replicated.
    pub on_every_peer: bool,
    /// What fires it.
    pub(crate) trigger: Trigger,
    /// What a web page or a client says where the problem is there.
    pub(crate) messages: Vec<String>,
    /// Fields that tell one finding from another.
    pub(crate) group: Group,
    /// Names of the text, and the fields that fill them.
    pub(crate) names: Vec<(String, Asked)>,
    /// It is what is seen of a cause that the log did not name: where a finding about the same server and port names
    /// one, it folds under that.
    pub symptom: bool,
    /// Ids of entries that say the same with less: they fold under this one on the same node.
    pub covers: Vec<String>,
    /// What the entry rests on.
    pub references: Vec<Reference>,
    /// The English text.
    pub prose: Prose,
    /// The text in other languages, by their codes.
    pub(crate) translations: Vec<Translation>,
}

impl Signature {
    /// The text in a language (`es`, `de-AT`); English where there is none.
    pub fn text(&self, language: &str) -> &Prose {
        let found = self.translations.iter().find(|text| asks_for(language, &text.language));
        found.and_then(Translation::prose).unwrap_or(&self.prose)
    }

    /// What is wrong with its texts in other languages: each must have the parts and the names of the English one.
    pub fn check_translations(&self) -> Vec<String> {
        let wrong =
            self.translations.iter().filter_map(|text| Some((&text.language, text.difference(&self.prose)?)));
        wrong.map(|(language, message)| format!("{}/{language}.md: {message}", self.id)).collect()
    }

    /// Whether it is about a handshake that this Expressway or the server ended.
    pub(crate) fn refuses(&self) -> bool {
        let Trigger::Conditions(any) = &self.trigger else { return false };
        any.iter().any(|condition| condition.kind == crate::field::Kind::OriginTls)
            && self.severity >= Severity::Error
    }

    /// Whether it is about requests that failed, without saying why: another node may know.
    pub(crate) fn is_of_requests(&self) -> bool {
        self.symptom || (self.trigger.is_of_requests() && !self.refuses())
    }

    /// Whether it is about the certificate that an origin server shows, or about how it was judged.
    pub fn is_about_certificate(&self) -> bool {
        match &self.trigger {
            Trigger::Conditions(any) => {
                any.iter().any(|condition| condition.kind == crate::field::Kind::OriginTls)
            }
            Trigger::Detector(detector) => *detector == Detector::PortContrast,
            _ => false,
        }
    }

    /// Languages other than English it has.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.translations.iter().map(|text| text.language.as_str())
    }
}

/// What tells one finding from another, and how many proofs it takes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) by: Vec<Asked>,
    pub(crate) min: u32,
    /// In milliseconds; 0 is the whole log.
    pub(crate) within: i64,
}

/// Another record that must be there, or must not.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) condition: Condition,
    pub(crate) same: Vec<Asked>,
    /// In milliseconds.
    pub(crate) within: i64,
}

/// What else a record needs around it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// None of these may follow.
    pub(crate) no_after: Option<Watch>,
    /// None of these may come before.
    pub(crate) no_before: Option<Watch>,
    /// One of these must come before.
    pub(crate) before: Option<Watch>,
}

impl Trigger {
    /// Whether its texts have only the names it declares: where it is about single records, messages or files.
    pub(crate) fn declares_names(&self) -> bool {
        matches!(self, Self::Records(..) | Self::Message | Self::Files(_))
    }
}

impl Trigger {
    /// Whether it is about what the correlator found out of proxied requests.
    pub(crate) fn is_of_requests(&self) -> bool {
        matches!(self, Self::Conditions(_))
    }
}

/// What fires a signature.
#[derive(Debug, Clone)]
pub(crate) enum Trigger {
    /// Any of these conditions, on one subject.
    Conditions(Vec<Condition>),
    /// Any of these conditions, on one record, with what must be around it.
    Records(Vec<Condition>, Box<Around>),
    /// A message of a web page; never in a log.
    Message,
    /// Any of these conditions, on one thing that is wrong with a file of certificates.
    Files(Vec<Condition>),
    /// Code that looks at more than one subject.
    Detector(Detector),
}
