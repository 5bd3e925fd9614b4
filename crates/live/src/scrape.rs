//! Whoever asks for metrics over HTTP. One small answer to `GET /metrics`; nothing else is served, nothing is read but
//! the head of the request.

use crate::metrics::Exposition;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Ceiling on the head of a request.
const HEAD: usize = 8 * 1024;
/// A request and its answer take no longer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Ceiling on those who ask at once.
const AT_ONCE: usize = 8;
/// How often is looked for a new one.
const PERIOD: Duration = Duration::from_millis(20);

/// The text that is served; whoever has counts puts it here now and then.
#[derive(Debug, Default)]
pub struct Scrape {
    text: Arc<Mutex<Arc<str>>>,
    stop: Arc<AtomicBool>,
}

impl Scrape {
    /// Serves on this address, on a thread of its own; gives where it really is.
    ///
    /// # Errors
    /// If the address cannot be had.
    pub fn serve(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address)?;
        let bound = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let (text, stop) = (Arc::clone(&self.text), Arc::clone(&self.stop));
        let asking = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let Ok((socket, _)) = listener.accept() else {
                    thread::sleep(PERIOD);
                    continue;
                };
                if asking.load(Ordering::Relaxed) >= AT_ONCE {
                    continue;
                }
                asking.fetch_add(1, Ordering::Relaxed);
                let text = Arc::clone(&*text.lock().unwrap_or_else(PoisonError::into_inner));
                let asking = Arc::clone(&asking);
                thread::spawn(move || {
                    // Who went away needs no answer.
                    let _ = answer(socket, &text);
                    asking.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        Ok(bound)
    }

    /// Serves this text from now on.
    pub fn put(&self, text: String) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text.into();
    }
}

impl Drop for Scrape {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn answer(mut socket: TcpStream, text: &str) -> io::Result<()> {
    socket.set_nonblocking(false)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let (status, body) = match request(&mut socket)?.as_deref() {
        Some("GET /metrics" | "HEAD /metrics") => ("200 OK", text),
        Some("GET /" | "HEAD /") => ("200 OK", "waytrace: the metrics are at /metrics\n"),
        Some(line) if line.starts_with("GET ") || line.starts_with("HEAD ") => {
            ("404 Not Found", "only /metrics\n")
        }
        Some(_) => ("405 Method Not Allowed", "only GET\n"),
        None => ("400 Bad Request", "no request\n"),
    };
    let kind = if status.starts_with("200") { Exposition::CONTENT_TYPE } else { "text/plain" };
    write!(
        socket,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nAllow: GET, HEAD\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n",
        body.len()
    )?;
    socket.write_all(body.as_bytes())
}

/// Method and path of the request, once its head is complete.
fn request(socket: &mut TcpStream) -> io::Result<Option<String>> {
    let began = Instant::now();
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= HEAD || began.elapsed() >= PATIENCE {
            return Ok(None);
        }
        match socket.read(&mut buffer)? {
            0 => return Ok(None),
            count => head.extend_from_slice(&buffer[..count]),
        }
    }
    let line =
        String::from_utf8_lossy(head.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned();
    let mut words = line.split(' ');
    let (method, path, version) = (words.next(), words.next(), words.next());
    let is_http = version.is_some_and(|version| version.starts_with("HTTP/1."));
    let (Some(method), Some(path), true) = (method, path, is_http) else { return Ok(None) };
    let path = path.split('?').next().unwrap_or_default();
    Ok(Some(format!("{method} {path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(address: SocketAddr, request: &str) -> String {
        let mut socket = TcpStream::connect(address).expect("it listens");
        socket.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[test]
    fn one_small_answer() {
        let scrape = Scrape::default();
        let address = scrape.serve(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        scrape.put("a 1\n".to_owned());
        let answer = ask(address, "GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\na 1\n"), "{answer}");
        for (request, status) in [
            ("GET /etc/passwd HTTP/1.1\r\n\r\n", "404"),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405"),
            ("garbage\r\n\r\n", "400"),
        ] {
            let answer = ask(address, request);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answer}");
        }
    }

    #[test]
    fn who_says_nothing_does_not_keep_others_waiting() {
        let scrape = Scrape::default();
        let address = scrape.serve(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let mute: Vec<_> = (0..4).map(|_| TcpStream::connect(address).expect("it listens")).collect();
        assert!(ask(address, "GET /metrics HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200"));
        drop(mute);
    }
}
