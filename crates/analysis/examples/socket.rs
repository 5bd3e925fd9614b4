//! Bytes as they come from a socket; each problem is called back the moment it is proven. The example sends itself a log
//! over loopback: `cargo run -p waytrace --example socket`
#![allow(clippy::print_stdout, reason = "an example shows what it has")]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use waytrace::Session;

const LOG: &[u8] = b"2024-03-05T10:15:30.120+01:00 expc traffic_server[7]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in certificate. Action=Terminate server=192.0.2.7(192.0.2.7)\n";
/// A sender that is silent for this long pauses: what it sent last counts as a whole record.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads a sender to its end. `tell` gets a line for each problem.
pub(crate) fn follow(mut from: TcpStream, mut tell: impl FnMut(String) + Send + 'static) -> io::Result<()> {
    let mut session = Session::new();
    session.on_problem(move |problem| tell(format!("{}: {}", problem.id, problem.text.title)));
    session.begin("socket");
    from.set_read_timeout(Some(PAUSE))?;
    let mut buffer = [0; 16 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => session.push(&buffer[..count]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                session.pause(200);
            }
            Err(error) => return Err(error),
        }
    }
    session.finish();
    Ok(())
}

/// Sends a log to a listener on loopback and gives what was told, while the sender still has the connection open.
pub(crate) fn told() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    let (receiver, _) = listener.accept()?;
    let (tell, told) = mpsc::channel();
    let following = thread::spawn(move || follow(receiver, move |line| tell.send(line).unwrap_or_default()));
    sender.write_all(LOG)?;
    let line = told.recv_timeout(Duration::from_secs(20)).map_err(io::Error::other)?;
    drop(sender);
    following.join().map_err(|_| io::Error::other("the thread fell over"))??;
    Ok(line)
}

fn main() -> io::Result<()> {
    println!("{}", told()?);
    Ok(())
}
