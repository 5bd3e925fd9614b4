//! Looks for a private key among certificates before anybody sees them.

use crate::content::{Resumed, look};
use crate::fault::Fault;
use std::io::{self, Read};

/// How much of a PEM file is looked at, and handed out: a trust store of a few hundred certificates. A key behind it
/// would be handed out unseen, so nothing behind it is.
const MOST: usize = 1 << 20;

/// How the first line of a block with a private key ends, whatever kind of key it is.
const KEY: &[u8] = b"PRIVATE KEY-----";

/// The content of a PEM file, or nothing if a private key is in it.
pub(crate) fn without_key(source: &mut dyn Read) -> Option<impl Read> {
    let (text, mut failed) = look(source, MOST);
    if text.windows(KEY.len()).any(|window| window == KEY) {
        return None;
    }
    if text.len() == MOST && failed.is_none() && matches!(source.read(&mut [0]), Ok(1)) {
        failed = Some(Fault::error("certificates are read up to 1 MiB; this file is larger"));
    }
    Some(Resumed::new((text, failed), io::empty()))
}
