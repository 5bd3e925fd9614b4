//! `Event="System Configuration Changed"`: written by the web interface and by the cluster database, each in its own
//! way, and by both for one change (more shapes, 1 and 2).

use super::address::Peer;
use super::line::{Head, Line};
use crate::event::Event;

/// A change of one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigChange<'b> {
    /// Clock and level.
    pub head: Head<'b>,
    /// What was changed: a path (`configuration/cluster/tls_verify`), or a table and a field.
    pub item: &'b str,
    /// UUID of the object in the table, where given.
    pub uuid: &'b str,
    /// How.
    pub change: Change<'b>,
    /// The administrator, where the web interface writes.
    pub user: &'b str,
    /// Where he sits.
    pub src: Peer<'b>,
    /// The node, where the cluster database writes.
    pub node: &'b str,
}

/// How a setting was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<'b> {
    /// From one value to another.
    From {
        /// The value before; may be empty.
        old: &'b str,
        /// The value now; may be empty.
        new: &'b str,
    },
    /// A new entry.
    Created {
        /// Its value.
        value: &'b str,
    },
    /// One field of a named object.
    Field {
        /// The object's name.
        name: &'b str,
        /// The field and its value, `field: value`.
        field: &'b str,
    },
    /// The line only says that something changed.
    Unsaid,
    /// Other words, as written.
    Other(&'b str),
}

/// Reads the event. A line without `Detail` says that something changed, and not what.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let detail = line.detail().unwrap_or("");
    let (item, uuid, change) = change(detail);
    Event::Config(ConfigChange {
        head: line.head(),
        item,
        uuid,
        change,
        user: line.text("User"),
        src: line.ends().0,
        node: line.text("Node"),
    })
}

fn change(detail: &str) -> (&str, &str, Change<'_>) {
    let detail = detail.strip_prefix("xconfiguration ").unwrap_or(detail);
    if let Some((item, rest)) = detail.split_once(" - changed from:") {
        let (old, new) = rest.split_once("' to: '").or_else(|| rest.split_once(" to:")).unwrap_or((rest, ""));
        let (item, uuid) = object(item);
        return (item, uuid, Change::From { old: unquoted(old), new: unquoted(new) });
    }
    if let Some((item, value)) = detail.split_once("created with value") {
        let (item, uuid) = object(item.trim_end_matches([' ', '-']));
        return (item, uuid, Change::Created { value: unquoted(value.trim_start_matches(':')) });
    }
    if let Some((item, rest)) = detail.split_once(" name: ") {
        let (name, field) = rest.split_once(' ').unwrap_or((rest, ""));
        let (item, uuid) = object(item);
        return (item, uuid, Change::Field { name, field: field.trim_start_matches(['-', ' ']) });
    }
    match detail.rsplit_once(" - ") {
        Some((item, "Changed" | "changed")) => {
            let (item, uuid) = object(item);
            (item, uuid, Change::Unsaid)
        }
        _ if detail.is_empty() => ("", "", Change::Unsaid),
        _ => ("", "", Change::Other(detail)),
    }
}

/// Takes the UUID off `table uuid 1234-…`.
fn object(item: &str) -> (&str, &str) {
    match item.split_once(" uuid ") {
        Some((table, uuid)) => (table.trim(), uuid.trim().trim_end_matches([' ', '-'])),
        None => (item.trim(), ""),
    }
}

/// The web interface puts values in single quotes, the database does not.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let value = value.strip_prefix('\'').unwrap_or(value);
    value.strip_suffix('\'').unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_every_form() {
        let cases = [
            (
                "configuration/a/b - changed from: 'Off' to: 'On'",
                "configuration/a/b",
                Change::From { old: "Off", new: "On" },
            ),
            (
                "configuration/a/b - changed from: '' to: 'go to: x'",
                "configuration/a/b",
                Change::From { old: "", new: "go to: x" },
            ),
            ("xconfiguration t f - changed from: 0 to: 1", "t f", Change::From { old: "0", new: "1" }),
            ("configuration/a - created with value: 'x'", "configuration/a", Change::Created { value: "x" }),
            (
                "xconfiguration t uuid 0-1 name: join.example priority: 65536",
                "t",
                Change::Field { name: "join.example", field: "priority: 65536" },
            ),
            ("xconfiguration t - Changed", "t", Change::Unsaid),
            ("something new", "", Change::Other("something new")),
        ];
        for (detail, item, expected) in cases {
            let (got, _, change) = change(detail);
            assert_eq!((got, change), (item, expected), "{detail}");
        }
    }
}
