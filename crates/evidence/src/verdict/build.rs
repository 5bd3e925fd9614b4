//! The chain from the leaf to something trusted: `build_chain` in crypto/x509/x509_vfy.c.
//!
//! Both versions look into the store first (`X509_V_FLAG_TRUSTED_FIRST` is on by default), so that alternate chains
//! never come into play. An intermediate of the store is not trusted by itself: partial chains are off.

use super::facts::{self, likely_issued, looks_self_signed};
use super::{Chain, Dialect, Log, Question, VerifyError};
use crate::certificate::Certificate;

/// Builds the chain, and logs what is missing.
pub(super) fn chain<'a>(question: &Question<'a>, leaf: &'a Certificate, log: &mut Log) -> Chain<'a> {
    if facts::is_invalid(leaf) {
        let ids = leaf.extensions.unreadable.join(", ");
        log.unknown(0, format!("its extension {ids} cannot be read"));
    }
    let mut builder = Builder {
        question,
        chain: Chain { certificates: vec![leaf], presented: 1, trusted: false },
        // Each presented certificate is used once.
        untrusted: question.presented.iter().take(Question::MAX_PRESENTED).collect(),
        self_signed: looks_self_signed(leaf),
    };
    builder.build();
    if !builder.chain.trusted {
        let (error, depth) = builder.failure();
        log.fail(question, error, depth);
    }
    builder.chain
}

struct Builder<'q, 'a> {
    question: &'q Question<'a>,
    chain: Chain<'a>,
    untrusted: Vec<&'a Certificate>,
    /// Whether the last one looks self-signed, so that there is nothing to look for behind it.
    self_signed: bool,
}

impl<'a> Builder<'_, 'a> {
    /// Longer chains are not built. OpenSSL builds one more than the depth allows.
    fn is_full(&self) -> bool {
        self.chain.certificates.len() > self.question.depth + 1
    }

    fn last(&self) -> &'a Certificate {
        self.chain.certificates[self.chain.certificates.len() - 1]
    }

    fn build(&mut self) {
        let mut presented_too = true;
        loop {
            match self.ask_store() {
                Found::Trusted => {
                    self.chain.trusted = true;
                    return;
                }
                // From here on only the store is asked.
                Found::Intermediate => {
                    presented_too = false;
                    continue;
                }
                Found::Nothing => {}
            }
            if !presented_too {
                return;
            }
            presented_too = self.ask_presented();
        }
    }

    /// Looks for the issuer of the last certificate in the store.
    fn ask_store(&mut self) -> Found {
        if self.is_full() {
            return Found::Nothing;
        }
        let last = self.last();
        let Some(issuer) = self.stored_issuer(last) else { return Found::Nothing };
        if self.self_signed {
            // A root that was presented counts only if the very same one is in the store.
            if self.chain.presented < self.chain.certificates.len() || !issuer.same_as(last) {
                return Found::Nothing;
            }
            self.chain.presented -= 1;
            self.chain.certificates.pop();
        }
        self.chain.certificates.push(issuer);
        self.self_signed = looks_self_signed(issuer);
        // A certificate of the store is trusted as it is if it looks self-signed (`trust_compat`).
        if self.self_signed { Found::Trusted } else { Found::Intermediate }
    }

    fn stored_issuer(&self, subject: &Certificate) -> Option<&'a Certificate> {
        let candidates = self.question.store.named(&subject.issuer);
        self.best(candidates.filter(|issuer| likely_issued(issuer, subject)))
    }

    /// Takes the issuer of the last certificate from what was presented.
    fn ask_presented(&mut self) -> bool {
        if self.self_signed || self.is_full() {
            return false;
        }
        let last = self.last();
        let alone = last.self_issued && self.chain.certificates.len() == 1;
        let fits = |issuer: &&&Certificate| {
            let used = self.chain.certificates.iter().any(|other| other.same_as(issuer));
            likely_issued(issuer, last) && (alone || !used)
        };
        let Some(issuer) = self.best(self.untrusted.iter().filter(fits).copied()) else { return false };
        if let Some(at) = self.untrusted.iter().position(|other| std::ptr::eq(*other, issuer)) {
            self.untrusted.remove(at);
        }
        self.chain.certificates.push(issuer);
        self.chain.presented += 1;
        self.self_signed = looks_self_signed(issuer);
        true
    }

    /// The first that is valid at the time; or else the last one of 1.1.1, and the one that ended last of 3.x.
    fn best(&self, candidates: impl Iterator<Item = &'a Certificate>) -> Option<&'a Certificate> {
        let at = self.question.at;
        let mut best: Option<&'a Certificate> = None;
        for issuer in candidates {
            if issuer.not_before <= at && at < issuer.not_after {
                return Some(issuer);
            }
            let later = best.is_none_or(|best| issuer.not_after > best.not_after);
            if later || self.question.dialect == Dialect::OpenSsl111 {
                best = Some(issuer);
            }
        }
        best
    }

    /// Why the chain is not trusted. The depth is that of its last certificate.
    fn failure(&self) -> (VerifyError, usize) {
        let depth = self.chain.certificates.len() - 1;
        let error = match (self.self_signed, depth) {
            _ if self.is_full() => VerifyError::ChainTooLong,
            (true, 0) => VerifyError::DepthZeroSelfSigned,
            (true, _) => VerifyError::SelfSignedInChain,
            _ if self.chain.presented < self.chain.certificates.len() => VerifyError::UnableToGetIssuer,
            _ => VerifyError::UnableToGetIssuerLocally,
        };
        (error, depth)
    }
}

/// What the store gave.
enum Found {
    /// Something that is trusted: the chain is complete.
    Trusted,
    /// An intermediate: its issuer is to be found.
    Intermediate,
    Nothing,
}
