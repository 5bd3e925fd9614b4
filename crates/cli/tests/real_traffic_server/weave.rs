//! Makes of `diags.log` what an Expressway's log would hold, and keeps the truth apart.

use std::collections::HashMap;
use std::fmt::Write as _;

/// Name of the box in the log.
const BOX: &str = "expc1";

/// A WARNING of a failed handshake, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Line in the log, from 1.
    pub(crate) line: u64,
    pub(crate) txn: u64,
    pub(crate) port: u16,
}

/// A log, and what is true of it.
#[derive(Debug, Default)]
pub(crate) struct Woven {
    pub(crate) log: String,
    pub(crate) units: Vec<Unit>,
    /// Other lines of Traffic Server's own, which stay in the log.
    pub(crate) others: Vec<String>,
}

/// One line of `diags.log`.
struct Said<'a> {
    /// As an Expressway writes it, with milliseconds and UTC.
    stamp: String,
    thread: &'a str,
    level: &'a str,
    text: &'a str,
}

impl<'a> Said<'a> {
    /// `[Nov 22 03:20:11.123] [ET_NET 1] STATUS: text`, or nothing for another kind of line.
    fn read(line: &'a str, year: &str) -> Option<Self> {
        let (stamp, rest) = line.strip_prefix('[')?.split_once("] ")?;
        let (thread, rest) = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once("] ")?,
            None => ("", rest),
        };
        let (level, text) = rest.split_once(": ")?;
        let mut parts = stamp.split_whitespace();
        let (month, day, time) = (parts.next()?, parts.next()?, parts.next()?);
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = months.iter().position(|name| *name == month)? + 1;
        let day: u8 = day.parse().ok()?;
        Some(Self { stamp: format!("{year}-{month:02}-{day:02}T{time}+00:00"), thread, level, text })
    }
}

/// Reads `diags.log`. `year` is that of the run: these stamps have none.
pub(crate) fn weave(diagnostics: &str, pid: u32, year: &str) -> Woven {
    let mut woven = Woven::default();
    let mut lines = 0;
    let mut waiting: HashMap<&str, (u64, &str)> = HashMap::new();
    for said in diagnostics.lines().filter_map(|line| Said::read(line, year)) {
        if let Some(fact) = said.text.strip_prefix("truth ") {
            if let Some((line, text)) = closed(fact).and_then(|_| waiting.remove(said.thread)) {
                woven.units.push(unit(line, text, fact));
            }
            continue;
        }
        lines += 1;
        if let Some(step) = said.text.strip_prefix("step ") {
            let _ = writeln!(woven.log, "{} {BOX} traffic_server[{pid}]: {step}", said.stamp);
            continue;
        }
        let bracket = if said.thread.is_empty() { String::new() } else { format!("[{}] ", said.thread) };
        let _ = writeln!(
            woven.log,
            "{} {BOX} traffic_server[{pid}]: {bracket}{}: {}",
            said.stamp, said.level, said.text
        );
        if said.text.contains("Action=Terminate") {
            let before = waiting.insert(said.thread, (lines, said.text));
            assert_eq!(before, None, "a handshake of this thread failed and its connection was not closed");
        } else if !said.text.contains("Action=Continue") {
            woven.others.push(format!("{}: {}", said.level, said.text));
        }
    }
    assert!(waiting.is_empty(), "connections never closed: {waiting:?}");
    woven
}

/// `127.64.0.9 closed 127.3.1.4:8443`, if it is about the end of a connection.
fn closed(fact: &str) -> Option<(&str, &str)> {
    let (own, rest) = fact.split_once(' ')?;
    Some((own, rest.strip_prefix("closed ")?))
}

fn unit(line: u64, warning: &str, fact: &str) -> Unit {
    let (own, peer) = closed(fact).expect("a closed connection");
    let (address, port) = peer.rsplit_once(':').expect("an address and a port");
    // The truth proves itself: the WARNING names the address that the closed connection went to.
    assert!(warning.contains(&format!("({address})")), "{warning} belongs to no connection to {peer}");
    let own: std::net::Ipv4Addr = own.parse().expect("an address");
    let first = u32::from(std::net::Ipv4Addr::new(127, 64, 0, 0));
    let txn = u64::from(u32::from(own) - first);
    Unit { line, txn, port: port.parse().expect("a port") }
}
