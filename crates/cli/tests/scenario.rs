//! The first scenario of the project, from end to end: own certificates, real handshakes of `openssl` recorded, the log
//! as it was. The report shows both certificates and the right verdict, and hands over the one file that makes it good.

mod common;
#[path = "common/pack.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod pack;
#[path = "common/pcap.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod pcap;

use chrono::{DateTime, TimeDelta, Utc};
use common::{report, testdata, waytrace};
use pcap::{Said, pcap};
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

/// The server of the log, as it was asked for.
const SERVER: &str = "cucm.steven.lab";
const SUFFIX: &str = "vcsc_2022-07-11_18_56_00";

fn openssl(folder: &Path, arguments: &str) {
    let arguments = arguments.split_whitespace();
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The two certificates of the server: of 8443 by a CA that is trusted, of 6972 self-signed.
fn certificates(folder: &Path) {
    let new = "req -x509 -nodes -days 30 -newkey";
    openssl(folder, &format!("{new} rsa:2048 -subj /CN=Lab-CA -keyout ca.key -out ca.pem"));
    let names = format!("-addext subjectAltName=DNS:{SERVER}");
    openssl(
        folder,
        &format!(
            "req -nodes -newkey rsa:2048 -subj /CN=cucm-ms.example.com {names} -keyout 8443.key -out 8443.csr"
        ),
    );
    openssl(
        folder,
        "x509 -req -in 8443.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -copy_extensions copy -out 8443.pem",
    );
    let curve = "ec -pkeyopt ec_paramgen_curve:secp384r1";
    openssl(
        folder,
        &format!("{new} {curve} -subj /CN=cucm-EC.example.com {names} -keyout 6972.key -out 6972.pem"),
    );
}

/// A real handshake, as what each side said.
fn handshake(folder: &Path, port: u16) -> Said {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let there = free.local_addr().expect("bound");
    drop(free);
    let start = |arguments: String| {
        let mut command = Command::new("openssl");
        command.args(arguments.split_whitespace()).current_dir(folder);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs")
    };
    let mut server = start(format!("s_server -accept {there} -cert {port}.pem -key {port}.key -quiet"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let here = listener.local_addr().expect("bound");
    let mut client = start(format!(
        "s_client -connect {here} -servername {SERVER} -tls1_2 -CAfile ca.pem -verify_return_error"
    ));
    let (down, _) = listener.accept().expect("the client comes");
    let up = (0..100).find_map(|_| {
        let up = TcpStream::connect(there).ok();
        if up.is_none() {
            thread::sleep(Duration::from_millis(50));
        }
        up
    });
    let up = up.expect("the server is there");
    let said = Arc::new(Mutex::new(Said::new()));
    let (down_too, up_too) = (down.try_clone().expect("a socket"), up.try_clone().expect("a socket"));
    let also = Arc::clone(&said);
    let back = thread::spawn(move || relay(1, up_too, down_too, &also));
    relay(0, down, up, &said);
    client.wait().expect("the client ends");
    back.join().expect("no panic");
    server.kill().expect("it is ours");
    server.wait().expect("it was ours");
    let said = said.lock().expect("no panic");
    said.clone()
}

/// Copies one direction until it ends, in pieces that fit into a packet.
fn relay(side: usize, mut from: TcpStream, mut to: TcpStream, said: &Mutex<Said>) {
    let mut buffer = [0; 1400];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        said.lock().expect("no panic").push((side, buffer[..count].to_vec()));
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[test]
fn one_file_handed_over_makes_the_prediction_ok() {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var_os("WAYTRACE_CI").is_none(), "there is no openssl");
        // Not by a macro, whose lines the test runner keeps to itself.
        let _ = writeln!(io::stderr(), "SKIPPED: openssl is not installed, so no handshake was recorded");
        return;
    }
    let room = tempfile::tempdir().expect("room");
    let (made, bundle) = (room.path().join("made"), room.path().join("bundle"));
    fs::create_dir_all(&made).and_then(|()| fs::create_dir_all(&bundle)).expect("room");
    certificates(&made);
    // The certificates are of today, so the log is too: it happens in two days.
    let day = DateTime::<Utc>::from(SystemTime::now()) + TimeDelta::days(2);
    let log = fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let log = log.replace("2022-07-11", &day.format("%Y-%m-%d").to_string());
    fs::write(bundle.join(format!("loggingsnapshot_{SUFFIX}.txt")), log).expect("room");
    let store = bundle.join(format!("ca_{SUFFIX}.pem"));
    fs::copy(made.join("ca.pem"), &store).expect("room");
    let at = day.date_naive().and_hms_opt(16, 55, 26).expect("a time").and_utc().timestamp();
    let talk = |port| ([10, 48, 36, 46], [10, 48, 36, 215], port, handshake(&made, port));
    let capture = pcap(&[talk(8443), talk(6972)], u32::try_from(at).expect("this century"));
    fs::write(bundle.join(format!("eth0_diagnostic_logging_tcpdump0_{SUFFIX}.pcap")), capture).expect("room");

    let (status, before) = report(&bundle);
    assert_eq!(status, 1);
    let finding = &before["findings"][0];
    let presented = &finding["presented"];
    assert_eq!((finding["id"].as_str(), finding["confidence"].as_str()), (Some("TLS-001"), Some("certain")));
    assert_eq!(
        (presented["server"].as_str(), presented["bearing"].as_str()),
        (Some("10.48.36.215:6972"), Some("confirms"))
    );
    assert_eq!(presented["chain"][0]["subject"], "CN=cucm-EC.example.com");
    assert_eq!(presented["verdict"]["outcome"]["refused"]["code"], 18, "{presented}");
    assert_eq!(presented["alerts_sent"], serde_json::json!([48]));
    let other = &presented["others"][0];
    assert_eq!(
        (other["server"].as_str(), other["verdict"]["outcome"].as_str()),
        (Some("10.48.36.215:8443"), Some("accepted")),
        "{presented}"
    );
    assert_eq!(other["certificate"]["subject"], "CN=cucm-ms.example.com");
    let text = waytrace().arg("analyze").arg(&bundle).output().expect("it runs").stdout;
    let text = String::from_utf8(text).expect("text");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("port 8443 showed cucm-ms.example.com: signed by Lab-CA"), "{text}");

    let out = room.path().join("upload");
    let status = waytrace()
        .arg("analyze")
        .arg(&bundle)
        .arg("--export-certs")
        .arg(&out)
        .output()
        .expect("it runs")
        .status;
    assert_eq!(status.code(), Some(1));
    let files = fs::read_dir(&out).expect("it").flatten().map(|entry| entry.path());
    let pem: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "pem")).collect();
    assert_eq!(pem.len(), 1, "one file, and a README: {pem:?}");
    let trusted = [fs::read(&store).expect("it"), fs::read(&pem[0]).expect("it")].concat();
    fs::write(&store, trusted).expect("room");

    let (_, after) = report(&bundle);
    let presented = &after["findings"][0]["presented"];
    assert_eq!(presented["verdict"]["outcome"], "accepted", "{presented}");
    assert_eq!(presented["agrees"], false, "the log is of before");
    let out = room.path().join("nothing");
    let _ = waytrace().arg("analyze").arg(&bundle).arg("--export-certs").arg(&out).output().expect("it runs");
    assert!(!out.exists(), "nothing is left to upload");
}
