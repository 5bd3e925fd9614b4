//! Reads capture files given as arguments as one capture, and tells how long it took and what was found. Without
//! arguments it measures the speed on made-up ones; `handshakes` measures it on 1 GiB of small handshakes alone, so that
//! its memory can be looked at:
//!
//! ```sh
//! cargo run --release -p waytrace-evidence --example capture
//! ```
#![expect(clippy::print_stdout, reason = "an example")]

mod handshakes;

use handshakes::Handshakes;
use std::fs::File;
use std::time::Instant;
use waytrace_evidence::capture::{Capture, Captured};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    if paths.is_empty() {
        for (what, opened, step) in
            [("whole connections", true, 1), ("begun in the middle", false, 1), ("every 50th lost", true, 50)]
        {
            let file = made_up(opened, step);
            let begun = Instant::now();
            let mut capture = Capture::default();
            capture.read(&mut file.as_slice())?;
            tell(what, &capture.finish(), file.len(), begun);
        }
        return small();
    }
    if paths[0] == "handshakes" {
        return small();
    }
    let begun = Instant::now();
    let mut capture = Capture::default();
    for path in &paths {
        capture.read(&mut File::open(path)?)?;
    }
    let captured = capture.finish();
    captured.connections.iter().for_each(|connection| println!("{connection:#?}"));
    println!("{:#?}", captured.summary);
    let bytes = usize::try_from(captured.summary.bytes)?;
    tell("the files", &captured, bytes, begun);
    Ok(())
}

/// 1 GiB of small handshakes, made while they are read.
fn small() -> Result<(), Box<dyn std::error::Error>> {
    for (what, refused) in [("small handshakes, refused", true), ("small handshakes, gone through", false)] {
        let size = 1 << 30;
        let begun = Instant::now();
        std::io::copy(&mut Handshakes::new(size, refused), &mut std::io::sink())?;
        let made = begun.elapsed();
        let begun = Instant::now();
        let mut capture = Capture::default();
        capture.read(&mut Handshakes::new(size, refused))?;
        let captured = capture.finish();
        let chains =
            captured.connections.iter().filter(|c| c.tls.as_ref().is_some_and(|tls| tls.chain.len() == 2));
        println!(
            "{} with a chain, {} not kept; making it alone took {made:.2?}",
            chains.count(),
            captured.summary.dropped
        );
        tell(what, &captured, usize::try_from(size)?, begun);
    }
    Ok(())
}

fn tell(what: &str, captured: &Captured, bytes: usize, begun: Instant) {
    let micros = begun.elapsed().as_micros().max(1);
    let speed = u128::try_from(bytes).unwrap_or(0) / micros;
    println!(
        "{what}: {} packets, {} connections, {speed} MB/s",
        captured.summary.packets,
        captured.connections.len()
    );
}

/// Connections of a capture that was made up.
const CONNECTIONS: u32 = 500;

/// Packets of each connection.
const PACKETS: u32 = 700;

/// Bytes of payload of each packet.
const PAYLOAD: u32 = 1400;

/// Connections that send data of TLS, side by side; every so many packets one is lost, unless it is the first.
fn made_up(opened: bool, lost: u32) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1].map(u32::to_le_bytes).concat();
    let noise: Vec<u8> =
        (0..PAYLOAD).map(|place| place.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    for round in 0..PACKETS {
        for connection in 0..CONNECTIONS {
            if opened && round == 0 {
                packet(&mut file, connection, 0, 0x02, &[]);
                packet(&mut file, connection, 1, 0x18, &HELLO);
            }
            if lost > 1 && (round * CONNECTIONS + connection) % lost == 3 {
                continue;
            }
            packet(&mut file, connection, HELLO_END + round * PAYLOAD, 0x18, &noise);
        }
    }
    file
}

/// The beginning of what a connection sends: one empty record of a handshake, and the head of one of data.
const HELLO: [u8; 14] = [22, 3, 3, 0, 4, 14, 0, 0, 0, 23, 3, 3, 0x40, 0];

/// The number behind it.
const HELLO_END: u32 = 15;

fn packet(file: &mut Vec<u8>, connection: u32, sequence: u32, flags: u8, payload: &[u8]) {
    let length = u16::try_from(40 + payload.len()).unwrap_or(0);
    let captured = u32::from(length) + 14;
    let port = u16::try_from(10_000 + connection).unwrap_or(0);
    file.extend([1_749_715_200, sequence % 1_000_000, captured, captured].map(u32::to_le_bytes).concat());
    file.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0]);
    file.extend(length.to_be_bytes());
    file.extend([0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 11, 192, 0, 2, 42]);
    file.extend(port.to_be_bytes());
    file.extend(8443_u16.to_be_bytes());
    file.extend(sequence.to_be_bytes());
    file.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    file.extend(payload);
}
