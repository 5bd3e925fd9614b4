//! One proxied HTTP transaction: what was asked, how often it was tried, how it ended.

use super::lines::{At, LineLog};
use super::targets::Targets;
use super::twins::Twins;
use std::borrow::Cow;
use std::net::IpAddr;
use waytrace_logparse::body::http::{HttpStep, Step, user_in};
use waytrace_logparse::body::message::StartLine;

/// Milliseconds of UTC since 1970.
pub(crate) type Moment = i64;

/// What a transaction is told apart by on one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) pid: u32,
    pub(crate) id: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) key: Option<Key>,
    /// Tells transactions with the same key apart: the counter starts again with the process.
    pub(crate) run: u32,
    pub(crate) opened: Option<Moment>,
    pub(crate) last_seen: Moment,
    pub(crate) tracking_id: String,
    pub(crate) user: String,
    /// Host and port that were asked for, from the proxy path.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) url: String,
    pub(crate) attempts: Vec<Attempt>,
    /// Status the origin server last sent.
    pub(crate) answered: Option<u16>,
    pub(crate) ended: Option<Moment>,
    /// Status code and reason phrase given to the client.
    pub(crate) status: Option<(u16, String)>,
    pub(crate) lines: LineLog,
    /// (thread, cause) of lines without Txn-id that were given to this transaction.
    pub(crate) labels: Vec<(u32, u32, f64)>,
    /// Positions of the findings it is part of.
    pub(crate) findings: Vec<usize>,
    /// Its end was looked at before it was settled.
    pub(crate) previewed: bool,
    twins: Twins,
}

/// One attempt to reach the origin server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) started: Moment,
    pub(crate) ended: Option<(Moment, End)>,
    /// How much later the line of its end reached the log than its writer says, in milliseconds.
    pub(crate) end_lag: Moment,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    /// A line without Txn-id was given to it.
    pub(crate) taken: bool,
    /// It went through the tunnel to an Expressway-C, not to the origin server.
    pub(crate) handed_on: bool,
}

/// What ended an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The next attempt.
    Retry,
    /// The origin server's answer.
    Answer,
    /// The answer to the client, without one of the origin server.
    Failed,
}

impl Transaction {
    /// Attempts kept of one transaction. Traffic Server makes four at most; beyond this only the last one changes.
    const MAX_ATTEMPTS: usize = 32;

    /// Empties it for another use; keeps the storage.
    pub(crate) fn reset(&mut self) {
        let Self { mut lines, mut url, mut host, mut user, mut tracking_id, mut attempts, .. } =
            std::mem::take(self);
        lines.clear();
        attempts.clear();
        for text in [&mut url, &mut host, &mut user, &mut tracking_id] {
            text.clear();
        }
        *self = Self { tracking_id, user, host, url, attempts, lines, ..Self::default() };
    }

    /// Takes one step of the transaction. `moment` is the writer's clock where it gives one, `stamp` the log's.
    pub(crate) fn take(
        &mut self,
        step: &HttpStep<'_>,
        at: &At<'_>,
        (moment, stamp): (Moment, Moment),
        targets: &mut Targets,
    ) {
        self.lines.push(at);
        self.last_seen = self.last_seen.max(moment);
        if !step.tracking_id.is_empty() && self.tracking_id.is_empty() {
            step.tracking_id.clone_into(&mut self.tracking_id);
        }
        if !self.twins.is_new(step.step, step.is_debug(), moment) {
            return;
        }
        match step.step {
            Step::ReceiveRequest => self.receive_request(step, moment, targets),
            Step::SendingRequest => {
                self.end_attempt(moment, stamp, End::Retry);
                let ip = step.peer.ip.parse().ok();
                if self.attempts.len() >= Self::MAX_ATTEMPTS {
                    self.attempts.pop();
                }
                let port = step.peer.port;
                self.attempts.push(Attempt {
                    started: moment,
                    ended: None,
                    end_lag: 0,
                    ip,
                    port,
                    taken: false,
                    handed_on: is_handed_on(step, targets),
                });
            }
            Step::ReceiveResponse => {
                self.end_attempt(moment, stamp, End::Answer);
                if let Some(StartLine::Status { code, .. }) = step.start {
                    self.answered = Some(code);
                }
            }
            Step::SendingResponse => {
                self.end_attempt(moment, stamp, End::Failed);
                self.ended = Some(moment);
                if let Some(StartLine::Status { code, reason }) = step.start {
                    self.status = Some((code, reason.to_owned()));
                }
            }
            _ => {}
        }
    }

    fn end_attempt(&mut self, moment: Moment, stamp: Moment, end: End) {
        if let Some(attempt) = self.attempts.last_mut().filter(|attempt| attempt.ended.is_none()) {
            attempt.ended = Some((moment, end));
            attempt.end_lag = stamp - moment;
        }
    }

    fn receive_request(&mut self, step: &HttpStep<'_>, moment: Moment, targets: &mut Targets) {
        self.opened = Some(moment);
        let Some(StartLine::Request { target, .. }) = step.start else { return };
        self.url.clear();
        match targets.find(target) {
            Some((origin, rest)) => {
                if let Some(origin) = origin {
                    self.url.push_str(&origin.url);
                    self.host.clear();
                    self.host.push_str(&origin.host);
                    self.port = Some(origin.port);
                }
                self.url.push_str(rest);
            }
            None => self.url.push_str(target),
        }
        if self.user.is_empty()
            && let Some(user) = user_in(&self.url)
        {
            user.clone_into(&mut self.user);
        }
    }

    /// Whether the proxy itself answered with a server error.
    pub(crate) fn failed_here(&self) -> bool {
        self.status.as_ref().is_some_and(|(code, _)| *code >= 500 && self.answered != Some(*code))
    }

    /// Whether the log has nothing of it but its end: the log begins in the middle, or lines were lost.
    pub(crate) fn is_headless(&self) -> bool {
        self.opened.is_none() && self.attempts.is_empty() && self.answered.is_none()
    }

    /// Whether it ended as one whose handshake failed. Its end does not say why: lines of Traffic Server's own do.
    pub(crate) fn ended_in_handshake(&self) -> bool {
        let words = |reason: &str| reason.is_empty() || reason == "connect failed";
        self.status.as_ref().is_some_and(|(code, reason)| *code == 502 && words(reason))
    }

    /// Whether the lines that say why it failed may be missing, as its beginning is.
    pub(crate) fn lost_its_reason(&self) -> bool {
        self.is_headless() && self.ended_in_handshake()
    }

    /// The host to report: the one asked for, or else the address connected to.
    pub(crate) fn host_or_ip(&self) -> Cow<'_, str> {
        if !self.host.is_empty() {
            return Cow::Borrowed(&self.host);
        }
        let ip = self.attempts.iter().find_map(|attempt| attempt.ip);
        Cow::Owned(ip.map(|ip| ip.to_string()).unwrap_or_default())
    }
}

/// Whether a request still has its proxy path when it is sent: the local end of the tunnel gets it, and another
/// Expressway decodes it.
fn is_handed_on(step: &HttpStep<'_>, targets: &mut Targets) -> bool {
    let Some(StartLine::Request { target, .. }) = step.start else { return false };
    matches!(step.peer.ip, "127.0.0.1" | "::1") && targets.find(target).is_some()
}

/// A host without the brackets of an IPv6 address.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}
