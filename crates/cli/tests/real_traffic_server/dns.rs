//! A name server on loopback: it knows the hosts of the proof, and says of every other name that there is none.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread;

const HEADER: usize = 12;
const TYPE_A: u16 = 1;

/// Answers until the test ends, and gives the address to ask.
pub(crate) fn start(listen: Ipv4Addr, hosts: &[(String, Ipv4Addr)]) -> SocketAddr {
    let known: HashMap<_, _> = hosts.iter().cloned().collect();
    let socket = UdpSocket::bind((listen, 0)).expect("an address of the loopback network");
    let address = socket.local_addr().expect("an address");
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = answer(&buffer[..length], &known) {
                // Who asked may be gone already.
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    address
}

/// The answer to one question (RFC 1035, section 4.1).
fn answer(asked: &[u8], known: &HashMap<String, Ipv4Addr>) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut at = HEADER;
    loop {
        let length = usize::from(*asked.get(at)?);
        if length == 0 {
            break;
        }
        name.push(String::from_utf8_lossy(asked.get(at + 1..at + 1 + length)?).to_lowercase());
        at += 1 + length;
    }
    let question = asked.get(HEADER..at + 5)?;
    let wanted = u16::from_be_bytes([*asked.get(at + 1)?, *asked.get(at + 2)?]);
    let found = known.get(&name.join("."));
    let given = found.filter(|_| wanted == TYPE_A);
    // A response with authority and recursion; "no such name" where the name is not known.
    let code = if found.is_some() { 0 } else { 3 };
    let mut answer = asked.get(..2)?.to_vec();
    answer.extend([0x85, 0x80 | code, 0, 1, 0, u8::from(given.is_some()), 0, 0, 0, 0]);
    answer.extend(question);
    if let Some(address) = given {
        // The name is the one at offset 12; class IN, an hour, four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4]);
        answer.extend(address.octets());
    }
    Some(answer)
}
