//! Reports in the forms that leave the terminal: whole, and never driven by the text of a log.

mod common;

use common::{testdata, waytrace};
use std::fs;

/// Text as a stranger might write it into a log, where a host and a user are named.
const HOSTILE: &str = "<script>x</script>'<img/src=x>&lt;```|\u{1b}[2J\u{202e}";

/// A failing sign-in whose user and host are written by a stranger.
fn hostile_log() -> String {
    let log = fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let line = format!(
        "2022-07-11T18:55:27.000+02:00 vcsc traffic_server[7]: [ET_NET 0] WARNING: SNI ({HOSTILE}) not in certificate. \
         Action=Terminate server={HOSTILE}(192.0.2.7)\n"
    );
    log.replace("emusk", HOSTILE) + &line
}

/// The report on the log above.
fn rendered(form: &str) -> String {
    let output = waytrace()
        .args(["analyze", "--format", form, "-"])
        .write_stdin(hostile_log())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{form}");
    String::from_utf8(output.stdout).expect("text")
}

fn tree(form: &str, name: &str) -> String {
    let mut command = waytrace();
    // From there, so that no name of this machine is in the report.
    command.current_dir(testdata("bundles")).args(["analyze", "--format", form, name]);
    String::from_utf8(command.output().expect("it runs").stdout).expect("text")
}

#[test]
fn tickets_of_the_trees() {
    for name in ["pair", "cluster"] {
        insta::assert_snapshot!(format!("ticket-{name}"), tree("markdown", name));
    }
}

#[test]
fn a_ticket_shows_hostile_text_as_text() {
    let ticket = rendered("markdown");
    assert!(ticket.contains("certificate of \\<script>x"), "the name is shown: {ticket}");
    assert!(!ticket.contains(['\u{1b}', '\u{202e}']), "{ticket}");
    let mut fence = None;
    for line in ticket.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            // Outside a fence and outside code, an angle bracket has a backslash before it.
            None => {
                let bare = line.split('`').step_by(2).any(|part| part.replace("\\<", "").contains('<'));
                assert!(!bare || line.contains("\\`"), "{line}");
            }
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "every fence is closed: {ticket}");
}
