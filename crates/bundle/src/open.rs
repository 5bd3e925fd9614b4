//! Opens one content: tells what it is, inflates it, walks through it if it is an archive, hands it out if not.

use crate::archive::{tar, zip};
use crate::budget::{Budget, Counts, Meter};
use crate::content::{Content, Resumed, look};
use crate::decode::{BUFFER, Decoder};
use crate::fault::words;
use crate::format::{Format, unpacked_name};
use crate::kind::{Kind, SNIFFED};
use crate::member::{Member, Unread, Visitor};
use crate::options::Options;
use crate::{ahead, pem};
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// A walk through one file that the user gave.
pub(crate) struct Walk<'v> {
    pub(crate) visitor: &'v mut dyn Visitor,
    pub(crate) options: &'v Options,
    pub(crate) budget: Arc<Budget>,
    /// The last name for which something was not read.
    pub(crate) told: Option<String>,
}

/// Where content stands.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// What it is called in reports.
    pub(crate) name: String,
    /// The name by which its kind is told: without the endings of what it was packed with.
    pub(crate) file: String,
    pub(crate) named: bool,
    pub(crate) size: Option<u64>,
    /// Archives and compressed files around it.
    pub(crate) depth: usize,
    /// Whether reading it takes work, which another thread could do.
    pub(crate) packed: bool,
}

/// Below this, starting a thread costs more than it gives.
const WORTH_A_THREAD: u64 = 256 * 1024;

impl Walk<'_> {
    /// Says that a place could not be read, or the rest of it.
    pub(crate) fn unread(&mut self, place: &Place, reason: String) {
        self.miss(place, reason, true);
    }

    /// The same, of something without content of its own.
    pub(crate) fn miss(&mut self, place: &Place, reason: String, lost: bool) {
        self.told = Some(place.name.clone());
        self.visitor.unread(Unread { name: place.name.clone(), reason, named: place.named, lost });
    }

    /// Says that the rest of an archive could not be read, unless the whole walk has ended: that is said once.
    pub(crate) fn unread_rest(&mut self, place: &Place, error: &io::Error, members: u64) {
        if self.budget.halted().is_none() {
            let before = match members {
                0 => "nothing of it could be read".to_owned(),
                1 => "only its first member was reached; what follows is not read".to_owned(),
                _ => format!("its first {members} members were reached; what follows is not read"),
            };
            self.unread(place, format!("{}; {before}", words(error)));
        }
    }
}

/// Opens content.
pub(crate) fn content(walk: &mut Walk<'_>, place: Place, mut source: Content<'_>) {
    let (first, failed) = look(&mut source, SNIFFED);
    if let (true, Some(error)) = (first.is_empty(), &failed) {
        return walk.unread(&place, words(error));
    }
    let format = Format::of(&place.file, &first);
    let most = walk.options.ceilings.depth;
    if format.is_some() && place.depth >= most {
        return walk.unread(
            &place,
            format!(
                "more than {most} archives inside one another, the ceiling of `depth`; raise it, or unpack it and \
                 give the folder"
            ),
        );
    }
    let kind = Kind::of(&place.file, &first);
    let looked = (first, failed);
    match (format.filter(|format| format.is_compressed()), source) {
        (Some(format), Content::Free(rest)) => {
            if let Some(inflated) = inflate(walk, format, Resumed::new(looked, rest)) {
                content(walk, place.unpacked(), Content::Free(Box::new(inflated)));
            }
        }
        (Some(format), Content::Tied(rest)) => {
            if let Some(mut inflated) = inflate(walk, format, Resumed::new(looked, rest)) {
                content(walk, place.unpacked(), Content::Tied(&mut inflated));
            }
        }
        (None, Content::Free(rest)) if walk.options.ahead && place.is_worth_a_thread() => {
            ahead::read_ahead(Resumed::new(looked, rest), |ahead| read(walk, &place, format, kind, ahead));
        }
        (None, source) => read(walk, &place, format, kind, &mut Resumed::new(looked, source)),
    }
}

fn inflate<R: Read>(walk: &Walk<'_>, format: Format, source: R) -> Option<Meter<Decoder<BufReader<R>>>> {
    let source = BufReader::with_capacity(BUFFER, source);
    let decoder = Decoder::of(format, source, walk.options.ceilings)?;
    Some(Meter::new(decoder, &walk.budget, Counts::Inflated))
}

/// Reads what is not compressed, or no more.
fn read(walk: &mut Walk<'_>, place: &Place, format: Option<Format>, kind: Kind, source: &mut dyn Read) {
    match format {
        Some(Format::Tar) => tar::read(walk, place, source),
        Some(Format::Zip) => zip::read_stream(walk, place, source),
        _ => hand_out(walk, place, kind, source),
    }
}

fn hand_out(walk: &mut Walk<'_>, place: &Place, kind: Kind, source: &mut dyn Read) {
    let mut member = Member { name: place.name.clone(), kind, named: place.named, size: place.size };
    walk.options.progress.enter(&place.name);
    let visitor = &mut *walk.visitor;
    let result = if !kind.is_pem() && kind != Kind::PrivateKey {
        visitor.member(&member, source)
    } else if let Some(mut certificates) = pem::without_key(source).filter(|_| kind.is_pem()) {
        visitor.member(&member, &mut certificates)
    } else {
        member.kind = Kind::PrivateKey;
        visitor.member(&member, &mut io::empty())
    };
    if let Err(error) = result {
        walk.unread(place, words(&error));
    }
}

impl Place {
    fn is_worth_a_thread(&self) -> bool {
        self.packed && self.size.is_none_or(|size| size >= WORTH_A_THREAD)
    }

    /// The same place, with what it was compressed with taken off. It keeps its name: nothing else is in there.
    fn unpacked(self) -> Self {
        let file = unpacked_name(&self.file);
        Self { file, size: None, depth: self.depth + 1, packed: true, ..self }
    }
}
