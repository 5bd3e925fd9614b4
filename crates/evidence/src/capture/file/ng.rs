//! The pcapng format: sections of blocks. Blocks that hold no packet are passed over by their length.

use super::window::{MAX_BLOCK, Window};
use super::{End, Link, Packet, Take};
use pcap_parser::pcapng::{
    OptionCode, PcapNGOption, parse_enhancedpacketblock_be, parse_enhancedpacketblock_le,
    parse_interfacedescriptionblock_be, parse_interfacedescriptionblock_le, parse_simplepacketblock_be,
    parse_simplepacketblock_le,
};
use pcap_parser::traits::PcapNGPacketBlock;
use std::io;

/// How a section begins, in either byte order.
pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Type, length, and the byte order of a section.
const HEAD: usize = 12;

/// Interfaces of one section. A box has a handful.
const MAX_INTERFACES: usize = 4096;

/// Kinds of blocks that are read.
const INTERFACE: u32 = 1;
const SIMPLE: u32 = 3;
const ENHANCED: u32 = 6;

struct Interface {
    link: Link,
    snap: u32,
    per_second: u128,
    offset: i64,
}

/// What a section said so far.
#[derive(Default)]
struct Section {
    big: bool,
    interfaces: Vec<Interface>,
}

/// Reads a file from its first byte on; `None` if it is no pcapng.
pub(super) fn read(window: &mut Window<'_>, take: &mut Take<'_>) -> io::Result<Option<End>> {
    let mut section = None;
    loop {
        if window.is_at_end()? {
            return Ok(Some(End::Whole));
        }
        let Some(head) = window.want(HEAD)? else { return Ok(section.map(|_| End::Cut)) };
        if head[..4] == SECTION {
            match head[8..12] {
                [0x1a, 0x2b, 0x3c, 0x4d] => section = Some(Section { big: true, ..Section::default() }),
                [0x4d, 0x3c, 0x2b, 0x1a] => section = Some(Section::default()),
                _ => return Ok(section.map(|_| End::Damaged)),
            }
        }
        let Some(now) = &mut section else { return Ok(None) };
        let kind = now.number(head, 0);
        let length = usize::try_from(now.number(head, 4)).unwrap_or(usize::MAX);
        if length < HEAD || length % 4 != 0 {
            return Ok(Some(End::Damaged));
        }
        let whole = match kind {
            INTERFACE | SIMPLE | ENHANCED if length <= MAX_BLOCK => match window.want(length)? {
                Some(block) => {
                    now.block(kind, &block[..length], take);
                    window.pass(length);
                    true
                }
                None => false,
            },
            SIMPLE | ENHANCED => {
                take(None);
                window.skip(length)?
            }
            _ => window.skip(length)?,
        };
        if !whole {
            return Ok(Some(End::Cut));
        }
    }
}

impl Section {
    fn number(&self, block: &[u8], at: usize) -> u32 {
        let bytes = [block[at], block[at + 1], block[at + 2], block[at + 3]];
        if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    fn block(&mut self, kind: u32, block: &[u8], take: &mut Take<'_>) {
        match kind {
            INTERFACE => self.interface(block),
            ENHANCED => take(self.enhanced(block)),
            _ => take(self.simple(block)),
        }
    }

    fn interface(&mut self, block: &[u8]) {
        let parse =
            if self.big { parse_interfacedescriptionblock_be } else { parse_interfacedescriptionblock_le };
        if self.interfaces.len() >= MAX_INTERFACES {
            return;
        }
        // A damaged one keeps its number: packets refer to interfaces by their order.
        let unknown = || Interface { link: Link::Unknown, snap: 0, per_second: 1_000_000, offset: 0 };
        let interface = parse(block).map_or_else(
            |_| unknown(),
            |(_, told)| Interface {
                link: Link::of(told.linktype.0),
                snap: told.snaplen,
                per_second: per_second(&told.options),
                offset: self.offset(&told.options),
            },
        );
        self.interfaces.push(interface);
    }

    fn offset(&self, options: &[PcapNGOption<'_>]) -> i64 {
        let value = options.iter().find(|option| option.code == OptionCode::IfTsoffset);
        let bytes = value.and_then(|option| option.value.get(..8)?.try_into().ok());
        bytes.map_or(0, |bytes| if self.big { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) })
    }

    fn enhanced<'b>(&self, block: &'b [u8]) -> Option<Packet<'b>> {
        let parse = if self.big { parse_enhancedpacketblock_be } else { parse_enhancedpacketblock_le };
        let told = parse(block).ok()?.1;
        let interface = self.interfaces.get(usize::try_from(told.if_id).ok()?)?;
        let units = u128::from(told.ts_high) << 32 | u128::from(told.ts_low);
        let micros = i64::try_from(units * 1_000_000 / interface.per_second).ok()?;
        let micros = micros.checked_add(interface.offset.checked_mul(1_000_000)?)?;
        let bytes = told.data.get(..usize::try_from(told.caplen).ok()?)?;
        Some(Packet { micros, link: interface.link, bytes, cut: told.caplen < told.origlen })
    }

    /// A simple block has no time. It counts as of 1970, so that nobody takes it for a known one.
    fn simple<'b>(&self, block: &'b [u8]) -> Option<Packet<'b>> {
        let parse = if self.big { parse_simplepacketblock_be } else { parse_simplepacketblock_le };
        let told = parse(block).ok()?.1;
        let interface = self.interfaces.first()?;
        let snap = if interface.snap == 0 { u32::MAX } else { interface.snap };
        let captured = usize::try_from(told.orig_len().min(snap)).ok()?;
        let bytes = told.data.get(..captured)?;
        Some(Packet { micros: 0, link: interface.link, bytes, cut: snap < told.orig_len() })
    }
}

/// Units of time in a second: a power of ten, or of two if the highest bit is set; microseconds if nothing is said.
fn per_second(options: &[PcapNGOption<'_>]) -> u128 {
    let value = options.iter().find(|option| option.code == OptionCode::IfTsresol);
    let value = value.and_then(|option| option.value.first()).copied().unwrap_or(6);
    let power = u32::from(value & 0x7f);
    let unit = if value & 0x80 == 0 { 10_u128.checked_pow(power) } else { 2_u128.checked_pow(power) };
    unit.unwrap_or(1_000_000)
}
