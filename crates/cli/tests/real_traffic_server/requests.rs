//! Requests to the proxy.

use crate::server::{PROXY, Target};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the proxy for a path of a target and gives the status. `number` makes the TrackingID.
pub(crate) fn ask(proxy: SocketAddr, target: &Target, path: &str, number: u32) -> u16 {
    let mut stream = TcpStream::connect(proxy).expect("the proxy listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let segment = target.segment();
    let request = format!(
        "GET /{segment}/{path} HTTP/1.1\r\nHost: {PROXY}:8443\r\n\
         TrackingID: 00000000-0000-4000-8000-{number:012x}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("the proxy reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the proxy answers");
    let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    status.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| {
        panic!("no answer to a request for {target:?}: {}", String::from_utf8_lossy(&answer))
    })
}
