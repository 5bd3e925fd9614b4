//! Where what is watched comes from, and which stream of the analysis each source is.

use super::teller::Teller;
use crate::args::Watch;
use crate::exit::Failure;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use waytrace::{Live, StreamId};
use waytrace_live::{Begin, Heard, Hub, Limits, SourceId, Tls, What};

/// The sources of a run.
pub(super) struct Sources {
    streams: HashMap<SourceId, (StreamId, String)>,
    /// Sources that end only with the run.
    endless: bool,
    /// Standard input is read and has not ended.
    pipe: bool,
    has_pipe: bool,
}

impl Sources {
    /// Opens everything that the user names.
    pub(super) fn open(hub: &Hub, args: &Watch, teller: &mut Teller) -> Result<Self, Failure> {
        let listening = &args.listening;
        let (pipes, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
            args.files.iter().partition(|path| path.as_os_str() == "-");
        let pipe = !pipes.is_empty() || (files.is_empty() && listening.listen.is_empty());
        for path in &files {
            if path.is_dir() {
                let why = format!("{} is a folder; `watch` follows files", path.display());
                return Err(Failure::Usage(why));
            }
        }
        listen(hub, args, teller)?;
        if !files.is_empty() {
            let begin = if args.from_start { Begin::Start } else { Begin::End };
            let files: Vec<PathBuf> = files.into_iter().cloned().collect();
            hub.follow(&files, begin);
        }
        if pipe {
            hub.read("-", io::stdin());
        }
        let endless = !listening.listen.is_empty() || args.files.iter().any(|path| path.as_os_str() != "-");
        Ok(Self { streams: HashMap::new(), endless, pipe, has_pipe: pipe })
    }

    /// Gives what was heard to the analysis.
    pub(super) fn take(&mut self, heard: Heard, live: &mut Live, teller: &mut Teller) -> Result<(), Failure> {
        match heard.what {
            What::Begins { name, anew } => {
                let stream = if anew { live.open_anew(&name) } else { live.open(&name) };
                self.streams.insert(heard.from, (stream, name));
            }
            What::Bytes(bytes) => {
                if let Some((stream, _)) = self.streams.get(&heard.from) {
                    live.push(*stream, &bytes);
                    teller.lines(&bytes);
                }
            }
            What::Messages { bytes, ends } => {
                if let Some((stream, _)) = self.streams.get(&heard.from) {
                    let mut from = 0;
                    for end in ends {
                        live.message(*stream, &bytes[from..end]);
                        teller.lines(&bytes[from..end]);
                        from = end;
                    }
                }
            }
            What::Ends(why) => {
                if let Some((stream, name)) = self.streams.remove(&heard.from) {
                    live.close(stream);
                    self.pipe &= name != "-";
                    if let Some(why) = why {
                        live.note_unread(&name, &why);
                    }
                }
            }
            What::Note(words) => teller.note(&words)?,
            _ => {}
        }
        Ok(())
    }

    /// Whether nothing can come any more.
    pub(super) fn are_over(&self) -> bool {
        !self.pipe && !self.endless
    }

    /// Whether standard input is all there is.
    pub(super) fn is_pipe_only(&self) -> bool {
        self.has_pipe && !self.endless
    }
}

fn listen(hub: &Hub, args: &Watch, teller: &mut Teller) -> Result<(), Failure> {
    let listening = &args.listening;
    if listening.listen.is_empty() {
        if listening.tls_cert.is_some() {
            return Err(Failure::Usage("--tls-cert is of use only with --listen tls://…".to_owned()));
        }
        return Ok(());
    }
    let mut limits = Limits::default();
    limits.connections = listening.max_connections;
    let message = usize::try_from(listening.max_line).ok().filter(|size| (1 << 10..=1 << 20).contains(size));
    limits.message = message.ok_or_else(|| Failure::Usage("--max-line is from 1K to 1M".to_owned()))?;
    limits.rate = listening.max_rate;
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
    let tls = match (&listening.tls_cert, &listening.tls_key) {
        (Some(certificate), Some(key)) => {
            let ca = listening.tls_ca.as_deref().map(read).transpose()?;
            let tls = Tls::new(&read(certificate)?, &read(key)?, ca.as_deref());
            Some(tls.map_err(|error| usage(&error))?)
        }
        _ => None,
    };
    let bound = hub.listen(&listening.listen, tls.as_ref(), limits).map_err(|error| usage(&error))?;
    for (address, bound) in listening.listen.iter().zip(bound) {
        let reach =
            if address.is_loopback() { "" } else { "; every machine that reaches this one can send here" };
        teller.note(&format!("listening on {}://{bound}{reach}", address.transport.word()))?;
    }
    Ok(())
}

/// Reads a small file that the user names.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    /// Certificates and keys are a few KiB.
    const MOST: u64 = 1 << 20;
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("cannot read {}: {error}", path.display()));
    let about = fs::metadata(path).map_err(|error| wrong(&error))?;
    if !about.is_file() || about.len() > MOST {
        return Err(wrong(&"it is no PEM file"));
    }
    fs::read(path).map_err(|error| wrong(&error))
}
