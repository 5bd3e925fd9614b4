//! What traffic to make up.

use super::target::Cause;

/// Which Traffic Server's ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// 8.x: a Sending Request before every attempt, a WARNING and an ERROR for a refused certificate.
    Eight,
    /// 9.2: four attempts, no Sending Request for a failed one, no ERROR.
    Nine,
}

/// Everything that can be chosen.
#[allow(clippy::struct_excessive_bools, reason = "each is an argument that is on or off")]
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    /// Length of the log in seconds; no request begins later.
    pub(crate) seconds: u64,
    /// Requests on the Expressway-C at most.
    pub(crate) transactions: u64,
    /// Clients. Each waits for its answer, pauses, and asks again.
    pub(crate) concurrency: u64,
    /// Mean pause of a client in milliseconds.
    pub(crate) pause: u64,
    /// How often requests meet each fate.
    pub(crate) shares: Vec<(Cause, u64)>,
    /// Servers of each fate, beside the special ones.
    pub(crate) servers: u64,
    /// One host of which a port is self-signed, one expired, and one good.
    pub(crate) three_ports: bool,
    /// Servers asked for by their address.
    pub(crate) ip_targets: bool,
    /// One host with two addresses, of which one is self-signed and one expired.
    pub(crate) round_robin: bool,
    pub(crate) release: Release,
    /// Attempts on an origin that failed within the last minute.
    pub(crate) known_attempts: u64,
    /// Lines with a Txn-id and lines without take different ways into the log.
    pub(crate) separate_paths: bool,
    /// Every step is written at DEBUG as well, with its message.
    pub(crate) twins: bool,
    /// The allow list tells of every request.
    pub(crate) allowed: bool,
    /// Seconds from one restart of traffic_server to the next; 0 for none.
    pub(crate) restart_every: u64,
    /// Lines lost, of ten thousand.
    pub(crate) lost: u64,
    /// The log of the Expressway-E in front is in it too.
    pub(crate) edge: bool,
    /// Lines of other processes, for a hundred requests.
    pub(crate) noise: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let shares = [
            (Cause::SelfSigned, 12),
            (Cause::UnknownCa, 7),
            (Cause::Expired, 7),
            (Cause::Name, 7),
            (Cause::AlertUnknownCa, 5),
            (Cause::WrongVersion, 4),
            (Cause::Success, 50),
            (Cause::Fin, 4),
            (Cause::Refused, 4),
        ];
        Self {
            seed: 1,
            seconds: 30,
            transactions: u64::MAX,
            concurrency: 50,
            pause: 450,
            shares: shares.to_vec(),
            servers: 2,
            three_ports: true,
            ip_targets: true,
            round_robin: true,
            release: Release::Eight,
            known_attempts: 1,
            separate_paths: true,
            twins: false,
            allowed: true,
            restart_every: 0,
            lost: 0,
            edge: false,
            noise: 30,
        }
    }
}
