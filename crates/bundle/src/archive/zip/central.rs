//! The directory at the end of a zip.

use super::header::{END, END_64, Header, LOCAL, LOCATOR_64, bytes, long, longest, short};
use crate::fault::Fault;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Length of the last part of a zip without its comment.
const END_LENGTH: usize = 22;

/// Length of what leads to the large form of the last part.
const LOCATOR_LENGTH: usize = 20;

/// Longest comment, and with it the most that may stand behind the last part.
const COMMENT: usize = u16::MAX as usize;

/// The directory of a zip. Gives one entry more than `most` if it has more.
pub(super) fn directory(mut file: &File, length: u64, most: u64) -> io::Result<Vec<Header>> {
    let (count, begin, shift) = find(file, length)?;
    file.seek(SeekFrom::Start(begin))?;
    let mut source = BufReader::new(file);
    let mut headers = Vec::new();
    for _ in 0..count.min(most.saturating_add(1)) {
        let mut header = Header::of_directory(&mut source).map_err(cut)?;
        header.at = header.at.saturating_add(shift);
        headers.push(header);
    }
    Ok(headers)
}

/// Where the content of a member begins whose header stands there.
pub(super) fn content_of(mut file: &File, at: u64) -> io::Result<u64> {
    file.seek(SeekFrom::Start(at))?;
    let fixed = bytes::<30>(&mut file).map_err(cut)?;
    if fixed[..4] != LOCAL {
        return Err(Fault::error(
            "nothing is where the directory of the zip says it begins: the zip is damaged",
        ));
    }
    Ok(at + 30 + u64::from(short(&fixed, 26)) + u64::from(short(&fixed, 28)))
}

/// How many entries there are, where they begin, and how far everything is moved by what was put before the zip.
fn find(mut file: &File, length: u64) -> io::Result<(u64, u64, u64)> {
    let reach = (END_LENGTH + COMMENT + LOCATOR_LENGTH) as u64;
    let from = length.saturating_sub(reach);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(reach).read_to_end(&mut tail)?;
    let at = tail.windows(END_LENGTH).rposition(|window| window[..4] == END);
    let at =
        at.ok_or_else(|| Fault::error("the zip has no directory at its end: it was cut off, or damaged"))?;
    let end = &tail[at..];
    let (mut count, size, offset) = (u64::from(short(end, 10)), long(end, 12), long(end, 16));
    let (mut size, mut offset, mut behind) = (u64::from(size), u64::from(offset), from + at as u64);
    let locator = at.checked_sub(LOCATOR_LENGTH).map(|start| &tail[start..at]);
    if let Some(locator) = locator.filter(|locator| locator[..4] == LOCATOR_64) {
        file.seek(SeekFrom::Start(longest(locator, 8)))?;
        let large = bytes::<56>(&mut file).map_err(cut)?;
        if large[..4] != END_64 {
            return Err(Fault::error("the directory at the end of the zip is damaged"));
        }
        (count, size, offset) = (longest(&large, 32), longest(&large, 40), longest(&large, 48));
        behind = longest(locator, 8);
    }
    let begin = behind.checked_sub(size).filter(|begin| *begin >= offset);
    let begin = begin.ok_or_else(|| Fault::error("the directory at the end of the zip is damaged"))?;
    Ok((count, begin, begin - offset))
}

fn cut(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Fault::error("the directory of the zip leads behind its end: it was cut off, or damaged");
    }
    error
}
