//! What holds for any bytes whatever that strangers hand in. Used by the fuzz targets and by the replay of their corpus.
#![allow(dead_code, reason = "a fuzz target uses one of these")]

use std::io::{self, Cursor, Read, Write};
use std::sync::OnceLock;
use waytrace::{Session, Side, Site, compare, render};
use waytrace_bundle::{Kind, Member, Options, Unread, Visitor, visit_one, visit_reader};
use waytrace_evidence::capture::{Capture, Captured};
use waytrace_evidence::certificate::{Certificate, Certificates};
use waytrace_evidence::trust::{ServerChecks, StoreChecks, TrustStore};
use waytrace_evidence::verdict::{Dialect, Question};
use waytrace_evidence::{NodeFacts, NotADump};
use waytrace_logparse::ProxyTarget;
use waytrace_signatures::{Catalogue, Source};

/// What holds for some bytes; it panics where that is not so.
pub(crate) type Check = fn(&[u8]);

/// Every check by its name, which is that of its fuzz target and of its folder of the corpus.
pub(crate) const ALL: &[(&str, Check)] = &[
    ("proxy_path", proxy_path),
    ("dump", dump),
    ("certificates", certificates),
    ("verdict", verdict),
    ("capture", capture),
    ("handshake", handshake),
    ("archive", archive),
    ("sniff", sniff),
    ("report", report),
    ("entry", entry),
    ("site", site),
    ("session", session),
];

/// A target that was decoded is decoded again from what it is encoded to.
pub(crate) fn proxy_path(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some((target, rest)) = ProxyTarget::find(&text) {
        assert!(text.ends_with(rest));
        if let Some(again) = ProxyTarget::decode(&target.encode()) {
            assert_eq!((&again.domain, &again.port), (&target.domain, &target.port));
        }
    }
}

/// A dump is read the same twice, and taking it up once more adds no conflict with itself.
pub(crate) fn dump(data: &[u8]) {
    let read = || -> Result<NodeFacts, NotADump> { NodeFacts::read(data) };
    let (Ok(mut one), Ok(other)) = (read(), read()) else { return };
    assert!(one.may_be_same_box(&other));
    one.absorb(other);
}

/// Each certificate is read again from its own DER and from its own PEM, its place is in the file, no key is given out.
pub(crate) fn certificates(data: &[u8]) {
    let read = Certificates::read(data);
    for located in &read.found {
        assert!(located.place.offset <= data.len() && located.place.line >= 1);
        let certificate = &located.certificate;
        let again = Certificate::from_der(certificate.der()).expect("it was read before");
        assert_eq!(again.sha256, certificate.sha256);
        let pem = certificate.pem();
        assert!(!pem.contains("PRIVATE KEY-----"));
        let from_pem = Certificates::read(pem.as_bytes());
        assert_eq!(from_pem.found.len(), 1);
        assert_eq!(from_pem.found[0].certificate.sha256, certificate.sha256);
    }
    for malformed in &read.malformed {
        assert!(malformed.place.offset <= data.len() && !malformed.reason.is_empty());
    }
    let now = time();
    let store = TrustStore::new(read.into_certificates());
    let _ = StoreChecks { now, soon_days: 30 }.check(&store);
    let _ = ServerChecks::new(now, 30).check(store.certificates(), &store);
}

/// What is accepted ends in something trusted, whoever is asked. The input is a list of certificates, each behind its
/// length in two bytes; the first byte says how many of them are presented, the others are trusted.
pub(crate) fn verdict(data: &[u8]) {
    let Some((presented, mut rest)) = data.split_first() else { return };
    let mut all = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (der, after) = after.split_at(length);
        all.extend(Certificate::from_der(der));
        rest = after;
    }
    let (presented, trusted) = all.split_at(usize::from(*presented).min(all.len()));
    let store = TrustStore::new(trusted.to_vec());
    for dialect in [Dialect::OpenSsl111, Dialect::OpenSsl3] {
        let question = Question::new(presented, &store, time()).name("cucm2.example.com").dialect(dialect);
        let verdict = question.ask();
        assert_eq!(question.ask(), verdict, "the same question has one answer");
        assert!(!verdict.to_string().is_empty());
        assert_eq!(verdict.is_accepted(), verdict.steps.is_empty() && !presented.is_empty());
        if verdict.is_accepted() {
            let in_store = |sha256: &str| store.certificates().iter().any(|known| known.sha256 == sha256);
            assert!(verdict.chain.iter().any(|link| in_store(&link.sha256)), "accepted without trust");
        }
    }
}

/// Packets are counted once, and files may be handed over in parts that are joined.
pub(crate) fn capture(data: &[u8]) {
    let mut whole = Capture::default();
    let is_capture = whole.read(&mut Cursor::new(data)).is_ok();
    let whole = whole.finish();
    holds(&whole);
    if !is_capture {
        return;
    }
    let part = || {
        let mut part = Capture::default();
        part.read(&mut Cursor::new(data)).expect("it was read before");
        part
    };
    let mut twice = part();
    twice.join(part());
    let twice = twice.finish();
    holds(&twice);
    assert_eq!(twice.summary.packets, 2 * whole.summary.packets);
    assert_eq!(twice.files.len(), 2);
}

fn holds(captured: &Captured) {
    let summary = &captured.summary;
    assert!(summary.tcp + summary.other + summary.not_understood <= summary.packets);
    let told: u64 =
        captured.connections.iter().map(|c| c.sent_by_client.packets + c.sent_by_server.packets).sum();
    assert!(told <= summary.tcp);
    for connection in &captured.connections {
        assert!(connection.first <= connection.last);
        for seen in &connection.seen {
            assert!(seen.file < summary.files && seen.first <= seen.last);
        }
    }
}

/// Whatever two sides say, a chain that is told was sent as a whole. The first byte says how long segments are, the
/// next two how much of the rest the client says.
pub(crate) fn handshake(data: &[u8]) {
    let [size, high, low, rest @ ..] = data else { return };
    let split = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
    let (client, server) = rest.split_at(split);
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];
    let mut numbers = [1_u32, 1_u32];
    packet(&mut file, 0, [0, 0], 2, &[]);
    packet(&mut file, 1, [0, 1], 0x12, &[]);
    for (side, said) in [(0, client), (1, server)] {
        for payload in said.chunks(usize::from(*size) + 1) {
            packet(&mut file, side, [numbers[side], numbers[1 - side]], 0x10, payload);
            numbers[side] += u32::try_from(payload.len()).expect("a segment");
        }
    }
    let mut capture = Capture::default();
    capture.read(&mut file.as_slice()).expect("a capture");
    let captured = capture.finish();
    holds(&captured);
    assert_eq!(captured.connections.len(), 1);
    let Some(tls) = &captured.connections[0].tls else { return };
    for certificate in tls.chain.iter().filter(|certificate| !certificate.is_empty() && *size == 255) {
        // Records cut a message anywhere, so the ends are looked for.
        let ends = [&certificate[..1], &certificate[certificate.len() - 1..]];
        assert!(ends.iter().all(|end| data.windows(1).any(|part| part == *end)));
    }
}

/// One IPv4 packet with TCP in it.
fn packet(file: &mut Vec<u8>, side: usize, [sequence, acknowledged]: [u32; 2], flags: u8, payload: &[u8]) {
    let hosts = [([192, 0, 2, 11], 40_111_u16), ([192, 0, 2, 42], 8443)];
    let (from, to) = (hosts[side], hosts[1 - side]);
    let length = 40 + payload.len();
    let short = |number: usize| u16::try_from(number).expect("a packet").to_be_bytes();
    let long = u32::try_from(length).expect("a packet").to_le_bytes();
    file.extend([[0; 4], [0; 4], long, long].concat());
    file.extend([&[0x45, 0][..], &short(length), &[0, 0, 0, 0, 64, 6, 0, 0], &from.0, &to.0].concat());
    file.extend([from.1.to_be_bytes(), to.1.to_be_bytes()].concat());
    file.extend([sequence.to_be_bytes(), acknowledged.to_be_bytes()].concat());
    file.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    file.extend(payload);
}

/// Members are handed out or told as unread, and no more comes out than the ceilings allow.
pub(crate) fn archive(data: &[u8]) {
    struct Counts {
        bytes: u64,
        told: usize,
    }
    impl Visitor for Counts {
        fn member(&mut self, member: &Member, content: &mut dyn Read) -> io::Result<()> {
            assert!(!member.name.is_empty());
            self.told += 1;
            io::copy(content, &mut io::sink()).map(|bytes| self.bytes += bytes)
        }
        fn unread(&mut self, unread: Unread) {
            assert!(!unread.reason.is_empty());
            self.told += 1;
        }
    }
    let mut options = Options::default();
    options.ceilings.inflated = 4 << 20;
    options.ceilings.held = 4 << 20;
    options.ceilings.members = 500;
    options.ceilings.ratio_from = 1 << 20;
    let mut counts = Counts { bytes: 0, told: 0 };
    let _ = visit_reader("x", Cursor::new(data.to_vec()), &options, &mut counts);
    // A file that can be read anywhere is read by its list of members, which a stream has only at its end.
    if data.starts_with(b"PK") {
        let mut file = tempfile::NamedTempFile::new().expect("room");
        file.write_all(data).expect("room");
        let source = waytrace_bundle::Source::Path(file.path().to_owned());
        let _ = visit_one(&source, &options, &mut counts);
    }
    assert!(counts.told > 0, "an input about which nothing is said");
    let most = options.ceilings.inflated * 4 + data.len() as u64;
    assert!(counts.bytes <= most, "{} bytes out of {}", counts.bytes, data.len());
}

/// What a file is does not depend on more than its first bytes. The name stands before the first line end.
pub(crate) fn sniff(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (name, rest) = data.split_at(end);
    let rest = rest.get(1..).unwrap_or_default();
    let kind = Kind::of(&String::from_utf8_lossy(name), &rest[..rest.len().min(512)]);
    assert!(!kind.to_string().is_empty());
    assert_eq!(kind == Kind::Empty, rest.is_empty());
    // What passes for a capture is read as one or refused; it never ends in a panic.
    if kind == Kind::Capture {
        let _ = Capture::default().read(&mut Cursor::new(rest));
    }
}

/// A report that can be read is the same as itself.
pub(crate) fn report(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(side) = Side::read(&text) else { return };
    let _ = render::comparison::text(&compare(&side, &side));
}

/// A user's entry is refused with a reason or compiled. Its text stands behind a line `---`.
pub(crate) fn entry(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (toml, prose) = text.split_once("\n---\n").unwrap_or((&text, "# A title\n"));
    let files = [("signature.toml", toml), ("en.md", prose)];
    match Catalogue::load(&[Source { folder: "LOCAL-001-fuzz", files: &files }]) {
        Err(refusals) => {
            assert!(!refusals.is_empty() && refusals.iter().all(|refusal| !refusal.to_string().is_empty()));
        }
        Ok(catalogue) => {
            let mut session = Session::with_catalogue(catalogue.into());
            session.begin("x");
            session.push(LOG);
            let report = session.finish();
            assert!(!render::json::render(&report).is_empty());
        }
    }
}

/// Rules of a site are refused with a reason or read.
pub(crate) fn site(data: &[u8]) {
    if let Err(why) = Site::read(&String::from_utf8_lossy(data)) {
        assert!(!why.is_empty());
    }
}

/// Any log gives a report that every form can show.
pub(crate) fn session(data: &[u8]) {
    static CATALOGUE: OnceLock<std::sync::Arc<Catalogue>> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::built_in().into());
    let mut session = Session::with_catalogue(catalogue.clone());
    session.begin("x");
    session.push(data);
    let report = session.finish();
    for problem in &report.findings {
        assert!(problem.first <= problem.last && !problem.text.title.is_empty());
    }
    let json = render::json::render(&report);
    assert!(Side::read(&json).is_ok());
}

/// A log that an entry is tried on.
const LOG: &[u8] = include_bytes!("../../../testdata/seed/loggingsnapshot_self-signed.txt");

/// 12 June 2025, 08:00 UTC.
fn time() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_749_715_200, 0).expect("a time")
}
