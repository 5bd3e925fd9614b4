//! Handshakes of a packet capture as a subject: what the catalogue says to them where the log says nothing.

use crate::catalogue::{Catalogue, Confidence, Trigger};
use crate::engine::names;
use crate::field::{Field, Kind, Subject, Value};
use crate::finding::{Finding, Target};
use crate::gate::Answer;
use chrono::{DateTime, Utc};
use waytrace_evidence::NodeFacts;

/// Handshakes with one origin server in a capture of a box, which all ended with the same alert of the same side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedHandshakes {
    /// Host name of the box.
    pub node: String,
    /// The server.
    pub target: Target,
    /// The box sent the alert; otherwise the server did.
    pub by_box: bool,
    /// Number of the alert.
    pub alert: u8,
    /// Which check of the certificate fails by what was computed, and answers to the alert: `chain` or `name`.
    pub check: Option<&'static str>,
    /// OpenSSL's text for it, in lower case, `self-signed` with its hyphen.
    pub error: Option<String>,
    /// Place of the certificate at fault in its chain.
    pub depth: Option<usize>,
    /// How sure it is that the box is the client, and that the server is an origin server.
    pub confidence: Confidence,
    /// Time of the first alert.
    pub first: DateTime<Utc>,
    /// Time of the last alert.
    pub last: DateTime<Utc>,
}

struct OfCapture<'a> {
    handshakes: &'a CapturedHandshakes,
    ip: &'a str,
}

impl Subject for OfCapture<'_> {
    fn kind(&self) -> Kind {
        Kind::CaptureTls
    }

    fn get(&self, field: Field) -> Option<Value<'_>> {
        let CapturedHandshakes { target, by_box, alert, check, error, depth, .. } = self.handshakes;
        match field {
            Field::CaptureBy => Some(Value::Text(if *by_box { "box" } else { "server" })),
            Field::CaptureAlert => Some(Value::Number((*alert).into())),
            // What the proxy would have written of it.
            Field::SslAlert => (!by_box).then(|| Value::Number((*alert).into())),
            Field::VerifyCheck => check.map(Value::Text),
            Field::VerifyError => error.as_deref().map(Value::Text),
            Field::VerifyDepth => depth.and_then(|depth| i64::try_from(depth).ok()).map(Value::Number),
            Field::TargetHost => Some(Value::Text(&target.host)),
            Field::TargetIp => target.ip.map(|_| Value::Text(self.ip)),
            Field::TargetPort => target.port.map(|port| Value::Number(port.into())),
            _ => None,
        }
    }
}

impl Catalogue {
    /// What the catalogue says to handshakes of a capture. Nothing of it is certain: the log, which knows what the box
    /// thought, does not say it. What is known of the box (`facts`) may rule an entry out.
    pub fn captured(&self, handshakes: &CapturedHandshakes, facts: Option<&NodeFacts>) -> Vec<Finding> {
        let ip = handshakes.target.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let subject = OfCapture { handshakes, ip: &ip };
        let finding = |at: usize| {
            let signature = &self.signatures()[at];
            let unknown = match signature.gate.ask(facts) {
                Answer::Open => Vec::new(),
                Answer::Unknown(what) => what,
                Answer::Shut(_) => return None,
            };
            let confidence = signature.confidence.min(Confidence::Likely).min(handshakes.confidence);
            let mut finding =
                Finding::new(at, signature, handshakes.node.clone(), handshakes.target.clone(), confidence);
            finding.first = Some(handshakes.first);
            finding.last = Some(handshakes.last);
            finding.names = names(&subject);
            finding.unknown = unknown;
            Some(finding)
        };
        self.claims(&subject).into_iter().filter_map(finding).collect()
    }

    /// Whether an entry tells only that something failed, so that a capture that tells why says more: it is a symptom,
    /// or it is what is left to say of a capture where nothing else fits.
    pub fn lacks_cause(&self, id: &str) -> bool {
        self.get(id).is_some_and(|signature| {
            let left_over = |any: &Trigger| match any {
                Trigger::Conditions(any) => any.iter().any(|c| c.kind == Kind::CaptureTls && c.fallback),
                _ => false,
            };
            signature.symptom || left_over(&signature.trigger)
        })
    }
}
