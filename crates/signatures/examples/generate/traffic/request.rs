//! One request from its first line to its answer.

use super::body::{self, Step};
use super::dice::Spread;
use super::page::{Entry, Part, Way};
use super::settings::Release;
use super::target::{Cause, Target};
use super::truth::{Transaction, Unit};
use super::world::{THREADS, World};
use super::{NODE_C, NODE_E};

/// Microseconds, as measured: from the request to the first attempt, the handshake beyond what the way to the server
/// takes, a handshake cut short, a refusal, an answer on a new and on a kept connection.
const LOOKUP: &Spread = &[(90, 200, 900), (8, 1000, 5000), (2, 5000, 79_000)];
const HANDSHAKE: &Spread = &[(96, 0, 12_000), (3, 12_000, 45_000), (1, 45_000, 90_000)];
const CUT: &Spread = &[(100, 2500, 9000)];
const REFUSAL: &Spread = &[(100, 150, 900)];
const ANSWER: &Spread = &[(60, 300, 1500), (35, 1500, 40_000), (5, 40_000, 160_000)];
/// From the lines of a failed handshake to the end of its attempt.
const GAP: &Spread = &[(95, 60, 500), (44, 500, 1000), (5, 1000, 5000), (1, 5000, 12_000)];
/// What the thread does for one step.
const STEP: u64 = 10;
/// From the WARNING to the ERROR.
const PAIR: &Spread = &[(90, 10, 40), (10, 40, 300)];

/// A request that is under way on the Expressway-C.
struct Run {
    target: Target,
    /// Position in the truth.
    at: usize,
    txn: u64,
    tracking: String,
    thread: usize,
    path: String,
}

impl World<'_> {
    /// Lets one client ask at a moment; gives the moment of its answer.
    pub(crate) fn request(&mut self, start: u64) -> u64 {
        let Some(target) = self.target() else { return start };
        let tracking = self.dice.uuid();
        let user = format!("user{}", self.dice.roll(400));
        let path = format!("/cucm-uds/user/{user}/devices");
        let through = format!("{}{path}", body::proxy_path(&target));
        if !self.settings.edge {
            return self.inside(start, target, tracking, &user, path, &through).0;
        }
        let at = self.opens(NODE_E, 1717, self.next_edge, &target);
        let port = 20_000 + self.dice.roll(30_000);
        let txn = self.next_edge;
        self.next_edge += 1;
        let (from, to) = ("Src-ip=\"203.0.113.200\"", "Dst-ip=\"127.0.0.1\" Dst-port=\"8443\"");
        let ends = format!("{from} Src-port=\"{port}\" Last-via-addr=\"\"");
        let first = format!("GET https://expe.example:8443/{through} HTTP/1.1");
        let step = Step { detail: "Receive Request", txn, tracking: &tracking, ends: &ends, start: &first };
        self.step(NODE_E, start, &step, at);
        let sent = start + 200 + self.dice.roll(700);
        let second = format!("GET http://vcs_control.corp.example:8443/{through} HTTP/1.1");
        let step = Step { detail: "Sending Request", ends: to, start: &second, ..step };
        self.step(NODE_E, sent, &step, at);
        let reached = sent + 1000 + self.dice.roll(3000);
        let (done, status) = self.inside(reached, target, tracking.clone(), &user, path, &through);
        let back = done + 1000 + self.dice.roll(3000);
        let ends = "Src-ip=\"127.0.0.1\" Src-port=\"8443\"";
        let step = Step { detail: "Receive Response", tracking: "", ends, start: &status, ..step };
        if status.is_empty() {
            "HTTP/1.1 502 Next Hop Connection Failed".clone_into(&mut self.truth.transactions[at].status);
        } else {
            self.step(NODE_E, back, &step, at);
            self.truth.transactions[at].status.clone_from(&status);
        }
        let start_line = self.truth.transactions[at].status.clone();
        let ends = format!("Dst-ip=\"203.0.113.200\" Dst-port=\"{port}\"");
        let step = Step { detail: "Sending Response", ends: &ends, start: &start_line, ..step };
        self.step(NODE_E, back + 200, &step, at);
        self.truth.transactions[at].took = back + 200 - start;
        back + 200
    }

    fn opens(&mut self, node: &'static str, pid: u32, id: u64, target: &Target) -> usize {
        let Target { host, ip, port, cause, .. } = target.clone();
        self.truth.transactions.push(Transaction {
            first_line: 0,
            node,
            pid,
            id,
            host,
            ip,
            port,
            cause,
            attempts: 0,
            units: 0,
            status: String::new(),
            took: 0,
            lost: 0,
        });
        self.truth.transactions.len() - 1
    }

    /// The request on the Expressway-C: the moment it is over, and the status line of its answer.
    fn inside(
        &mut self,
        mut start: u64,
        target: Target,
        tracking: String,
        user: &str,
        path: String,
        through: &str,
    ) -> (u64, String) {
        if start >= self.end {
            return (self.end, String::new());
        }
        let at = self.opens(NODE_C, self.pid, self.next, &target);
        let thread = usize::try_from(self.dice.roll(THREADS as u64)).unwrap_or(0);
        let run = Run { target, at, txn: self.next, tracking, thread, path };
        self.next += 1;
        self.turn(thread, &mut start, STEP);
        let port = 30_000 + self.dice.roll(30_000);
        let ends = format!("Src-ip=\"127.0.0.1\" Src-port=\"{port}\" Last-via-addr=\"\"");
        let line = format!("GET http://vcs_control.corp.example:8443/{through} HTTP/1.1");
        self.tell(&run, start, "Receive Request", &ends, &line);
        let mut now = start + self.dice.of(LOOKUP);
        self.turn(thread, &mut now, STEP);
        if self.settings.allowed {
            let told = start + self.dice.roll(now - start);
            self.allow(&run, user, told);
        }
        let status = self.attempts(&run, &mut now);
        let ends = format!("Dst-ip=\"127.0.0.1\" Dst-port=\"{port}\"");
        let answered = self.tell(&run, now, "Sending Response", &ends, status);
        let over = now.min(self.end);
        self.truth.transactions[at].took = over - start;
        if !answered {
            return (over, String::new());
        }
        status.clone_into(&mut self.truth.transactions[at].status);
        if run.target.cause != Cause::Success {
            self.failed.entry((run.target.host.clone(), run.target.port)).or_default().push(now);
        }
        (over, status.to_owned())
    }

    /// All attempts of a request; gives the status line they lead to.
    fn attempts(&mut self, run: &Run, now: &mut u64) -> &'static str {
        let cause = run.target.cause;
        let ends = format!("Dst-ip=\"{}\" Dst-port=\"{}\"", run.target.ip, run.target.port);
        let line = format!("GET {} HTTP/1.1", run.path);
        if cause == Cause::Success {
            self.truth.transactions[run.at].attempts = 1;
            self.tell(run, *now, "Sending Request", &ends, &line);
            *now += self.dice.of(ANSWER);
            self.turn(run.thread, now, STEP);
            let ends = ends.replace("Dst", "Src");
            self.tell(run, *now, "Receive Response", &ends, "HTTP/1.1 200 ");
            *now += 100 + self.dice.roll(700);
            self.turn(run.thread, now, STEP);
            return "HTTP/1.1 200 ";
        }
        let nine = self.settings.release == Release::Nine;
        let attempts = match self.settings.known_attempts {
            _ if nine => 4,
            known if !run.target.by_address() && self.is_known_to_fail(&run.target, *now) => known,
            _ => 3,
        };
        for attempt in 1..=attempts {
            if !nine && !self.tell(run, *now, "Sending Request", &ends, &line) {
                break;
            }
            self.truth.transactions[run.at].attempts = attempt;
            match cause {
                Cause::Refused | Cause::Fin => {
                    *now += self.dice.of(if cause == Cause::Fin { CUT } else { REFUSAL });
                    self.turn(run.thread, now, STEP);
                }
                _ => self.refuse(run, attempt, now),
            }
        }
        match (cause, nine) {
            (Cause::Refused, false) => "HTTP/1.1 502 Connection refused",
            (Cause::Refused, true) => "HTTP/1.1 502 Broken pipe",
            (Cause::Fin, _) | (_, false) => "HTTP/1.1 502 connect failed",
            (_, true) => "HTTP/1.1 502 ",
        }
    }

    /// A handshake that fails with lines about it.
    fn refuse(&mut self, run: &Run, attempt: u64, now: &mut u64) {
        let nine = self.settings.release == Release::Nine;
        let Target { host, cause, far, .. } = &run.target;
        let unit = self.truth.units.len();
        let mut written = false;
        *now += far * 1000 + self.dice.of(HANDSHAKE);
        let (pair, gap) = (self.dice.of(PAIR), self.dice.of(GAP));
        self.turn(run.thread, now, pair + gap + STEP);
        if cause.warns() {
            written |= self.own(*now, body::warning(&run.target, run.thread, nine), Part::Warning(unit));
            *now += pair;
        }
        if let Some(error) = cause.handshake_error().filter(|_| !nine) {
            written |= self.own(*now, body::error(host, run.thread, error), Part::Error(unit));
        }
        *now += gap;
        if written {
            self.truth.transactions[run.at].units += 1;
            self.truth.units.push(Unit {
                first_line: 0,
                last_line: 0,
                warning_lost: false,
                thread: run.thread,
                attempt,
                transaction: run.at,
            });
        }
    }

    /// A step of the request on the Expressway-C.
    fn tell(&mut self, run: &Run, time: u64, detail: &str, ends: &str, start: &str) -> bool {
        let tracking = if detail.ends_with("Request") { run.tracking.as_str() } else { "" };
        let step = Step { detail, txn: run.txn, tracking, ends, start };
        self.step(NODE_C, time, &step, run.at)
    }

    fn allow(&mut self, run: &Run, user: &str, time: u64) {
        if time >= self.end {
            return;
        }
        let base = format!("https://{}:{}", run.target.host, run.target.port);
        let body =
            body::allowed(&format!("{base}{}", run.path), user, &format!("{base}/cucm-uds/user/"), time);
        let process = format!("traffic_server[{}]: ", self.pid);
        self.entries.push(Entry { time, way: Way::Plugin, node: NODE_C, process, body, part: Part::Nothing });
    }
}
