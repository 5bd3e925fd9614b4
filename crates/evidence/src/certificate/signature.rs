//! Signature algorithms, and whether a signature holds.
//!
//! Signatures are verified by `ring`, and those over P-521 and with unusual digests by RustCrypto ([`curves`]). What
//! neither verifies (MD5, SHA-224, DSA, Ed448, RSA below 1024 bits, brainpool and more) is [`Checked::Unknown`], with
//! the reason; nothing is guessed.

use super::curves;
use super::key::{KeyKind, PublicKey};
use ring::signature as ring;
use serde::Serialize;
use std::fmt;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::AlgorithmIdentifier;

/// The digest that a signature is made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Digest {
    /// MD2.
    Md2,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Tells whether collisions can be made, so that browsers and OpenSSL's higher levels refuse it.
    pub fn is_weak(self) -> bool {
        matches!(self, Self::Md2 | Self::Md5 | Self::Sha1)
    }

    /// Its length in bits.
    pub(crate) fn bits(self) -> u32 {
        match self {
            Self::Md2 | Self::Md5 => 128,
            Self::Sha1 => 160,
            Self::Sha224 => 224,
            Self::Sha256 => 256,
            Self::Sha384 => 384,
            Self::Sha512 => 512,
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md2 => "MD2",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// The algorithm that a certificate is signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignatureAlgorithm {
    /// Its name as OpenSSL writes it, such as `sha256WithRSAEncryption`; or its object identifier.
    pub name: String,
    /// The kind of key that makes such signatures.
    pub key: KeyKind,
    /// Its digest, where it has one of its own.
    pub digest: Option<Digest>,
    /// The length of the salt, where the parameters of PSS are such that `ring` verifies them: one digest
    /// throughout.
    #[serde(skip)]
    salt: Option<u32>,
}

impl SignatureAlgorithm {
    /// Keeps a parsed algorithm.
    pub(crate) fn of(algorithm: &AlgorithmIdentifier<'_>) -> Self {
        let id = algorithm.algorithm.to_id_string();
        if let Some((_, name, key, digest)) = TABLE.iter().find(|(known, ..)| *known == id) {
            return Self { name: (*name).to_owned(), key: *key, digest: *digest, salt: None };
        }
        if id != "1.2.840.113549.1.1.10" {
            return Self { name: id, key: KeyKind::Other, digest: None, salt: None };
        }
        let mut pss = Self { name: "rsassaPss".to_owned(), key: KeyKind::RsaPss, digest: None, salt: None };
        let parsed = algorithm.parameters.as_ref().and_then(|any| RsaSsaPssParams::try_from(any).ok());
        if let Some(parameters) = parsed {
            pss.digest = digest(&parameters.hash_algorithm_oid().to_id_string());
            let mask =
                parameters.mask_gen_algorithm().ok().and_then(|mask| digest(&mask.hash.to_id_string()));
            pss.salt = (pss.digest.is_some() && mask == pss.digest).then(|| parameters.salt_length());
        }
        pss
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Object identifier, name, kind of key and digest of the algorithms that certificates are signed with (RFC 3279,
/// RFC 4055, RFC 5758, RFC 8410; names as in OpenSSL's objects.txt).
const TABLE: &[(&str, &str, KeyKind, Option<Digest>)] = &[
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", KeyKind::Rsa, Some(Digest::Md2)),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", KeyKind::Rsa, Some(Digest::Md5)),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", KeyKind::Rsa, Some(Digest::Sha1)),
    ("1.3.14.3.2.29", "sha1WithRSA", KeyKind::Rsa, Some(Digest::Sha1)),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", KeyKind::Rsa, Some(Digest::Sha224)),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", KeyKind::Rsa, Some(Digest::Sha256)),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", KeyKind::Rsa, Some(Digest::Sha384)),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", KeyKind::Rsa, Some(Digest::Sha512)),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", KeyKind::Ec, Some(Digest::Sha1)),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", KeyKind::Ec, Some(Digest::Sha224)),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", KeyKind::Ec, Some(Digest::Sha256)),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", KeyKind::Ec, Some(Digest::Sha384)),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", KeyKind::Ec, Some(Digest::Sha512)),
    ("1.2.840.10040.4.3", "dsaWithSHA1", KeyKind::Dsa, Some(Digest::Sha1)),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", KeyKind::Dsa, Some(Digest::Sha256)),
    ("1.3.101.112", "ED25519", KeyKind::Ed25519, None),
    ("1.3.101.113", "ED448", KeyKind::Ed448, None),
];

fn digest(id: &str) -> Option<Digest> {
    Some(match id {
        "1.3.14.3.2.26" => Digest::Sha1,
        "2.16.840.1.101.3.4.2.4" => Digest::Sha224,
        "2.16.840.1.101.3.4.2.1" => Digest::Sha256,
        "2.16.840.1.101.3.4.2.2" => Digest::Sha384,
        "2.16.840.1.101.3.4.2.3" => Digest::Sha512,
        _ => return None,
    })
}

/// Whether a signature holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Checked {
    /// It was made with the key.
    Yes,
    /// It was not made with the key.
    No,
    /// It could not be verified here, with the reason.
    Unknown(String),
}

/// Verifies a signature over a message.
pub(crate) fn verify(
    algorithm: &SignatureAlgorithm,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Checked {
    match method(algorithm, key) {
        Ok(method) => {
            let key = ring::UnparsedPublicKey::new(method, &key.bytes);
            if key.verify(message, signature).is_ok() { Checked::Yes } else { Checked::No }
        }
        Err(why) => {
            let curve = (algorithm.key == KeyKind::Ec).then_some(key.curve.as_deref()).flatten();
            let other = curve.zip(algorithm.digest);
            let checked =
                other.and_then(|(curve, over)| curves::verify(curve, over, &key.bytes, message, signature));
            checked.unwrap_or(Checked::Unknown(why))
        }
    }
}

fn method(
    algorithm: &SignatureAlgorithm,
    key: &PublicKey,
) -> Result<&'static dyn ring::VerificationAlgorithm, String> {
    let cannot = || format!("no library here verifies {} with {key}", algorithm.name);
    match (algorithm.key, key.kind) {
        (KeyKind::Rsa, KeyKind::Rsa) => rsa(algorithm.digest, key).ok_or_else(cannot),
        (KeyKind::RsaPss, KeyKind::Rsa | KeyKind::RsaPss) => pss(algorithm, key).ok_or_else(cannot),
        (KeyKind::Ec, KeyKind::Ec) => ecdsa(algorithm.digest, key).ok_or_else(cannot),
        (KeyKind::Ed25519, KeyKind::Ed25519) => Ok(&ring::ED25519),
        _ => Err(cannot()),
    }
}

/// What `ring` takes for an RSA key: an odd exponent of at most 33 bits, and 1024 to 8192 bits.
fn rsa(digest: Option<Digest>, key: &PublicKey) -> Option<&'static dyn ring::VerificationAlgorithm> {
    let strong = match key.bits? {
        1024..=2047 => false,
        2048..=8192 => true,
        _ => return None,
    };
    let small = key.exponent.is_some_and(|exponent| (3..1 << 33).contains(&exponent) && exponent % 2 == 1);
    if !small {
        return None;
    }
    Some(match (digest?, strong) {
        (Digest::Sha1, false) => &ring::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Digest::Sha1, true) => &ring::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Digest::Sha256, false) => &ring::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        (Digest::Sha256, true) => &ring::RSA_PKCS1_2048_8192_SHA256,
        (Digest::Sha384, true) => &ring::RSA_PKCS1_2048_8192_SHA384,
        (Digest::Sha512, false) => &ring::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        (Digest::Sha512, true) => &ring::RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}

/// `ring` takes PSS only where the salt is as long as the digest.
fn pss(algorithm: &SignatureAlgorithm, key: &PublicKey) -> Option<&'static dyn ring::VerificationAlgorithm> {
    let digest = algorithm.digest?;
    let usual = algorithm.salt? == digest.bits() / 8;
    let small = key.exponent.is_some_and(|exponent| (3..1 << 33).contains(&exponent) && exponent % 2 == 1);
    if !usual || !small || !(2048..=8192).contains(&key.bits?) {
        return None;
    }
    Some(match digest {
        Digest::Sha256 => &ring::RSA_PSS_2048_8192_SHA256,
        Digest::Sha384 => &ring::RSA_PSS_2048_8192_SHA384,
        Digest::Sha512 => &ring::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// `ring` takes points that are written in full, on P-256 and P-384.
fn ecdsa(digest: Option<Digest>, key: &PublicKey) -> Option<&'static dyn ring::VerificationAlgorithm> {
    if key.bytes.first() != Some(&4) {
        return None;
    }
    Some(match (key.curve.as_deref()?, digest?) {
        ("P-256", Digest::Sha256) => &ring::ECDSA_P256_SHA256_ASN1,
        ("P-256", Digest::Sha384) => &ring::ECDSA_P256_SHA384_ASN1,
        ("P-384", Digest::Sha256) => &ring::ECDSA_P384_SHA256_ASN1,
        ("P-384", Digest::Sha384) => &ring::ECDSA_P384_SHA384_ASN1,
        _ => return None,
    })
}
