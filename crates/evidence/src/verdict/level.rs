//! Security levels: how strong keys and digests must be (`check_key_level`, `check_sig_level`, `check_auth_level` in
//! crypto/x509/x509_vfy.c).

use super::{Chain, Dialect, Log, Question, VerifyError};
use crate::certificate::{Certificate, Digest, KeyKind, PublicKey, SignatureAlgorithm};

/// Bits of security that the levels 1 to 5 ask for (`minbits_table`).
const BITS: [u32; 5] = [80, 112, 128, 192, 256];

/// What a level asks for; nothing at level 0.
fn asked(question: &Question<'_>) -> Option<u32> {
    let level = usize::from(question.level).min(BITS.len());
    level.checked_sub(1).map(|at| BITS[at])
}

/// Checks the key of the leaf, before anything else.
pub(super) fn leaf(question: &Question<'_>, leaf: &Certificate, log: &mut Log) {
    let Some(bits) = asked(question) else { return };
    match key(question.dialect, &leaf.key, bits) {
        Some(true) => {}
        Some(false) => log.fail(question, VerifyError::LeafKeyTooSmall, 0),
        None => log.unknown(0, format!("how strong its key is ({})", leaf.key)),
    }
}

/// Checks the keys of the issuers, and all signatures but that of the last certificate.
pub(super) fn chain(question: &Question<'_>, chain: &Chain<'_>, log: &mut Log) {
    let Some(bits) = asked(question) else { return };
    for (depth, certificate) in chain.certificates.iter().enumerate() {
        if depth > 0 {
            match key(question.dialect, &certificate.key, bits) {
                Some(true) => {}
                Some(false) => log.fail(question, VerifyError::CaKeyTooSmall, depth),
                None => log.unknown(depth, format!("how strong its key is ({})", certificate.key)),
            }
        }
        if depth + 1 < chain.certificates.len() {
            match strength(question.dialect, &certificate.signature) {
                Some(strength) if strength >= bits => {}
                Some(_) => log.fail(question, VerifyError::DigestTooWeak, depth),
                None => log.unknown(depth, format!("how strong {} is", certificate.signature)),
            }
        }
    }
}

/// Whether a key has so many bits of security; nothing where it is not known.
fn key(dialect: Dialect, key: &PublicKey, wanted: u32) -> Option<bool> {
    let bits = key.bits?;
    let has = match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss if dialect == Dialect::OpenSsl3 => {
            return Some(factoring(bits, wanted));
        }
        KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa => match bits {
            15_360.. => 256,
            7680.. => 192,
            3072.. => 128,
            2048.. => 112,
            1024.. => 80,
            _ => 0,
        },
        KeyKind::Ec => match bits {
            512.. => 256,
            384.. => 192,
            256.. => 128,
            224.. => 112,
            160.. => 80,
            _ => bits / 2,
        },
        KeyKind::Ed25519 => 128,
        KeyKind::Ed448 => 224,
        KeyKind::Other => return None,
    };
    Some(has >= wanted)
}

/// Whether an RSA key is as strong as 3.x asks (`ossl_ifc_ffc_compute_security_bits`, crypto/rsa/rsa_lib.c): the
/// formula of NIST SP 800-56B, rounded to a multiple of eight.
fn factoring(bits: u32, wanted: u32) -> bool {
    // Common sizes stand in a table there.
    match bits {
        2048 => return 112 >= wanted,
        3072 => return 128 >= wanted,
        4096 => return 152 >= wanted,
        6144 => return 176 >= wanted,
        7680 => return 192 >= wanted,
        8192 => return 200 >= wanted,
        15_360 => return 256 >= wanted,
        _ => {}
    }
    let natural = f64::from(bits) * std::f64::consts::LN_2;
    let work = 1.923 * natural.cbrt() * natural.ln().powi(2).cbrt() - 4.69;
    // What is rounded up to the wanted multiple of eight is at most four below it.
    work / std::f64::consts::LN_2 + 4.0 >= f64::from(wanted)
}

/// Bits of security of a signature (`x509_sig_info_init`, crypto/x509/x509_set.c).
fn strength(dialect: Dialect, algorithm: &SignatureAlgorithm) -> Option<u32> {
    Some(match (algorithm.key, algorithm.digest) {
        (KeyKind::Ed25519, _) => 128,
        (KeyKind::Ed448, _) => 224,
        // 3.x counts known attacks.
        (_, Some(Digest::Sha1)) if dialect == Dialect::OpenSsl3 => 63,
        (_, Some(Digest::Md5)) if dialect == Dialect::OpenSsl3 => 39,
        (_, Some(digest)) => digest.bits() / 2,
        (_, None) => return None,
    })
}
