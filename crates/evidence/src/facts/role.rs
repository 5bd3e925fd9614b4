//! Which of the two Expressways the box is, and what says so.

use super::picker::{Picker, on};
use super::zone::{Zone, ZoneType};
use crate::Role;
use crate::settings::Tree;
use serde::Serialize;

/// The role of a box and what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RoleFact {
    /// The role.
    pub role: Role,
    /// What says so.
    pub told_by: ToldBy,
}

/// What says which role a box has, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ToldBy {
    /// A traversal zone that carries mobile and remote access: the client is the Expressway-C.
    UnifiedCommunicationsZone,
    /// Its traversal zones are all of one side.
    TraversalZones,
    /// There are settings below `Traversal Server`. That only an Expressway-E dumps them is inferred from a program
    /// that reads real dumps and counts on it.
    TraversalServerSettings,
    /// The product's name, or an option key's description, names one of the two (inferred).
    Licence,
    /// The status says whether the box has the feature `Expressway`. The setting is known from programs that read the
    /// status of a VCS; that it means Expressway-E on an Expressway is inferred.
    Feature,
}

pub(super) fn pick(picker: &Picker<'_>, zones: &[Zone]) -> Option<RoleFact> {
    // Asked also where it is not needed, so that what the facts use does not depend on what they say.
    let (licence, feature) = (licence(picker), feature(picker));
    let fact = |told_by| move |role| RoleFact { role, told_by };
    side(zones.iter().filter(|zone| zone.unified_communications == Some(true)))
        .map(fact(ToldBy::UnifiedCommunicationsZone))
        .or_else(|| side(zones.iter()).map(fact(ToldBy::TraversalZones)))
        .or_else(|| {
            picker.has("Traversal Server").then_some(Role::Edge).map(fact(ToldBy::TraversalServerSettings))
        })
        .or_else(|| licence.map(fact(ToldBy::Licence)))
        .or_else(|| feature.map(fact(ToldBy::Feature)))
}

/// The one side that all traversal zones among these are of.
fn side<'a>(zones: impl Iterator<Item = &'a Zone>) -> Option<Role> {
    let mut sides = zones.filter_map(|zone| match zone.zone_type {
        ZoneType::TraversalClient => Some(Role::Control),
        ZoneType::TraversalServer => Some(Role::Edge),
        _ => None,
    });
    let first = sides.next()?;
    sides.all(|side| side == first).then_some(first)
}

fn licence(picker: &Picker<'_>) -> Option<Role> {
    let product = picker.status(&["SystemUnit Product"]).or_else(|| picker.status(&["@product"]));
    let options = picker.rows(Tree::Status, "Options Option");
    let described: Vec<_> = options.iter().filter_map(|row| row.get(&["description"])).collect();
    let named = |role| {
        let (short, long) = match role {
            Role::Control => ("expressway-c", "expressway control"),
            Role::Edge => ("expressway-e", "expressway edge"),
        };
        let mut texts = described.iter().copied().chain(product).map(str::to_ascii_lowercase);
        texts.any(|text| text.contains(long) || text.split([' ', ',', ';']).any(|word| word == short))
    };
    match (named(Role::Control), named(Role::Edge)) {
        (true, false) => Some(Role::Control),
        (false, true) => Some(Role::Edge),
        _ => None,
    }
}

fn feature(picker: &Picker<'_>) -> Option<Role> {
    let value = picker.status(&["SystemUnit Software Configuration Expressway", "SystemUnit Expressway"])?;
    on(value).map(|edge| if edge { Role::Edge } else { Role::Control })
}
