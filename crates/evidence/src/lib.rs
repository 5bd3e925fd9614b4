//! Facts about a box that do not come from the text of its log.
//!
//! [`NodeFacts`] reads what the box dumps beside a diagnostic log: its configuration (`xconf_dump`) and its status
//! (`xstat_dump`), as text or as XML. [`Role`] and [`Release`] are the vocabulary that reports and signatures share.
//! [`certificate`] reads certificates, [`trust`] says what is wrong with a trust store or with a box's own certificate,
//! and [`verdict`] what OpenSSL says to a chain.
//! [`capture`] reads packet captures: TCP connections and their TLS handshakes.
//!
//! ```
//! let dump = b"*c xConfiguration EdgeConfigServer VerifyOriginServer: \"Off\"\n";
//! let facts = waytrace_evidence::NodeFacts::read(dump)?;
//! assert_eq!(facts.mra.verify_origin_server, Some(false));
//! assert_eq!(facts.setting("edgeconfigserver verifyoriginserver"), Some("Off"));
//! # Ok::<(), waytrace_evidence::NotADump>(())
//! ```

pub mod capture;
pub mod certificate;
mod dump;
mod facts;
mod release;
mod role;
mod settings;
pub mod trust;
pub mod verdict;

pub use facts::{
    CipherList, Clock, Cluster, ClusterPeer, DnsServer, Domain, Interface, Mra, Network, NodeFacts, NotADump,
    NtpServer, RoleFact, ServerKind, ServerSource, System, ToldBy, UnifiedServer, Zone, ZonePeer, ZoneType,
};
pub use release::{NotARelease, Release};
pub use role::Role;
pub use settings::{HIDDEN, Reading};
