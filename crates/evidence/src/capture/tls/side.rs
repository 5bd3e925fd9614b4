//! What one side of a connection said: records, and the handshake messages in them.

use super::message::{self, HEAD, Message};
use super::{Alert, CertificateRequest, ClientHello, Said, ServerHello};
use crate::capture::connection::{Moment, Plain, Side};
use crate::capture::pieces::Run;
use tls_parser::{TlsRecordType, parse_tls_record_header};

/// Length of the head of a record.
pub(crate) const RECORD: usize = 5;

/// The longest record: 2^14, and 2048 for what encryption adds (RFC 5246, section 6.2.3).
const MAX_RECORD: u16 = (1 << 14) + 2048;

/// The longest handshake message that is believed. Chains are far below.
const MAX_MESSAGE: usize = 256 * 1024;

/// Alerts kept of one side. A handshake has one or two.
const MAX_ALERTS: usize = 16;

/// The head of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    kind: TlsRecordType,
    pub(crate) length: usize,
}

impl Record {
    /// Reads a head; `None` if no record of TLS begins so.
    pub(crate) fn read(head: [u8; RECORD]) -> Option<Self> {
        let (_, told) = parse_tls_record_header(&head).ok()?;
        let known = (0x14..=0x18).contains(&told.record_type.0) && told.version.0 >> 8 == 3;
        let fits = told.len <= MAX_RECORD && told.version.0 & 0xff <= 4;
        (known && fits).then_some(Self { kind: told.record_type, length: usize::from(told.len) })
    }

    /// Whether it holds data, behind which everything is encrypted.
    pub(crate) fn is_data(self) -> bool {
        self.kind == TlsRecordType::ApplicationData
    }
}

/// An alert whose sender is known by whoever asked.
#[derive(Debug)]
pub(crate) struct Raised {
    said: Option<Said>,
    at: Moment,
}

impl Raised {
    pub(super) fn by(self, by: Side) -> Alert {
        Alert { by, said: self.said, at: self.at.time(), frame: self.at.frame }
    }
}

/// What one side said.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is told apart from the others")]
pub(crate) struct Told {
    pub(crate) client_hello: Option<ClientHello>,
    pub(crate) server_hello: Option<ServerHello>,
    pub(super) chain: Option<Vec<Vec<u8>>>,
    pub(super) request: Option<CertificateRequest>,
    pub(super) alerts: Vec<Raised>,
    /// It ended its part of a full handshake.
    done: bool,
    /// It changed to encryption.
    pub(super) changed: bool,
    /// It did so without a full handshake, and nothing was lost before.
    pub(super) changed_first: bool,
    /// It sent data.
    pub(super) data: bool,
    /// Everything up to its first data is there, so nothing of its handshake is missing.
    pub(crate) whole: bool,
    /// It sent a record of TLS.
    pub(crate) records: bool,
    /// What is there ends inside a record or a message.
    pub(crate) cut_off: bool,
    /// It sent something else than TLS: its first bytes.
    pub(crate) plain: Option<Vec<u8>>,
}

impl Told {
    /// Whether only a server says such things.
    pub(crate) fn is_servers(&self) -> bool {
        self.server_hello.is_some() || self.request.is_some()
    }

    /// Gives files other numbers.
    pub(crate) fn renumber(&mut self, file: &dyn Fn(u32) -> u32) {
        self.alerts.iter_mut().for_each(|alert| alert.at.frame.file = file(alert.at.frame.file));
    }

    /// Bytes that are kept of what a stranger sent.
    pub(crate) fn weight(&self) -> usize {
        let authorities = self.request.iter().flat_map(|request| &request.authorities);
        let names = self.client_hello.iter().flat_map(|hello| &hello.protocols).map(String::len);
        let ciphers = self.client_hello.iter().map(|hello| hello.ciphers.len() * 2);
        let listed =
            self.chain.iter().flatten().chain(authorities).map(|der| der.len() + size_of::<Vec<u8>>());
        listed.chain(names).chain(ciphers).sum()
    }
}

/// Reads the runs of one side. `start` is the place of the first byte that was sent, if it is known.
pub(crate) fn read(runs: &[Run], start: Option<i64>) -> Told {
    let mut told = Told::default();
    for run in runs {
        let whole = start == Some(run.start);
        if told.data {
            break;
        }
        // What an earlier run breaks off in is a loss, not an end.
        told.cut_off = false;
        let mut reader = Reader { run, told: &mut told, message: Vec::new(), resumed: !whole };
        if whole {
            reader.read_whole();
        } else {
            reader.read_resumed();
        }
        told.whole |= whole && told.data;
    }
    told
}

struct Reader<'r> {
    run: &'r Run,
    told: &'r mut Told,
    /// The part of a handshake message that is there.
    message: Vec<u8>,
    /// Reading began at some segment: what is found must prove itself.
    resumed: bool,
}

/// How reading records ended.
enum Stop {
    /// With the bytes.
    End,
    /// At data, behind which everything is encrypted.
    Data,
    /// At something that is no record, at this place.
    NoRecord(usize),
}

impl Reader<'_> {
    fn read_whole(&mut self) {
        match self.records(0) {
            Stop::NoRecord(0) => {
                self.told.plain = Some(self.run.bytes[..self.run.bytes.len().min(Plain::MAX)].to_vec());
            }
            Stop::NoRecord(_) => self.told.cut_off = true,
            Stop::End | Stop::Data => {}
        }
    }

    /// Looks for a record that begins where a segment begins.
    fn read_resumed(&mut self) {
        let mut passed = 0;
        for (mark, _) in &self.run.marks {
            if *mark < passed || !self.begins(*mark) {
                continue;
            }
            self.message.clear();
            match self.records(*mark) {
                Stop::End | Stop::Data => return,
                Stop::NoRecord(place) => passed = place.max(mark + 1),
            }
        }
    }

    /// Whether a handshake message that opens something, or a readable alert, stands here.
    fn begins(&self, at: usize) -> bool {
        let Some(record) = self.record(at) else { return false };
        let rest = &self.run.bytes[at + RECORD..];
        match (record.kind, rest) {
            (TlsRecordType::Handshake, [1 | 2 | 11, a, b, c, ..]) => {
                let length = message::length([0, *a, *b, *c]);
                // A hello stands in one record; a certificate may go on in the next.
                record.length >= HEAD
                    && length <= MAX_MESSAGE
                    && (rest[0] == 11 || length + HEAD <= record.length)
            }
            (TlsRecordType::Alert, [1 | 2, number, ..]) => {
                record.length == 2 && super::names::alert(*number).is_some()
            }
            _ => false,
        }
    }

    fn record(&self, at: usize) -> Option<Record> {
        let head = self.run.bytes.get(at..at + RECORD)?;
        Record::read(head.try_into().ok()?)
    }

    fn records(&mut self, mut at: usize) -> Stop {
        loop {
            let rest = self.run.bytes.len() - at;
            if rest < RECORD {
                // Too short to judge; but what cannot begin a record is none.
                if at == 0 && rest > 0 && !(0x14..=0x18).contains(&self.run.bytes[0]) {
                    return Stop::NoRecord(0);
                }
                self.told.cut_off = rest > 0 || !self.message.is_empty();
                return Stop::End;
            }
            let Some(record) = self.record(at) else { return Stop::NoRecord(at) };
            self.told.records = true;
            let content = at + RECORD;
            let end = content + record.length;
            if record.is_data() {
                self.told.data = true;
                self.told.cut_off = false;
                return Stop::Data;
            }
            let there = end.min(self.run.bytes.len());
            self.content(record, content, there, end);
            if there < end {
                self.told.cut_off = true;
                return Stop::End;
            }
            at = end;
        }
    }

    fn content(&mut self, record: Record, from: usize, to: usize, end: usize) {
        match record.kind {
            TlsRecordType::ChangeCipherSpec => {
                let full = self.told.done || self.told.chain.is_some();
                self.told.changed_first |= !self.resumed && !self.told.changed && !full;
                self.told.changed = true;
            }
            TlsRecordType::Alert if to == end => self.alerts(from, to),
            TlsRecordType::Handshake if !self.told.changed => {
                self.message.extend_from_slice(&self.run.bytes[from..to]);
                self.messages();
            }
            _ => {}
        }
    }

    /// An alert of two bytes is in the clear: encryption adds to the length.
    fn alerts(&mut self, from: usize, to: usize) {
        if self.told.alerts.len() >= MAX_ALERTS {
            return;
        }
        let at = self.run.arrived(from, to);
        let said = match self.run.bytes[from..to] {
            [level, number] => Some(Said { level, number }),
            _ => None,
        };
        self.told.alerts.push(Raised { said, at });
    }

    fn messages(&mut self) {
        let mut from = 0;
        while let Some(head) = self.message[from..].first_chunk::<HEAD>() {
            let end = from + HEAD + message::length(*head);
            if end - from > MAX_MESSAGE {
                from = self.message.len();
                break;
            }
            let Some(whole) = self.message.get(from..end) else { break };
            let read = message::read(whole);
            self.tell(read);
            from = end;
        }
        self.message.drain(..from);
    }

    /// Keeps the first message of each kind; later ones belong to a second try (HelloRetryRequest).
    fn tell(&mut self, message: Message) {
        let told = &mut *self.told;
        match message {
            Message::ClientHello(hello) => _ = told.client_hello.get_or_insert(hello),
            Message::ServerHello(hello) => _ = told.server_hello.get_or_insert(hello),
            Message::Certificate(chain) => {
                if !self.resumed || message::looks_like_certificates(&chain) {
                    told.chain.get_or_insert(chain);
                }
            }
            Message::Request(request) => _ = told.request.get_or_insert(request),
            Message::Done => told.done = true,
            Message::Other => {}
        }
    }
}
