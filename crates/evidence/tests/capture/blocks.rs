//! What only pcapng has: several sections and interfaces, units of time, blocks that are no packets; and readers that
//! fail.

use crate::build::file::{Form, Link, block, long, short, write};
use crate::build::tls::Plan;
use crate::build::{BEGIN, Talk, read};
use std::io::{self, Read};
use waytrace_evidence::capture::{Capture, NotACapture};

const LITTLE: Form = Form { ng: true, big: false, nano: false };
const BIG: Form = Form { ng: true, big: true, nano: false };

/// An option, by its number.
type Choice<'v> = (u16, &'v [u8]);

fn section(form: Form) -> Vec<u8> {
    let body = [long(form, 0x1a2b_3c4d), short(form, 1), short(form, 0), vec![0xff; 8]].concat();
    block(form, 0x0a0d_0d0a, &body)
}

fn interface(form: Form, link: u16, options: &[Choice<'_>]) -> Vec<u8> {
    let mut body = [short(form, link), short(form, 0), long(form, 0)].concat();
    for (code, value) in options {
        let length = u16::try_from(value.len()).expect("short");
        body.extend([short(form, *code), short(form, length), value.to_vec()].concat());
        body.resize(body.len().next_multiple_of(4), 0);
    }
    if !options.is_empty() {
        body.extend([0; 4]);
    }
    block(form, 1, &body)
}

fn enhanced(form: Form, interface: usize, units: u64, packet: &[u8]) -> Vec<u8> {
    let half = |shift: u32| usize::try_from(units >> shift & 0xffff_ffff).expect("32 bits");
    let numbers = [interface, half(32), half(0), packet.len(), packet.len()];
    block(form, 6, &[numbers.map(|number| long(form, number)).concat(), packet.to_vec()].concat())
}

fn packet() -> Vec<u8> {
    Talk::usual().packets[0].ip()
}

#[test]
fn units_of_time_and_offsets() {
    let seconds = u64::try_from(BEGIN / 1_000_000).expect("after 1970");
    let hour = 3600_i64;
    for form in [LITTLE, BIG] {
        let offset = if form.big { hour.to_be_bytes() } else { hour.to_le_bytes() };
        let cases: [(&[Choice<'_>], u64, i64); 5] = [
            (&[], seconds * 1_000_000 + 5, BEGIN + 5),
            (&[(9, &[3])], seconds * 1000 + 7, BEGIN + 7000),
            (&[(9, &[0x8a])], seconds * 1024 + 512, BEGIN + 500_000),
            (&[(2, b"eth0"), (9, &[0]), (14, &offset)], seconds, BEGIN + hour * 1_000_000),
            (&[(9, &[0xff])], seconds, 0),
        ];
        for (options, units, want) in cases {
            let file =
                [section(form), interface(form, 101, options), enhanced(form, 0, units, &packet())].concat();
            let captured = read(&[file]);
            let got = captured.connections[0].first.timestamp_micros();
            assert_eq!(got, want, "{form:?} {options:?}");
        }
    }
}

#[test]
fn sections_and_interfaces() {
    let talk = Plan::default().talk();
    let mut file = Vec::new();
    for (place, packet) in talk.packets.iter().enumerate() {
        // Every packet in a section of its own, the byte orders by turns; before it, interfaces it is not from.
        let form = if place % 2 == 0 { LITTLE } else { BIG };
        file.extend([section(form), interface(form, 9999, &[]), block(form, 0x0bad, &[1; 8])].concat());
        file.extend(interface(form, 1, &[]));
        let frame = Link::Ethernet.frame(&packet.ip());
        file.extend(enhanced(form, 1, u64::try_from(packet.micros).expect("after 1970"), &frame));
    }
    let captured = read(&[file]);
    let [connection] = captured.connections.as_slice() else { panic!("one connection") };
    assert_eq!(connection.tls.as_ref().expect("a handshake").chain, Plan::default().chain);
    assert_eq!(captured.summary.packets, talk.packets.len() as u64);
}

#[test]
fn simple_blocks_and_blocks_that_lie() {
    let form = LITTLE;
    let ip = packet();
    let simple = block(form, 3, &[long(form, ip.len()), ip.clone()].concat());
    // More captured than the block has; an interface that was not described.
    let mut lies = enhanced(form, 0, 0, &ip);
    lies[20] = 0xff;
    let file = [section(form), interface(form, 101, &[]), lies, enhanced(form, 7, 0, &ip), simple].concat();
    let captured = read(&[file]);
    assert_eq!((captured.summary.packets, captured.summary.not_understood), (3, 2));
    assert_eq!(captured.connections.len(), 1);
    assert_eq!(captured.connections[0].seen[0].first, 3, "packets that cannot be read count too");
}

struct Fails<'b>(&'b [u8]);

impl Read for Fails<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("no more"));
        }
        // One byte at a time: how a reader portions a file must not matter.
        let room = &mut room[..1];
        self.0.read(room)
    }
}

#[test]
fn a_reader_that_fails_at_the_end() {
    let talk = Plan::default().talk();
    for form in [Form { ng: false, ..LITTLE }, LITTLE] {
        let frames: Vec<_> =
            talk.packets.iter().map(|packet| (packet.micros, Link::Raw.frame(&packet.ip()))).collect();
        let file = write(form, Link::Raw, &frames, usize::MAX);
        let mut capture = Capture::default();
        assert!(matches!(capture.read(&mut Fails(&file)), Err(NotACapture::Reading(_))));
        let captured = capture.finish();
        assert_eq!((captured.summary.files, captured.summary.files_damaged), (1, 1));
        assert_eq!(captured.connections[0].tls.as_ref().expect("a handshake").chain, Plan::default().chain);
    }
}
