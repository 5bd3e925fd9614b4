//! A record as a subject: its fields are looked up when a condition asks for them.

use crate::field::{Field, Kind, Subject, Value};
use waytrace_logparse::body::tls::Direction;
use waytrace_logparse::envelope::envelope;
use waytrace_logparse::keyval::Fields;
use waytrace_logparse::openssl::SslError;
use waytrace_logparse::{Event, Record};

/// A record that some condition may claim.
pub(crate) struct RecordSubject<'r, 'b> {
    record: &'r Record<'b>,
    body: &'b str,
    fields: Fields<'b>,
    /// Reason text of the OpenSSL error in it, in lower case.
    ssl_reason: Option<String>,
    ssl_alert: Option<u32>,
}

impl<'r, 'b> RecordSubject<'r, 'b> {
    pub(crate) fn of(record: &'r Record<'b>) -> Self {
        let body = envelope(record.frame.head()).1;
        let error = body.find("error:").and_then(|at| SslError::read(body[at..].split('"').next()?));
        Self {
            record,
            body,
            fields: Fields::of(body),
            ssl_reason: error.map(|error| error.reason.to_ascii_lowercase()),
            ssl_alert: error.and_then(|error| error.alert()),
        }
    }

    fn text(&self, key: &str) -> Option<Value<'_>> {
        self.fields.get(key).map(Value::Text)
    }

    fn number(&self, key: &str) -> Option<Value<'_>> {
        self.fields.number::<i64>(key).map(Value::Number)
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
        let goes_out = self.direction() == Some("outbound") || self.fields.get(src).is_none();
        if goes_out && self.fields.get(dst).is_some() { dst } else { src }
    }
}

impl Subject for RecordSubject<'_, '_> {
    fn kind(&self) -> Kind {
        Kind::Record(self.record.event.kind())
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        match field {
            Field::Text => Some(Value::Text(self.body)),
            Field::Dump => {
                Some(Value::Text(self.record.frame.continuation())).filter(|value| *value != Value::Text(""))
            }
            Field::Process => Some(Value::Text(self.record.envelope.process)),
            Field::Module => self.text("Module"),
            Field::Event => self.text("Event"),
            Field::User => self.text("Username"),
            Field::TrackingId => self.text("TrackingID").or_else(|| self.text("TrackingId")),
            Field::PeerIp => self.text(self.peer("Dst-ip", "Src-ip")),
            Field::PeerPort => self.number(self.peer("Dst-port", "Src-port")),
            Field::Direction => self.direction().map(Value::Text),
            Field::AlarmId => match &self.record.event {
                Event::Alarm(alarm) => alarm.id.map(|id| Value::Number(id.into())),
                _ => None,
            },
            Field::SslReason => self.ssl_reason.as_deref().map(Value::Text),
            Field::SslAlert => self.ssl_alert.map(|alert| Value::Number(alert.into())),
            Field::SipMethod | Field::SipCode | Field::SipCallId => self.sip(field),
            _ => None,
        }
    }

    fn pair(&self, key: &str) -> Option<&str> {
        self.fields.get(key)
    }
}

impl RecordSubject<'_, '_> {
    fn sip(&self, field: Field) -> Option<Value<'_>> {
        let Event::Sip(message) = &self.record.event else { return None };
        match field {
            Field::SipMethod => message.method().map(Value::Text),
            Field::SipCode => message.code().map(|code| Value::Number(code.into())),
            _ => message.call_id().map(Value::Text),
        }
    }
}
