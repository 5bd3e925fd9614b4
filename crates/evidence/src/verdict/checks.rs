//! Extensions and purposes of a chain: `check_chain_extensions` of 1.1.1, `check_extensions` of 3.x.

use super::facts::{self, Ca};
use super::{Chain, Dialect, Log, Question, VerifyError};
use crate::certificate::Certificate;

/// OCSP_NO_CHECK may be critical in 3.x only (`X509_supported_extension`).
const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";

/// Checks what the extensions of each certificate allow, from the leaf on.
pub(super) fn extensions(question: &Question<'_>, chain: &Chain<'_>, log: &mut Log) {
    let dialect = question.dialect;
    let count = chain.certificates.len();
    // How many intermediates there are below, apart from those that only repeat a name.
    let mut below: u32 = 0;
    for (depth, certificate) in chain.certificates.iter().enumerate() {
        if unhandled(dialect, certificate) {
            log.fail(question, VerifyError::UnhandledCriticalExtension, depth);
        }
        if certificate.extensions.proxy {
            log.fail(question, VerifyError::ProxyNotAllowed, depth);
        }
        if depth > 0 {
            let enough = match facts::ca(certificate) {
                Ca::Yes => true,
                Ca::No => false,
                Ca::Old | Ca::Netscape => depth + 1 == count,
            };
            if !enough {
                log.fail(question, VerifyError::InvalidCa, depth);
            }
        }
        if dialect == Dialect::OpenSsl3 && count > 1 && certificate.key.explicit_curve {
            log.fail(question, VerifyError::ExplicitCurve, depth);
        }
        // An extension that cannot be read is let through here (X509_check_purpose gives -1).
        if !facts::is_invalid(certificate) && !facts::suits(certificate, question.side, depth > 0) {
            log.fail(question, VerifyError::InvalidPurpose, depth);
        }
        let limit = certificate.basic_constraints.and_then(|basic| basic.path_length);
        if depth > 1 && limit.is_some_and(|limit| below > limit) {
            log.fail(question, VerifyError::PathLengthExceeded, depth);
        }
        below += u32::from(depth > 0 && !certificate.self_issued);
    }
}

fn unhandled(dialect: Dialect, certificate: &Certificate) -> bool {
    let mut ids = certificate.extensions.unhandled.iter();
    ids.any(|id| id != OCSP_NO_CHECK || dialect == Dialect::OpenSsl111)
}
