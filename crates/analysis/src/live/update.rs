//! What there is to tell while logs are followed.

use super::{Ahead, Live, Told};
use crate::report::{Problem, ProblemTarget};
use crate::wording;
use std::sync::Arc;
use std::time::Duration;
use waytrace_signatures::Severity;

/// Something to tell.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Update {
    /// A problem that is new.
    New {
        /// The problem, as far as it is known now.
        problem: Problem,
        /// It was told ahead: lines that come in the next moments may still change it. Then [`Update::Settled`] or
        /// [`Update::Withdrawn`] follows.
        so_far: bool,
    },
    /// A problem that was told so far is settled.
    Settled {
        /// The problem.
        problem: Problem,
        /// Whether it is surer now, or less sure, than was told.
        changed: bool,
    },
    /// A problem that was told so far is not so: later lines gave its proof to another target.
    Withdrawn {
        /// What was told.
        problem: Problem,
    },
    /// Problems that came again since the last time.
    Again(Vec<Again>),
    /// A later record says that a problem is over.
    Over {
        /// The problem.
        problem: Problem,
    },
}

/// A known problem that came again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Again {
    /// Its number, for [`Live::problem`].
    pub number: usize,
    /// Id of the entry.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// Host name of the box.
    pub node: String,
    /// The server it is about.
    pub target: ProblemTarget,
    /// How often it came since it was last told.
    pub times: u64,
    /// How often in all.
    pub all_times: u64,
    /// Requests that it touched in all.
    pub requests: u64,
    /// Users that it touched in all.
    pub users: usize,
}

impl Live {
    /// Tells what was settled and is new.
    pub(super) fn news(&mut self) {
        for number in self.engine.new_numbers() {
            let Some(standing) = self.engine.standing(number) else { continue };
            let known = Told { times: standing.times, over: standing.over };
            let ahead = self.ahead.iter().position(|ahead| {
                let (told, settled) = (&ahead.finding, standing.finding);
                (told.signature, &told.node, &told.target)
                    == (settled.signature, &settled.node, &settled.target)
            });
            let catalogue = Arc::clone(self.engine.catalogue());
            let problem = wording::problem(standing.finding.clone(), &catalogue, &self.language);
            self.told.insert(number, known);
            self.keys.insert(problem.key());
            let update = match ahead.map(|at| self.ahead.swap_remove(at)) {
                Some(ahead) => {
                    let changed = ahead.problem.confidence != problem.confidence;
                    Update::Settled { problem, changed }
                }
                None => Update::New { problem, so_far: false },
            };
            self.updates.push(update);
        }
    }

    /// Tells what waits for later lines and means something new as far as is known.
    pub(super) fn look_ahead(&mut self) {
        if self.ahead.len() >= Self::MAX_AHEAD {
            return;
        }
        for finding in self.engine.outlook() {
            let is_told = self.ahead.iter().any(|ahead| {
                let told = &ahead.finding;
                (told.signature, &told.node, &told.target)
                    == (finding.signature, &finding.node, &finding.target)
            });
            if is_told {
                continue;
            }
            let problem = wording::problem(finding.clone(), self.engine.catalogue(), &self.language);
            self.updates.push(Update::New { problem: problem.clone(), so_far: true });
            self.ahead.push(Ahead { finding, problem, at: self.now });
        }
    }

    /// Takes back what was told ahead and is not so.
    pub(super) fn take_back(&mut self) {
        let now = self.now;
        let is_late = |at: Duration| now.saturating_sub(at) >= Self::SETTLED;
        let (late, waiting) =
            std::mem::take(&mut self.ahead).into_iter().partition(|ahead| is_late(ahead.at));
        self.ahead = waiting;
        let late: Vec<Ahead> = late;
        self.updates.extend(late.into_iter().map(|ahead| Update::Withdrawn { problem: ahead.problem }));
    }

    /// Tells what came again, and what is over, since the last time.
    pub(super) fn repeats(&mut self) {
        let mut again = Vec::new();
        let mut over = Vec::new();
        for standing in self.engine.all_standing() {
            let Some(told) = self.told.get_mut(&standing.number) else { continue };
            let finding = standing.finding;
            if standing.times > told.times {
                let port = finding.target.port.and_then(|port| self.engine.catalogue().ports.get(port));
                again.push(Again {
                    number: standing.number,
                    id: finding.id.clone(),
                    severity: finding.severity,
                    node: finding.node.clone(),
                    target: ProblemTarget {
                        host: finding.target.host.clone(),
                        ip: finding.target.ip,
                        port: finding.target.port,
                        service: port.map(|port| port.service.clone()),
                    },
                    times: standing.times - told.times,
                    all_times: standing.times,
                    requests: finding.transaction_count,
                    users: finding.users.len(),
                });
                told.times = standing.times;
            }
            if standing.over && !told.over {
                over.push(standing.number);
            }
            told.over = standing.over;
        }
        again.sort_by_key(|again| std::cmp::Reverse((again.severity, again.times)));
        if !again.is_empty() {
            self.updates.push(Update::Again(again));
        }
        for number in over {
            if let Some(problem) = self.problem(number) {
                self.updates.push(Update::Over { problem });
            }
        }
    }
}
