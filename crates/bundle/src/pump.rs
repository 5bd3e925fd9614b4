//! Reading what may never answer: standard input, pipes, devices.
//!
//! A read that waits cannot be ended from outside. So another thread waits, and whoever asks here is told at short
//! intervals that nothing came, and may look whether the walk was stopped.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Size of one portion: what a pipe of Linux holds.
const PORTION: usize = 64 * 1024;
/// Portions read and not yet asked for, so that both sides can work.
const QUEUE: usize = 2;
/// How long a reader waits before it is told that nothing came. A person does not notice it.
const PATIENCE: Duration = Duration::from_millis(50);

/// Reads what a thread of its own waits for. Fails with [`ErrorKind::Interrupted`] as long as nothing comes.
///
/// The thread ends with its source, or at the first portion that nobody asks for any more. If nothing ever comes, it
/// waits until the process ends.
pub(crate) struct Pump {
    portions: Receiver<io::Result<Vec<u8>>>,
    current: Vec<u8>,
    at: usize,
}

impl Pump {
    /// Opens a source on the thread, as opening may wait too, and reads it. All errors come from reading.
    pub(crate) fn new<R: Read>(open: impl FnOnce() -> io::Result<R> + Send + 'static) -> Self {
        let (sender, portions) = sync_channel(QUEUE);
        let failing = sender.clone();
        let builder = thread::Builder::new().name("wait".to_owned());
        if let Err(error) = builder.spawn(move || fill(open(), &sender)) {
            // There is room: nobody else has sent anything.
            let _ = failing.try_send(Err(error));
        }
        Self { portions, current: Vec::new(), at: 0 }
    }
}

fn fill(source: io::Result<impl Read>, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut source = match source {
        Ok(source) => source,
        Err(error) => return drop(sender.send(Err(error))),
    };
    loop {
        let mut portion = vec![0; PORTION];
        let read = match source.read(&mut portion) {
            Ok(0) => return,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Ok(count) => {
                portion.truncate(count);
                Ok(portion)
            }
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        if sender.send(read).is_err() || failed {
            return;
        }
    }
}

impl Read for Pump {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.current.len() {
            self.current = match self.portions.recv_timeout(PATIENCE) {
                Ok(portion) => portion?,
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::Interrupted.into()),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
            self.at = 0;
        }
        let count = into.len().min(self.current.len() - self.at);
        into[..count].copy_from_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{PORTION, Pump};
    use std::io::{self, ErrorKind, Read};
    use std::sync::mpsc::{Receiver, channel};

    #[test]
    fn all_bytes_in_order() {
        let bytes: Vec<u8> =
            (0..3 * PORTION + 5).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
        let given = bytes.clone();
        let mut read = Vec::new();
        // `read_to_end` tries again where nothing came yet.
        Pump::new(move || Ok(io::Cursor::new(given))).read_to_end(&mut read).expect("bytes");
        assert!(read == bytes);
    }

    #[test]
    fn whoever_waits_is_told_so() {
        struct Silent(Receiver<()>);
        impl Read for Silent {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                let _ = self.0.recv();
                Ok(0)
            }
        }
        let (end, silence) = channel();
        let mut pump = Pump::new(move || Ok(Silent(silence)));
        let error = pump.read(&mut [0]).expect_err("nothing comes");
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        drop(end);
        assert_eq!(pump.read_to_end(&mut Vec::new()).expect("the end"), 0);
    }

    #[test]
    fn what_cannot_be_opened() {
        let failed = || Err::<io::Empty, _>(io::Error::from(ErrorKind::NotFound));
        let mut pump = Pump::new(failed);
        assert_eq!(pump.read_to_end(&mut Vec::new()).expect_err("an error").kind(), ErrorKind::NotFound);
    }
}
