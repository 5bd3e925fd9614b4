//! Whole inputs: every member read, rewritten line by line, and handed on.

use super::Redactor;
use std::io::{self, Read};
use std::ops::ControlFlow;
use waytrace_bundle::{Kind, Member, Options, Source, Unread, Visitor, visit_one};

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;
/// A line longer than this is cut where it has a blank: what reads it must stay small.
const MAX_LINE: usize = 1 << 20;

/// Takes rewritten members.
pub trait Sink {
    /// A member begins: its name as it was found, and with its names replaced.
    ///
    /// # Errors
    /// If nothing more can be written: the copy ends.
    fn begin(&mut self, name: &str, redacted: &str) -> io::Result<()>;
    /// Text of it.
    ///
    /// # Errors
    /// If nothing more can be written: the copy ends.
    fn text(&mut self, text: &str) -> io::Result<()>;
    /// It ends.
    ///
    /// # Errors
    /// If nothing more can be written: the copy ends.
    fn end(&mut self) -> io::Result<()>;
}

/// What became of an input.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Copied {
    /// Members that were rewritten.
    pub members: u64,
    /// Bytes of them, as read.
    pub bytes: u64,
    /// Members that are left out, and why: they cannot be rewritten truthfully.
    pub left_out: Vec<(String, String)>,
    /// What could not be read, and why: it is missing, or ends early.
    pub unread: Vec<(String, String)>,
}

impl Redactor {
    /// Learns the names of every member of a source that can be read twice.
    pub fn learn_source(&mut self, source: &Source, options: &Options) {
        let _ = visit_one(source, options, &mut Learning { redactor: self });
        self.begin(false);
    }

    /// Reads every member of a source and hands it on with its names replaced. Memory is bounded: by [`Names::MAX`],
    /// by the table's ceiling, and by a mebibyte for a line.
    ///
    /// # Errors
    /// Those of the sink. What of the source cannot be read is told in the answer.
    ///
    /// [`Names::MAX`]: super::Names::MAX
    pub fn copy(&mut self, source: &Source, options: &Options, sink: &mut dyn Sink) -> io::Result<Copied> {
        let mut copying = Copying { redactor: self, sink, copied: Copied::default(), failure: None };
        let _ = visit_one(source, options, &mut copying);
        let Copying { copied, failure, .. } = copying;
        self.begin(false);
        failure.map_or(Ok(copied), Err)
    }
}

struct Learning<'r> {
    redactor: &'r mut Redactor,
}

impl Visitor for Learning<'_> {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        self.redactor.learn_path(&member.name);
        if left_out(member.kind).is_some() {
            return Ok(());
        }
        self.redactor.begin(is_dump(member.kind));
        lines(content, &mut |text| {
            self.redactor.learn(text);
            ControlFlow::Continue(())
        })
        .map(drop)
    }

    fn unread(&mut self, _unread: Unread) {}
}

struct Copying<'r> {
    redactor: &'r mut Redactor,
    sink: &'r mut dyn Sink,
    copied: Copied,
    failure: Option<io::Error>,
}

impl Visitor for Copying<'_> {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
        if self.failure.is_some() {
            return Ok(());
        }
        if self.redactor.on_the_fly {
            self.redactor.learn_path(&member.name);
        }
        if let Some(reason) = left_out(member.kind) {
            self.copied.left_out.push((member.name.clone(), reason));
            return Ok(());
        }
        self.redactor.begin(is_dump(member.kind));
        let name = self.redactor.path(&member.name);
        if let Err(error) = self.sink.begin(&member.name, &name) {
            self.failure = Some(error);
            return Ok(());
        }
        let Self { redactor, sink, failure, copied } = self;
        let result = lines(content, &mut |text| {
            copied.bytes += text.len() as u64;
            match sink.text(&redactor.redact(text)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    *failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        copied.members += 1;
        if failure.is_none() {
            *failure = sink.end().err();
        }
        result.map(drop)
    }

    fn unread(&mut self, unread: Unread) {
        if unread.lost {
            self.copied.unread.push((unread.name, unread.reason));
        } else {
            self.copied.left_out.push((unread.name, unread.reason));
        }
    }
}

fn is_dump(kind: Kind) -> bool {
    matches!(kind, Kind::Configuration(_) | Kind::Status(_))
}

/// Why a member of this kind is left out.
fn left_out(kind: Kind) -> Option<String> {
    let why = match kind {
        Kind::Text
        | Kind::SystemLog
        | Kind::OtherText
        | Kind::Configuration(_)
        | Kind::Status(_)
        | Kind::Empty => {
            return None;
        }
        Kind::TrustStore | Kind::ServerCertificate | Kind::ClientCertificate | Kind::Certificates => {
            "a certificate cannot be rewritten without breaking its signature; `waytrace certs --redact` tells what \
             is in it"
        }
        Kind::PrivateKey => "a private key: it should not leave the box",
        Kind::Capture => "packets cannot be rewritten truthfully: they hold whatever was sent",
        Kind::Archive(_) => "it is not opened, so that nothing can be said of what is in it",
        Kind::Binary => "binary data, of which nothing is known",
        // A kind that comes later is not copied before somebody has thought about it.
        _ => "nothing is known of what may be in it",
    };
    Some(format!("{kind}: {why}"))
}

/// Reads a text in portions of whole lines.
fn lines(
    content: &mut dyn Read,
    take: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut held: Vec<u8> = Vec::new();
    loop {
        let from = held.len();
        held.resize(from + CHUNK, 0);
        let count = match content.read(&mut held[from..]) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                held.truncate(from);
                continue;
            }
            Err(error) => {
                held.truncate(from);
                let _ = take(&String::from_utf8_lossy(&held));
                return Err(error);
            }
        };
        held.truncate(from + count);
        if count == 0 {
            return Ok(if held.is_empty() {
                ControlFlow::Continue(())
            } else {
                take(&String::from_utf8_lossy(&held))
            });
        }
        let whole = held.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        let blank = || {
            held.iter().rposition(|byte| matches!(byte, b' ' | b'>' | b',')).map_or(held.len(), |at| at + 1)
        };
        let end = match whole {
            Some(end) => end,
            None if held.len() > MAX_LINE => blank(),
            None => continue,
        };
        if take(&String::from_utf8_lossy(&held[..end])).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        held.drain(..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_and_lines_across_portions() {
        let line = "x".repeat(CHUNK - 3) + "\nhost=a.acme.de " + &"word ".repeat(600_000) + "\nend";
        let mut out = String::new();
        let ended = lines(&mut line.as_bytes(), &mut |text| {
            assert!(text.len() <= MAX_LINE + 2 * CHUNK);
            out.push_str(text);
            ControlFlow::Continue(())
        });
        assert!(ended.expect("memory").is_continue());
        assert_eq!(out, line);
    }
}
