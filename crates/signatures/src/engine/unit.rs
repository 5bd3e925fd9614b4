//! Lines of Traffic Server about one handshake, put together.
//!
//! One failed attempt prints a WARNING (why the certificate was refused) and an ERROR (that the handshake failed),
//! from one call stack of one thread; in the file other lines may stand between them (attribution notes, 2). They are
//! joined by process, thread and name. Either may be missing: 9.x prints no ERROR, an alert of the peer no WARNING.

use super::lines::At;
use super::transaction::{Moment, without_brackets};
use crate::finding::{Line, Role};
use std::collections::HashMap;
use std::net::IpAddr;
use waytrace_logparse::body::ats::{Action, Diagnostic, Message, Origin};
use waytrace_logparse::x509::normalise;

/// The lines of one handshake, and what they say.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) pid: u32,
    /// Number of the thread's name (see [`Names`]).
    pub(crate) thread: u32,
    /// Number of the cause: what was refused and why.
    pub(crate) cause: u32,
    pub(crate) time: Moment,
    /// Name or address the handshake was for, in lower case.
    pub(crate) host: String,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) check: Option<Check>,
    /// Reason text and alert of the ERROR line.
    pub(crate) failure: Option<Failure>,
    pub(crate) lines: Vec<Line>,
    open: bool,
    /// It was looked at before it was settled.
    previewed: bool,
}

impl Unit {
    /// Whether the failed check ended the handshake.
    pub(crate) fn enforced(&self) -> bool {
        self.check.as_ref().is_none_or(|check| check.enforced)
    }

    /// Whether nobody looked at it before it is settled.
    pub(crate) fn is_fresh(&self) -> bool {
        !self.previewed
    }
}

/// What a WARNING line says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Check {
    pub(crate) kind: &'static str,
    /// OpenSSL's text in one spelling; chain checks only.
    pub(crate) error: Option<String>,
    pub(crate) depth: Option<i32>,
    pub(crate) enforced: bool,
}

/// What an ERROR line says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    pub(crate) alert: Option<u32>,
}

/// The reason of the ERROR line that follows a refused certificate.
const VERIFY_FAILED: &str = "certificate verify failed";
/// How far apart two warnings of one permissive handshake are at most, in milliseconds.
const SAME_HANDSHAKE: Moment = 5;

/// Gives small numbers to names that come again and again.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: HashMap<String, u32>,
}

impl Names {
    /// Ceiling on the names; later ones share one number.
    const MAX: usize = 4096;

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len().min(Self::MAX)).unwrap_or(0);
        if self.numbers.len() < Self::MAX {
            self.numbers.insert(name.to_owned(), number);
        }
        number
    }
}

/// Builds units from the lines of one node.
#[derive(Debug, Default)]
pub(crate) struct Units {
    pending: Vec<Unit>,
    threads: Names,
    causes: Names,
}

impl Units {
    /// Units that wait to be settled, in the order of their first lines.
    pub(crate) fn pending(&self) -> &[Unit] {
        &self.pending
    }

    /// Notes that the units up to this moment were looked at.
    pub(crate) fn previewed(&mut self, until: Moment) {
        self.pending.iter_mut().filter(|unit| unit.time <= until).for_each(|unit| unit.previewed = true);
    }

    /// Takes out the units up to this moment.
    pub(crate) fn take_until(&mut self, moment: Moment) -> Vec<Unit> {
        let (ready, later) =
            std::mem::take(&mut self.pending).into_iter().partition(|unit| unit.time <= moment);
        self.pending = later;
        ready
    }

    /// Takes a line of Traffic Server; lines about other things are left.
    pub(crate) fn line(&mut self, line: &Diagnostic<'_>, pid: u32, at: &At<'_>, time: Moment) {
        match line.message {
            Message::VerifyFailed { origin, error, depth } => {
                let check = Check {
                    kind: "chain",
                    error: Some(normalise(error).into_owned()),
                    depth: Some(depth),
                    enforced: origin.action != Action::Continue,
                };
                self.warning(line.thread, pid, &origin, check, at, time);
            }
            Message::NameMismatch { origin } => {
                self.plain_warning("name", line.thread, pid, &origin, at, time);
            }
            Message::PluginRefused { origin } => {
                self.plain_warning("plugin", line.thread, pid, &origin, at, time);
            }
            Message::ConnectFailed { name, error } => {
                let failure = Failure { reason: error.reason.to_ascii_lowercase(), alert: error.alert() };
                self.error(line.thread, pid, name, failure, at, time);
            }
            _ => {}
        }
    }

    fn plain_warning(
        &mut self,
        kind: &'static str,
        thread: &str,
        pid: u32,
        origin: &Origin<'_>,
        at: &At<'_>,
        time: Moment,
    ) {
        let check = Check { kind, error: None, depth: None, enforced: origin.action != Action::Continue };
        self.warning(thread, pid, origin, check, at, time);
    }

    fn warning(
        &mut self,
        thread: &str,
        pid: u32,
        origin: &Origin<'_>,
        check: Check,
        at: &At<'_>,
        time: Moment,
    ) {
        let thread = self.threads.number(thread);
        let host = host(origin.name);
        let line = at.keep(Role::Proof);
        if !check.enforced
            && let Some(unit) = self.open_unit(pid, thread, &host)
            && unit.check.as_ref().is_some_and(|known| !known.enforced && known.kind == check.kind)
            && time - unit.time <= SAME_HANDSHAKE
        {
            // A permissive handshake reports every error of the chain; the first one is the cause of the others.
            unit.lines.push(line);
            return;
        }
        let cause = self.causes.number(check.error.as_deref().unwrap_or(check.kind));
        let (ip, check, lines) = (origin.ip.trim().parse().ok(), Some(check), vec![line]);
        self.begin(Unit {
            pid,
            thread,
            cause,
            time,
            host,
            ip,
            check,
            failure: None,
            lines,
            open: true,
            previewed: false,
        });
    }

    fn error(&mut self, thread: &str, pid: u32, name: &str, failure: Failure, at: &At<'_>, time: Moment) {
        let thread = self.threads.number(thread);
        let host = host(name);
        let line = at.keep(Role::Proof);
        if failure.reason == VERIFY_FAILED
            && let Some(unit) = self.open_unit(pid, thread, &host)
            && unit.failure.is_none()
        {
            unit.lines.push(line);
            unit.failure = Some(failure);
            unit.open = false;
            return;
        }
        let cause = self.causes.number(&failure.reason);
        let (ip, failure, lines) = (host.parse().ok(), Some(failure), vec![line]);
        self.begin(Unit {
            pid,
            thread,
            cause,
            time,
            host,
            ip,
            check: None,
            failure,
            lines,
            open: false,
            previewed: false,
        });
    }

    /// The unit of this thread that may still get a line.
    fn open_unit(&mut self, pid: u32, thread: u32, host: &str) -> Option<&mut Unit> {
        self.pending
            .iter_mut()
            .rev()
            .find(|unit| unit.open && unit.pid == pid && unit.thread == thread && unit.host == host)
    }

    /// A thread works at one handshake at a time here: a new unit of it closes the one before.
    fn begin(&mut self, unit: Unit) {
        let (pid, thread) = (unit.pid, unit.thread);
        for known in
            self.pending.iter_mut().filter(|known| known.open && known.pid == pid && known.thread == thread)
        {
            known.open = false;
        }
        self.pending.push(unit);
    }
}

fn host(name: &str) -> String {
    without_brackets(name).to_ascii_lowercase()
}
