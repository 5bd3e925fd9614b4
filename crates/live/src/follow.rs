//! Files that are followed, all on one thread.

use crate::hub::{Hub, Mouth, SourceId, What};
use crate::tail::{Begin, Event, Tail};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How often files are looked at. Asking the system to tell (inotify and its kin) is no faster than this needs, does
/// not work on network shares, and has to be completed by looking anyway.
const PERIOD: Duration = Duration::from_millis(10);

impl Hub {
    /// Follows files by their names, on a thread of their own. Files need not be there yet.
    pub fn follow(&self, files: &[PathBuf], begin: Begin) {
        let mouth = self.mouth();
        let mut all: Vec<Followed> = files.iter().map(|path| Followed::new(path, begin)).collect();
        thread::spawn(move || {
            while !mouth.is_stopped() {
                let now = Instant::now();
                // Each in its turn: one that grows fast does not keep the others waiting.
                let mut more = false;
                for file in &mut all {
                    more |= file.look(now, &mouth);
                }
                if !more {
                    thread::sleep(PERIOD);
                }
            }
        });
    }
}

struct Followed {
    tail: Tail,
    name: String,
    newest: Option<SourceId>,
    older: Option<SourceId>,
    generations: u32,
}

impl Followed {
    fn new(path: &Path, begin: Begin) -> Self {
        let (tail, name) = (Tail::new(path, begin), path.display().to_string());
        Self { tail, name, newest: None, older: None, generations: 0 }
    }

    fn look(&mut self, now: Instant, mouth: &Mouth) -> bool {
        let Self { tail, name, newest, older, generations } = self;
        tail.look(now, &mut |event| match event {
            Event::Begins { passed_over } => {
                if let Some(before) = newest.take() {
                    *older = Some(before);
                }
                let from = mouth.begin(name.clone(), *generations > 0);
                *newest = Some(from);
                let what = match (*generations, passed_over) {
                    (0, 0) => format!("{name}: followed from its beginning"),
                    (0, bytes) => {
                        format!(
                            "{name}: followed from its end; {bytes} bytes before are left out (--from-start)"
                        )
                    }
                    _ => format!("{name}: begun anew, followed from its beginning"),
                };
                *generations += 1;
                mouth.say(from, What::Note(what));
            }
            Event::Bytes(bytes) => say(mouth, *newest, bytes),
            Event::Older(bytes) => say(mouth, *older, bytes),
            Event::OlderEnds => end(mouth, older),
            Event::Cut => end(mouth, newest),
            Event::Missing => note(mouth, *newest, format!("{name}: not there; waiting for it")),
            Event::Unreadable(kind) => {
                note(mouth, *newest, format!("{name}: cannot be read: {}; trying on", io::Error::from(kind)));
            }
        })
    }
}

fn say(mouth: &Mouth, from: Option<SourceId>, bytes: &[u8]) {
    if let Some(from) = from {
        mouth.say(from, What::Bytes(bytes.to_vec()));
    }
}

fn end(mouth: &Mouth, from: &mut Option<SourceId>) {
    if let Some(from) = from.take() {
        mouth.say(from, What::Ends(None));
    }
}

fn note(mouth: &Mouth, from: Option<SourceId>, words: String) {
    mouth.say(from.unwrap_or_else(|| mouth.number()), What::Note(words));
}
