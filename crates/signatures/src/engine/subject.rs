//! What the correlator found out, as subjects that conditions are tried on.

use super::transaction::Transaction;
use super::unit::Unit;
use crate::field::{Field, Kind, Subject, Value};
use crate::finding::Target;

/// The handshake of a unit.
pub(crate) struct OriginTls<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) target: &'a Target,
    /// The address as text, so that it can be lent.
    pub(crate) ip: &'a str,
}

impl Subject for OriginTls<'_> {
    fn kind(&self) -> Kind {
        Kind::OriginTls
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        let check = self.unit.check.as_ref();
        let failure = self.unit.failure.as_ref();
        match field {
            Field::VerifyAction => {
                check.map(|check| Value::Text(if check.enforced { "terminate" } else { "continue" }))
            }
            Field::VerifyCheck => check.map(|check| Value::Text(check.kind)),
            Field::VerifyError => check?.error.as_deref().map(Value::Text),
            Field::VerifyDepth => check?.depth.map(|depth| Value::Number(depth.into())),
            Field::SslReason => failure.map(|failure| Value::Text(&failure.reason)),
            Field::SslAlert => failure?.alert.map(|alert| Value::Number(alert.into())),
            other => target_field(self.target, self.ip, other),
        }
    }
}

/// A transaction that failed without a line that explains it.
pub(crate) struct Failed<'a> {
    pub(crate) kind: Kind,
    pub(crate) transaction: &'a Transaction,
    pub(crate) target: &'a Target,
    pub(crate) ip: &'a str,
    /// Seconds without an answer: of its longest attempt, or of all of it where the log shows none.
    pub(crate) waited: Option<i64>,
}

impl Subject for Failed<'_> {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        let status = self.transaction.status.as_ref();
        match field {
            Field::HttpStatus => status.map(|(code, _)| Value::Number((*code).into())),
            Field::HttpReason => status.map(|(_, reason)| Value::Text(reason)),
            Field::HttpAnswered => Some(Value::Flag(self.transaction.answered.is_some())),
            Field::HttpAttempts => i64::try_from(self.transaction.attempts.len()).ok().map(Value::Number),
            Field::HttpWaited => self.waited.map(Value::Number),
            other => target_field(self.target, self.ip, other),
        }
    }
}

fn target_field<'a>(target: &'a Target, ip: &'a str, field: Field) -> Option<Value<'a>> {
    match field {
        Field::TargetHost => Some(Value::Text(&target.host)),
        Field::TargetIp => target.ip.map(|_| Value::Text(ip)),
        Field::TargetPort => target.port.map(|port| Value::Number(port.into())),
        _ => None,
    }
}

/// Values for the names in an entry's text that come from the subject.
pub(crate) fn names(subject: &dyn Subject) -> Vec<(String, String)> {
    let of = |field| subject.get(field).map(|value| value.to_string());
    let reason = of(Field::SslReason).or_else(|| of(Field::HttpReason)).or_else(|| of(Field::VerifyError));
    let name_error =
        || (of(Field::VerifyCheck)? == "name").then(|| "the name is not in the certificate".to_owned());
    let named = [
        ("error", of(Field::VerifyError).or_else(name_error)),
        ("depth", of(Field::VerifyDepth)),
        ("reason", reason),
        ("alert", of(Field::SslAlert)),
        ("status", of(Field::HttpStatus)),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
