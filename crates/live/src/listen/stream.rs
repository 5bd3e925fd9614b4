//! Bytes of a connection, with or without TLS around them.

use super::Tls;
use crate::limits::{HANDSHAKE, LOOK};
use rustls::ServerConnection;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

/// A connection that is read.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(TcpStream, Box<ServerConnection>),
}

/// Why a handshake was not completed.
pub(super) enum NoHandshake {
    /// The sender took too long, or went away.
    Stalled,
    /// It cannot be.
    Failed(String),
}

/// What one look at a connection gives.
pub(super) enum Got {
    Bytes(usize),
    /// Nothing now.
    Nothing,
    End,
}

impl Stream {
    pub(super) fn open(socket: TcpStream, tls: Option<&Tls>) -> Result<Self, NoHandshake> {
        let failed = |error: io::Error| NoHandshake::Failed(error.to_string());
        socket.set_read_timeout(Some(LOOK)).map_err(failed)?;
        socket.set_write_timeout(Some(HANDSHAKE)).map_err(failed)?;
        let Some(tls) = tls else { return Ok(Self::Plain(socket)) };
        let session = ServerConnection::new(Arc::clone(&tls.config));
        let session = session.map_err(|error| NoHandshake::Failed(error.to_string()))?;
        let (mut socket, mut session) = (socket, Box::new(session));
        let began = Instant::now();
        while session.is_handshaking() {
            if began.elapsed() >= HANDSHAKE {
                return Err(NoHandshake::Stalled);
            }
            exchange(&mut socket, &mut session)?;
        }
        Ok(Self::Tls(socket, session))
    }

    /// Reads what is there; waits a moment for it.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Got {
        let read = match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(socket, session) => read_tls(socket, session, buffer),
        };
        match read {
            Ok(0) => Got::End,
            Ok(count) => Got::Bytes(count),
            Err(error) if waits(&error) => Got::Nothing,
            // The sender vanished without a word.
            Err(_) => Got::End,
        }
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// One step of a handshake.
fn exchange(socket: &mut TcpStream, session: &mut ServerConnection) -> Result<(), NoHandshake> {
    match session.read_tls(socket) {
        Ok(0) => return Err(NoHandshake::Stalled),
        Ok(_) => {}
        Err(error) if waits(&error) => return Ok(()),
        Err(error) => return Err(NoHandshake::Failed(error.to_string())),
    }
    let processed = session.process_new_packets();
    while session.wants_write() {
        // The alert that says why goes out as well.
        if session.write_tls(socket).is_err() {
            break;
        }
    }
    let _ = socket.flush();
    processed.map(drop).map_err(|error| NoHandshake::Failed(error.to_string()))
}

fn read_tls(socket: &mut TcpStream, session: &mut ServerConnection, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match session.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // A connection that ends without a close_notify has ended all the same.
            read => return read,
        }
        if session.read_tls(socket)? == 0 {
            return Ok(0);
        }
        session.process_new_packets().map_err(io::Error::other)?;
        while session.wants_write() {
            session.write_tls(socket)?;
        }
    }
}
