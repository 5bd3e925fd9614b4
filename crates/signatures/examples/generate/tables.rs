//! The truth as tables of tab-separated columns.

use crate::traffic::truth::Truth;
use std::fmt::Write;

/// One row for each failed handshake that left a line.
pub(crate) fn units(truth: &Truth) -> String {
    let mut out =
        "first_line\tlast_line\tnode\tpid\tthread\tname\tip\tport\tcause\ttxn\tattempt\n".to_owned();
    let mut known: Vec<_> = truth.units.iter().filter(|unit| unit.first_line > 0).collect();
    known.sort_by_key(|unit| unit.first_line);
    for unit in known {
        let of = &truth.transactions[unit.transaction];
        let _ = writeln!(
            out,
            "{}\t{}\t{}\t{}\tET_NET {}\t{}\t{}\t{}\t{}\t{}\t{}",
            unit.first_line,
            unit.last_line,
            of.node,
            of.pid,
            unit.thread,
            of.host,
            of.ip,
            of.port,
            of.cause.name(),
            of.id,
            unit.attempt
        );
    }
    out
}

/// One row for each transaction.
pub(crate) fn transactions(truth: &Truth) -> String {
    let mut out =
        "first_line\tnode\tpid\ttxn\tname\tip\tport\tcause\tattempts\tunits\tstatus\tlost_lines\n".to_owned();
    for of in &truth.transactions {
        let _ = writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            of.first_line,
            of.node,
            of.pid,
            of.id,
            of.host,
            of.ip,
            of.port,
            of.cause.name(),
            of.attempts,
            of.units,
            of.status,
            of.lost
        );
    }
    out
}
