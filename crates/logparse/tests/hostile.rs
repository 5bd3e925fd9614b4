//! No bytes of a log may stop the reader: fixtures cut anywhere, glued together, and with strange characters in them.

use proptest::prelude::*;
use waytrace_logparse::body::wanted::{KINDS, Wanted};
use waytrace_logparse::{Envelope, Event, Reader, body};

fn fixtures() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let mut logs: Vec<_> = files
        .map(|file| std::fs::read_to_string(file.expect("it can be listed").path()).expect("it can be read"))
        .collect();
    logs.sort();
    logs
}

/// Reads a log and looks at all that its events give on demand.
fn read(log: &[u8]) -> Result<(), TestCaseError> {
    let mut reader = Reader::new(log);
    while let Some(record) = reader.next_record().expect("memory can be read") {
        prop_assert!(KINDS.contains(&record.event.kind()));
        match &record.event {
            Event::Broken { text, defect } => prop_assert!(defect.offset <= text.len()),
            Event::Sip(message) => {
                let _ = (message.method(), message.code(), message.call_id(), message.hash());
                let _ = message.dump.map(|dump| dump.body().len());
            }
            Event::Dns(line) => {
                if let body::dns::DnsStep::Resolved(answer) = line.step {
                    let _ = (answer.addresses().count(), answer.targets().count(), answer.count());
                }
            }
            Event::MediaSession(session) => drop(session.values().count()),
            Event::Call(call) => drop((call.found(), call.search_type())),
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_log_cut_anywhere(which in any::<prop::sample::Index>(), from in 0usize..4000, to in 0usize..4000) {
        let logs = fixtures();
        let log = which.get(&logs).as_bytes();
        let (from, to) = (from.min(log.len()), to.min(log.len()));
        read(&log[from.min(to)..from.max(to)])?;
        read(&[&log[from..], &log[..to]].concat())?;
    }

    #[test]
    fn a_record_with_strange_characters(
        which in any::<prop::sample::Index>(),
        line in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        strange in "[\"'=:,|<>\\[\\]{}é\u{a0}\u{1f980}\n ]{1,4}",
    ) {
        let logs = fixtures();
        let lines: Vec<_> = which.get(&logs).lines().collect();
        let line = line.get(&lines);
        let places: Vec<_> = line.char_indices().map(|(at, _)| at).collect();
        let at = if places.is_empty() { 0 } else { *at.get(&places) };
        read(format!("{}{strange}{}", &line[..at], &line[at..]).as_bytes())?;
    }

    #[test]
    fn any_body_has_one_meaning(body_text in "\\PC{0,200}", after in "\\PC{0,80}", kind in 0..KINDS.len()) {
        for process in ["", "tvcs", "traffic_server", "XCP_CM2", "_c_cal", "licensemanager"] {
            let envelope = Envelope { process, ..Envelope::default() };
            let event = body::event(&envelope, &body_text, &after);
            prop_assert!(KINDS.contains(&event.kind()));
            let wanted = Wanted::kinds([KINDS[kind]]).expect("a kind of the table");
            let event = body::typed(&envelope, &body_text, &after, wanted);
            prop_assert!(KINDS.contains(&event.kind()));
        }
    }
}
