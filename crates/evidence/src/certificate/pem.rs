//! PEM: blocks of base64 between lines that name them (RFC 7468), with any text around them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One block.
#[derive(Debug)]
pub(super) struct Block<'b> {
    /// What the line before it calls it.
    pub(super) label: &'b str,
    /// Where its first line begins, from 0.
    pub(super) offset: usize,
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// The lines between, or why there is no block.
    pub(super) body: Result<&'b [u8], &'static str>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Width of the lines that are written (RFC 7468 section 2).
const WIDTH: usize = 64;

/// Finds the blocks of a text.
pub(super) fn blocks(bytes: &[u8]) -> Vec<Block<'_>> {
    let mut out: Vec<Block<'_>> = Vec::new();
    // The block that is open, and where its body begins.
    let mut open: Option<(Block<'_>, usize)> = None;
    let mut offset = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.trim_ascii();
        if let Some(label) = label(text, BEGIN) {
            out.extend(open.take().map(|(block, _)| block));
            // It stays so if its end does not come.
            let block = Block { label, offset, line: number + 1, body: Err("its end is missing") };
            open = Some((block, offset + line.len()));
        } else if let Some(label) = label(text, END)
            && let Some((mut block, body)) = open.take()
        {
            block.body = if block.label == label { Ok(&bytes[body..offset]) } else { Err(OTHER_END) };
            out.push(block);
        }
        offset += line.len();
    }
    out.extend(open.map(|(block, _)| block));
    out
}

/// What is said of a block that another end closes.
const OTHER_END: &str = "its end has another name than its beginning";

fn label<'b>(line: &'b [u8], mark: &[u8]) -> Option<&'b str> {
    let label = line.strip_prefix(mark)?.strip_suffix(DASHES)?;
    std::str::from_utf8(label).ok()
}

/// Decodes the base64 of a block, with blanks between.
pub(super) fn decode(body: &[u8]) -> Result<Vec<u8>, &'static str> {
    // Header lines (RFC 1421) end with an empty line; only encrypted things have them, and nothing encrypted is read.
    let letters: Vec<_> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(letters).map_err(|_| "what is between its lines is no base64")
}

/// Writes a certificate as PEM.
pub(super) fn write(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = String::with_capacity(text.len() + text.len() / WIDTH + 64);
    out.push_str("-----BEGIN CERTIFICATE-----\n");
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % WIDTH == 0 {
            out.push('\n');
        }
        out.push(letter);
    }
    out.push_str("\n-----END CERTIFICATE-----\n");
    out
}
