//! The shape of the stamp that nearly every record begins with.

/// Length of `YYYY-MM-DDThh:mm:ss`, the part of a stamp that every release writes.
pub(super) const STAMP: usize = 19;

pub(super) const SHAPE: &[u8; STAMP] = b"0000-00-00T00:00:00";

pub(super) fn fits(byte: u8, shape: u8) -> bool {
    if shape == b'0' { byte.is_ascii_digit() } else { byte == shape }
}

/// Whether these bytes begin with `YYYY-MM-DDThh:mm:ss`.
pub(super) fn is_stamp(bytes: &[u8]) -> bool {
    let Some(stamp) = bytes.first_chunk::<STAMP>() else { return false };
    let word =
        |from: &[u8; STAMP], at: usize| u64::from_le_bytes(std::array::from_fn(|byte| from[at + byte]));
    // Every head of a log is asked about: eight bytes at a time, without a branch.
    [0, 8, STAMP - 8].iter().all(|at| all_fit(word(stamp, *at), word(SHAPE, *at)))
}

/// [`fits`] for eight bytes.
fn all_fit(bytes: u64, shape: u64) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // What is left of a digit is its value, of a separator nothing; bit 4 tells the two apart in the shape.
    let differs = bytes ^ shape;
    let digits = (shape >> 4) & !(shape >> 3) & !(shape >> 6) & ONES;
    let room = ONES * 0x7F - digits * 9;
    (((differs & !HIGH) + room) | differs) & HIGH == 0
}
