//! Traffic of a Traffic Server, made up from a seed, with what is true of it.
//!
//! Timing and shapes are those measured on real Traffic Servers (`docs/attribution.md`). Hosts, users and addresses
//! are invented.

mod body;
mod dice;
mod page;
mod request;
pub(crate) mod settings;
pub(crate) mod target;
pub(crate) mod truth;
mod world;

use settings::Settings;
use truth::Truth;

/// Name of the Expressway-C.
pub(crate) const NODE_C: &str = "expc";
/// Name of the Expressway-E.
pub(crate) const NODE_E: &str = "expe";

/// A log and what is true of it.
#[derive(Debug)]
pub(crate) struct Traffic {
    pub(crate) log: String,
    pub(crate) truth: Truth,
}

/// Makes up traffic.
pub(crate) fn generate(settings: &Settings) -> Traffic {
    let (entries, mut truth, mut dice) = world::World::new(settings).run();
    let log = page::write(entries, settings, &mut dice, &mut truth);
    Traffic { log, truth }
}
