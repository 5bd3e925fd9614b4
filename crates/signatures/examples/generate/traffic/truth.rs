//! What is true of a log that was made up.

use super::target::Cause;

/// The lines of one failed handshake.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// First and last of its lines that are in the log, from 1; 0 if all were lost.
    pub(crate) first_line: u64,
    pub(crate) last_line: u64,
    /// Whether its WARNING was written and was lost.
    pub(crate) warning_lost: bool,
    pub(crate) thread: usize,
    /// Number of the attempt within its transaction, from 1.
    pub(crate) attempt: u64,
    /// Position of its transaction in [`Truth::transactions`].
    pub(crate) transaction: usize,
}

/// One transaction.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    /// Where its first line is, from 1; 0 if all were lost.
    pub(crate) first_line: u64,
    pub(crate) node: &'static str,
    pub(crate) pid: u32,
    pub(crate) id: u64,
    pub(crate) host: String,
    pub(crate) ip: String,
    pub(crate) port: u16,
    pub(crate) cause: Cause,
    pub(crate) attempts: u64,
    pub(crate) units: u64,
    /// Status line of its answer; empty if it never had one.
    pub(crate) status: String,
    /// Microseconds from its request to its answer.
    pub(crate) took: u64,
    /// Lines with its Txn-id that were lost.
    pub(crate) lost: u64,
}

/// Everything that is true.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) units: Vec<Unit>,
    pub(crate) transactions: Vec<Transaction>,
    /// Microseconds from the first request to the last.
    pub(crate) lasted: u64,
}

impl Truth {
    /// Transactions that were open at once, on average, in hundredths.
    pub(crate) fn open_at_once(&self) -> u64 {
        let inside = self.transactions.iter().filter(|transaction| transaction.node == super::NODE_C);
        100 * inside.map(|transaction| transaction.took).sum::<u64>() / self.lasted.max(1)
    }
}
