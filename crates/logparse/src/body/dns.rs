//! `Module="network.dns"`: questions to DNS and their answers.
//!
//! Nothing joins an answer to its question but the order of the lines (log grammar, a4).

use super::address::{Socket, sockets};
use super::line::{Head, Line, between};
use crate::event::Event;

/// A line about DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DnsLine<'b> {
    /// Clock, level, thread.
    pub head: Head<'b>,
    /// What it says.
    pub step: DnsStep<'b>,
}

/// A question or an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DnsStep<'b> {
    /// A question was sent.
    Query {
        /// What is asked for.
        name: &'b str,
        /// Kind of record with the families asked, such as `SRV (IPv4 and IPv6)`.
        record: &'b str,
    },
    /// An answer with records.
    Resolved(DnsAnswer<'b>),
    /// No answer that helps.
    Failed,
    /// Anything else, as written.
    Other(&'b str),
}

/// The records of one answer, read on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DnsAnswer<'b> {
    /// The whole `Detail`.
    pub text: &'b str,
}

/// A server that an SRV record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DnsTarget<'b> {
    /// Host name.
    pub host: &'b str,
    /// Port.
    pub port: Option<u16>,
    /// Priority; the lowest is asked first.
    pub priority: Option<u32>,
}

impl<'b> DnsAnswer<'b> {
    /// The addresses, in order.
    pub fn addresses(&self) -> impl Iterator<Item = Socket<'b>> + use<'b> {
        sockets(self.text)
    }

    /// The servers named by SRV records, in order. Some answers have none.
    pub fn targets(&self) -> impl Iterator<Item = DnsTarget<'b>> + use<'b> {
        self.text.split("Hostname:'").skip(1).map(|group| DnsTarget {
            host: group.split('\'').next().unwrap_or(""),
            port: between(group, "Port:'", "'").and_then(|port| port.parse().ok()),
            priority: between(group, "Priority:'", "'").and_then(|priority| priority.parse().ok()),
        })
    }

    /// How many records the box found relevant.
    pub fn count(&self) -> Option<u32> {
        self.text.rsplit_once("retrieved:")?.1.trim().parse().ok()
    }
}

impl DnsStep<'_> {
    /// Name of the event's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Query { .. } => "dns.query",
            Self::Resolved(_) => "dns.resolved",
            Self::Failed => "dns.failed",
            Self::Other(_) => "dns.other",
        }
    }
}

/// Reads a line of `network.dns`. A question without a name is broken.
pub(super) fn read<'b>(line: &Line<'b>) -> Event<'b> {
    let said = line.said();
    let step = if said == "Sending DNS query" {
        let Some(name) = line.fields.get("Name") else { return line.broken("Name=") };
        DnsStep::Query { name, record: line.text("Type") }
    } else if said.starts_with("Resolved hostname to") {
        DnsStep::Resolved(DnsAnswer { text: said })
    } else if said.starts_with("Could not resolve") {
        DnsStep::Failed
    } else {
        DnsStep::Other(said)
    };
    Event::Dns(DnsLine { head: line.head(), step })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_addresses_and_servers() {
        let answer = DnsAnswer {
            text: "Resolved hostname to: ['IPv4''TCP''192.0.2.1:5061'] ['IPv4''TCP''192.0.2.2:5061'] (A/AAAA) \
                   Hostname:'a.example' Port:'5061' Priority:'10' TTL:'60' Weight:'5' (SRV) \
                   Hostname:'b.example' Port:'5062' Priority:'20' TTL:'60' Weight:'5' (SRV) \
                   Number of relevant records retrieved: 4",
        };
        let targets: Vec<_> = answer.targets().map(|t| (t.host, t.port, t.priority)).collect();
        assert_eq!(targets, [("a.example", Some(5061), Some(10)), ("b.example", Some(5062), Some(20))]);
        assert_eq!((answer.addresses().count(), answer.count()), (2, Some(4)));
        let answer =
            DnsAnswer { text: "Resolved hostname to:  (A/AAAA) Number of relevant records retrieved: 0" };
        assert_eq!((answer.targets().count(), answer.addresses().count(), answer.count()), (0, 0, Some(0)));
    }
}
