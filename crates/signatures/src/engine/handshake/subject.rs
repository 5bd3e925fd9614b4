//! A failed handshake as a subject of conditions.

use super::Handshake;
use crate::field::{Field, Kind, Subject, Value};

/// One failed handshake. It has the pairs of its records, and what was concluded from them.
pub(crate) struct HandshakeSubject<'a>(pub(crate) &'a Handshake);

impl HandshakeSubject<'_> {
    /// The other end: where the connection went to if this box opened it, else where it came from.
    fn peer(&self) -> &super::End {
        let handshake = self.0;
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
            Field::HandshakeWords => Some(Value::Text(self.0.words())),
            Field::HandshakeEnding => Some(Value::Text(self.0.ending().word())),
            Field::Text => self.0.lines.first().map(|line| Value::Text(&line.text)),
            Field::PeerIp => text(&self.peer().ip).map(|()| Value::Text(&self.peer().ip)),
            Field::PeerPort => self.peer().port.map(|port| Value::Number(port.into())),
            Field::Direction => self.0.direction.map(Value::Text),
            Field::SslReason => {
                let ssl = self.0.ssl()?;
                text(&ssl.reason).map(|()| Value::Text(&ssl.reason))
            }
            Field::SslAlert => self.0.ssl()?.alert.map(|alert| Value::Number(alert.into())),
            _ => None,
        }
    }

    fn pair(&self, key: &str) -> Option<&str> {
        let value = match key {
            "Src-ip" => &self.0.src.ip,
            "Src-port" => &self.0.src.port_text,
            "Dst-ip" => &self.0.dst.ip,
            "Dst-port" => &self.0.dst.port_text,
            "Common-name" => self.0.common_name.as_ref()?,
            _ => return None,
        };
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}
