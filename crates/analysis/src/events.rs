//! The typed events of a log, one by one: `waytrace events`.

mod filter;
mod row;

pub use filter::{Filter, When, WhenError};
pub use row::Row;

use crate::session::Gathering;
use std::ops::ControlFlow;
use waytrace_logparse::Record;

/// Takes the rows of a log as they come.
pub trait Sink {
    /// Takes one row; `Break` ends the reading.
    fn row(&mut self, row: &Row<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(&Row<'_>) -> ControlFlow<()>> Sink for F {
    fn row(&mut self, row: &Row<'_>) -> ControlFlow<()> {
        self(row)
    }
}

/// Gives every record that passes a filter to a sink, while the log is analysed as usual.
pub(crate) struct Listing<'s> {
    pub(crate) filter: Filter,
    pub(crate) sink: &'s mut dyn Sink,
    /// The sink has seen enough.
    pub(crate) done: bool,
}

impl Gathering for Listing<'_> {
    fn record(&mut self, record: &Record<'_>, member: &str) -> ControlFlow<()> {
        if self.done || !self.filter.passes(record) {
            return if self.done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        }
        let answer = self.sink.row(&Row::of(record, member));
        self.done = answer.is_break();
        answer
    }
}
