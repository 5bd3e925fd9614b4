//! PKCS#7 files that carry nothing but certificates (RFC 2315 section 9, RFC 5652 section 5).
//!
//! Only the way to the certificates is read. Signatures of the file itself are of no use here.

use x509_parser::asn1_rs::{Any, Class, FromDer};

/// The object identifier of signed data, 1.2.840.113549.1.7.2, as it is written.
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// Tags (ITU-T X.680): object identifier, sequence.
const OBJECT: u32 = 6;
const SEQUENCE: u32 = 16;

/// Tells whether the bytes begin as a PKCS#7 file does: a sequence that begins with an object identifier.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let Ok((_, outer)) = Any::from_der(bytes) else { return false };
    outer.tag().0 == SEQUENCE && outer.data.first() == Some(&0x06)
}

/// Gives the certificates inside, each with its offset in `bytes`.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<(usize, &[u8])>, &'static str> {
    const CUT: &str = "the PKCS#7 structure cannot be read";
    let (_, info) = Any::from_der(bytes).map_err(|_| CUT)?;
    let (rest, kind) = Any::from_der(info.data).map_err(|_| CUT)?;
    if kind.tag().0 != OBJECT || kind.data != SIGNED_DATA {
        return Err("it is a PKCS#7 file that carries something else than certificates");
    }
    let (_, explicit) = Any::from_der(rest).map_err(|_| CUT)?;
    let (_, signed) = Any::from_der(explicit.data).map_err(|_| CUT)?;
    // Version, digests and content stand before the certificates, which have the tag [0].
    let mut rest = signed.data;
    while let Ok((behind, field)) = Any::from_der(rest) {
        if field.class() == Class::ContextSpecific && field.tag().0 == 0 {
            return Ok(elements(bytes, field.data));
        }
        rest = behind;
    }
    Ok(Vec::new())
}

/// Cuts a set into its elements. What is no element any more is given whole, so that it is reported.
fn elements<'b>(all: &'b [u8], mut rest: &'b [u8]) -> Vec<(usize, &'b [u8])> {
    let mut out = Vec::new();
    // Both are parts of one slice: the distance of their ends is that of their beginnings.
    let place = |rest: &[u8]| rest.as_ptr().addr().saturating_sub(all.as_ptr().addr());
    while !rest.is_empty() {
        let behind = Any::from_der(rest).map_or(&rest[rest.len()..], |(behind, _)| behind);
        out.push((place(rest), &rest[..rest.len() - behind.len()]));
        rest = behind;
    }
    out
}
