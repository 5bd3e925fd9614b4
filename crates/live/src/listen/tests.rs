//! Senders of all sorts, also hostile ones, on the loopback interface.

use super::Tls;
use crate::address::Address;
use crate::counters::Dropped;
use crate::hub::{Hub, What};
use crate::limits::Limits;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::io::Write;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

fn listen(url: &str, tls: Option<&Tls>, limits: Limits) -> (Hub, SocketAddr) {
    let hub = Hub::new();
    let address: Address = url.parse().expect("an address");
    let bound = hub.listen(&[address], tls, limits).expect("it listens");
    (hub, bound[0])
}

/// Everything heard until `count` messages or lines came.
fn hear(hub: &Hub, count: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let end = Instant::now() + Duration::from_secs(10);
    while out.len() < count && Instant::now() < end {
        match hub.next(Duration::from_millis(50)).map(|heard| heard.what) {
            Some(What::Messages { bytes, ends }) => {
                let mut from = 0;
                for end in ends {
                    out.push(String::from_utf8_lossy(&bytes[from..end]).into_owned());
                    from = end;
                }
            }
            Some(What::Bytes(bytes)) => {
                out.extend(String::from_utf8_lossy(&bytes).lines().map(str::to_owned));
            }
            _ => {}
        }
    }
    out
}

#[test]
fn packets() {
    let (hub, address) = listen("udp://127.0.0.1:0", None, Limits { message: 16, ..Limits::default() });
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    for message in ["<13>a\nb", "<13>more than sixteen bytes"] {
        socket.send_to(message.as_bytes(), address).expect("sent");
    }
    assert_eq!(hear(&hub, 2), ["<13>a\nb", "<13>more than si"]);
    assert_eq!(hub.counters().dropped(Dropped::TooLong), 1);
}

#[test]
fn a_flood_is_counted_and_another_sender_is_heard() {
    let limits = Limits { rate: 5, ..Limits::default() };
    let (hub, address) = listen("tcp://127.0.0.1:0", None, limits);
    let mut loud = TcpStream::connect(address).expect("it listens");
    loud.write_all("<13>x\n".repeat(1000).as_bytes()).expect("sent");
    assert_eq!(hear(&hub, 10).len(), 10);
    let end = Instant::now() + Duration::from_secs(10);
    while hub.counters().dropped(Dropped::Rate) < 980 && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    assert!((980..=990).contains(&hub.counters().dropped(Dropped::Rate)));
}

#[test]
fn who_vanishes_trickles_or_announces_too_much_stops_nobody() {
    let (hub, address) = listen("tcp://127.0.0.1:0", None, Limits::default());
    let connect = || TcpStream::connect(address).expect("it listens");
    let mut half = connect();
    half.write_all(b"<13>half a mess").expect("sent");
    drop(half);
    let mut announced = connect();
    announced.write_all(b"999999999 <13>never").expect("sent");
    let mut slow = connect();
    slow.write_all(b"<").expect("sent");
    let mut garbage = connect();
    garbage.write_all(&[0xff, 0x00, b'\n', 0x80, b'\n', b'9', b' ', b'<']).expect("sent");
    let mut good = connect();
    good.write_all(b"7 <13>ab\n<13>line\n").expect("sent");
    let heard = hear(&hub, 5);
    for wanted in ["<13>half a mess", "<13>ab\n", "<13>line"] {
        assert!(heard.iter().any(|heard| heard == wanted), "{wanted}: {heard:?}");
    }
}

#[test]
fn connections_over_the_ceiling_are_refused_and_idle_ones_make_room() {
    let limits = Limits { connections: 8, ..Limits::default() };
    let (hub, address) = listen("tcp://127.0.0.1:0", None, limits);
    // Of one sender a quarter: two. All of these never say a word.
    let mute: Vec<_> = (0..40).map(|_| TcpStream::connect(address).expect("the system takes it")).collect();
    let end = Instant::now() + Duration::from_secs(10);
    while hub.counters().dropped(Dropped::Refused) < 38 && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(hub.counters().dropped(Dropped::Refused), 38);
    assert_eq!(hub.counters().open(), 2);
    thread::sleep(crate::limits::MUTE);
    let mut good = TcpStream::connect(address).expect("the system takes it");
    good.write_all(b"<13>heard\n").expect("sent");
    assert_eq!(hear(&hub, 1), ["<13>heard"]);
    drop(mute);
}

struct Papers {
    ca: String,
    ca_der: CertificateDer<'static>,
    certificate: String,
    key: KeyPair,
    der: CertificateDer<'static>,
}

/// A CA, and a certificate of it for `localhost`.
fn papers() -> Papers {
    let mut about = CertificateParams::new(Vec::new()).expect("names");
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(about, KeyPair::generate().expect("a key")).expect("a CA");
    let key = KeyPair::generate().expect("a key");
    let about = CertificateParams::new(vec!["localhost".to_owned()]).expect("names");
    let own = about.signed_by(&key, &ca).expect("a certificate");
    Papers { ca: ca.pem(), ca_der: ca.der().clone(), certificate: own.pem(), der: own.der().clone(), key }
}

fn client(papers: &Papers, address: SocketAddr, shows: bool) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(papers.ca_der.clone()).expect("a CA");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let config = if shows {
        let key = PrivateKeyDer::try_from(papers.key.serialize_der()).expect("a key");
        config.with_client_auth_cert(vec![papers.der.clone()], key).expect("a certificate")
    } else {
        config.with_no_client_auth()
    };
    let name = ServerName::try_from("localhost").expect("a name");
    let session = ClientConnection::new(Arc::new(config), name).expect("a session");
    StreamOwned::new(session, TcpStream::connect(address).expect("it listens"))
}

#[test]
fn tls_also_with_client_certificates() {
    let papers = papers();
    let (certificate, key) = (papers.certificate.as_bytes(), papers.key.serialize_pem());
    let tls = Tls::new(certificate, key.as_bytes(), None).expect("papers");
    let (hub, address) = listen("tls://127.0.0.1:0", Some(&tls), Limits::default());
    // Somebody who speaks no TLS, and somebody who stops in the middle.
    let mut stranger = TcpStream::connect(address).expect("it listens");
    stranger.write_all(b"<13>in the clear\n").expect("sent");
    let _mute = TcpStream::connect(address).expect("it listens");
    let mut good = client(&papers, address, false);
    good.write_all(b"8 <13>good<13>line\n").expect("sent");
    assert_eq!(hear(&hub, 2), ["<13>good", "<13>line"]);
    drop(good);
    let end = Instant::now() + Duration::from_secs(10);
    while hub.counters().dropped(Dropped::Handshake) < 1 && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(hub.counters().dropped(Dropped::Handshake), 1);

    let tls = Tls::new(certificate, key.as_bytes(), Some(papers.ca.as_bytes())).expect("papers");
    let (hub, address) = listen("tls://127.0.0.1:0", Some(&tls), Limits::default());
    let mut without = client(&papers, address, false);
    // TLS 1.3 tells a client only later that it was refused.
    let _ = without.write_all(b"<13>without\n");
    let mut with = client(&papers, address, true);
    with.write_all(b"<13>with\n").expect("sent");
    assert_eq!(hear(&hub, 1), ["<13>with"]);
}

#[test]
fn papers_that_cannot_be_used() {
    let (papers, other) = (papers(), papers());
    let key = papers.key.serialize_pem();
    let wrong = |certificate: &str, key: &str, ca: Option<&str>| {
        let tls = Tls::new(certificate.as_bytes(), key.as_bytes(), ca.map(str::as_bytes));
        tls.expect_err("no TLS").to_string()
    };
    assert!(wrong("", &key, None).starts_with("--tls-cert:"));
    assert!(wrong(&papers.certificate, "x", None).starts_with("--tls-key:"));
    assert!(wrong(&papers.certificate, &key, Some("x")).starts_with("--tls-ca:"));
    let mismatch = wrong(&papers.certificate, &other.key.serialize_pem(), None);
    assert!(mismatch.contains("cannot be used together"), "{mismatch}");
    let hub = Hub::new();
    let address: Address = "tls://127.0.0.1:0".parse().expect("an address");
    let error = hub.listen(&[address], None, Limits::default()).expect_err("no papers").to_string();
    assert!(error.contains("--tls-cert FILE"), "{error}");
}
