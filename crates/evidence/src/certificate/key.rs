//! The public key of a certificate.

use serde::Serialize;
use std::fmt;
use x509_parser::asn1_rs::Oid;
use x509_parser::public_key::PublicKey as Parsed;
use x509_parser::x509::SubjectPublicKeyInfo;

/// What kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA.
    Rsa,
    /// RSA that may only sign with PSS.
    RsaPss,
    /// Elliptic curve.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// Something else.
    Other,
}

/// The public key of a certificate: kind, size and curve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PublicKey {
    /// Its kind.
    pub kind: KeyKind,
    /// Its size in bits, where it is known.
    pub bits: Option<u32>,
    /// The name of its curve: `P-256`, or an object identifier.
    pub curve: Option<String>,
    /// The exponent of an RSA key, where it is a small number.
    #[serde(skip)]
    pub(crate) exponent: Option<u64>,
    /// Whether the curve is spelled out instead of named.
    #[serde(skip)]
    pub(crate) explicit_curve: bool,
    /// The key itself, as `ring` takes it.
    #[serde(skip)]
    pub(crate) bytes: Vec<u8>,
    /// The whole key with its algorithm: two certificates with the same have the same key.
    #[serde(skip)]
    pub(crate) raw: Vec<u8>,
}

impl PublicKey {
    /// Keeps a parsed key.
    pub(crate) fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        let mut key = Self {
            kind: kind(&info.algorithm.algorithm.to_id_string()),
            bits: None,
            curve: None,
            exponent: None,
            explicit_curve: false,
            bytes: info.subject_public_key.data.to_vec(),
            raw: info.raw.to_vec(),
        };
        match key.kind {
            KeyKind::Rsa | KeyKind::RsaPss => key.rsa(),
            KeyKind::Ec => {
                let named = info.algorithm.parameters.as_ref();
                match named.and_then(|any| Oid::try_from(any.clone()).ok()) {
                    Some(id) => key.curve(&id.to_id_string()),
                    None => key.explicit_curve = named.is_some_and(|any| any.tag().0 == 16),
                }
            }
            KeyKind::Ed25519 => key.bits = Some(256),
            KeyKind::Ed448 => key.bits = Some(456),
            KeyKind::Dsa => key.dsa(info),
            KeyKind::Other => {}
        }
        key
    }

    fn rsa(&mut self) {
        use x509_parser::prelude::FromDer;
        use x509_parser::public_key::RSAPublicKey;
        let Ok((_, parsed)) = RSAPublicKey::from_der(&self.bytes) else { return };
        self.bits = bits(parsed.modulus);
        self.exponent = parsed.try_exponent().ok();
    }

    fn curve(&mut self, id: &str) {
        let (name, bits) = match id {
            "1.2.840.10045.3.1.7" => ("P-256", 256),
            "1.3.132.0.34" => ("P-384", 384),
            "1.3.132.0.35" => ("P-521", 521),
            "1.2.840.10045.3.1.1" => ("P-192", 192),
            "1.3.132.0.33" => ("P-224", 224),
            "1.3.132.0.10" => ("secp256k1", 256),
            "1.3.36.3.3.2.8.1.1.7" => ("brainpoolP256r1", 256),
            "1.3.36.3.3.2.8.1.1.11" => ("brainpoolP384r1", 384),
            "1.3.36.3.3.2.8.1.1.13" => ("brainpoolP512r1", 512),
            other => {
                self.curve = Some(other.to_owned());
                return;
            }
        };
        self.curve = Some(name.to_owned());
        self.bits = Some(bits);
    }

    /// The size of a DSA key is that of its prime, which stands in the parameters.
    fn dsa(&mut self, info: &SubjectPublicKeyInfo<'_>) {
        use x509_parser::asn1_rs::{Any, FromDer};
        let Some(parameters) = &info.algorithm.parameters else { return };
        let Ok((_, prime)) = Any::from_der(parameters.data) else { return };
        if info.parsed().is_ok_and(|key| matches!(key, Parsed::DSA(_))) {
            self.bits = bits(prime.data);
        }
    }

    /// Tells whether both are the same key.
    pub fn same_as(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            KeyKind::Rsa => "RSA",
            KeyKind::RsaPss => "RSA-PSS",
            KeyKind::Ec => "ECDSA",
            KeyKind::Ed25519 => return f.write_str("Ed25519"),
            KeyKind::Ed448 => return f.write_str("Ed448"),
            KeyKind::Dsa => "DSA",
            KeyKind::Other => return f.write_str("unknown key"),
        };
        match (&self.curve, self.bits) {
            (Some(curve), _) => write!(f, "{name} {curve}"),
            (None, Some(bits)) => write!(f, "{name} {bits}"),
            (None, None) => f.write_str(name),
        }
    }
}

fn kind(id: &str) -> KeyKind {
    match id {
        "1.2.840.113549.1.1.1" => KeyKind::Rsa,
        "1.2.840.113549.1.1.10" => KeyKind::RsaPss,
        "1.2.840.10045.2.1" => KeyKind::Ec,
        "1.3.101.112" => KeyKind::Ed25519,
        "1.3.101.113" => KeyKind::Ed448,
        "1.2.840.10040.4.1" => KeyKind::Dsa,
        _ => KeyKind::Other,
    }
}

/// How many bits a number takes that is written with its highest byte first.
fn bits(number: &[u8]) -> Option<u32> {
    let first = number.iter().position(|byte| *byte != 0)?;
    let bytes = u32::try_from(number.len() - first).ok()?;
    bytes.checked_mul(8)?.checked_sub(number[first].leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn size_of_a_number() {
        assert_eq!(bits(&[0, 0x80, 0]), Some(16));
        assert_eq!(bits(&[1]), Some(1));
        assert_eq!(bits(&[0, 0]), None);
    }
}
