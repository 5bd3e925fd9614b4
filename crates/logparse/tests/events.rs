//! Every kind of event has a record in `fixtures/`, and every fixture file a snapshot of what is read from it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use waytrace_logparse::body::wanted::{KINDS, Wanted};
use waytrace_logparse::{Event, Reader, body};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(folder().join(name).with_extension("log")).expect("the fixture is in the folder")
}

/// One line a record: its kind, and what of it is not empty.
fn render(log: &str) -> String {
    let mut reader = Reader::new(log.as_bytes());
    let mut text = String::new();
    while let Some(record) = reader.next_record().expect("a slice can be read") {
        let mut event = without_empties(&format!("{:?}", record.event));
        if let Event::Sip(message) = record.event
            && let Some(index) = message.index()
        {
            event = event + " " + &without_empties(&format!("{index:?}"));
        }
        writeln!(text, "{}: {} = {event}", record.frame.line, record.event.kind())
            .expect("a string takes it");
    }
    text
}

/// Leaves out the fields that say nothing: most events use few of the fields they may have.
fn without_empties(debug: &str) -> String {
    let mut text = debug.to_owned();
    for empty in ["\"\"", "None", "Peer { }", "Head { }"] {
        while let Some(at) = text.find(&format!(": {empty}")) {
            let start = text[..at].rfind([' ', '{']).map_or(at, |space| space + 1);
            let mut end = at + 2 + empty.len();
            if text[end..].starts_with(", ") {
                end += 2;
            } else if text[end..].starts_with(" }") && text[..start].ends_with(", ") {
                text.replace_range(start - 2..end, "");
                continue;
            } else if text[end..].starts_with(" }") {
                end += 1;
            }
            text.replace_range(start..end, "");
        }
    }
    text
}

macro_rules! fixtures {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), render(&fixture(stringify!($name))));
        })*

        #[test]
        fn no_fixture_is_left_out() {
            let listed: BTreeSet<String> = [$(stringify!($name)),*].map(str::to_owned).into();
            assert_eq!(names().into_iter().collect::<BTreeSet<_>>(), listed);
        }
    };
}

fixtures!(
    access,
    alarm,
    ats,
    auth,
    axl,
    call,
    cluster,
    config,
    connector,
    cpl,
    dns,
    fields,
    h323,
    http,
    license,
    marker,
    media,
    named,
    provisioning,
    registration,
    search,
    sip,
    ssl,
    tcp,
    tls,
    traceback,
    web,
    xcp,
    zone,
);

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).expect("the folder is there");
    let paths = files.map(|file| file.expect("it can be listed").path());
    let logs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
    let mut names: Vec<_> =
        logs.map(|path| path.file_stem().expect("it has a name").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Kinds of all records of all fixtures.
fn kinds_seen(wanted: Wanted) -> BTreeSet<&'static str> {
    let mut kinds = BTreeSet::new();
    for name in names() {
        let log = fixture(&name);
        let mut reader = Reader::new(log.as_bytes());
        while let Some(record) = reader.next_record().expect("a slice can be read") {
            let (_, text) = waytrace_logparse::envelope::envelope(record.frame.head());
            let event = body::typed(&record.envelope, text, record.frame.continuation(), wanted);
            if wanted == Wanted::ALL {
                assert_eq!(event, record.event, "the reader types everything");
            }
            kinds.insert(event.kind());
        }
    }
    kinds
}

#[test]
fn every_kind_of_the_table_has_a_fixture() {
    let seen = kinds_seen(Wanted::ALL);
    assert_eq!(seen, KINDS.iter().copied().collect());
}

#[test]
fn what_is_not_wanted_is_not_typed() {
    let seen = kinds_seen(Wanted::kinds(["alarm.raised"]).expect("a kind"));
    // A broken record is one of a wanted source; of the others nobody looks inside.
    let expected = [
        "alarm.acknowledged",
        "alarm.lowered",
        "alarm.managed",
        "alarm.raised",
        "broken",
        "fields",
        "opaque",
    ];
    assert_eq!(seen, expected.into());
    assert_eq!(kinds_seen(Wanted::NONE), ["fields", "opaque"].into());
}

#[test]
fn a_wanted_kind_is_typed_as_if_all_were_wanted() {
    for kind in KINDS.iter().filter(|kind| kind.contains('.')) {
        let wanted = Wanted::kinds([*kind]).expect("a kind of the table");
        assert!(kinds_seen(wanted).contains(kind), "{kind}");
    }
}

#[test]
fn sip_messages_answer_from_index_and_dump_alike() {
    let log = fixture("sip");
    let mut reader = Reader::new(log.as_bytes());
    let mut answers = Vec::new();
    while let Some(record) = reader.next_record().expect("a slice can be read") {
        if let Event::Sip(message) = record.event
            && let Some(hash) = message.hash().filter(|hash| *hash != 18)
        {
            let call_id = message.call_id().map(str::to_owned);
            answers.push((hash, message.method().map(str::to_owned), message.code(), call_id));
        }
    }
    assert_eq!(answers.len(), 6, "three messages, each at INFO and at DEBUG");
    assert!(answers.chunks(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[test]
fn searches_and_alarms_give_their_parts() {
    let mut found = Vec::new();
    let log = fixture("search") + &fixture("alarm");
    let mut reader = Reader::new(log.as_bytes());
    while let Some(record) = reader.next_record().expect("a slice can be read") {
        match record.event {
            Event::Call(call) => found.push(format!("{:?} {:?}", call.found(), call.search_type())),
            Event::Alarm(alarm) if alarm.id == Some(20006) => {
                found.push(format!("{}|{}", alarm.title(), alarm.description()));
            }
            _ => {}
        }
    }
    let expected = [
        "None Some(\"INVITE\")",
        "Some(false) Some(\"INVITE\")",
        "None None",
        "None None",
        "Invented title|an invented description: with a colon",
        "Invented title|an invented description",
        "Invented title|",
    ];
    assert_eq!(found, expected);
}
