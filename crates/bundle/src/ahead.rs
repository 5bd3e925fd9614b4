//! Reading on another thread, ahead of whoever uses the bytes.

use crate::fault::{Fault, words};
use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Size of one buffer: large enough that waking the other thread is rare. Half of it was measurably slower
/// (`examples/inflate.rs`).
const BUFFER: usize = 512 * 1024;

/// Buffers of one reader, so that it holds 2 MiB. Two would do if both sides were always equally fast.
const BUFFERS: usize = 4;

/// A buffer and how much of it is filled, or why no more comes.
type Filled = io::Result<(Vec<u8>, usize)>;

/// Lends `work` a reader of `source` that another thread fills while `work` uses what it has. It holds at most 2 MiB.
///
/// The thread ends when the source ends or fails, or when `work` returns. An error of the source comes after the bytes
/// before it, as without the thread.
///
/// ```
/// let text = waytrace_bundle::read_ahead(&b"some bytes"[..], |ahead| std::io::read_to_string(ahead));
/// assert_eq!(text.expect("text"), "some bytes");
/// ```
pub fn read_ahead<T>(source: impl Read + Send, work: impl FnOnce(&mut dyn Read) -> T) -> T {
    thread::scope(|scope| {
        let (give, filled) = sync_channel(BUFFERS);
        let (back, empty) = sync_channel(BUFFERS);
        // One of them is the one that the reader begins with.
        for _ in 1..BUFFERS {
            let _ = back.send(Vec::new());
        }
        let builder = thread::Builder::new().name("inflate".to_owned());
        let worker = builder.spawn_scoped(scope, move || fill(source, &empty, &give));
        let mut ahead = Ahead { filled, back, current: Vec::new(), at: 0, end: 0, done: false, failed: None };
        let result = work(&mut ahead);
        drop(ahead);
        // A thread that panicked has closed its channel; the reader has said so.
        let _ = worker.map(thread::ScopedJoinHandle::join);
        result
    })
}

fn fill(mut source: impl Read, empty: &Receiver<Vec<u8>>, give: &SyncSender<Filled>) {
    while let Ok(mut buffer) = empty.recv() {
        buffer.resize(BUFFER, 0);
        let mut end = 0;
        let failed = loop {
            match source.read(&mut buffer[end..]) {
                Ok(0) => break None,
                Ok(count) => end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
            if end == BUFFER {
                break None;
            }
        };
        let over = end < BUFFER;
        if give.send(Ok((buffer, end))).is_err() {
            return;
        }
        if let Some(error) = failed {
            let _ = give.send(Err(error));
            return;
        }
        if over {
            let _ = give.send(Ok((Vec::new(), 0)));
            return;
        }
    }
}

struct Ahead {
    filled: Receiver<Filled>,
    back: SyncSender<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
    end: usize,
    done: bool,
    failed: Option<String>,
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.end {
            match &self.failed {
                Some(reason) => return Err(Fault::error(reason)),
                None if self.done => return Ok(0),
                None => {}
            }
            let next = self.filled.recv();
            let next = next.unwrap_or_else(|_| Err(Fault::error("the thread that reads ahead ended early")));
            // Whoever asks again hears the same again.
            let (buffer, end) = next.inspect_err(|error| self.failed = Some(words(error)))?;
            // An empty buffer without room is the sign that the source has ended.
            self.done = buffer.is_empty();
            (self.at, self.end) = (0, end);
            let _ = self.back.try_send(std::mem::replace(&mut self.current, buffer));
        }
        let count = into.len().min(self.end - self.at);
        into[..count].copy_from_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{BUFFER, read_ahead};
    use std::io::{self, Read};

    #[test]
    fn the_same_bytes_in_the_same_order() {
        let bytes: Vec<u8> =
            (0..5 * BUFFER + 17).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
        for length in [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, bytes.len()] {
            let mut out = Vec::new();
            read_ahead(&bytes[..length], |ahead| ahead.read_to_end(&mut out)).expect("bytes");
            assert!(out == bytes[..length], "{length}");
        }
    }

    #[test]
    fn an_error_comes_after_the_bytes_before_it() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let mut out = Vec::new();
        let failed = read_ahead(b"before".chain(Failing), |ahead| ahead.read_to_end(&mut out));
        assert_eq!(
            (failed.expect_err("an error").to_string(), out),
            ("broken".to_owned(), b"before".to_vec())
        );
    }

    #[test]
    fn whoever_has_seen_enough_ends_the_thread() {
        let first = read_ahead(io::repeat(7), |ahead| {
            let mut one = [0];
            ahead.read(&mut one).map(|_| one[0])
        });
        assert_eq!(first.expect("a byte"), 7);
    }
}
