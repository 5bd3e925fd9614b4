//! Origin servers on loopback, each with one way to behave.

use crate::certificates::Presented;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long a connection may take; more means that the proof hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";

/// The way an origin server behaves.
pub(crate) enum Origin {
    /// Nobody listens.
    Closed,
    /// TLS, and an answer to every request.
    Tls(Presented),
    /// TLS that demands a client certificate of this authority, with the newer or the older version of TLS.
    AsksForCertificate { presented: Presented, trusts: CertificateDer<'static>, newer: bool },
    /// No TLS at all.
    PlainHttp,
    /// Ends the connection when it is asked to begin TLS.
    HangsUp,
    /// TLS, and then the end in place of an answer.
    HangsUpOnRequest(Presented),
    /// TLS, and then an answer that is no HTTP.
    Babbles(Presented),
    /// Takes the connection, and then nothing.
    Silent,
    /// TLS, and then nothing.
    SilentOnRequest(Presented),
    /// Nothing at all, as behind a firewall that drops packets: its queue of connections is full.
    Deaf,
}

/// In place of an answer: wait until the other side gives up.
const SILENCE: &[u8] = b"(nothing)";

enum Manner {
    Tls(Arc<ServerConfig>, &'static [u8]),
    Plain,
    Gone,
    Silent,
}

impl Origin {
    /// Listens and answers until the test ends.
    pub(crate) fn start(self, address: Ipv4Addr, port: u16) {
        let manner = match self {
            Self::Closed => return,
            Self::Deaf => return be_deaf(address, port),
            Self::Tls(presented) => Manner::Tls(plain(presented), ANSWER),
            Self::HangsUpOnRequest(presented) => Manner::Tls(plain(presented), b""),
            Self::Babbles(presented) => Manner::Tls(plain(presented), b"this is no answer\r\n\r\n"),
            Self::AsksForCertificate { presented, trusts, newer } => {
                Manner::Tls(demanding(presented, trusts, newer), ANSWER)
            }
            Self::PlainHttp => Manner::Plain,
            Self::HangsUp => Manner::Gone,
            Self::Silent => Manner::Silent,
            Self::SilentOnRequest(presented) => Manner::Tls(plain(presented), SILENCE),
        };
        let listener = TcpListener::bind((address, port)).expect("an address of the loopback network");
        let manner = Arc::new(manner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manner = Arc::clone(&manner);
                let served = thread::Builder::new().stack_size(256 * 1024);
                // A connection that nobody can serve is closed; the test sees the failed request.
                let _ = served.spawn(move || serve(stream, &manner));
            }
        });
    }
}

/// Listens and accepts nothing. The system drops packets of new connections once its queue is full.
fn be_deaf(address: Ipv4Addr, port: u16) {
    let listener = TcpListener::bind((address, port)).expect("an address of the loopback network");
    let patience = Duration::from_millis(300);
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&(address, port).into(), patience) {
        waiting.push(stream);
    }
    // Until the test ends.
    thread::spawn(move || {
        let _held = (listener, waiting);
        loop {
            thread::park();
        }
    });
}

fn plain(presented: Presented) -> Arc<ServerConfig> {
    let config = ServerConfig::builder().with_no_client_auth();
    Arc::new(config.with_single_cert(presented.chain, presented.key).expect("a chain with its key"))
}

fn demanding(presented: Presented, trusts: CertificateDer<'static>, newer: bool) -> Arc<ServerConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(trusts).expect("a certificate of an authority");
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().expect("a verifier");
    let versions = if newer { [&TLS13] } else { [&TLS12] };
    let config = ServerConfig::builder_with_protocol_versions(&versions).with_client_cert_verifier(verifier);
    Arc::new(config.with_single_cert(presented.chain, presented.key).expect("a chain with its key"))
}

fn serve(mut stream: TcpStream, manner: &Manner) {
    let timed = stream.set_read_timeout(Some(PATIENCE)).and(stream.set_write_timeout(Some(PATIENCE)));
    timed.expect("a socket with a timeout");
    match manner {
        Manner::Gone => {
            let _ = stream.read(&mut [0; 4096]);
        }
        Manner::Silent => wait_for_end(&mut stream),
        Manner::Plain => {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        Manner::Tls(config, answer) => {
            let mut connection = ServerConnection::new(Arc::clone(config)).expect("a server");
            answer_requests(&mut Stream::new(&mut connection, &mut stream), answer);
            connection.send_close_notify();
            let _ = connection.write_tls(&mut stream);
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
}

/// Answers one request after another. The other side may end at any moment: that is what most cases are about.
fn answer_requests(stream: &mut impl ReadWrite, answer: &[u8]) {
    let mut asked = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        asked.extend_from_slice(&buffer[..read]);
        while let Some(end) = asked.windows(4).position(|end| end == b"\r\n\r\n") {
            asked.drain(..end + 4);
            if answer == SILENCE {
                return wait_for_end(stream);
            }
            if stream.write_all(answer).is_err() || answer != ANSWER {
                return;
            }
        }
    }
}

/// Reads, and says nothing, until the other side ends.
fn wait_for_end(stream: &mut impl Read) {
    while let Ok(1..) = stream.read(&mut [0; 4096]) {}
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}
