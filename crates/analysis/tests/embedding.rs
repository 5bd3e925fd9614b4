//! What other programs rely on: the examples run, sessions and analyzers go to other threads, errors have kinds.

#[path = "../examples/embed.rs"]
#[allow(dead_code, reason = "its main is for those who run it")]
mod embed;
#[path = "../examples/own_signatures.rs"]
#[allow(dead_code, reason = "its main is for those who run it")]
mod own_signatures;
#[path = "../examples/render.rs"]
#[allow(dead_code, reason = "its main is for those who run it")]
mod render;
#[path = "../examples/socket.rs"]
#[allow(dead_code, reason = "its main is for those who run it")]
mod socket;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use waytrace::{Analyzer, Catalogue, ErrorKind, Reading, Report, Session, Source, Stop};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

const SEED: &str = "testdata/seed/loggingsnapshot_self-signed.txt";

#[test]
fn the_example_that_embeds() {
    let told = embed::problems([root(SEED).display().to_string()].into_iter()).expect("a report");
    assert!(told.starts_with("TLS-001 Certain cucm.steven.lab"), "{told}");
    let lines = include_str!("../examples/embed.rs").lines().filter(|line| !line.starts_with("//!"));
    assert!(lines.count() <= 24, "it stays as short as it says");
}

#[test]
fn the_example_of_a_socket() {
    assert!(socket::told().expect("loopback").starts_with("TLS-006: "));
}

#[test]
fn the_example_of_own_signatures() {
    let template = root("crates/cli/src/commands/new_signature");
    let folder = tempfile::tempdir().expect("a folder");
    let entry = folder.path().join("LOCAL-001-disk");
    fs::create_dir(&entry).expect("a folder");
    for file in ["signature.toml", "en.md", "hit-example.log", "miss-example.log"] {
        let text = fs::read_to_string(template.join(file)).expect("a template");
        fs::write(entry.join(file), text.replace("LOCAL-000", "LOCAL-001")).expect("a file");
    }
    let ids = own_signatures::ids(folder.path(), &entry.join("hit-example.log")).expect("a report");
    assert_eq!(ids, ["LOCAL-001"]);
    fs::write(entry.join("signature.toml"), "id = 1").expect("a file");
    let error = own_signatures::ids(folder.path(), &root(SEED)).expect_err("it is refused");
    assert!(error.to_string().contains("signature.toml"), "{error}");
}

#[test]
fn the_example_that_renders() {
    let log = fs::read(root(SEED)).expect("a log");
    for (form, said) in [
        ("text", "Zusammenfassung: gefunden: 1 Fehler, 1 Warnung"),
        ("json", "\"waytrace/report/1\""),
        ("html", "<html lang=\"de\">"),
        ("markdown", "### Was zu tun ist"),
    ] {
        let text = render::rendered(&log[..], form).expect("a report");
        assert!(text.contains(said), "{form}: {text}");
    }
}

#[test]
fn problems_are_called_back_once() {
    let log = fs::read(root(SEED)).expect("a log");
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut session = Session::new();
    let into = Arc::clone(&told);
    session.on_problem(move |problem| into.lock().expect("a lock").push(problem.id.clone()));
    session.begin("a.log");
    for part in log.chunks(100) {
        session.push(part);
    }
    assert!(session.news().is_empty(), "what was called back is not news again");
    let report = session.finish();
    let mut all: Vec<_> = report.findings.iter().map(|problem| problem.id.clone()).collect();
    let mut told = told.lock().expect("a lock").clone();
    all.sort();
    told.sort();
    assert_eq!(told, all, "each of them, once, also what only the end proves");
}

#[test]
fn they_go_to_other_threads() {
    fn sent<T: Send + 'static>() {}
    fn shared<T: Send + Sync + 'static>() {}
    sent::<Session>();
    shared::<Analyzer>();
    shared::<Catalogue>();
    shared::<Report>();
    shared::<Stop>();
    shared::<waytrace::Error>();
    sent::<Reading>();
}

#[test]
fn errors_have_kinds() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let analyzer = Analyzer::new();
    let no_log = analyzer.analyze_reader("a", &b"no log at all"[..]).expect_err("nothing in it");
    assert_eq!(no_log.kind(), ErrorKind::NoLog);
    let read = analyzer.analyze_reader("a", Broken).expect_err("it fails");
    assert_eq!(read.kind(), ErrorKind::Read);
    let sources = [Source::Path(root(SEED))];
    let unknown = analyzer.why(&sources, "TLS-999").expect_err("there is none");
    assert_eq!(unknown.kind(), ErrorKind::UnknownEntry);
    assert_eq!(unknown.to_string(), "no problem has the id `TLS-999`");
}

#[test]
fn whoever_stops_it_gets_what_was_read() {
    let stop = Stop::default();
    stop.stop();
    let mut reading = Reading::default();
    reading.stop = stop;
    let sources = [Source::Path(root("testdata/bundles/cluster"))];
    let report = Analyzer::new().reading(reading).look(&sources);
    assert!(report.is_partial() && report.findings.is_empty(), "and the report says that there is more");
}
