//! A record as a subject: its fields are looked up when a condition asks for them.

use crate::field::{Field, Kind, Subject, Value};
use std::cell::OnceCell;
use waytrace_logparse::body::sip::SipMessage;
use waytrace_logparse::body::tls::Direction;
use waytrace_logparse::envelope::envelope;
use waytrace_logparse::keyval::Fields;
use waytrace_logparse::openssl::SslError;
use waytrace_logparse::{Event, Record};

/// A record that some condition may claim.
pub(crate) struct RecordSubject<'r, 'b> {
    record: &'r Record<'b>,
    body: OnceCell<&'b str>,
    fields: OnceCell<Fields<'b>>,
    ssl: OnceCell<Option<Ssl>>,
    sip_method: OnceCell<Option<&'b str>>,
    sip_code: OnceCell<Option<u16>>,
    connection: OnceCell<Option<String>>,
}

/// The OpenSSL error in a record.
struct Ssl {
    /// Reason text in lower case.
    reason: String,
    alert: Option<u32>,
}

impl<'r, 'b> RecordSubject<'r, 'b> {
    pub(crate) fn of(record: &'r Record<'b>) -> Self {
        Self {
            record,
            body: OnceCell::new(),
            fields: OnceCell::new(),
            ssl: OnceCell::new(),
            sip_method: OnceCell::new(),
            sip_code: OnceCell::new(),
            connection: OnceCell::new(),
        }
    }

    /// What follows the envelope on the head line.
    fn body(&self) -> &'b str {
        self.body.get_or_init(|| envelope(self.record.frame.head()).1)
    }

    fn fields(&self) -> &Fields<'b> {
        self.fields.get_or_init(|| Fields::of(self.body()))
    }

    fn ssl(&self) -> Option<&Ssl> {
        let read = || {
            let at = self.body().find("error:")?;
            let error = SslError::read(self.body()[at..].split('"').next()?)?;
            Some(Ssl { reason: error.reason.to_ascii_lowercase(), alert: error.alert() })
        };
        self.ssl.get_or_init(read).as_ref()
    }

    fn sip(&self) -> Option<&SipMessage<'b>> {
        match &self.record.event {
            Event::Sip(message) => Some(message),
            _ => None,
        }
    }

    fn sip_method(&self) -> Option<&'b str> {
        *self.sip_method.get_or_init(|| self.sip()?.method())
    }

    fn sip_code(&self) -> Option<u16> {
        *self.sip_code.get_or_init(|| self.sip()?.code())
    }

    fn sip_hash(&self) -> Option<&'b str> {
        let message = self.sip()?;
        self.fields().get("Msg-Hash").or_else(|| hash_in(message.detail))
    }

    /// Both ends, the smaller one first.
    fn connection(&self) -> Option<&str> {
        let read = || {
            let end = |ip, port| {
                let port = self.fields().get(port)?;
                Some(format!("{}:{port}", self.fields().get(ip).unwrap_or_default()))
            };
            let src = end("Src-ip", "Src-port").or_else(|| end("Local-ip", "Local-port"))?;
            let dst = end("Dst-ip", "Dst-port").or_else(|| end("Local-ip", "Local-port"))?;
            Some(both(&src, &dst))
        };
        self.connection.get_or_init(read).as_deref()
    }

    /// Port of the other end of a SIP message.
    fn port(&self) -> Option<u16> {
        self.sip()?.peer.port
    }

    fn text(&self, key: &str) -> Option<Value<'_>> {
        self.fields().get(key).map(Value::Text)
    }

    fn number(&self, key: &str) -> Option<Value<'_>> {
        self.fields().number::<i64>(key).map(Value::Number)
    }

    fn direction(&self) -> Option<&'static str> {
        let said = match &self.record.event {
            Event::Tls(error) => match error.direction {
                Direction::Inbound => Some("inbound"),
                Direction::Outbound => Some("outbound"),
                _ => None,
            },
            _ => None,
        };
        said.or_else(|| match self.record.event.kind() {
            "sip.sent" | "tcp.connecting" => Some("outbound"),
            "sip.received" => Some("inbound"),
            _ => None,
        })
    }

    /// The other end: where a line goes to, or else where it comes from.
    fn peer(&self, dst: &'static str, src: &'static str) -> &'static str {
        let goes_out = self.direction() == Some("outbound") || self.fields().get(src).is_none();
        if goes_out && self.fields().get(dst).is_some() { dst } else { src }
    }
}

impl Subject for RecordSubject<'_, '_> {
    fn kind(&self) -> Kind {
        Kind::Record(self.record.event.kind())
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        match field {
            Field::Text => Some(Value::Text(self.body())),
            Field::Dump => {
                Some(Value::Text(self.record.frame.continuation())).filter(|value| *value != Value::Text(""))
            }
            Field::Process => Some(Value::Text(self.record.envelope.process)),
            Field::Module => self.text("Module"),
            Field::Event => self.text("Event"),
            Field::User => self.text("Username"),
            Field::TrackingId => self.text("TrackingID").or_else(|| self.text("TrackingId")),
            Field::PeerIp => self.text(self.peer("Dst-ip", "Src-ip")),
            // Of SIP messages, of which there are many, without reading the pairs once more.
            Field::PeerPort if self.port().is_some() => self.port().map(|port| Value::Number(port.into())),
            Field::PeerPort => self.number(self.peer("Dst-port", "Src-port")),
            Field::Direction => self.direction().map(Value::Text),
            Field::AlarmId => match &self.record.event {
                Event::Alarm(alarm) => alarm.id.map(|id| Value::Number(id.into())),
                _ => None,
            },
            Field::SslReason => self.ssl().map(|ssl| Value::Text(&ssl.reason)),
            Field::SslAlert => self.ssl()?.alert.map(|alert| Value::Number(alert.into())),
            Field::SipMethod => self.sip_method().map(Value::Text),
            Field::SipCode => self.sip_code().map(|code| Value::Number(code.into())),
            Field::SipCallId => self.sip()?.call_id().map(Value::Text),
            Field::SipHash => self.sip_hash().map(Value::Text),
            Field::Call => {
                let call = self.sip().and_then(SipMessage::call_id);
                let call = call.or_else(|| self.fields().get("Call-serial-number"));
                call.filter(|call| !call.is_empty()).map(Value::Text)
            }
            Field::Connection => self.connection().map(Value::Text),
            _ => None,
        }
    }

    fn pair(&self, key: &str) -> Option<&str> {
        self.fields().get(key)
    }
}

/// Two ends of a connection as one text, the same whichever way round they are given.
pub(crate) fn both(a: &str, b: &str) -> String {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    format!("{first} {second}")
}

/// `Msg-Hash` in the `Detail` of an INFO line.
fn hash_in(detail: &str) -> Option<&str> {
    let value = detail.split("Msg-Hash=").nth(1)?;
    value.split([',', '"', ' ']).next().filter(|value| !value.is_empty())
}
