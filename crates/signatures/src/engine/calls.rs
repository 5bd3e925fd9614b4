//! Which names stand for the same call.
//!
//! A call has a Call-ID, end to end, and on every Expressway it passes a Call-serial-number, which that box writes as
//! `proxy-call-id=` into the Via and Record-Route headers it adds (log grammar of `tvcs`, b). An INVITE that is dumped
//! shows the Call-ID beside the numbers of the boxes before: that is how the logs of several boxes are joined.

use indexmap::{IndexMap, IndexSet};
use memchr::memmem;
use waytrace_logparse::body::sip::SipMessage;

/// Ceiling on the names remembered; later calls keep the names of each box apart.
const MAX_NAMES: usize = 50_000;
/// Ceiling on the length of a name.
const MAX_NAME: usize = 200;
/// What a box writes before its own number of a call.
const SERIAL: &[u8] = b"proxy-call-id=";

/// Names of calls, each with the first name that was seen of the same call.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Position of another name of the same call, or of itself.
    names: IndexMap<String, usize>,
}

impl Calls {
    /// Learns which names an INVITE joins. `dump` is its text.
    pub(crate) fn learn(&mut self, message: &SipMessage<'_>, dump: &str) {
        // Cheap questions first: this is asked of every message.
        if message.dump.is_none_or(|dump| dump.start().method() != Some("INVITE")) {
            return;
        }
        let Some(call_id) = message.call_id().filter(|id| is_name(id)) else { return };
        let Some(call) = self.position(call_id) else { return };
        for at in memmem::find_iter(dump.as_bytes(), SERIAL) {
            let rest = dump.get(at + SERIAL.len()..).unwrap_or_default();
            let serial = rest.split([';', '>', ',', ' ', '\r', '\n', '"']).next().unwrap_or_default();
            if let Some(other) = is_name(serial).then(|| self.position(serial)).flatten() {
                self.join(call, other);
            }
        }
    }

    /// The name that stands for the call with this name.
    pub(crate) fn name<'n>(&'n self, name: &'n str) -> &'n str {
        let Some(at) = self.names.get_index_of(name) else { return name };
        self.names.get_index(self.first(at)).map_or(name, |(name, _)| name)
    }

    /// The same calls, each once.
    pub(crate) fn once(&self, calls: &IndexSet<String>) -> IndexSet<String> {
        calls.iter().map(|name| self.name(name).to_owned()).collect()
    }

    /// Takes what was learnt elsewhere.
    pub(crate) fn join_all(&mut self, other: &Self) {
        for name in other.names.keys() {
            let (own, first) = (self.position(name), self.position(other.name(name)));
            if let Some((own, first)) = own.zip(first) {
                self.join(own, first);
            }
        }
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.names.get_index_of(name) {
            return Some(at);
        }
        let at = self.names.len();
        (at < MAX_NAMES).then(|| self.names.insert_full(name.to_owned(), at).0)
    }

    fn first(&self, mut at: usize) -> usize {
        while self.names[at] != at {
            at = self.names[at];
        }
        at
    }

    /// The same, and makes the way there shorter for the next time.
    fn shorten(&mut self, at: usize) -> usize {
        let first = self.first(at);
        let mut at = at;
        while self.names[at] != at {
            at = std::mem::replace(&mut self.names[at], first);
        }
        first
    }

    /// The older name stands for both.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.shorten(a), self.shorten(b));
        self.names[a.max(b)] = a.min(b);
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_NAME
}

#[cfg(test)]
mod tests {
    use super::*;
    use waytrace_logparse::{Event, Reader};

    /// An INVITE as the box dumps it.
    fn invite(call_id: &str, serials: &[&str]) -> String {
        let head = r#"2024-05-14T09:12:03.417+02:00 expe1 tvcs: UTCTime="2024-05-14 07:12:03,416" Module="network.sip" Level="DEBUG":  Action="Received" Local-ip="192.0.2.2" Local-port="7001" Src-ip="192.0.2.10" Src-port="25697" Msg-Hash="14340233468942773735""#;
        let vias = serials.iter().map(|serial| {
            format!(" Via: SIP/2.0/TLS 192.0.2.10:5061;branch=z9hG4bK1;proxy-call-id={serial};rport\n")
        });
        let vias: String = vias.collect();
        format!(
            "{head}\n SIPMSG:\n |INVITE sip:bob@example.com SIP/2.0\n{vias} Call-ID: {call_id}\n CSeq: 1 INVITE\n |\n"
        )
    }

    fn learnt(texts: &[String]) -> Calls {
        let mut calls = Calls::default();
        let text = texts.concat();
        let mut reader = Reader::new(text.as_bytes());
        while let Ok(Some(record)) = reader.next_record() {
            if let Event::Sip(message) = &record.event {
                calls.learn(message, record.frame.continuation());
            }
        }
        calls
    }

    #[test]
    fn boxes_on_the_way_of_a_call_are_joined_by_what_they_add() {
        let calls = learnt(&[
            invite("a@192.0.2.9", &["edge-1"]),
            invite("b@192.0.2.9", &["edge-2"]),
            invite("a@192.0.2.9", &["control-1", "edge-1"]),
        ]);
        assert_eq!(calls.name("control-1"), "a@192.0.2.9");
        assert_eq!(calls.name("edge-1"), "a@192.0.2.9");
        assert_eq!(calls.name("edge-2"), "b@192.0.2.9");
        assert_eq!(calls.name("never seen"), "never seen");
        let named = ["edge-1", "control-1", "b@192.0.2.9"].map(str::to_owned).into_iter().collect();
        assert_eq!(calls.once(&named).len(), 2);
    }
}
