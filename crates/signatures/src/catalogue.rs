//! The catalogue: every problem this program knows, as data.
//!
//! An entry is a folder of the crate's `catalogue/`: `signature.toml` for the machine, `en.md` for people, logs that
//! must fire it (`hit-*.log`) and logs that must not (`miss-*.log`).

use crate::compile::compile;
use crate::detectors::Detector;
use crate::field::{Asked, Subject};
use crate::gate::Gate;
use crate::ports::Ports;
use crate::predicate::Condition;
use crate::prose::Prose;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::runbook::Runbook;
use crate::translation::Translation;
use serde::Serialize;
use std::sync::OnceLock;

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
        let short = language.split(['-', '_']).next().unwrap_or(language);
        let found = self.translations.iter().find(|text| text.language.eq_ignore_ascii_case(short));
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
    /// Whether it is about single records, and so has only the names it declares.
    pub(crate) fn is_of_records(&self) -> bool {
        matches!(self, Self::Records(..) | Self::Message(_))
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
    Message(Vec<String>),
    /// Code that looks at more than one subject.
    Detector(Detector),
}

/// The text files of one entry: the folder's name, and the files by name.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// Name of the folder; begins with the entry's id.
    pub folder: &'s str,
    /// File names and contents.
    pub files: &'s [(&'s str, &'s str)],
}

static BUILT_IN: &[Source<'static>] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
static RUNBOOKS: &[Source<'static>] = include!(concat!(env!("OUT_DIR"), "/runbooks.rs"));

/// Every problem that is looked for.
#[derive(Debug, Clone)]
pub struct Catalogue {
    signatures: Vec<Signature>,
    /// Positions of the entries about what the correlator finds out.
    correlated: Vec<usize>,
    /// Made when the first record asks for it: looking entries up needs none, and each one taken out changes it.
    rules: OnceLock<Rules>,
    runbooks: Vec<Runbook>,
    /// Which port is which service.
    pub ports: Ports,
}

impl Catalogue {
    /// The catalogue carried in this program.
    ///
    /// # Panics
    /// Never in a released program: a test compiles every entry.
    pub fn built_in() -> Self {
        Self::with_own(&[]).unwrap_or_else(|refusals| {
            let texts: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            panic!("the built-in catalogue is broken:\n{}", texts.join("\n"))
        })
    }

    /// The catalogue carried in this program, and a user's own entries beside it. Their ids begin with `LOCAL-`, so
    /// that none of them can take the place of a built-in one by accident.
    ///
    /// # Errors
    /// Every refusal of every entry.
    pub fn with_own(own: &[Source<'_>]) -> Result<Self, Vec<Refusal>> {
        let strangers = own.iter().filter(|source| !source.folder.starts_with("LOCAL-"));
        let refusals: Vec<_> = strangers
            .map(|source| Refusal {
                code: "S008",
                file: source.folder.to_owned(),
                line: None,
                message: "the id of an own entry begins with `LOCAL-`".to_owned(),
                hint: Some(format!("call the folder LOCAL-{}", source.folder)),
            })
            .collect();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let sources: Vec<_> = BUILT_IN.iter().chain(own).copied().collect();
        let mut catalogue = Self::load(&sources)?;
        let runbooks = RUNBOOKS.iter().map(|source| Runbook::read(source).map_err(|refusal| vec![refusal]));
        catalogue.runbooks = runbooks.collect::<Result<_, _>>()?;
        Ok(catalogue)
    }

    /// Compiles entries, and sorts them by id.
    ///
    /// # Errors
    /// Every refusal of every entry.
    pub fn load(sources: &[Source<'_>]) -> Result<Self, Vec<Refusal>> {
        let mut signatures = Vec::new();
        let mut refusals = Vec::new();
        for source in sources {
            match compile(source) {
                Ok(signature) => signatures.push(signature),
                Err(list) => refusals.extend(list),
            }
        }
        signatures.sort_by(|a: &Signature, b| a.id.cmp(&b.id));
        for pair in signatures.windows(2).filter(|pair| pair[0].id == pair[1].id) {
            let message = format!("the id {} is taken twice", pair[0].id);
            let file = pair[0].id.clone();
            refusals.push(Refusal { code: "S008", file, line: None, message, hint: None });
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let is_correlated =
            |(_, signature): &(usize, &Signature)| matches!(signature.trigger, Trigger::Conditions(_));
        let correlated = signatures.iter().enumerate().filter(is_correlated).map(|(at, _)| at).collect();
        Ok(Self {
            signatures,
            correlated,
            rules: OnceLock::new(),
            runbooks: Vec::new(),
            ports: Ports::built_in(),
        })
    }

    /// Takes an entry out: it never fires. Tells whether there was one.
    pub fn disable(&mut self, id: &str) -> bool {
        let found = self.signatures.iter_mut().find(|signature| signature.id.eq_ignore_ascii_case(id));
        let known = found.map(|signature| signature.status = Status::Retired).is_some();
        self.rules = OnceLock::new();
        known
    }

    /// Gives an entry another severity. Tells whether there was one.
    pub fn grade(&mut self, id: &str, severity: Severity) -> bool {
        let found = self.signatures.iter_mut().find(|signature| signature.id.eq_ignore_ascii_case(id));
        found.map(|signature| signature.severity = severity).is_some()
    }

    /// Shared procedures, sorted by id.
    pub fn runbooks(&self) -> &[Runbook] {
        &self.runbooks
    }

    /// The procedure with this id; letters compare without case.
    pub fn runbook(&self, id: &str) -> Option<&Runbook> {
        self.runbooks.iter().find(|runbook| runbook.id.eq_ignore_ascii_case(id))
    }

    /// Entries that know a message, such as one that a web page shows: those whose text stands in it, and those that
    /// would fire on it as a line of a log.
    pub fn for_message(&self, message: &str) -> Vec<&Signature> {
        let message = message.to_lowercase();
        let knows = |signature: &&Signature| match &signature.trigger {
            Trigger::Message(texts) => texts.iter().any(|text| message.contains(&text.to_lowercase())),
            Trigger::Records(conditions, _) | Trigger::Conditions(conditions) => {
                conditions.iter().any(|condition| condition.mentions(&message))
            }
            Trigger::Detector(_) => false,
        };
        self.signatures.iter().filter(knows).collect()
    }

    /// The conditions over records.
    pub(crate) fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::of(&self.signatures))
    }

    /// The entries, sorted by id.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The entry with this id; letters compare without case.
    pub fn get(&self, id: &str) -> Option<&Signature> {
        self.signatures.iter().find(|signature| signature.id.eq_ignore_ascii_case(id))
    }

    /// Positions of the entries that claim a subject: all that match outright, or else the first that falls back.
    pub(crate) fn claims(&self, subject: &dyn Subject) -> Vec<usize> {
        let claimed = |fallback: bool| {
            self.correlated.iter().copied().filter(move |at| match &self.signatures[*at].trigger {
                Trigger::Conditions(any) => any.iter().any(|c| c.fallback == fallback && c.holds(subject)),
                _ => false,
            })
        };
        // A silenced entry still claims what is its own: nothing falls back because of it.
        let mut claims: Vec<_> = claimed(false).collect();
        if claims.is_empty() {
            claims.extend(claimed(true).take(1));
        }
        claims.retain(|at| self.signatures[*at].status != Status::Retired);
        claims
    }

    /// Position of the entry that a detector belongs to.
    pub(crate) fn detector(&self, wanted: Detector) -> Option<usize> {
        self.signatures.iter().position(|signature| {
            signature.status != Status::Retired
                && matches!(signature.trigger, Trigger::Detector(detector) if detector == wanted)
        })
    }
}
