//! Packets as TCP segments: the link layer, and what etherparse says of everything above it.

use etherparse::{
    EtherType, Ipv6ExtensionSlice, LaxNetSlice, LaxSlicedPacket, TcpSlice, TransportSlice, ip_number,
};
use std::net::{IpAddr, SocketAddr};

/// How a packet begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Ethernet,
    /// The header that Linux writes instead when it captures on all interfaces.
    Cooked,
    /// Its second form.
    Cooked2,
    /// An IP packet without anything before it.
    Raw,
    /// A number of four bytes, for an address family.
    Loopback,
    Unknown,
}

impl Link {
    /// The link type of a number from a file. The upper half of the number says whether frames end with a checksum.
    pub(super) fn of(number: i32) -> Self {
        match number & 0xffff {
            1 => Self::Ethernet,
            113 => Self::Cooked,
            276 => Self::Cooked2,
            // 12 and 14 are what some systems write for 101; 228 and 229 say which IP it is.
            12 | 14 | 101 | 228 | 229 => Self::Raw,
            0 | 108 => Self::Loopback,
            _ => Self::Unknown,
        }
    }
}

/// One TCP segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'b> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    /// The number it acknowledges, if it does.
    pub(super) acknowledged: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) payload: &'b [u8],
}

/// One fragment of a TCP segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment<'b> {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) id: u32,
    pub(super) offset: u32,
    /// Whether others follow it.
    pub(super) more: bool,
    pub(super) payload: &'b [u8],
}

/// What a packet is.
#[derive(Debug)]
pub(super) enum Content<'b> {
    Segment(Segment<'b>),
    Fragment(Fragment<'b>),
    /// A fragment that was not captured as a whole, which helps nobody.
    CutFragment,
    /// Something else than TCP.
    Other,
    /// Headers that cannot be read.
    Unread,
}

/// Length of the cooked headers.
const COOKED: usize = 16;
const COOKED2: usize = 20;

/// Length of the address family before a loopback packet.
const FAMILY: usize = 4;

/// Reads one packet.
pub(super) fn read(link: Link, bytes: &[u8]) -> Content<'_> {
    slice(link, bytes).map_or(Content::Unread, |packet| content(&packet))
}

fn slice(link: Link, bytes: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let typed = |at: usize, header: usize| {
        let number = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
        Some(LaxSlicedPacket::from_ether_type(EtherType(number), bytes.get(header..)?))
    };
    match link {
        Link::Ethernet => LaxSlicedPacket::from_ethernet(bytes).ok(),
        Link::Cooked => typed(COOKED - 2, COOKED),
        Link::Cooked2 => typed(0, COOKED2),
        Link::Raw => LaxSlicedPacket::from_ip(bytes).ok(),
        // The family's number differs between systems; the version of IP is in the packet as well.
        Link::Loopback => LaxSlicedPacket::from_ip(bytes.get(FAMILY..)?).ok(),
        Link::Unknown => None,
    }
}

fn content<'b>(packet: &LaxSlicedPacket<'b>) -> Content<'b> {
    let Some((from, to)) = packet.net.as_ref().and_then(addresses) else {
        return if packet.stop_err.is_some() { Content::Unread } else { Content::Other };
    };
    if let Some(TransportSlice::Tcp(tcp)) = &packet.transport {
        return Content::Segment(segment(from, to, tcp));
    }
    let Some(payload) = packet.ip_payload() else { return Content::Unread };
    if payload.fragmented && payload.ip_number == ip_number::TCP {
        let place = packet.net.as_ref().and_then(fragment);
        return match place {
            Some(_) if payload.incomplete => Content::CutFragment,
            Some((id, offset, more)) => {
                Content::Fragment(Fragment { from, to, id, offset, more, payload: payload.payload })
            }
            None => Content::Unread,
        };
    }
    let broken = packet.stop_err.is_some() && matches!(payload.ip_number, ip_number::TCP);
    if broken { Content::Unread } else { Content::Other }
}

/// Reads a segment that was put together from fragments.
pub(super) fn whole(from: IpAddr, to: IpAddr, bytes: &[u8]) -> Option<Segment<'_>> {
    TcpSlice::from_slice(bytes).ok().map(|tcp| segment(from, to, &tcp))
}

fn segment<'b>(from: IpAddr, to: IpAddr, tcp: &TcpSlice<'b>) -> Segment<'b> {
    Segment {
        from: SocketAddr::new(from, tcp.source_port()),
        to: SocketAddr::new(to, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload: tcp.payload(),
    }
}

fn addresses(net: &LaxNetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        LaxNetSlice::Ipv4(ip) => {
            Some((ip.header().source_addr().into(), ip.header().destination_addr().into()))
        }
        LaxNetSlice::Ipv6(ip) => {
            Some((ip.header().source_addr().into(), ip.header().destination_addr().into()))
        }
        LaxNetSlice::Arp(_) => None,
    }
}

/// Identification, offset in bytes, and whether more fragments follow.
fn fragment(net: &LaxNetSlice<'_>) -> Option<(u32, u32, bool)> {
    match net {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let offset = u32::from(header.fragments_offset().byte_offset());
            Some((u32::from(header.identification()), offset, header.more_fragments()))
        }
        LaxNetSlice::Ipv6(ip) => ip.extensions().clone().into_iter().find_map(|extension| match extension {
            Ipv6ExtensionSlice::Fragment(header) => {
                let offset = u32::from(header.fragment_offset().byte_offset());
                Some((header.identification(), offset, header.more_fragments()))
            }
            _ => None,
        }),
        LaxNetSlice::Arp(_) => None,
    }
}
