//! Handshake messages. Their grammar is tls-parser's.

use super::{CertificateRequest, Cipher, ClientHello, ServerHello, Version};
use tls_parser::{
    TlsCertificateContents, TlsCertificateRequestContents, TlsClientHelloContents, TlsExtension, TlsMessage,
    TlsMessageHandshake, TlsServerHelloContents, TlsVersion, parse_tls_client_hello_extension,
    parse_tls_message_handshake, parse_tls_server_hello_extension,
};

/// Length of type and length before a message.
pub(super) const HEAD: usize = 4;

/// A message that tells something.
#[derive(Debug)]
pub(super) enum Message {
    ClientHello(ClientHello),
    ServerHello(ServerHello),
    Certificate(Vec<Vec<u8>>),
    Request(CertificateRequest),
    /// The server has said what a full handshake asks of it.
    Done,
    /// One that tells nothing here, or that cannot be read.
    Other,
}

/// The most names and the most letters of a name that are kept of a hello.
const MAX_NAMES: usize = 64;
const MAX_NAME: usize = 255;

/// The length of a message, without its head.
pub(super) fn length(head: [u8; HEAD]) -> usize {
    usize::from(head[1]) << 16 | usize::from(head[2]) << 8 | usize::from(head[3])
}

/// Reads one whole message.
pub(super) fn read(bytes: &[u8]) -> Message {
    let Ok((_, TlsMessage::Handshake(message))) = parse_tls_message_handshake(bytes) else {
        return Message::Other;
    };
    match message {
        TlsMessageHandshake::ClientHello(hello) => Message::ClientHello(client_hello(&hello)),
        TlsMessageHandshake::ServerHello(hello) => Message::ServerHello(server_hello(&hello)),
        TlsMessageHandshake::ServerHelloV13Draft18(hello) => Message::ServerHello(ServerHello {
            version: Version(hello.version.0),
            cipher: Cipher(hello.cipher.0),
            protocol: None,
        }),
        TlsMessageHandshake::Certificate(told) => {
            chain(&told, bytes).map_or(Message::Other, Message::Certificate)
        }
        TlsMessageHandshake::CertificateRequest(told) => Message::Request(request(&told)),
        TlsMessageHandshake::ServerDone(_) => Message::Done,
        _ => Message::Other,
    }
}

/// Whether a chain is made of what looks like certificates: each of them is one DER sequence, and nothing else.
pub(super) fn looks_like_certificates(chain: &[Vec<u8>]) -> bool {
    !chain.is_empty() && chain.iter().all(|certificate| is_sequence(certificate))
}

fn is_sequence(der: &[u8]) -> bool {
    let (length, head) = match *der {
        [0x30, length @ 0..=0x7f, ..] => (usize::from(length), 2),
        [0x30, 0x81, length, ..] => (usize::from(length), 3),
        [0x30, 0x82, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 4),
        [0x30, 0x83, top, high, low, ..] => {
            (usize::from(top) << 16 | usize::from(u16::from_be_bytes([high, low])), 5)
        }
        _ => return false,
    };
    der.len() == head + length
}

/// The certificates, if they fill the message exactly: a chain with a part left over is none.
fn chain(told: &TlsCertificateContents<'_>, message: &[u8]) -> Option<Vec<Vec<u8>>> {
    let used: usize = told.cert_chain.iter().map(|certificate| 3 + certificate.data.len()).sum();
    let chain = || told.cert_chain.iter().map(|certificate| certificate.data.to_vec()).collect();
    (used + 3 + HEAD == message.len()).then(chain)
}

fn request(told: &TlsCertificateRequestContents<'_>) -> CertificateRequest {
    CertificateRequest { authorities: told.unparsed_ca.iter().map(|name| name.to_vec()).collect() }
}

fn client_hello(told: &TlsClientHelloContents<'_>) -> ClientHello {
    let mut hello = ClientHello {
        version: Version(told.version.0),
        ciphers: told.ciphers.iter().map(|cipher| Cipher(cipher.0)).collect(),
        ..ClientHello::default()
    };
    for extension in extensions(told.ext) {
        match parse_tls_client_hello_extension(extension) {
            Ok((_, TlsExtension::SNI(names))) => {
                let name = names.iter().find(|(kind, _)| kind.0 == 0).map(|(_, name)| text(name));
                hello.server_name = hello.server_name.or(name);
            }
            Ok((_, TlsExtension::SupportedVersions(versions))) => hello.versions = real(&versions),
            Ok((_, TlsExtension::ALPN(names))) => {
                hello.protocols = names.iter().take(MAX_NAMES).map(|name| text(name)).collect();
            }
            _ => {}
        }
    }
    hello
}

fn server_hello(told: &TlsServerHelloContents<'_>) -> ServerHello {
    let mut hello = ServerHello {
        version: Version(told.version.0),
        cipher: Cipher(told.cipher.0),
        ..ServerHello::default()
    };
    for extension in extensions(told.ext) {
        match parse_tls_server_hello_extension(extension) {
            // TLS 1.3 names itself only here.
            Ok((_, TlsExtension::SupportedVersions(versions))) => {
                hello.version = real(&versions).first().copied().unwrap_or(hello.version);
            }
            Ok((_, TlsExtension::ALPN(names))) => hello.protocol = names.first().map(|name| text(name)),
            _ => {}
        }
    }
    hello
}

/// Cuts the extensions apart, so that one that cannot be read does not hide the others.
fn extensions(bytes: Option<&[u8]>) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]);
        let (extension, after) = rest.split_at_checked(HEAD + usize::from(length))?;
        rest = after;
        Some(extension)
    })
}

/// Versions without those whose bytes are both `?a`, which only test whether servers ignore the unknown.
fn real(versions: &[TlsVersion]) -> Vec<Version> {
    let real = versions.iter().filter(|version| version.0 & 0x0f0f != 0x0a0a);
    real.map(|version| Version(version.0)).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_NAME)]).into_owned()
}
