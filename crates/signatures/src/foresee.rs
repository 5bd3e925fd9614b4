//! What an entry would say to a refusal that has not happened yet.

use crate::catalogue::{Catalogue, Signature};
use crate::field::{Field, Kind, Subject, Value};

/// The check of a server's certificate that would fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused<'a> {
    /// That of the chain, with OpenSSL's text in the form of `verify.error`, at this depth.
    Chain(&'a str, usize),
    /// That of the name.
    Name,
}

impl Subject for Refused<'_> {
    fn kind(&self) -> Kind {
        Kind::OriginTls
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        match (field, self) {
            (Field::VerifyAction, _) => Some(Value::Text("terminate")),
            (Field::VerifyCheck, Self::Chain(..)) => Some(Value::Text("chain")),
            (Field::VerifyCheck, Self::Name) => Some(Value::Text("name")),
            (Field::VerifyError, Self::Chain(error, _)) => Some(Value::Text(error)),
            (Field::VerifyDepth, Self::Chain(_, depth)) => i64::try_from(*depth).ok().map(Value::Number),
            _ => None,
        }
    }
}

impl Catalogue {
    /// The entries that a refusal of an origin server would fire.
    pub fn foresee(&self, refused: Refused<'_>) -> Vec<&Signature> {
        self.claims(&refused).into_iter().map(|at| &self.signatures()[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Refused;
    use crate::catalogue::Catalogue;

    #[test]
    fn refusals_have_their_entries() {
        let catalogue = Catalogue::built_in();
        let ids = |refused| -> Vec<&str> {
            catalogue.foresee(refused).into_iter().map(|signature| signature.id.as_str()).collect()
        };
        assert_eq!(ids(Refused::Chain("self-signed certificate", 0)), ["TLS-001"]);
        assert_eq!(ids(Refused::Chain("certificate has expired", 1)), ["TLS-004"]);
        assert_eq!(ids(Refused::Name), ["TLS-006"]);
        assert_eq!(ids(Refused::Chain("no such text", 0)), ["TLS-017"]);
    }
}
