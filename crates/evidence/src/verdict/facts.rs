//! What OpenSSL thinks of single certificates: crypto/x509/v3_purp.c (1.1.1: crypto/x509v3/v3_purp.c).

use super::Side;
use crate::certificate::{Authority, Certificate, KeyKind, KeyUsage, Purpose};

/// Bits of the old certificate type of Netscape.
const NETSCAPE_CLIENT: u8 = 0x80;
const NETSCAPE_SERVER: u8 = 0x40;
const NETSCAPE_TLS_CA: u8 = 0x04;
const NETSCAPE_ANY_CA: u8 = 0x07;

/// What `check_ca` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ca {
    No,
    /// By basic constraints.
    Yes,
    /// By something else, which is accepted only at the end of a chain.
    Old,
    /// By the old certificate type of Netscape.
    Netscape,
}

/// Tells whether one of the extensions that OpenSSL reads cannot be read (`EXFLAG_INVALID`).
pub(super) fn is_invalid(certificate: &Certificate) -> bool {
    !certificate.extensions.unreadable.is_empty()
}

/// Tells whether OpenSSL takes a certificate for self-signed (`EXFLAG_SS`). It does not verify: names, key identifiers
/// and the kind of the key must agree.
pub(super) fn looks_self_signed(certificate: &Certificate) -> bool {
    certificate.self_issued
        && authority_agrees(certificate, certificate)
        && key_agrees(certificate, certificate)
}

/// Tells whether one may have signed the other (`x509_likely_issued`).
pub(super) fn likely_issued(issuer: &Certificate, subject: &Certificate) -> bool {
    issuer.subject.same_as(&subject.issuer)
        && !is_invalid(issuer)
        && !is_invalid(subject)
        && authority_agrees(issuer, subject)
        && key_agrees(issuer, subject)
}

/// Compares what the subject says about its issuer, where it says anything (`X509_check_akid`).
fn authority_agrees(issuer: &Certificate, subject: &Certificate) -> bool {
    let Some(Authority { key, serial, issuer: of }) = &subject.extensions.authority else { return true };
    let keys = match (key, &issuer.subject_key_id) {
        (Some(wanted), Some(has)) => wanted == has,
        _ => true,
    };
    keys && serial.as_ref().is_none_or(|serial| *serial == issuer.serial)
        && of.as_ref().is_none_or(|name| name.same_as(&issuer.issuer))
}

/// Compares the issuer's kind of key with the signature (`check_sig_alg_match`).
fn key_agrees(issuer: &Certificate, subject: &Certificate) -> bool {
    match (subject.signature.key, issuer.key.kind) {
        (KeyKind::Other, _) | (_, KeyKind::Other) => false,
        // An ordinary RSA key may sign with PSS.
        (KeyKind::RsaPss, KeyKind::Rsa) => true,
        (signature, key) => signature == key,
    }
}

/// Tells whether there is a key usage that has none of these bits.
pub(super) fn usage_rejects(certificate: &Certificate, bits: u16) -> bool {
    certificate.key_usage.is_some_and(|usage| !usage.any_of(bits))
}

/// Whether it is a CA (`check_ca`).
pub(super) fn ca(certificate: &Certificate) -> Ca {
    if usage_rejects(certificate, KeyUsage::CERT_SIGN) {
        return Ca::No;
    }
    if let Some(basic) = certificate.basic_constraints {
        return if basic.ca { Ca::Yes } else { Ca::No };
    }
    let old_root = certificate.version == 1 && looks_self_signed(certificate);
    if old_root || certificate.key_usage.is_some() {
        return Ca::Old;
    }
    if certificate.extensions.netscape.is_some_and(|kind| kind & NETSCAPE_ANY_CA != 0) {
        return Ca::Netscape;
    }
    Ca::No
}

/// Whether it suits the purpose, as a CA or as a leaf (`check_purpose_ssl_server`, `check_purpose_ssl_client`).
pub(super) fn suits(certificate: &Certificate, side: Side, as_ca: bool) -> bool {
    let wanted: &[Purpose] = match side {
        Side::Server => &[Purpose::ServerAuth, Purpose::ServerGated],
        Side::Client => &[Purpose::ClientAuth],
    };
    let purposes = certificate.purposes.as_ref();
    if purposes.is_some_and(|purposes| !purposes.iter().any(|purpose| wanted.contains(purpose))) {
        return false;
    }
    let netscape = certificate.extensions.netscape;
    if as_ca {
        return match ca(certificate) {
            Ca::No => false,
            Ca::Netscape => netscape.is_some_and(|kind| kind & NETSCAPE_TLS_CA != 0),
            Ca::Yes | Ca::Old => true,
        };
    }
    let (bit, usage) = match side {
        Side::Server => (
            NETSCAPE_SERVER,
            KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT | KeyUsage::KEY_AGREEMENT,
        ),
        Side::Client => (NETSCAPE_CLIENT, KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_AGREEMENT),
    };
    netscape.is_none_or(|kind| kind & bit != 0) && !usage_rejects(certificate, usage)
}
