//! The catalogue: every problem this program knows, as data.
//!
//! An entry is a folder of the crate's `catalogue/`: `signature.toml` for the machine, `en.md` for people, logs that
//! must fire it (`hit-*.log`) and logs that must not (`miss-*.log`).

mod signature;

pub(crate) use signature::{Around, Group, Trigger, Watch};
pub use signature::{Confidence, Reference, Severity, Signature, Status};

use crate::compile::compile;
use crate::detectors::Detector;
use crate::field::Subject;
use crate::ports::Ports;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::runbook::Runbook;
use crate::translation::asks_for;
use std::collections::BTreeSet;
use std::sync::OnceLock;

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
        let fires = |signature: &Signature| match &signature.trigger {
            Trigger::Records(conditions, _) | Trigger::Conditions(conditions) => {
                conditions.iter().any(|condition| condition.mentions(&message))
            }
            Trigger::Message | Trigger::Files(_) | Trigger::Detector(_) => false,
        };
        let knows = |signature: &&Signature| {
            signature.messages.iter().any(|text| message.contains(&text.to_lowercase())) || fires(signature)
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

    /// Codes of the languages in which some entry has its text, English among them.
    pub fn languages(&self) -> BTreeSet<&str> {
        self.signatures.iter().flat_map(Signature::languages).chain(["en"]).collect()
    }

    /// Whether some entry has its text in the language of a tag such as `de` or `de-AT`.
    pub fn speaks(&self, tag: &str) -> bool {
        self.languages().iter().any(|code| asks_for(tag, code))
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

    /// Positions of the entries that claim something wrong with a file of certificates. There are few of them, and few
    /// such things: the conditions are simply tried.
    pub(crate) fn claims_of_file(&self, subject: &dyn Subject) -> Vec<usize> {
        let holds = |signature: &Signature| match &signature.trigger {
            Trigger::Files(any) => any.iter().any(|condition| condition.holds(subject)),
            _ => false,
        };
        let active = |signature: &Signature| signature.status != Status::Retired;
        let claims = self.signatures.iter().enumerate().filter(|(_, one)| active(one) && holds(one));
        claims.map(|(at, _)| at).collect()
    }

    /// Position of the entry that a detector belongs to.
    pub(crate) fn detector(&self, wanted: Detector) -> Option<usize> {
        self.signatures.iter().position(|signature| {
            signature.status != Status::Retired
                && matches!(signature.trigger, Trigger::Detector(detector) if detector == wanted)
        })
    }
}
