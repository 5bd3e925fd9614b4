//! What is known of one box from its dumps.

mod cipher;
mod cluster;
mod domain;
mod mra;
mod network;
mod picker;
mod role;
mod server;
mod system;
mod zone;

pub use cipher::CipherList;
pub use cluster::{Cluster, ClusterPeer};
pub use domain::Domain;
pub use mra::Mra;
pub use network::{DnsServer, Interface, Network, NtpServer};
pub use role::{RoleFact, ToldBy};
pub use server::{ServerKind, ServerSource, UnifiedServer};
pub use system::{Clock, System};
pub use zone::{Zone, ZonePeer, ZoneType};

use crate::dump;
use crate::settings::{Reading, Settings, Tree};
use picker::Picker;
use serde::Serialize;

/// The facts of one box, from its `xconf_dump` and `xstat_dump` files of either form.
///
/// Every fact is picked out of the settings that were read, so joining two dumps joins their settings and picks again.
/// A fact that the dumps do not tell is absent. Nothing is guessed; what rests on an inference about the form of a
/// setting says so at its type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NodeFacts {
    /// Names, release and clock of the box.
    pub system: System,
    /// Which of the two Expressways it is, and what says so.
    pub role: Option<RoleFact>,
    /// Its interfaces, name servers and time servers.
    pub network: Network,
    /// The cluster it is part of; no peers if it stands alone.
    pub cluster: Cluster,
    /// Its zones, by index.
    pub zones: Vec<Zone>,
    /// Its domains and the services that are on for them, by index.
    pub domains: Vec<Domain>,
    /// The servers inside that it was told of.
    pub servers: Vec<UnifiedServer>,
    /// Settings of mobile and remote access.
    pub mra: Mra,
    /// Cipher lists, by name.
    pub ciphers: Vec<CipherList>,
    /// How well the dumps could be read.
    pub reading: Reading,
    #[serde(skip)]
    settings: Settings,
}

/// Bytes in which there is no setting of either form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no setting of an xconf or xstat dump is in it")]
pub struct NotADump;

impl NodeFacts {
    /// Settings kept of one box; further ones are counted in [`Reading::dropped`].
    pub const MAX_SETTINGS: usize = Settings::MAX_SETTINGS;
    /// Bytes of paths and values kept of one box; what is beyond is counted in [`Reading::dropped`].
    pub const MAX_BYTES: usize = Settings::MAX_BYTES;
    /// Bytes kept of one value; a longer one is cut and counted in [`Reading::cut`].
    pub const MAX_VALUE: usize = Settings::MAX_VALUE;

    /// Reads one dump: configuration or status, lines or XML.
    pub fn read(dump: &[u8]) -> Result<Self, NotADump> {
        let settings = dump::read(dump);
        if settings.is_empty() { Err(NotADump) } else { Ok(Self::pick(settings)) }
    }

    /// Takes what another dump of the same box says. Where both know a setting, the other's value counts.
    pub fn absorb(&mut self, other: Self) {
        let mut settings = std::mem::take(&mut self.settings);
        settings.absorb(other.settings);
        *self = Self::pick(settings);
    }

    /// The value of any setting, by its path: `EdgeConfigServer VerifyOriginServer`, `Zones Zone 2 Name`.
    ///
    /// Letter case does not matter, and an index of 1 may be left out. The configuration is asked first, then the
    /// status; a path that begins with `xConfiguration` or `xStatus` asks only that one. A setting without a value
    /// gives an empty text, a secret gives [`HIDDEN`](crate::HIDDEN).
    pub fn setting(&self, path: &str) -> Option<&str> {
        let (first, rest) = path.trim().split_once(' ').unwrap_or((path, ""));
        let value = |tree, path| self.settings.get(tree, path).map(|(_, value)| value);
        match first {
            _ if first.eq_ignore_ascii_case("xconfiguration") => value(Tree::Configuration, rest),
            _ if first.eq_ignore_ascii_case("xstatus") => value(Tree::Status, rest),
            _ => value(Tree::Configuration, path).or_else(|| value(Tree::Status, path)),
        }
    }

    /// Every setting below a path, configuration first: what follows the path in lower case, and the value.
    pub fn settings_below(&self, path: &str) -> Vec<(&str, &str)> {
        let below = |tree| self.settings.below(tree, path).map(|(_, rest, value)| (rest, value));
        below(Tree::Configuration).chain(below(Tree::Status)).collect()
    }

    /// Tells whether two dumps may be of one box: neither contradicts the other about host and domain.
    pub fn may_be_same_box(&self, other: &Self) -> bool {
        let agree = |mine: &Option<String>, theirs: &Option<String>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine.eq_ignore_ascii_case(theirs),
            _ => true,
        };
        agree(&self.system.host, &other.system.host) && agree(&self.system.domain, &other.system.domain)
    }

    fn pick(settings: Settings) -> Self {
        let picker = Picker::new(&settings);
        let system = system::pick(&picker);
        let network = network::pick(&picker);
        let zones = zone::pick(&picker);
        let mut facts = Self {
            role: role::pick(&picker, &zones),
            cluster: cluster::pick(&picker, &system, &network),
            domains: domain::pick(&picker),
            servers: server::pick(&picker, &zones),
            mra: mra::pick(&picker),
            ciphers: cipher::pick(&picker),
            reading: settings.reading.clone(),
            system,
            network,
            zones,
            settings: Settings::default(),
        };
        facts.reading.unused = settings.len() - picker.used();
        facts.settings = settings;
        facts
    }
}
