//! Writes captures, in every form that is read.

use super::Packet;

/// A header before the IP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Ethernet,
    Vlan,
    QinQ,
    Cooked,
    Cooked2,
    Raw,
    Null,
}

pub(crate) const LINKS: [Link; 7] =
    [Link::Ethernet, Link::Vlan, Link::QinQ, Link::Cooked, Link::Cooked2, Link::Raw, Link::Null];

impl Link {
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Ethernet | Self::Vlan | Self::QinQ => 1,
            Self::Cooked => 113,
            Self::Cooked2 => 276,
            Self::Raw => 101,
            Self::Null => 0,
        }
    }

    /// The frame around an IP packet.
    pub(crate) fn frame(self, ip: &[u8]) -> Vec<u8> {
        let kind: [u8; 2] = if ip[0] >> 4 == 4 { [8, 0] } else { [0x86, 0xdd] };
        let addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2].to_vec();
        let head = match self {
            Self::Ethernet => [addresses, kind.to_vec()].concat(),
            Self::Vlan => [addresses, vec![0x81, 0, 0, 7], kind.to_vec()].concat(),
            Self::QinQ => [addresses, vec![0x88, 0xa8, 0, 9, 0x81, 0, 0, 7], kind.to_vec()].concat(),
            Self::Cooked => [vec![0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], kind.to_vec()].concat(),
            Self::Cooked2 => {
                let rest = vec![0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
                [kind.to_vec(), rest].concat()
            }
            Self::Raw => Vec::new(),
            Self::Null => vec![if ip[0] >> 4 == 4 { 2 } else { 24 }, 0, 0, 0],
        };
        let mut frame = [head, ip.to_vec()].concat();
        // Short frames are filled up on the wire, and a capture shows it.
        if self.number() == 1 && frame.len() < 60 {
            frame.resize(60, 0);
        }
        frame
    }
}

/// Byte order and unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) ng: bool,
    pub(crate) big: bool,
    pub(crate) nano: bool,
}

/// All forms of files.
pub(crate) fn forms() -> Vec<Form> {
    (0..8).map(|bits| Form { ng: bits & 1 != 0, big: bits & 2 != 0, nano: bits & 4 != 0 }).collect()
}

/// An ordinary file: pcap, little-endian, microseconds, Ethernet.
pub(crate) fn pcap(packets: &[Packet]) -> Vec<u8> {
    let frames: Vec<_> =
        packets.iter().map(|packet| (packet.micros, Link::Ethernet.frame(&packet.ip()))).collect();
    write(Form { ng: false, big: false, nano: false }, Link::Ethernet, &frames, usize::MAX)
}

/// A file of frames, each cut to the snap length.
pub(crate) fn write(form: Form, link: Link, frames: &[(i64, Vec<u8>)], snap: usize) -> Vec<u8> {
    let mut out = if form.ng { ng_head(form, link) } else { pcap_head(form, link) };
    for (micros, frame) in frames {
        let kept = &frame[..frame.len().min(snap)];
        out.extend(if form.ng {
            ng(form, *micros, kept, frame.len())
        } else {
            legacy(form, *micros, kept, frame.len())
        });
    }
    out
}

/// A number of four bytes.
pub(crate) fn long(form: Form, number: usize) -> Vec<u8> {
    let number = u32::try_from(number).expect("32 bits");
    if form.big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
}

/// A number of two bytes.
pub(crate) fn short(form: Form, number: u16) -> Vec<u8> {
    if form.big { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
}

fn pcap_head(form: Form, link: Link) -> Vec<u8> {
    let magic = if form.nano { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    [
        long(form, magic),
        short(form, 2),
        short(form, 4),
        long(form, 0),
        long(form, 0),
        long(form, 262_144),
        long(form, usize::from(link.number())),
    ]
    .concat()
}

fn legacy(form: Form, micros: i64, kept: &[u8], length: usize) -> Vec<u8> {
    let micros = usize::try_from(micros).expect("after 1970");
    let fraction = micros % 1_000_000 * if form.nano { 1000 } else { 1 };
    let head = [micros / 1_000_000, fraction, kept.len(), length];
    [head.map(|number| long(form, number)).concat(), kept.to_vec()].concat()
}

/// A block of pcapng.
pub(crate) fn block(form: Form, kind: usize, body: &[u8]) -> Vec<u8> {
    let length = body.len().next_multiple_of(4) + 12;
    let mut out = [long(form, kind), long(form, length), body.to_vec()].concat();
    out.resize(length - 4, 0);
    out.extend(long(form, length));
    out
}

fn ng_head(form: Form, link: Link) -> Vec<u8> {
    let section = [long(form, 0x1a2b_3c4d), short(form, 1), short(form, 0), vec![0xff; 8]].concat();
    let mut interface = [short(form, link.number()), short(form, 0), long(form, 0)].concat();
    if form.nano {
        // Option 9, one byte: a power of ten.
        interface.extend([short(form, 9), short(form, 1), vec![9, 0, 0, 0], vec![0; 4]].concat());
    }
    // A block of statistics is nothing that is read.
    [block(form, 0x0a0d_0d0a, &section), block(form, 1, &interface), block(form, 5, &[0; 12])].concat()
}

fn ng(form: Form, micros: i64, kept: &[u8], length: usize) -> Vec<u8> {
    let units = u64::try_from(micros).expect("after 1970") * if form.nano { 1000 } else { 1 };
    let (high, low) = (units >> 32, units & 0xffff_ffff);
    let numbers = [0, high, low, kept.len() as u64, length as u64];
    let head = numbers.map(|number| long(form, usize::try_from(number).expect("64 bits"))).concat();
    block(form, 6, &[head, kept.to_vec()].concat())
}
