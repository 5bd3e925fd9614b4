//! The table of names: which stand-in each name has.

use super::address;
use super::class::Class;
use super::known::{Names, is_common};
use rustc_hash::FxHashMap;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

/// What a secret becomes. The same for all: nothing of it is to be told, not even which of two it was.
pub(crate) const SECRET: &str = "REDACTED";

/// Domains of the vendor and of standards: they name no customer. What stands before them may.
const KEPT_DOMAINS: &[&str] = &[
    "cisco.com",
    "webex.com",
    "ciscospark.com",
    "wbx2.com",
    "webexconnect.com",
    "tandberg.com",
    "w3.org",
    "ietf.org",
    "openssl.org",
    "letsencrypt.org",
    "jabber.org",
    "xmpp.org",
    "localhost.localdomain",
    "in-addr.arpa",
    "ip6.arpa",
    "oasis-open.org",
    "xmlsoap.org",
    "apache.org",
    "etsi.org",
    "itu.int",
    "microsoft.com",
    "windows.net",
];
/// Hosts of these domains that are the same for everybody.
const KEPT_HOSTS: &[&str] = &[
    "www",
    "tools",
    "idbroker",
    "smartreceiver",
    "callservice",
    "activate",
    "software",
    "schemas",
    "docs",
    "hercules",
    "identity",
    "api",
    "u2c",
    "wdm",
    "bst",
    "conv",
    "mercury-connection",
    "acme-v02",
    "etherx",
    "l2sip",
    "tools-ng",
    "cloud",
    "sso",
    "config",
    "admin",
    "hybridservices",
    "login",
    "outlook",
    "clientlogs",
    "metrics",
    "encryption",
];
/// Labels that say what a name is for and not whose it is.
const KEPT_LABELS: &[&str] =
    &["collab-edge", "vcs_control", "localhost", "*", "www", "autodiscover", "cuplogin"];
/// Second-level labels under which countries give out names.
const SECOND_LEVEL: &[&str] = &["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "gob"];

/// Stand-ins by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// Class and name, in lower case, to the stand-in.
    known: FxHashMap<(Class, Box<str>), Box<str>>,
    /// In the order in which they were given out: class, the name as it was first seen.
    order: Vec<(Class, Box<str>)>,
    networks: FxHashMap<IpAddr, (IpAddr, u32)>,
    /// The last number of each form of stand-in.
    counters: FxHashMap<&'static str, u32>,
    taken: HashSet<Box<str>>,
    overflow: u64,
}

impl Table {
    /// Ceiling on the names that have an entry. Beyond it names are told apart only as far as a hash of 48 bits does.
    pub(crate) const MAX: usize = 1_000_000;

    /// Names beyond the ceiling.
    pub(crate) fn overflow(&self) -> u64 {
        self.overflow
    }

    /// Whether a name, in lower case, has a stand-in of this class.
    pub(crate) fn has(&self, class: Class, lower: &str) -> bool {
        self.known.contains_key(&(class, Box::from(lower)))
    }

    /// Every name with its stand-in, in the order given out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Class, &str, &str)> {
        self.order.iter().filter_map(|(class, name)| {
            let stand_in = self.known.get(&(*class, Box::from(name.to_lowercase())))?;
            Some((*class, &**name, &**stand_in))
        })
    }

    /// Takes an entry of an earlier run.
    pub(crate) fn restore(&mut self, class: Class, name: &str, stand_in: &str) {
        let key = (class, Box::from(name.to_lowercase()));
        if self.known.insert(key, stand_in.into()).is_none() {
            self.order.push((class, name.into()));
        }
        self.taken.insert(stand_in.to_lowercase().into());
        if class == Class::Address
            && let (Ok(ip), Ok(stand_in)) = (name.parse::<IpAddr>(), stand_in.parse::<IpAddr>())
        {
            let (from, to) = (address::network(ip), address::network(stand_in));
            let used = self.networks.entry(from).or_insert((to, 0));
            used.1 = used.1.max(last(stand_in));
        }
    }

    /// The stand-in for a name, given out now if it has none.
    pub(crate) fn of(&mut self, class: Class, name: &str, names: &Names) -> String {
        match class {
            Class::Secret => SECRET.to_owned(),
            Class::Host => self.host(name, names),
            Class::Address => match name.parse() {
                Ok(ip) => self.address(ip, names).to_string(),
                Err(_) => SECRET.to_owned(),
            },
            Class::User => self.user(name, names),
            // A device of Jabber's is called after its user, and is taken for him.
            Class::Device if !name.starts_with("SEP") && !name.starts_with("ATA") => match name.get(..3) {
                Some(prefix) if super::shape::device(name).is_some() => {
                    format!("{prefix}{}", self.user(&name[3..], names))
                }
                _ => self.user(name, names),
            },
            Class::Hardware | Class::Serial if name.contains([':', '-']) => self.pairs(class, name, names),
            _ => {
                let overflow =
                    |lower: &str| format!("{}-{:012x}", class.word(), hash(lower) & 0xffff_ffff_ffff);
                self.entry(class, name, names, &|number| form(class, name, number), form_of(class), &overflow)
            }
        }
    }

    fn entry(
        &mut self,
        class: Class,
        name: &str,
        names: &Names,
        form: &dyn Fn(u32) -> String,
        counter: &'static str,
        overflow: &dyn Fn(&str) -> String,
    ) -> String {
        let lower = name.to_lowercase();
        let key = (class, Box::from(lower.as_str()));
        if let Some(known) = self.known.get(&key) {
            return known.to_string();
        }
        if self.known.len() >= Self::MAX {
            self.overflow += 1;
            return overflow(&lower);
        }
        let mut stand_in;
        loop {
            let number = self.counters.entry(counter).or_default();
            *number += 1;
            stand_in = form(*number);
            let lower = stand_in.to_lowercase();
            // A name of the input as the stand-in of another would be a trap for the reader.
            let label = lower.split('.').next().unwrap_or(&lower);
            if !names.is_original(label) && !self.taken.contains(lower.as_str()) {
                break;
            }
        }
        self.taken.insert(stand_in.to_lowercase().into());
        self.known.insert(key, stand_in.as_str().into());
        self.order.push((class, name.into()));
        stand_in
    }

    /// Users that differ only in case are told apart, as far as the first spelling and others: some servers do.
    fn user(&mut self, name: &str, names: &Names) -> String {
        let overflow = |lower: &str| format!("user-{:012x}", hash(lower) & 0xffff_ffff_ffff);
        let stand_in =
            self.entry(Class::User, name, names, &|number| format!("user{number}"), "user", &overflow);
        let key = (Class::User, Box::from(name.to_lowercase()));
        let other_case = name != &*key.1 && self.known.contains_key(&key);
        if other_case { stand_in.to_uppercase() } else { stand_in }
    }

    /// A name of hosts or domains, label by label, so that names of one domain stay of one domain.
    fn host(&mut self, name: &str, names: &Names) -> String {
        if let Some(kept) = kept(name) {
            return kept;
        }
        let lower = name.to_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        let base = match labels[..] {
            [.., second, top] if top.len() == 2 && SECOND_LEVEL.contains(&second) && labels.len() > 2 => 3,
            [_] => 0,
            _ => 2,
        };
        let vendor = KEPT_DOMAINS.iter().any(|domain| {
            lower == *domain || lower.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        });
        let (before, base) = labels.split_at(labels.len() - base);
        let mut out = String::with_capacity(name.len() + 16);
        for label in before {
            if vendor && KEPT_HOSTS.contains(label) {
                out.push_str(label);
            } else {
                out.push_str(&self.label(label, names));
            }
            out.push('.');
        }
        if vendor {
            out.push_str(&base.join("."));
        } else if base.is_empty() {
            out.pop();
        } else if base[0].starts_with('_') || base[0] == "*" {
            // `_cisco-uds.corp`, `*.corp`: the service stays.
            let _ = write!(out, "{}.{}", base[0], self.label(base[base.len() - 1], names));
        } else {
            let base = base.join(".");
            out.push_str(&self.base(&base, names));
        }
        out
    }

    fn base(&mut self, base: &str, names: &Names) -> String {
        let overflow = |lower: &str| format!("redacted-{:012x}.example", hash(lower) & 0xffff_ffff_ffff);
        let first = base.split('.').next().unwrap_or(base);
        // A bare `corp`, seen before, is the same corp.
        let known = self.known.get(&(Class::Host, Box::from(first))).map(|label| format!("{label}.example"));
        if let Some(known) = known.filter(|known| !self.taken.contains(&**known)) {
            let key = (Class::Host, Box::from(base));
            if !self.known.contains_key(&key) && self.known.len() < Self::MAX {
                self.taken.insert(known.as_str().into());
                self.known.insert(key, known.into());
                self.order.push((Class::Host, base.into()));
            }
        }
        let form = |number: u32| format!("redacted{number}.example");
        let stand_in = self.entry(Class::Host, base, names, &form, "redacted", &overflow);
        let key = (Class::Host, Box::from(first));
        if !self.known.contains_key(&key) && self.known.len() < Self::MAX && !is_common(first) {
            let label = stand_in.split('.').next().unwrap_or(&stand_in);
            self.known.insert(key, label.into());
            self.order.push((Class::Host, first.into()));
        }
        stand_in
    }

    fn label(&mut self, label: &str, names: &Names) -> String {
        if label.starts_with('_') || label.is_empty() || KEPT_LABELS.contains(&label) || is_port_name(label) {
            return label.to_owned();
        }
        let overflow = |lower: &str| format!("host-{:012x}", hash(lower) & 0xffff_ffff_ffff);
        // An underscore in a host name is a fault of its own.
        let form = |number: u32| {
            if label.contains('_') { format!("host_{number}") } else { format!("host{number}") }
        };
        self.entry(Class::Host, label, names, &form, "host", &overflow)
    }

    /// The stand-in for an address: of the same kind, and in one network with the stand-ins of its network.
    pub(crate) fn address(&mut self, ip: IpAddr, names: &Names) -> IpAddr {
        if let IpAddr::V6(v6) = ip
            && let Some(inner) = v6.to_ipv4_mapped()
        {
            return match self.address(IpAddr::V4(inner), names) {
                IpAddr::V4(v4) => IpAddr::V6(v4.to_ipv6_mapped()),
                other @ IpAddr::V6(_) => other,
            };
        }
        if address::stays(ip) {
            return ip;
        }
        let key = (Class::Address, Box::from(ip.to_string()));
        if let Some(known) = self.known.get(&key)
            && let Ok(known) = known.parse()
        {
            return known;
        }
        let network = address::network(ip);
        let mut stand_in;
        loop {
            let (to, used) = match self.networks.get(&network) {
                Some(known) => *known,
                None => (self.new_network(ip), 0),
            };
            let used = used + 1;
            let number = match ip {
                // The first and the last address of a network mean something.
                IpAddr::V4(v4) if matches!(v4.octets()[3], 0 | 255) => u32::from(v4.octets()[3]),
                IpAddr::V4(_) if used > 254 => used % 254 + 1,
                _ => used,
            };
            self.networks.insert(network, (to, used));
            stand_in = address::in_network(to, number);
            // 1000 tries: a network has 256 addresses, and all of them may be names of the input.
            let fresh = !names.has_address(stand_in) && !self.taken.contains(&*stand_in.to_string());
            if fresh {
                break;
            }
            if used > 512 || matches!(number, 0 | 255) {
                let to = self.new_network(ip);
                self.networks.insert(network, (to, 0));
            }
        }
        if self.known.len() < Self::MAX {
            self.taken.insert(stand_in.to_string().into());
            self.known.insert(key, stand_in.to_string().into());
            self.order.push((Class::Address, ip.to_string().into()));
        } else {
            self.overflow += 1;
        }
        stand_in
    }

    fn new_network(&mut self, like: IpAddr) -> IpAddr {
        let counter = match like {
            IpAddr::V4(ip) if address::is_private(ip) => "private",
            IpAddr::V4(_) => "public",
            IpAddr::V6(_) => "six",
        };
        let number = self.counters.entry(counter).or_default();
        let network = address::stand_in_network(like, *number);
        *number += 1;
        network
    }

    /// MAC addresses and fingerprints keep their form.
    fn pairs(&mut self, class: Class, name: &str, names: &Names) -> String {
        let separator = if name.contains(':') { ':' } else { '-' };
        let count = name.split(separator).count().max(2);
        let form = |number: u32| {
            let hex = format!("{number:0width$x}", width = (count - 1) * 2);
            let mut out = String::from("02");
            for at in (0..hex.len()).step_by(2) {
                out.push(separator);
                out.push_str(hex.get(at..at + 2).unwrap_or("0"));
            }
            out
        };
        let key: String = name.chars().filter(char::is_ascii_hexdigit).collect();
        self.entry(class, &key, names, &form, "pairs", &|lower| hash(lower).to_string())
    }
}

/// Names that are the same for everybody.
fn kept(name: &str) -> Option<String> {
    let is_domain = KEPT_DOMAINS.iter().any(|domain| name.eq_ignore_ascii_case(domain));
    (is_domain || KEPT_LABELS.iter().any(|label| name.eq_ignore_ascii_case(label))).then(|| name.to_owned())
}

/// `jabberd-port-1` and the like: parts of the XMPP router.
fn is_port_name(label: &str) -> bool {
    ["jabberd-port-", "cm-", "s2s-", "xcp-"].iter().any(|prefix| {
        label.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn last(ip: IpAddr) -> u32 {
    match ip {
        IpAddr::V4(ip) => u32::from(ip.octets()[3]),
        IpAddr::V6(ip) => u32::try_from(u128::from(ip) & 0xffff_ffff).unwrap_or(u32::MAX),
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Which numbers are counted together.
fn form_of(class: Class) -> &'static str {
    match class {
        Class::Tracking | Class::Serial => "id",
        other => other.word(),
    }
}

/// The stand-in with this number for a name.
fn form(class: Class, name: &str, number: u32) -> String {
    match class {
        Class::Number => format!("555{number:04}"),
        Class::Device => match name.get(..3) {
            Some(prefix @ ("SEP" | "ATA")) => format!("{prefix}0000DE{number:06X}"),
            _ => format!("DEVICE{number}"),
        },
        Class::Person => format!("Person {number}"),
        Class::Organisation => format!("Organisation {number}"),
        Class::Label => format!("label{number}"),
        Class::Tracking | Class::Serial if super::shape::is_uuid(name) => {
            format!("00000000-0000-4000-8000-{number:012x}")
        }
        Class::Tracking | Class::Serial
            if name.bytes().all(|byte| byte.is_ascii_hexdigit()) && name.len() > 7 =>
        {
            format!("d0{number:0width$x}", width = name.len() - 2)
        }
        Class::Tracking if name.starts_with("z9hG4bK") => format!("z9hG4bKid{number}"),
        _ => format!("id{number}"),
    }
}
