//! Names out, stand-ins in: so that a report or a log can leave the company.
//!
//! A [`Redactor`] replaces every name by a stand-in that is the same wherever the name stands: users, hosts, domains,
//! addresses, numbers, devices, persons, organisations, ids, secrets ([`Class`]). It knows a name by its form, by the
//! field that it stands in, or because it was learnt from such a field elsewhere ([`Names`]). What it replaces and what
//! it cannot know is in `docs/redaction.md`.
//!
//! ```
//! use waytrace::redact::Redactor;
//!
//! let mut redactor = Redactor::new();
//! let line = r#"2024-03-05T10:15:30.120+01:00 expc tvcs: Event="Registration Rejected" Src-ip="10.1.2.3" Detail="sip:ann@corp.acme.de""#;
//! redactor.learn(line);
//! let safe = redactor.redact(line);
//! assert!(!safe.contains("ann") && !safe.contains("acme") && !safe.contains("10.1.2.3"));
//! assert!(safe.contains("Event=\"Registration Rejected\""));
//! ```

mod address;
mod class;
mod copy;
mod encoded;
mod field;
mod known;
mod map;
mod paths;
mod report;
mod scan;
mod shape;
mod table;
#[cfg(test)]
mod tests;

pub use class::Class;
pub use copy::{Copied, Sink};
pub use known::Names;
pub use map::{MAP_HEADER, NotAMap};

use scan::Scan;
use table::Table;

/// Replaces names by stand-ins, consistently.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    names: Names,
    table: Table,
    /// Whether the last line was part of a certificate or key in PEM.
    in_pem: bool,
    in_dump: bool,
    on_the_fly: bool,
}

impl Redactor {
    /// A redactor that knows no name yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, learning from what it rewrites, for input that can be read only once. A name is then replaced in free
    /// text only from where a field has first named it.
    #[must_use]
    pub fn on_the_fly(mut self) -> Self {
        self.on_the_fly = true;
        self
    }

    /// Says that what comes now is another member, and whether it is a dump of settings (`xconf_dump`, `xstat_dump`).
    pub fn begin(&mut self, in_dump: bool) {
        self.in_pem = false;
        self.in_dump = in_dump;
    }

    /// Learns the names of a text: one line or several.
    pub fn learn(&mut self, text: &str) {
        self.run(text, true, false);
    }

    /// Takes names that were learnt elsewhere.
    pub fn absorb(&mut self, names: Names) {
        self.names.absorb(names);
    }

    /// Gives away the names learnt so far.
    pub fn take_names(&mut self) -> Names {
        std::mem::take(&mut self.names)
    }

    /// Learns one name.
    pub fn learn_name(&mut self, class: Class, name: &str) {
        if class == Class::Host {
            let base = name.split('.').count().saturating_sub(2);
            for (at, label) in name.split('.').enumerate() {
                // The end of a domain names nobody.
                if at <= base && !label.starts_with('_') {
                    self.names.add(class, label);
                }
            }
        }
        if class == Class::Device && shape::device(name).is_some() && !name.starts_with("SEP") {
            self.names.add(Class::User, name.get(3..).unwrap_or_default());
        }
        if matches!(class, Class::Address | Class::Secret | Class::Tracking | Class::Hardware) {
            return;
        }
        self.names.add(class, name);
    }

    /// A text with its names replaced. Lines stay lines.
    pub fn redact(&mut self, text: &str) -> String {
        self.run(text, self.on_the_fly, true)
    }

    /// The stand-in for a name of a class; an address that is none becomes a secret.
    pub fn stand_in(&mut self, class: Class, name: &str) -> String {
        self.table.of(class, name, &self.names)
    }

    /// The stand-in for an address.
    pub fn address(&mut self, ip: std::net::IpAddr) -> std::net::IpAddr {
        self.table.address(ip, &self.names)
    }

    /// The stand-in for what a finding is about: mostly a host or an address, or else a user, a number of an alarm, the
    /// words of an alarm. An empty text stays empty.
    pub fn host(&mut self, text: &str) -> String {
        let lower = text.to_lowercase();
        if !self.table.has(Class::Host, &lower) {
            match self.names.class(&lower) {
                Some(class) if class != Class::Host => return self.table.of(class, text, &self.names),
                None if known::is_common(text) || text.bytes().all(|byte| byte.is_ascii_digit()) => {
                    return text.to_owned();
                }
                _ => {}
            }
        }
        let mut scan = self.writer();
        if text.contains(' ') {
            // The words of an alarm.
            scan.region(text, 0, text.len(), false);
        } else if text.contains([':', '/', '@', '[', ',']) {
            scan.region(text, 0, text.len(), true);
        } else if !text.is_empty() {
            scan.host(text);
        }
        scan.out
    }

    /// The names that are known.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Names beyond the ceiling of the table: their stand-ins are hashes, and they are not in the table.
    pub fn beyond_table(&self) -> u64 {
        self.table.overflow()
    }

    /// The value of a field with this key, its names replaced.
    pub fn value(&mut self, key: &str, value: &str) -> String {
        let holds = class::of_key(key, self.in_dump);
        let mut scan = self.writer();
        match holds {
            Some(holds) => scan.field(value, 0, value.len(), holds),
            None => scan.region(value, 0, value.len(), false),
        }
        scan.out
    }

    /// A piece of text that is no line of its own.
    pub fn phrase(&mut self, text: &str) -> String {
        let mut scan = self.writer();
        scan.region(text, 0, text.len(), false);
        scan.out
    }

    /// A sentence of ours, of which only what was filled in may be a name: no word of it is taken for a field.
    pub fn sentence(&mut self, text: &str) -> String {
        let mut scan = self.writer();
        scan.nested = scan::MAX_NESTED;
        scan.region(text, 0, text.len(), false);
        scan.out
    }

    fn writer(&mut self) -> Scan<'_> {
        let in_dump = self.in_dump;
        Scan { learn: false, write: true, out: String::new(), in_dump, depth: 0, nested: 0, redactor: self }
    }

    fn run(&mut self, text: &str, learn: bool, write: bool) -> String {
        let in_dump = self.in_dump;
        let out = String::with_capacity(if write { text.len() + text.len() / 8 } else { 0 });
        let mut scan = Scan { redactor: self, out, learn, write, in_dump, depth: 0, nested: 0 };
        for line in text.split_inclusive('\n') {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            let bare = bare.strip_suffix('\r').unwrap_or(bare);
            scan.line(bare);
            scan.literal(&line[bare.len()..]);
        }
        scan.out
    }
}
