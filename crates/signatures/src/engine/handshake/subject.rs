//! A failed handshake as a subject of conditions.

use super::super::record::both;
use super::{End, Handshake};
use crate::field::{Field, Kind, Subject, Value};

/// One failed handshake. It has the pairs of its records, and what was concluded from them.
pub(crate) struct HandshakeSubject<'a> {
    handshake: &'a Handshake,
    connection: String,
}

impl<'a> HandshakeSubject<'a> {
    pub(crate) fn of(handshake: &'a Handshake) -> Self {
        let end = |end: &End| format!("{}:{}", end.ip, end.port_text);
        Self { handshake, connection: both(&end(&handshake.src), &end(&handshake.dst)) }
    }

    /// The other end: where the connection went to if this box opened it, else where it came from.
    fn peer(&self) -> &End {
        let handshake = self.handshake;
        if let Some(remote) = handshake.remote.as_ref().filter(|_| handshake.direction.is_none()) {
            return remote;
        }
        let goes_out = handshake.direction == Some("outbound") || handshake.src.ip.is_empty();
        if goes_out { &handshake.dst } else { &handshake.src }
    }
}

impl Subject for HandshakeSubject<'_> {
    fn kind(&self) -> Kind {
        Kind::Handshake
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        let text = |text: &'_ str| (!text.is_empty()).then_some(());
        match field {
            Field::HandshakeWords => Some(Value::Text(self.handshake.words())),
            Field::HandshakeEnding => Some(Value::Text(self.handshake.ending().word())),
            Field::Text => self.handshake.lines.first().map(|line| Value::Text(&line.text)),
            Field::PeerIp => text(&self.peer().ip).map(|()| Value::Text(&self.peer().ip)),
            Field::PeerPort => self.peer().port.map(|port| Value::Number(port.into())),
            Field::Direction => self.handshake.direction.map(Value::Text),
            Field::Connection => Some(Value::Text(&self.connection)),
            Field::SslReason => {
                let ssl = self.handshake.ssl()?;
                text(&ssl.reason).map(|()| Value::Text(&ssl.reason))
            }
            Field::SslAlert => self.handshake.ssl()?.alert.map(|alert| Value::Number(alert.into())),
            _ => None,
        }
    }

    fn pair(&self, key: &str) -> Option<&str> {
        let value = match key {
            "Src-ip" => &self.handshake.src.ip,
            "Src-port" => &self.handshake.src.port_text,
            "Dst-ip" => &self.handshake.dst.ip,
            "Dst-port" => &self.handshake.dst.port_text,
            "Common-name" => self.handshake.common_name.as_ref()?,
            _ => return None,
        };
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}
