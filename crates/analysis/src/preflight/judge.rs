//! What enforcement would do to one server, by its certificate and by the log.

use super::ask::ask;
use super::{Outlook, PreflightServer};
use crate::foreseen::{self, About};
use crate::presented::Claim;
use crate::report::NodeReport;
use waytrace_evidence::trust::TrustStore;
use waytrace_evidence::verdict::{Dialect, Outcome, Question, Verdict};
use waytrace_signatures::{Catalogue, Refused};

/// The port that is asked where the log names none: that of user data and sign-in.
const USUAL: u16 = 8443;

/// What a box trusts, and whether all of it was read.
pub(super) struct Store {
    pub(super) trusted: TrustStore,
    pub(super) whole: bool,
}

/// Says what enforcement would do to one server. `told` is what the log says of its certificate.
pub(super) fn judge(
    server: &mut PreflightServer,
    told: Option<&Claim>,
    store: &Store,
    node: &NodeReport,
    catalogue: &Catalogue,
    language: &str,
) {
    let host = server.host.clone();
    let about = About { host: &host, port: server.port, node: &node.host };
    match &server.presented {
        Some(shown) if !shown.malformed.is_empty() => {
            let is_leaf = shown.malformed.iter().any(|(at, _)| *at == 0);
            let which = if is_leaf { "the server's own certificate" } else { "a certificate of its chain" };
            server.why = Some(format!("{which} cannot be read"));
        }
        Some(shown) if store.trusted.certificates().is_empty() => {
            server.why = Some(format!("the trust store of the box (ca_{}_….pem) was not given", node.host));
            debug_assert!(!shown.chain.is_empty() || !shown.malformed.is_empty(), "a chain was seen");
        }
        Some(shown) => {
            // By the end of the log: a certificate may have ended since it was seen.
            let at = node.last.map_or(shown.at, |last| last.max(shown.at));
            let question = Question::new(&shown.chain, &store.trusted, at).name(&host);
            let (old, new) = (question.ask(), question.dialect(Dialect::OpenSsl3).ask());
            server.outlook = outlook(&old);
            if outlook(&new) != server.outlook {
                server.verdict_3 = Some(new);
            }
            if !store.whole && lacks_trust(&old) {
                server.outlook = Outlook::Unknown;
                server.why = Some(
                    "a part of the trust store could not be read, and what is missing may be in it"
                        .to_owned(),
                );
            } else {
                server.findings = foreseen::foreseen(&old, about, catalogue, language);
            }
            server.verdict = Some(old);
        }
        None => {}
    }
    let refused = match told {
        Some(Claim::Chain(error)) => Some(Refused::Chain(error, 0)),
        Some(Claim::Name) => Some(Refused::Name),
        None => None,
    };
    // A line of the log is as good as a capture, where there is none that can be judged.
    server.told = refused.map(|refused| match refused {
        Refused::Chain(error, _) => error.to_owned(),
        Refused::Name => "the name is not in the certificate".to_owned(),
    });
    if server.told.is_some() && server.outlook == Outlook::Works {
        server.why = Some(
            "the log says something else: the trust store or the certificate has been changed since"
                .to_owned(),
        );
    }
    if let Some(refused) = refused.filter(|_| server.outlook == Outlook::Unknown) {
        server.outlook = Outlook::Breaks;
        server.findings = foreseen::of(refused, about, catalogue, language);
        server.why = None;
    }
    if server.outlook == Outlook::Unknown {
        server.ask = ask(&host, server.port.unwrap_or(USUAL), &node.host);
        if server.why.is_none() {
            let unknown = server.verdict.as_ref().map(|verdict| match &verdict.outcome {
                Outcome::Unknown(unknown) => unknown.why.clone(),
                _ => "it cannot be said".to_owned(),
            });
            server.why = Some(unknown.unwrap_or_else(|| "no certificate of it was seen".to_owned()));
        }
    }
}

/// Whether OpenSSL refuses a chain because of what is not in the trust store.
fn lacks_trust(verdict: &Verdict) -> bool {
    matches!(&verdict.outcome, Outcome::Refused(failure) if matches!(failure.code, 2 | 18..=21))
}

fn outlook(verdict: &Verdict) -> Outlook {
    match verdict.outcome {
        Outcome::Accepted => Outlook::Works,
        Outcome::Unknown(_) => Outlook::Unknown,
        _ => Outlook::Breaks,
    }
}
