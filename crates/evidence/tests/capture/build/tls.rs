//! Bytes of TLS handshakes.

use super::{CLIENT, SERVER, Talk};

/// A vector with its length before it, in so many bytes.
pub(crate) fn sized(width: usize, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a length").to_be_bytes();
    [&length[4 - width..], bytes].concat()
}

/// Records of at most so many bytes.
pub(crate) fn records(kind: u8, most: usize, bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(most).flat_map(|part| [vec![kind, 3, 3], sized(2, part)].concat()).collect()
}

/// A handshake message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [vec![kind], sized(3, body)].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [kind.to_be_bytes().to_vec(), sized(2, body)].concat()
}

/// Something that looks like a certificate: one DER sequence with a body of so many bytes, all different from others.
pub(crate) fn certificate(seed: u8, length: u16) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let body = (0..length).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    [vec![0x30, 0x82], length.to_be_bytes().to_vec(), body.collect()].concat()
}

/// A client's hello.
pub(crate) fn client_hello(name: &str, versions: &[u16]) -> Vec<u8> {
    let sni = sized(2, &[vec![0], sized(2, name.as_bytes())].concat());
    let alpn = sized(2, &[sized(1, b"h2"), sized(1, b"http/1.1")].concat());
    let mut extensions = [extension(0, &sni), extension(16, &alpn)].concat();
    if !versions.is_empty() {
        let versions: Vec<u8> = versions.iter().flat_map(|version| version.to_be_bytes()).collect();
        extensions.extend(extension(43, &sized(1, &versions)));
    }
    let ciphers = [0xc0, 0x2f, 0xc0, 0x30, 0x00, 0xff];
    let head = [vec![3, 3], vec![7; 32], vec![0], sized(2, &ciphers), vec![1, 0]].concat();
    message(1, &[head, sized(2, &extensions)].concat())
}

/// A server's hello of a version.
pub(crate) fn server_hello(version: u16) -> Vec<u8> {
    let (cipher, extensions) = if version == 0x0304 {
        ([0x13, 0x01], extension(43, &version.to_be_bytes()))
    } else {
        ([0xc0, 0x2f], extension(16, &sized(2, &sized(1, b"http/1.1"))))
    };
    let told = version.min(0x0303).to_be_bytes().to_vec();
    message(2, &[told, vec![9; 32], vec![0], cipher.to_vec(), vec![0], sized(2, &extensions)].concat())
}

/// A chain.
pub(crate) fn chain(certificates: &[Vec<u8>]) -> Vec<u8> {
    let all: Vec<u8> = certificates.iter().flat_map(|certificate| sized(3, certificate)).collect();
    message(11, &sized(3, &all))
}

/// A request for the client's certificate, with one name.
pub(crate) fn request(name: &[u8]) -> Vec<u8> {
    let algorithms = sized(2, &[4, 1, 5, 1]);
    message(13, &[sized(1, &[1, 64]), algorithms, sized(2, &sized(2, name))].concat())
}

/// What a test's handshake is to be like.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) version: u16,
    /// The longest record.
    pub(crate) record: usize,
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) client_chain: Option<Vec<Vec<u8>>>,
    /// The alert that the client answers the certificate with.
    pub(crate) alert: Option<u8>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            version: 0x0303,
            record: 16_384,
            chain: vec![certificate(1, 900), certificate(2, 1100)],
            client_chain: None,
            alert: None,
        }
    }
}

/// The name that clients ask for.
pub(crate) const NAME: &str = "cucm2.example.com";

/// The name of the authority that servers ask for: in DER: CN=CA.
pub(crate) const AUTHORITY: &[u8] = b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02CA";

impl Plan {
    pub(crate) fn server_flight(&self) -> Vec<u8> {
        let mut flight = [server_hello(self.version), chain(&self.chain)].concat();
        flight.extend(message(12, &[3; 300]));
        if self.client_chain.is_some() {
            flight.extend(request(AUTHORITY));
        }
        flight.extend(message(14, &[]));
        records(22, self.record, &flight)
    }

    /// Plays the handshake, and some data behind it if it goes through.
    pub(crate) fn play(&self, talk: &mut Talk) {
        talk.say(CLIENT, &records(22, self.record, &client_hello(NAME, &[0x0a0a, 0x0303])));
        talk.say(SERVER, &self.server_flight());
        if let Some(number) = self.alert {
            talk.say(CLIENT, &records(21, 2, &[2, number]));
            talk.close();
            return;
        }
        let certificate = self.client_chain.as_ref().map(|certificates| chain(certificates));
        let keys = [certificate.unwrap_or_default(), message(16, &[5; 66])].concat();
        let finished = [records(20, 1, &[1]), records(22, 99, &[0xa5; 40])].concat();
        talk.say(CLIENT, &[records(22, self.record, &keys), finished.clone()].concat());
        talk.say(SERVER, &finished);
        talk.say(CLIENT, &records(23, 16_384, &[0x5a; 400]));
        talk.say(SERVER, &records(23, 16_384, &[0x16; 3000]));
        talk.close();
    }

    /// The packets of the handshake on a usual connection.
    pub(crate) fn talk(&self) -> Talk {
        let mut talk = Talk::usual();
        self.play(&mut talk);
        talk
    }
}
