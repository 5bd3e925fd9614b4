//! A zip from its beginning to its end: inside another archive, from standard input, or with a damaged directory.
//!
//! What only the directory knows is not seen this way: which members were replaced later, and which are links.

use super::header::{CENTRAL, DESCRIPTOR, END, END_64, EXTRA, Header, LOCAL, SPANNED, bytes, long};
use super::{Checked, Names, WRONG, unknown_method};
use crate::budget::{Counts, Meter};
use crate::content::{Content, drain};
use crate::decode::Decoder;
use crate::fault::Fault;
use crate::open::{Place, Walk, content};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

type Source<'s> = BufReader<&'s mut dyn Read>;

/// Hands out the members of a zip. Gives whether it could be followed to its directory.
pub(super) fn read(walk: &mut Walk<'_>, place: &Place, source: &mut dyn Read) -> bool {
    let mut source = BufReader::with_capacity(super::BUFFER, source);
    let mut members = 0;
    match walk_through(walk, place, &mut source, &mut members) {
        Err(error) => {
            walk.unread_rest(place, &cut(error), members);
            return false;
        }
        Ok(()) if members == 0 => walk.miss(place, "the zip has no members".to_owned(), false),
        Ok(()) => {}
    }
    true
}

fn walk_through(
    walk: &mut Walk<'_>,
    place: &Place,
    source: &mut Source<'_>,
    members: &mut u64,
) -> io::Result<()> {
    let mut names = Names::default();
    let mut mark = bytes::<4>(source)?;
    loop {
        match mark {
            LOCAL => {
                walk.budget.member()?;
                let header = Header::before_member(source)?;
                *members += 1;
                let size = (!header.is_open_ended()).then_some(header.size);
                let inner = names.place(place, &header.name, size);
                mark = member(walk, inner, source, &header)?;
            }
            SPANNED => mark = bytes::<4>(source)?,
            // What is packed around the zip is read to its end, for its checksum.
            CENTRAL | END | END_64 | EXTRA => return drain(source),
            _ => return Err(Fault::error("the zip is damaged here: no member begins where one should")),
        }
    }
}

/// Hands out one member. Gives the mark that follows it.
fn member(
    walk: &mut Walk<'_>,
    place: Place,
    source: &mut Source<'_>,
    header: &Header,
) -> io::Result<[u8; 4]> {
    let refusal = header.refusal();
    let refused = refusal.is_some();
    if let Some((reason, lost)) = refusal {
        walk.miss(&place, reason, lost);
    }
    if !header.is_open_ended() {
        let mut packed = source.by_ref().take(header.packed);
        if !refused && !header.is_folder() {
            sized(walk, place, &mut packed, header);
        }
        drain(&mut packed)?;
        let mark = bytes(source)?;
        return if header.has_descriptor() { Ok(descriptor(source, mark, header)?.2) } else { Ok(mark) };
    }
    match header.method {
        8 | 12 if !refused => open_ended(walk, place, source, header),
        // Nothing between the header and what stands behind the member.
        0 if source.fill_buf()?.starts_with(&DESCRIPTOR) => {
            if !refused && !header.is_folder() {
                content(walk, place, Content::Tied(&mut io::empty()));
            }
            let mark = bytes(source)?;
            Ok(descriptor(source, mark, header)?.2)
        }
        _ => {
            if !refused {
                let reason = "its length stands only after it; save the zip as a file and give that";
                walk.unread(&place, reason.to_owned());
            }
            Err(Fault::error("the zip does not say where the next member begins"))
        }
    }
}

fn sized(walk: &mut Walk<'_>, place: Place, packed: &mut io::Take<&mut Source<'_>>, header: &Header) {
    match Decoder::of_method(header.method, packed, walk.budget.ceilings) {
        Some(decoder) => {
            let inflated = Meter::new(decoder, &walk.budget, Counts::Inflated);
            let mut checked = Checked::new(inflated, Some((header.crc, header.size)));
            content(walk, place, Content::Tied(&mut checked));
        }
        None => walk.unread(&place, unknown_method(header.method)),
    }
}

/// A member whose end only its decoder finds.
fn open_ended(
    walk: &mut Walk<'_>,
    place: Place,
    source: &mut Source<'_>,
    header: &Header,
) -> io::Result<[u8; 4]> {
    let at = place.clone();
    let Some(decoder) = Decoder::of_method(header.method, source.by_ref(), walk.budget.ceilings) else {
        return Err(Fault::error(unknown_method(header.method)));
    };
    let inflated = Meter::new(decoder, &walk.budget, Counts::Inflated);
    let mut checked = Checked::new(inflated, None);
    if !header.is_folder() {
        content(walk, place, Content::Tied(&mut checked));
    }
    drain(&mut checked)?;
    let made = (checked.crc.sum(), checked.length & u64::from(u32::MAX));
    drop(checked);
    let mark = bytes(source)?;
    let (crc, length, mark) = descriptor(source, mark, header)?;
    if made != (crc, length) {
        walk.unread(&at, WRONG.to_owned());
    }
    Ok(mark)
}

/// What stands behind a member: checksum, the lower half of its length, and the mark of what follows. Takes the first
/// four bytes of it.
fn descriptor(source: &mut Source<'_>, first: [u8; 4], header: &Header) -> io::Result<(u32, u64, [u8; 4])> {
    // Some writers promise it and leave it out.
    if first.starts_with(b"PK") && first != DESCRIPTOR {
        return Ok((header.crc, header.size, first));
    }
    // Its own mark may be missing.
    let crc = if first == DESCRIPTOR { bytes::<4>(source)? } else { first };
    let sizes = bytes::<8>(source)?;
    let mark = bytes::<4>(source)?;
    // Sizes may be 4 or 8 bytes long, and not every writer says which. 4 bytes are followed by a mark.
    if mark.starts_with(b"PK") {
        return Ok((u32::from_le_bytes(crc), u64::from(long(&sizes, 4)), mark));
    }
    bytes::<4>(source)?;
    Ok((u32::from_le_bytes(crc), u64::from(long(&mark, 0)), bytes(source)?))
}

fn cut(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::UnexpectedEof {
        return Fault::error("the zip ends in the middle: the file was cut off; copy or download it again");
    }
    error
}
