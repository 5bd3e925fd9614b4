//! What the first line of a record looks like.

/// Length of `YYYY-MM-DDThh:mm:ss`, the part of a stamp that every release writes.
pub(super) const STAMP: usize = 19;

/// Tells whether these bytes, which follow a line end, begin a record.
///
/// `None` means that too few bytes are here to tell; at the end of the input that is a no.
pub(super) fn begins_record(bytes: &[u8]) -> Option<bool> {
    const SHAPE: &[u8; STAMP] = b"0000-00-00T00:00:00";
    for (at, shape) in SHAPE.iter().enumerate() {
        let byte = bytes.get(at)?;
        let fits = if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
        if !fits {
            return Some(false);
        }
    }
    Some(true)
}

/// Tells whether a record, complete to its last line end, still waits for the lines of a message dump.
///
/// A head at DEBUG level without `Msg=` announces a dump; a dump ends with a line that holds only a bar.
/// Used only when the input pauses: the next head ends a record in any case.
pub(super) fn awaits_dump(record: &[u8]) -> bool {
    let head_end = memchr::memchr(b'\n', record).unwrap_or(record.len());
    let (head, rest) = record.split_at(head_end);
    let has = |hay: &[u8], needle: &str| memchr::memmem::find(hay, needle.as_bytes()).is_some();
    if !has(rest, "MSG:") {
        return has(head, "Level=\"DEBUG\"") && !has(head, "Msg=\"") && head.trim_ascii_end() != head;
    }
    !rest.split(|&byte| byte == b'\n').any(|line| line.trim_ascii() == b"|")
}
