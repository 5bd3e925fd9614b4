//! The pcap format: a header, then packets.

use super::window::{MAX_BLOCK, Window};
use super::{End, Link, Packet, Take};
use pcap_parser::{
    LegacyPcapBlock, PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified,
    parse_pcap_header,
};
use std::io;

/// Length of the header of a file.
const HEADER: usize = 24;

/// Length of the header of a packet; longer by [`MODIFIED`] in the form that old patched kernels write.
const FRAME: usize = 16;

/// What the modified form adds to the header of a packet.
const MODIFIED: usize = 8;

/// Reads a file from its first byte on; `None` if it is no pcap.
pub(super) fn read(window: &mut Window<'_>, take: &mut Take<'_>) -> io::Result<Option<End>> {
    let Some(start) = window.want(HEADER)? else { return Ok(None) };
    let Ok((_, header)) = parse_pcap_header(&start[..HEADER]) else { return Ok(None) };
    window.pass(HEADER);
    let frame = if header.is_modified_format() { FRAME + MODIFIED } else { FRAME };
    loop {
        if window.is_at_end()? {
            return Ok(Some(End::Whole));
        }
        let Some(head) = window.want(frame)? else { return Ok(Some(End::Cut)) };
        let captured = [head[8], head[9], head[10], head[11]];
        let captured =
            if header.is_bigendian() { u32::from_be_bytes(captured) } else { u32::from_le_bytes(captured) };
        let Some(length) = usize::try_from(captured).ok().filter(|length| *length <= MAX_BLOCK - frame)
        else {
            return Ok(Some(End::Damaged));
        };
        let length = length + frame;
        let Some(block) = window.want(length)? else { return Ok(Some(End::Cut)) };
        take(packet(&header, &block[..length]));
        window.pass(length);
    }
}

fn packet<'b>(header: &PcapHeader, block: &'b [u8]) -> Option<Packet<'b>> {
    let parse = match (header.is_modified_format(), header.is_bigendian()) {
        (true, _) => parse_pcap_frame_modified,
        (false, true) => parse_pcap_frame_be,
        (false, false) => parse_pcap_frame,
    };
    let LegacyPcapBlock { ts_sec, ts_usec, caplen, origlen, data } = parse(block).ok()?.1;
    let fraction = if header.is_nanosecond_precision() { ts_usec / 1000 } else { ts_usec };
    let micros = i64::from(ts_sec) * 1_000_000 + i64::from(fraction);
    Some(Packet { micros, link: Link::of(header.network.0), bytes: data, cut: caplen < origlen })
}
