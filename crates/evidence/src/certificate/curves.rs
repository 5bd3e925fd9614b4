//! Signatures over elliptic curves that `ring` does not verify: P-521, and the other curves with a digest that is not
//! the usual one of theirs. They are verified by RustCrypto.

use super::signature::{Checked, Digest};
use p521::ecdsa::signature::hazmat::PrehashVerifier;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

/// Verifies an ECDSA signature in DER; `None` if nobody here knows the curve or the digest.
///
/// The key is a point of the curve, in full or compressed (SEC 1, section 2.3.3).
pub(super) fn verify(
    curve: &str,
    over: Digest,
    point: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Option<Checked> {
    let algorithm = match over {
        Digest::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha256 => &SHA256,
        Digest::Sha384 => &SHA384,
        Digest::Sha512 => &SHA512,
        _ => return None,
    };
    let digest = digest(algorithm, message);
    let holds = match curve {
        "P-256" => holds(
            &digest,
            32,
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p256::ecdsa::Signature::from_der(signature),
        ),
        "P-384" => holds(
            &digest,
            48,
            p384::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p384::ecdsa::Signature::from_der(signature),
        ),
        "P-521" => holds(
            &digest,
            66,
            p521::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p521::ecdsa::Signature::from_der(signature),
        ),
        _ => return None,
    };
    Some(if holds { Checked::Yes } else { Checked::No })
}

/// Whether a signature over a digest holds. `size` is that of a number of the curve, in bytes.
fn holds<K: PrehashVerifier<S>, S, E, F>(
    digest: &ring::digest::Digest,
    size: usize,
    key: Result<K, E>,
    signature: Result<S, F>,
) -> bool {
    // A digest is a number: a short one has zeros before it. The library refuses what is shorter than half a number.
    let short = size.saturating_sub(digest.as_ref().len());
    let number = [&vec![0; short], digest.as_ref()].concat();
    let (Ok(key), Ok(signature)) = (key, signature) else { return false };
    key.verify_prehash(&number, &signature).is_ok()
}
