//! Many records at once, together with the bytes they borrow from: read on one thread, used on another, and typed on
//! either.

use crate::envelope::Sender;
use crate::frame::{Stretch, Stretches};
use crate::record::{Record, parse_after};
use std::io::{self, Read};

type Records<'b> = Vec<Record<'b>>;

self_cell::self_cell!(
    /// Records and their bytes. It can be sent to another thread.
    struct Typed {
        owner: Stretch,
        #[covariant]
        dependent: Records,
    }
);

/// Bytes of a log that were cut into records, which are not typed yet. Whichever thread has time can do that.
#[derive(Debug)]
pub struct Untyped(Stretch);

impl Untyped {
    /// Types the records.
    pub fn typed(self) -> Batch {
        Batch(Typed::new(self.0, |stretch| {
            let mut records = Vec::with_capacity(stretch.len());
            let mut before = Sender::default();
            records.extend(stretch.frames().map(|frame| parse_after(frame, Some(&mut before))));
            records
        }))
    }
}

/// Records that follow one another in a log, with the bytes they borrow from.
pub struct Batch(Typed);

impl Batch {
    /// Its records, in the order of the log. May be empty.
    pub fn records(&self) -> &[Record<'_>] {
        self.0.borrow_dependent()
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("records", &self.records().len()).finish()
    }
}

/// Reads a log to its end and gives its records in batches. They are those of [`crate::Reader`].
///
/// ```
/// let log = b"2025-03-11T09:40:05.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: hello\n";
/// let mut batches = waytrace_logparse::Batches::new(&log[..]);
/// let batch = batches.next_batch(None)?.expect("a batch").typed();
/// assert_eq!(batch.records()[0].envelope.host, "expc");
/// assert!(batches.next_batch(Some(batch))?.is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Batches<R> {
    stretches: Stretches<R>,
}

impl<R: Read> Batches<R> {
    /// Records of `source`, which is read in large portions: no buffering is needed around it.
    pub fn new(source: R) -> Self {
        Self { stretches: Stretches::new(source) }
    }

    /// The next batch; `None` at the end. The storage of a batch that is done with is used again.
    ///
    /// # Errors
    /// Only those of the source, after the records before it.
    pub fn next_batch(&mut self, done: Option<Batch>) -> io::Result<Option<Untyped>> {
        let old = done.map(|batch| batch.0.into_owner()).unwrap_or_default();
        Ok(self.stretches.next(old)?.map(Untyped))
    }

    /// Lines of the records given so far.
    pub fn lines(&self) -> u64 {
        self.stretches.lines()
    }
}
