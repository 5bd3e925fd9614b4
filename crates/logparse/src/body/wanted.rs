//! The choice of the events that somebody wants typed.

pub use super::kinds::KINDS;

/// Who says something: the part of a kind's name before its dot. One bit of [`Wanted`] each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those that stand before the dot of a kind")]
pub enum Source {
    Access,
    Alarm,
    Ats,
    Auth,
    Axl,
    Call,
    Cluster,
    Config,
    Connector,
    Cpl,
    Dns,
    Event,
    H323,
    Http,
    License,
    Marker,
    Media,
    Message,
    Provisioning,
    Registration,
    Relay,
    Search,
    Server,
    Sip,
    Ssl,
    System,
    Tcp,
    Tls,
    Traceback,
    Web,
    Xcp,
    Zone,
}

/// Every source with its name, in the order of the enum.
static SOURCES: [(&str, Source); 32] = [
    ("access", Source::Access),
    ("alarm", Source::Alarm),
    ("ats", Source::Ats),
    ("auth", Source::Auth),
    ("axl", Source::Axl),
    ("call", Source::Call),
    ("cluster", Source::Cluster),
    ("config", Source::Config),
    ("connector", Source::Connector),
    ("cpl", Source::Cpl),
    ("dns", Source::Dns),
    ("event", Source::Event),
    ("h323", Source::H323),
    ("http", Source::Http),
    ("license", Source::License),
    ("marker", Source::Marker),
    ("media", Source::Media),
    ("message", Source::Message),
    ("provisioning", Source::Provisioning),
    ("registration", Source::Registration),
    ("relay", Source::Relay),
    ("search", Source::Search),
    ("server", Source::Server),
    ("sip", Source::Sip),
    ("ssl", Source::Ssl),
    ("system", Source::System),
    ("tcp", Source::Tcp),
    ("tls", Source::Tls),
    ("traceback", Source::Traceback),
    ("web", Source::Web),
    ("xcp", Source::Xcp),
    ("zone", Source::Zone),
];

impl Source {
    /// The source that a kind belongs to; `None` for kinds without a dot and for names nobody has.
    pub fn of(kind: &str) -> Option<Self> {
        let name = kind.split_once('.')?.0;
        let at = SOURCES.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(SOURCES[at].1)
    }

    /// The name, as it stands before the dot of a kind.
    pub fn name(self) -> &'static str {
        SOURCES[self as usize].0
    }
}

/// The events that somebody wants typed. The rest stays [`crate::Event::Fields`], which costs next to nothing.
///
/// The choice is by source: who wants one kind of a source gets them all, because only the source can be told
/// without reading the record.
///
/// ```
/// use waytrace_logparse::body::{self, wanted::Wanted};
/// use waytrace_logparse::Envelope;
/// let wanted = Wanted::kinds(["alarm.raised", "sip.sent"]).unwrap();
/// let alarm = r#"Level="WARN" Event="Alarm Raised" Id="20004" Severity="warning""#;
/// let tcp = r#"Module="network.tcp" Level="DEBUG": Detail="TCP Connecting""#;
/// assert_eq!(body::typed(&Envelope::default(), alarm, "", wanted).kind(), "alarm.raised");
/// assert_eq!(body::typed(&Envelope::default(), tcp, "", wanted).kind(), "fields");
/// assert_eq!(Wanted::kinds(["sip.snet"]), Err("sip.snet"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    bits: u64,
}

impl Wanted {
    /// Every event is typed.
    pub const ALL: Self = Self { bits: u64::MAX };
    /// No event is typed.
    pub const NONE: Self = Self { bits: 0 };

    /// The sources of these kinds.
    ///
    /// # Errors
    /// The first name that is no kind of [`KINDS`].
    pub fn kinds<'k>(kinds: impl IntoIterator<Item = &'k str>) -> Result<Self, &'k str> {
        let mut wanted = Self::NONE;
        for kind in kinds {
            KINDS.binary_search(&kind).map_err(|_| kind)?;
            // `fields`, `opaque` and `broken` have no source: they are what is left.
            if let Some(source) = Source::of(kind) {
                wanted = wanted.with(source);
            }
        }
        Ok(wanted)
    }

    /// The same with one source more.
    #[must_use]
    pub fn with(self, source: Source) -> Self {
        Self { bits: self.bits | 1 << source as u64 }
    }

    /// Whether events of this source are wanted.
    pub fn has(self, source: Source) -> bool {
        self.bits >> source as u64 & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_agree() {
        assert!(KINDS.windows(2).all(|pair| pair[0] < pair[1]));
        for (at, (name, source)) in SOURCES.iter().enumerate() {
            assert_eq!((*source as usize, source.name()), (at, *name));
            assert!(KINDS.iter().any(|kind| Source::of(kind) == Some(*source)), "{name} has no kind");
        }
        for kind in KINDS.iter().filter(|kind| kind.contains('.')) {
            assert!(Source::of(kind).is_some(), "{kind} has no source");
        }
    }

    #[test]
    fn a_choice_is_by_source() {
        let wanted = Wanted::kinds(["tls.negotiation_error", "fields"]).expect("they are kinds");
        assert!(wanted.has(Source::Tls) && !wanted.has(Source::Tcp));
        assert!(Wanted::ALL.has(Source::Zone) && !Wanted::NONE.has(Source::Access));
    }
}
