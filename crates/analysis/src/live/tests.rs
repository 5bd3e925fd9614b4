//! How long things wait, on a clock that the tests turn.

use super::{Live, Update};
use std::time::Duration;
use waytrace_signatures::Confidence;

const SEED: &str = include_str!("../../../../testdata/seed/loggingsnapshot_self-signed.txt");

fn at(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Lets the clock go on in steps of 5 ms; gives each update with the moment it came.
fn pass(live: &mut Live, from: u64, until: u64) -> Vec<(u64, Update)> {
    let mut out = Vec::new();
    for now in (from..=until).step_by(5) {
        live.pass(at(now));
        out.extend(live.updates().into_iter().map(|update| (now, update)));
    }
    out
}

fn ids(updates: &[(u64, Update)]) -> Vec<String> {
    let words = updates.iter().map(|(now, update)| match update {
        Update::New { problem, so_far } => {
            format!("{now} new {} {so_far} {:?}", problem.id, problem.confidence)
        }
        Update::Settled { problem, changed } => format!("{now} settled {} {changed}", problem.id),
        Update::Withdrawn { problem } => format!("{now} withdrawn {}", problem.id),
        Update::Again(again) => {
            let all: Vec<_> = again.iter().map(|again| format!("{}x{}", again.id, again.times)).collect();
            format!("{now} again {}", all.join(" "))
        }
        Update::Over { problem } => format!("{now} over {}", problem.id),
    });
    words.collect()
}

#[test]
fn a_refused_certificate_is_told_within_60_ms_of_its_line_in_a_log_that_falls_silent() {
    let mut live = Live::new();
    let stream = live.open("log");
    live.push(stream, SEED.as_bytes());
    let told = pass(&mut live, 0, 1000);
    let words = ids(&told);
    assert_eq!(words[0], "55 new TLS-001 true Certain", "{words:?}");
    assert!(words.iter().any(|words| words.ends_with("settled TLS-001 false")), "{words:?}");
    assert!(told.iter().all(|(now, _)| *now < 1000), "{words:?}");
}

#[test]
fn the_line_alone_is_told_with_what_is_sure_of_it() {
    // The request is still open: its port is known from the attempt under way.
    let lines = SEED.lines().enumerate().filter(|(at, _)| !matches!(at, 7 | 10));
    let cut = lines.flat_map(|(_, line)| [line, "\n"]).collect::<String>();
    let mut live = Live::new();
    let stream = live.open("log");
    live.push(stream, cut.as_bytes());
    let told = pass(&mut live, 0, 400);
    let Some((now, Update::New { problem, so_far: true })) = told.first() else { panic!("{:?}", ids(&told)) };
    assert_eq!(*now, 60, "the pause in which the last line becomes complete is part of it");
    assert!(problem.confidence <= Confidence::Likely, "nothing says yet how the attempt ended");
    assert_eq!(problem.target.port, Some(6972));
}

#[test]
fn a_late_log_is_no_log_whose_clock_jumped() {
    // The connection stalls for a minute; then the rest of the log comes.
    let lines: Vec<&str> = SEED.lines().collect();
    let mut live = Live::new();
    let stream = live.open("log");
    let push = |live: &mut Live, lines: &[&str]| {
        live.push(stream, (lines.join("\n") + "\n").as_bytes());
    };
    push(&mut live, &lines[..7]);
    pass(&mut live, 0, 60_000);
    push(&mut live, &lines[7..]);
    let told = pass(&mut live, 60_005, 61_000);
    assert!(ids(&told)[0].contains("new TLS-001"), "{:?}", ids(&told));
    let (report, ..) = live.finish();
    assert!(report.findings.iter().all(|problem| !problem.id.starts_with("HTTP")), "no wait was made up");
}

#[test]
fn repeats_are_gathered() {
    let mut live = Live::new();
    let stream = live.open("log");
    live.push(stream, SEED.as_bytes());
    let mut told = pass(&mut live, 0, 1000);
    for (second, txn) in (1..=4).zip(["291", "391", "491", "591"]) {
        let again = SEED
            .replace("18:55:2", &format!("18:5{}:2", 5 + second))
            .replace("16:55:2", &format!("16:5{}:2", 5 + second));
        live.push(stream, again.replace("\"191\"", &format!("\"{txn}\"")).as_bytes());
        told.extend(pass(&mut live, second * 1000, second * 1000 + 995));
    }
    told.extend(pass(&mut live, 5000, 11_000));
    let again: Vec<_> = ids(&told).into_iter().filter(|words| words.contains("again")).collect();
    assert_eq!(again.len(), 1, "{again:?}");
    assert!(again[0].contains("TLS-001x4"), "{again:?}");
    let mut options = crate::render::text::Options::default();
    let update = told.iter().map(|(_, update)| update).find(|update| matches!(update, Update::Again(_)));
    let spoken = |options: &crate::render::text::Options| {
        crate::render::text::update(update.expect("it was told"), options).expect("a line")
    };
    assert!(
        spoken(&options).starts_with("TLS-001 cucm.steven.lab:6972 again 4 times, "),
        "{}",
        spoken(&options)
    );
    options.speech.language = crate::Language::German;
    assert!(
        spoken(&options).starts_with("TLS-001 cucm.steven.lab:6972 wieder 4 Mal, "),
        "{}",
        spoken(&options)
    );
    assert_eq!(
        told.iter().filter(|(_, update)| matches!(update, Update::New { .. })).count(),
        2,
        "each is new once"
    );
}

#[test]
fn a_request_without_an_answer_is_told_while_the_log_is_silent_and_is_no_certainty() {
    let open = SEED.split_inclusive('\n').take(3).collect::<String>();
    let mut live = Live::new();
    let stream = live.open("log");
    live.push(stream, open.as_bytes());
    let mut told = Vec::new();
    for second in 0..200 {
        live.pass(Duration::from_secs(second));
        told.extend(live.updates().into_iter().map(|update| (second, update)));
    }
    let Some((second, Update::New { problem, .. })) = told.first() else { panic!("{:?}", ids(&told)) };
    assert!((120..=126).contains(second), "{second}");
    assert_eq!(problem.confidence, Confidence::Possible, "it may be the log that does not come");
    let (report, ..) = live.finish();
    assert_eq!((report.transactions.open, report.transactions.evicted), (0, 1));
}

#[test]
fn what_is_told_live_is_what_the_whole_log_says() {
    let whole = crate::Analyzer::new().analyze_reader("log", SEED.as_bytes()).expect("a report");
    let mut live = Live::new();
    let stream = live.open("log");
    let mut now = 0;
    for portion in SEED.as_bytes().chunks(97) {
        live.push(stream, portion);
        live.pass(at(now));
        now += 7;
    }
    let (report, ..) = live.finish();
    let key = |report: &crate::Report| -> Vec<_> {
        report
            .findings
            .iter()
            .map(|p| (p.id.clone(), p.confidence, p.evidence_count, p.transaction_count))
            .collect()
    };
    assert_eq!(key(&report), key(&whole));
}

#[test]
fn whole_messages_and_streams_of_one_name_are_counted_on() {
    let mut live = Live::new();
    let stream = live.open("udp://192.0.2.1");
    for line in SEED.lines() {
        live.message(stream, line.as_bytes());
    }
    live.close(stream);
    let again = live.open("udp://192.0.2.1");
    live.message(again, SEED.lines().next().expect("a line").as_bytes());
    let (report, ..) = live.finish();
    assert_eq!(report.inputs.len(), 1);
    assert_eq!((report.inputs[0].lines, report.coverage.records), (12, 12));
    assert_eq!(
        report.findings[0].evidence.last().map(|line| line.line),
        Some(11),
        "{:?}",
        report.findings[0].evidence
    );
}

#[test]
fn a_sender_that_makes_up_boxes_does_not_take_the_room_of_others() {
    let mut live = Live::new();
    let (hostile, good) = (live.open("tcp://192.0.2.66"), live.open("tcp://192.0.2.1"));
    let again = live.open("tcp://192.0.2.66");
    let mut news = 0;
    for number in 0..2500 {
        let packet = format!(
            "2022-07-11T18:{:02}:{:02}.000+02:00 made{number} traffic_server[7]: [ET_NET 0] WARNING: SNI (x{number}.lab) not in certificate. Action=Terminate server=x{number}.lab(192.0.2.7)",
            number / 60 % 60,
            number % 60
        );
        live.message(if number % 2 == 0 { hostile } else { again }, packet.as_bytes());
        live.pass(at(number * 20));
        news += live
            .updates()
            .iter()
            .filter(|update| matches!(update, Update::New { so_far: false, .. }))
            .count();
    }
    for line in SEED.lines() {
        live.message(good, line.as_bytes());
    }
    let updates = pass(&mut live, 60_000, 60_500);
    assert!(ids(&updates).iter().any(|words| words.contains("new TLS-001")), "{:?}", ids(&updates));
    assert!(news <= 500, "{news}");
    assert!(!ids(&updates).iter().any(|words| words.contains("withdrawn")), "{:?}", ids(&updates));
    assert!(live.dropped_proofs() > 0, "what is left out is counted");
    let (report, ..) = live.finish();
    assert!(report.nodes.len() <= 1024);
    assert!(report.findings.iter().any(|problem| problem.id == "TLS-001" && problem.node == "vcsc"));
}

#[test]
fn a_clock_that_is_set_back_leaves_nothing_waiting() {
    let mut live = Live::new();
    let stream = live.open("log");
    live.push(stream, SEED.as_bytes());
    live.pass(at(20));
    let earlier = SEED.replace("T18:", "T17:").replace(" 16:55", " 15:55").replace("cucm.", "other.");
    live.push(stream, earlier.as_bytes());
    let told = ids(&pass(&mut live, 25, 300));
    assert_eq!(told.iter().filter(|words| words.contains(" TLS-001 ")).count(), 3, "{told:?}");
    assert!(!live.awaits(), "everything is settled");
}
