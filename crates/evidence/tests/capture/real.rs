//! Real handshakes: `openssl` on both ends, and a relay between them that writes down what passes.

use crate::build::{CLIENT, SERVER, Talk, file, read};
use crate::tshark::{compare, is_there};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, thread};
use tempfile::TempDir;
use waytrace_evidence::capture::{Side, Version};

type Passed = Arc<Mutex<Vec<(usize, Vec<u8>)>>>;

/// Copies one direction until it ends.
fn relay(side: usize, mut from: TcpStream, mut to: TcpStream, passed: &Passed) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        passed.lock().expect("no panic").push((side, buffer[..count].to_vec()));
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// A folder of our own, with a key and a self-signed certificate for each of two names.
fn folder() -> TempDir {
    let temporary = TempDir::new().expect("a folder");
    let folder = temporary.path();
    for name in ["server", "client"] {
        openssl(
            folder,
            &[
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                &format!("/CN={name}.example"),
                "-keyout",
                &format!("{name}.key"),
                "-out",
                &format!("{name}.pem"),
            ],
        );
        openssl(
            folder,
            &["x509", "-in", &format!("{name}.pem"), "-outform", "DER", "-out", &format!("{name}.der")],
        );
    }
    temporary
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn start(folder: &Path, arguments: &[String]) -> Child {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("openssl runs")
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Makes a handshake, and gives what passed as a conversation.
fn handshake(folder: &Path, server: &str, client: &str) -> Talk {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("bound").port();
    drop(free);
    let server =
        format!("s_server -accept 127.0.0.1:{port} -cert server.pem -key server.key -quiet {server}");
    let mut server = start(folder, &words(&server));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let ours = listener.local_addr().expect("bound");
    let client = format!("s_client -connect {ours} -servername server.example {client}");
    let mut client = start(folder, &words(&client));
    let (down, _) = listener.accept().expect("the client comes");
    let mut up = TcpStream::connect(("127.0.0.1", port));
    for _ in 0..100 {
        if up.is_ok() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
        up = TcpStream::connect(("127.0.0.1", port));
    }
    let up = up.expect("the server is there");
    let passed = Passed::default();
    let (down_too, up_too) = (down.try_clone().expect("a socket"), up.try_clone().expect("a socket"));
    let also = Arc::clone(&passed);
    let back = thread::spawn(move || relay(SERVER, up_too, down_too, &also));
    // The client has nothing to say after the handshake and goes.
    relay(CLIENT, down, up, &passed);
    client.wait().expect("the client ends");
    back.join().expect("no panic");
    server.kill().expect("it is ours");
    server.wait().expect("it was ours");
    let mut talk = Talk::usual();
    talk.most = 1448;
    for (side, bytes) in passed.lock().expect("no panic").iter() {
        talk.say(*side, bytes);
    }
    talk.close();
    talk
}

#[test]
fn what_openssl_says_is_read() {
    if !is_there("openssl", "version") {
        return;
    }
    let folder = folder();
    let folder = folder.path();
    let der = |name: &str| fs::read(folder.join(format!("{name}.der"))).expect("a certificate");
    let cases = [
        (
            "refused",
            "",
            "-tls1_2 -CAfile client.pem -verify_return_error",
            Version::TLS12,
            Some((Side::Client, 48)),
        ),
        ("tolerated", "", "-tls1_2", Version::TLS12, None),
        (
            "both sides",
            "-Verify 1 -verify_return_error -CAfile client.pem",
            "-tls1_2 -cert client.pem -key client.key",
            Version::TLS12,
            None,
        ),
        (
            "client refused",
            "-Verify 1 -verify_return_error -CAfile server.pem",
            "-tls1_2 -cert client.pem -key client.key",
            Version::TLS12,
            Some((Side::Server, 48)),
        ),
        ("newest", "", "-tls1_3", Version::TLS13, None),
    ];
    for (what, server, client, version, alert) in cases {
        let mut talk = handshake(folder, server, client);
        for reordered in [false, true] {
            if reordered {
                talk.packets.chunks_mut(3).for_each(<[_]>::reverse);
            }
            let captured = read(&[talk.file()]);
            let tls = captured.connections[0].tls.as_ref().unwrap_or_else(|| panic!("{what}"));
            assert_eq!(tls.version(), Some(version), "{what}");
            let hello = tls.client_hello.as_ref().expect("a hello");
            assert_eq!(hello.server_name.as_deref(), Some("server.example"), "{what}");
            assert_eq!(tls.encrypted_certificate, version == Version::TLS13, "{what}");
            let chain = if version == Version::TLS13 { vec![] } else { vec![der("server")] };
            assert_eq!(tls.chain, chain, "{what}");
            let asked = server.contains("-Verify");
            assert_eq!(tls.certificate_request.is_some(), asked, "{what}");
            assert_eq!(tls.client_chain, asked.then(|| vec![der("client")]), "{what}");
            let clear = tls.alerts.iter().find_map(|alert| Some((alert.by, alert.said?.number)));
            assert_eq!(clear, alert, "{what}");
            assert_eq!(tls.established, alert.is_none(), "{what}");
        }
        if is_there("tshark", "--version") {
            talk.packets.sort_by_key(|packet| packet.micros);
            assert_eq!(compare(&file::pcap(&talk.packets), what), 1);
        }
    }
}
