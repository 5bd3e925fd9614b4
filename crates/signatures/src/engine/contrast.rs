//! Servers of which one port is refused and another one works.

use super::server::{Server, Servers};
use crate::catalogue::Confidence;
use crate::finding::{Line, Target};
use std::collections::HashMap;

/// Ceiling on the refused targets that are remembered; a deployment has tens.
const MAX: usize = 8192;

/// Refused targets that were not yet seen beside a working port.
#[derive(Debug, Default)]
pub(crate) struct Contrasts {
    /// By host.
    refused: HashMap<String, Vec<Refused>>,
    count: usize,
    /// Hosts of which something is new: only these are looked at.
    fresh: Vec<String>,
}

#[derive(Debug, Clone)]
struct Refused {
    target: Target,
    /// How sure its port is.
    confidence: Confidence,
    line: Line,
}

/// A refused port beside working ones.
pub(crate) struct Contrast {
    pub(crate) target: Target,
    pub(crate) confidence: Confidence,
    /// The working ports, in words.
    pub(crate) ports: String,
    /// The refusal, and an answer of each working port.
    pub(crate) lines: Vec<Line>,
}

impl Contrasts {
    /// Notes that a server was refused.
    pub(crate) fn refuse(&mut self, target: Target, confidence: Confidence, line: &Line) {
        let of_host = self.refused.entry(target.host.clone()).or_default();
        if let Some(known) = of_host.iter_mut().find(|known| known.target == target) {
            known.confidence = known.confidence.max(confidence);
        } else if self.count < MAX {
            self.count += 1;
            self.fresh.push(target.host.clone());
            of_host.push(Refused { target, confidence, line: line.clone() });
        }
    }

    /// Notes that a port of a host answered for the first time.
    pub(crate) fn answers(&mut self, host: &str) {
        self.fresh.push(host.to_owned());
    }

    /// Takes out the refused targets beside which another port works.
    pub(crate) fn take(&mut self, servers: &Servers) -> Vec<Contrast> {
        let mut found = Vec::new();
        for host in std::mem::take(&mut self.fresh) {
            let Some(refused) = self.refused.get_mut(&host) else { continue };
            refused.retain(|refused| {
                let Some(port) = refused.target.port else { return false };
                let working = servers.working(&host, port);
                if working.is_empty() {
                    return true;
                }
                let (ports, lines) = contrasted(&refused.line, &working);
                found.push(Contrast {
                    target: refused.target.clone(),
                    confidence: refused.confidence,
                    ports,
                    lines,
                });
                false
            });
        }
        found
    }
}

/// The working ports in words, and the lines that show the contrast.
pub(super) fn contrasted(refused: &Line, working: &[(u16, &Server)]) -> (String, Vec<Line>) {
    let ports: Vec<_> = working.iter().map(|(port, _)| port.to_string()).collect();
    let samples = working.iter().filter_map(|(_, server)| server.sample.clone());
    (ports.join(", "), std::iter::once(refused.clone()).chain(samples).collect())
}
