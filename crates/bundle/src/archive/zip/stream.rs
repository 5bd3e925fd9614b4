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
use std::io::{self, BufReader, ErrorKind, Read};

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
    let known = !header.is_open_ended();
    if let Some((reason, lost)) = header.refusal() {
        walk.miss(&place, reason, lost);
    } else if known && !header.is_folder() {
        let packed = source.by_ref().take(header.packed);
        return sized(walk, place, packed, header);
    } else if header.is_folder() && known {
        return bytes(source);
    } else if matches!(header.method, 8 | 12) {
        return open_ended(walk, place, source, header);
    } else {
        walk.unread(
            &place,
            "its length stands only after it; save the zip as a file and give that".to_owned(),
        );
    }
    if !known {
        return Err(Fault::error("the zip does not say where the next member begins"));
    }
    drain(&mut source.by_ref().take(header.packed))?;
    bytes(source)
}

fn sized(
    walk: &mut Walk<'_>,
    place: Place,
    mut packed: io::Take<&mut Source<'_>>,
    header: &Header,
) -> io::Result<[u8; 4]> {
    match Decoder::of_method(header.method, &mut packed, walk.budget.ceilings) {
        Some(decoder) => {
            let inflated = Meter::new(decoder, &walk.budget, Counts::Inflated);
            let mut checked = Checked::new(inflated, Some((header.crc, header.size)));
            content(walk, place, Content::Tied(&mut checked));
        }
        None => walk.unread(&place, unknown_method(header.method)),
    }
    drain(&mut packed)?;
    bytes(packed.into_inner())
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
    content(walk, place, Content::Tied(&mut checked));
    drain(&mut checked)?;
    let (sum, length) = (checked.crc.sum(), checked.length);
    drop(checked);
    let mut crc = bytes::<4>(source)?;
    if crc == DESCRIPTOR {
        crc = bytes::<4>(source)?;
    }
    let sizes = bytes::<8>(source)?;
    let mut mark = bytes::<4>(source)?;
    // Sizes may be 4 or 8 bytes long, and not every writer says which.
    if header.large || !mark.starts_with(b"PK") {
        let rest = bytes::<4>(source)?;
        let _ = rest;
        mark = bytes(source)?;
    }
    if u32::from_le_bytes(crc) != sum || (!header.large && u64::from(long(&sizes, 4)) != length & 0xffff_ffff)
    {
        walk.unread(&at, WRONG.to_owned());
    }
    Ok(mark)
}

fn cut(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::UnexpectedEof {
        return Fault::error("the zip ends in the middle: the file was cut off; copy or download it again");
    }
    error
}
