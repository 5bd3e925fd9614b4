//! Signatures and times, from the root down to the leaf: `internal_verify` in crypto/x509/x509_vfy.c.

use super::facts::{likely_issued, usage_rejects};
use super::{Chain, Log, Question, Side, Step, VerifyError, host};
use crate::certificate::{Certificate, Checked, KeyUsage};

/// Checks signatures and times; and at the leaf the name, as Traffic Server does in the call for depth 0.
pub(super) fn check(question: &Question<'_>, chain: &Chain<'_>, log: &mut Log) {
    let last = chain.certificates.len() - 1;
    let root = chain.certificates[last];
    let mut depth = last;
    // The signature of a root with its own key says nothing, and is not verified.
    if !likely_issued(root, root) {
        match last.checked_sub(1) {
            None => log.fail(question, VerifyError::UnableToVerifyLeaf, 0),
            Some(below) => depth = below,
        }
    }
    for depth in (0..=depth).rev() {
        let subject = chain.certificates[depth];
        if let Some(issuer) = chain.certificates.get(depth + 1) {
            signature(question, subject, issuer, depth, log);
        }
        time(question, subject, depth, log);
    }
    name(question, chain.certificates[0], log);
}

fn signature(
    question: &Question<'_>,
    subject: &Certificate,
    issuer: &Certificate,
    depth: usize,
    log: &mut Log,
) {
    if usage_rejects(issuer, KeyUsage::CERT_SIGN) {
        log.fail(question, VerifyError::KeyUsageNoCertSign, depth + 1);
    }
    match subject.signed_by(&issuer.key) {
        Checked::Yes => {}
        Checked::No => log.fail(question, VerifyError::SignatureFailure, depth),
        Checked::Unknown(why) => log.unknown(depth, why),
    }
}

/// At its very last second a certificate has expired for OpenSSL (`X509_cmp_time` never gives "equal").
fn time(question: &Question<'_>, subject: &Certificate, depth: usize, log: &mut Log) {
    if subject.not_before > question.at {
        log.fail(question, VerifyError::NotYetValid, depth);
    }
    if subject.not_after <= question.at {
        log.fail(question, VerifyError::Expired, depth);
    }
}

fn name(question: &Question<'_>, leaf: &Certificate, log: &mut Log) {
    let Some(name) = question.name.filter(|_| question.side == Side::Server) else { return };
    if !host::accepts(leaf, name, question.dialect) {
        log.steps.push(Step::NameMismatch);
    }
}
