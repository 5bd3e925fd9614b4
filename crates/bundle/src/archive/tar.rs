//! Members of a tar.

use super::Names;
use crate::budget::{Counts, Meter};
use crate::content::{Content, Whole, drain};
use crate::fault::Fault;
use crate::format::BLOCK;
use crate::open::{Place, Walk, content};
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use tar::{Archive, Entry, EntryType};

/// Most bytes between the contents of two members: headers, long names, extended headers, padding. They are held in
/// memory. Paths are a few kilobytes long at most, padding 10 KiB.
const BETWEEN: u64 = 1 << 20;

/// Buffer for headers. Larger reads of content go past it.
const BUFFER: usize = 64 * 1024;

/// What is said of content that is not all there.
const SHORT: &str =
    "the tar ends in the middle of this member: the file was cut off; copy or download it again";

/// Hands out the members of a tar.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, source: &mut dyn Read) {
    let (room, zeroes) = (Cell::new(BETWEEN), Cell::new(0));
    let gate = Gate { inner: BufReader::with_capacity(BUFFER, source), room: &room, zeroes: &zeroes };
    let mut archive = Archive::new(gate);
    // Two archives put end to end are read as one.
    archive.set_ignore_zeros(true);
    let mut members = 0;
    match walk_through(walk, place, &mut archive, &room, &mut members) {
        Err(error) => walk.unread_rest(place, &error, members),
        Ok(()) if members == 0 => walk.miss(place, "the tar has no members".to_owned(), false),
        // Between two members is less than a block of them.
        Ok(()) if zeroes.get() < BLOCK as u64 => {
            walk.unread(
                place,
                "the tar has no end: it may have been cut off behind its last member".to_owned(),
            );
        }
        Ok(()) => {}
    }
}

fn walk_through<R: Read>(
    walk: &mut Walk<'_>,
    place: &Place,
    archive: &mut Archive<R>,
    room: &Cell<u64>,
    members: &mut u64,
) -> io::Result<()> {
    let mut names = Names::default();
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        walk.budget.member()?;
        *members += 1;
        room.set(u64::MAX);
        member(walk, place, &mut names, &mut entry)?;
        room.set(BETWEEN);
    }
    Ok(())
}

fn member<R: Read>(
    walk: &mut Walk<'_>,
    archive: &Place,
    names: &mut Names,
    entry: &mut Entry<'_, R>,
) -> io::Result<()> {
    let kind = entry.header().entry_type();
    let size = entry.size();
    let place = names.place(archive, &entry.path_bytes(), Some(size));
    let target = entry.link_name_bytes().map(|target| super::shown(&target)).unwrap_or_default();
    match kind {
        EntryType::Directory | EntryType::XGlobalHeader => return Ok(()),
        EntryType::Symlink => {
            walk.miss(&place, format!("a symbolic link to {target}; links are not followed"), false);
        }
        EntryType::Link => {
            walk.miss(
                &place,
                format!("a hard link to {target}; the content is there, and read there"),
                false,
            );
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            walk.miss(&place, "a device or a pipe, which holds no content".to_owned(), false);
        }
        _ if place.name.ends_with('/') && size == 0 => return Ok(()),
        _ if is_pax_sparse(entry) => walk.unread(
            &place,
            "a sparse file in a form that is not read; unpack the archive and give the folder".to_owned(),
        ),
        EntryType::GNUSparse => {
            // Holes come out of nothing, like what a decoder makes.
            let mut filled = Meter::new(Whole::new(entry, size, SHORT), &walk.budget, Counts::Inflated);
            content(walk, place, Content::Tied(&mut filled));
            return drain(&mut filled);
        }
        _ => {
            let mut whole = Whole::new(entry, size, SHORT);
            content(walk, place, Content::Tied(&mut whole));
            return drain(&mut whole);
        }
    }
    drain(entry)
}

/// Whether the content begins with a list of holes, as newer versions of GNU tar write it.
fn is_pax_sparse<R: Read>(entry: &mut Entry<'_, R>) -> bool {
    let Ok(Some(extensions)) = entry.pax_extensions() else { return false };
    extensions.flatten().any(|extension| extension.key_bytes().starts_with(b"GNU.sparse."))
}

fn damaged(error: io::Error) -> io::Error {
    if Fault::is_in(&error) || error.raw_os_error().is_some() {
        return error;
    }
    // The crate wraps what the reader below it said.
    match error.to_string() {
        text if text.contains("EOF") || text.contains("entire block") => {
            Fault::error("the tar ends in the middle: the file was cut off; copy or download it again")
        }
        text => Fault::error(format!("the tar is damaged here ({text})")),
    }
}

/// Lets only so many bytes through between two members.
struct Gate<'c, R> {
    inner: R,
    room: &'c Cell<u64>,
    /// Zeroes at the end of what came through so far. An archive ends with blocks of them.
    zeroes: &'c Cell<u64>,
}

impl<R: Read> Read for Gate<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let room = self.room.get();
        if room == 0 {
            return Err(Fault::error(
                "the tar has a header, or a gap, of more than 1 MiB; it may be made to fill memory",
            ));
        }
        let most = usize::try_from(room).unwrap_or(usize::MAX).min(into.len());
        let count = self.inner.read(&mut into[..most])?;
        if room < u64::MAX {
            self.room.set(room - count as u64);
            let trailing = into[..count].iter().rev().take_while(|byte| **byte == 0).count();
            let before = if trailing == count { self.zeroes.get() } else { 0 };
            self.zeroes.set(before + trailing as u64);
        } else {
            self.zeroes.set(0);
        }
        Ok(count)
    }
}
