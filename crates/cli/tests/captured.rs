//! What a capture tells beyond the log, and what it does to the confidence.

mod common;
#[path = "common/pack.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod pack;
#[path = "common/pcap.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod pcap;

use common::{report, testdata, waytrace};
use pack::tree;
use pcap::{CAPTURE, Conversation, Said, alert, on_port, pcap, recorded};
use serde_json::Value;
use std::fs;
use std::path::Path;

const EXPC: [u8; 4] = [192, 0, 2, 11];
const CUCM: [u8; 4] = [192, 0, 2, 42];

/// 12 June 2025, 08:00:31 UTC.
const NOW: u32 = 1_749_715_231;

/// The same with another name asked for, of the same length.
fn asks(hello: &[u8], name: &str) -> Vec<u8> {
    let old = b"cucm2.example.com";
    assert_eq!(name.len(), old.len());
    let at = hello.windows(old.len()).position(|part| part == old).expect("the name");
    [&hello[..at], name.as_bytes(), &hello[at + old.len()..]].concat()
}

/// Files of `pair` beside the capture of a box, without its logs.
struct Case {
    name: &'static str,
    conversations: Vec<Conversation>,
    /// Parts of the names of the files of `expc` that are given.
    beside: &'static [&'static str],
    /// What the box trusts besides.
    trusts: bool,
    at: u32,
    /// Name of the box.
    of: &'static str,
    want: &'static [(&'static str, &'static str)],
}

fn found(case: &Case) -> Vec<(String, String, Value)> {
    let room = tempfile::tempdir().expect("room");
    for (name, bytes) in tree("pair") {
        let (folder, file) = name.split_once('/').expect("a folder");
        let is_wanted = folder.contains(&format!("_{}_", case.of))
            && case.beside.iter().any(|part| file.starts_with(part));
        if is_wanted {
            write(room.path(), file, &bytes);
        }
    }
    if case.trusts {
        let out = room.path().join("out");
        export(&testdata("bundles/pair"), &out);
        let names = fs::read_dir(&out).expect("it").flatten().map(|entry| entry.path());
        let pem = names
            .filter(|path| path.extension().is_some_and(|end| end == "pem"))
            .map(|path| fs::read(path).expect("it"));
        let trusted: Vec<u8> = pem.flatten().collect();
        fs::remove_dir_all(&out).expect("it");
        write(room.path(), "ca_expc_2025-06-12_08_02_10.pem", &trusted);
    }
    write(room.path(), &CAPTURE.replace("expc", case.of), &pcap(&case.conversations, case.at));
    let output = waytrace().args(["analyze", "--format", "json"]).arg(room.path()).output().expect("it runs");
    let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else { return Vec::new() };
    let findings = report["findings"].as_array().expect("findings").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    findings.into_iter().map(|found| (text(&found["id"]), text(&found["confidence"]), found)).collect()
}

fn export(from: &Path, out: &Path) {
    let mut command = waytrace();
    command.arg("analyze").arg(from).arg("--export-certs").arg(out);
    assert_eq!(command.output().expect("it runs").status.code(), Some(1));
}

/// A server hello that chooses TLS 1.3.
fn hello13() -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4]);
    let length = u8::try_from(body.len()).expect("short");
    [&[22, 3, 3, 0, length + 4, 2, 0, 0, length][..], &body].concat()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_capture_tells_what_no_log_says() {
    let [hello, flight] = recorded();
    let refused = |number: u8| vec![(0, hello.clone()), (1, flight.clone()), (0, alert(number))];
    let to = |server, port, said: Said| (EXPC, server, port, said);
    let healthy = || {
        let change = [20, 3, 3, 0, 1, 1];
        let data = vec![23, 3, 3, 0, 2, 9, 9];
        let ours = [&change[..], &data].concat();
        vec![(0, hello.clone()), (1, flight.clone()), (0, ours.clone()), (1, ours)]
    };
    let dumps: &[&str] = &["xconf_dump", "xstat_dump"];
    let all: &[&str] = &["xconf_dump", "xstat_dump", "ca_"];
    let base = || Case {
        name: "",
        conversations: Vec::new(),
        beside: all,
        trusts: false,
        at: NOW,
        of: "expc",
        want: &[],
    };
    let cases = [
        Case {
            name: "unknown CA",
            conversations: vec![to(CUCM, 8443, refused(48))],
            want: &[("TLS-001", "likely")],
            ..base()
        },
        Case {
            name: "no trust store",
            conversations: vec![to(CUCM, 8443, refused(48))],
            beside: dumps,
            want: &[("TLS-001", "likely")],
            ..base()
        },
        // Nothing but the capture: it has a second server, so the box is known.
        Case {
            name: "alone",
            conversations: vec![to(CUCM, 8443, refused(48)), to([192, 0, 2, 41], 6972, healthy())],
            beside: &[],
            want: &[("TLS-001", "likely")],
            ..base()
        },
        Case {
            name: "the name, trusted",
            conversations: vec![to(
                CUCM,
                8443,
                vec![(0, asks(&hello, "cucm9.example.com")), (1, flight.clone()), (0, alert(80))],
            )],
            beside: dumps,
            trusts: true,
            want: &[("TLS-006", "likely")],
            ..base()
        },
        Case {
            name: "the name, no store",
            conversations: vec![to(
                CUCM,
                8443,
                vec![(0, asks(&hello, "cucm9.example.com")), (1, flight.clone()), (0, alert(80))],
            )],
            beside: dumps,
            want: &[("TLS-006", "likely")],
            ..base()
        },
        Case {
            name: "expired",
            conversations: vec![to(CUCM, 6972, refused(45))],
            beside: dumps,
            trusts: true,
            at: 1_900_000_000,
            want: &[("TLS-004", "likely")],
            ..base()
        },
        // The alert does not go with what is wrong: the cause is not told.
        Case {
            name: "another alert",
            conversations: vec![to(CUCM, 8443, refused(45))],
            want: &[("TLS-011", "likely")],
            ..base()
        },
        Case {
            name: "internal error with the right name",
            conversations: vec![to(CUCM, 8443, refused(80))],
            beside: dumps,
            want: &[("TLS-011", "likely")],
            ..base()
        },
        Case {
            name: "the server refuses",
            conversations: vec![to(
                CUCM,
                8443,
                vec![(0, hello.clone()), (1, flight.clone()), (1, alert(48))],
            )],
            want: &[("TLS-012", "likely")],
            ..base()
        },
        Case { name: "healthy", conversations: vec![to(CUCM, 8443, healthy())], ..base() },
        Case {
            name: "other machines",
            conversations: vec![([192, 0, 2, 99], CUCM, 8443, refused(48))],
            ..base()
        },
        Case {
            name: "the box is the server",
            conversations: vec![(CUCM, EXPC, 8443, refused(48))],
            ..base()
        },
        Case {
            name: "who captured is not known",
            conversations: vec![to(CUCM, 8443, refused(48))],
            beside: &[],
            ..base()
        },
        Case { name: "SIP", conversations: vec![to(CUCM, 5061, refused(48))], ..base() },
        Case {
            name: "TLS 1.3",
            conversations: vec![to(
                CUCM,
                8443,
                vec![(0, hello.clone()), (1, hello13()), (0, vec![23, 3, 3, 0, 3, 1, 2, 3])],
            )],
            ..base()
        },
        Case {
            name: "TLS 1.3, alert in the clear",
            conversations: vec![to(CUCM, 8443, vec![(0, hello.clone()), (1, hello13()), (0, alert(48))])],
            ..base()
        },
        Case {
            name: "an Expressway-E",
            conversations: vec![to(CUCM, 8443, refused(48)), to([192, 0, 2, 41], 6972, healthy())],
            of: "expe",
            ..base()
        },
        Case {
            name: "a warning",
            conversations: vec![to(
                CUCM,
                8443,
                vec![(0, hello.clone()), (1, flight.clone()), (0, vec![21, 3, 3, 0, 2, 1, 48])],
            )],
            ..base()
        },
    ];
    for case in &cases {
        let got = found(case);
        let told: Vec<(&str, &str)> = got.iter().map(|(id, sure, _)| (id.as_str(), sure.as_str())).collect();
        assert_eq!(told, case.want, "{}", case.name);
        for (_, _, finding) in &got {
            let presented = &finding["presented"];
            assert_eq!(presented["bearing"], "alone", "{}: {finding}", case.name);
            assert_eq!(presented["chain"][0]["subject"], "CN=cucm2.example.com,O=Example", "{}", case.name);
            assert_eq!(finding["target"]["ip"], "192.0.2.42", "{}", case.name);
            assert!(
                finding["target"]["port"].is_u64() && finding["counts"]["evidence"] == 0,
                "{}: {finding}",
                case.name
            );
        }
    }
}

/// The bundle `pair` with its log of `expc` and its capture changed.
fn changed(log: impl Fn(&str) -> String, capture: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Value {
    let room = tempfile::tempdir().expect("room");
    for (name, bytes) in tree("pair").into_iter().filter(|(name, _)| name.contains("_expc_")) {
        let (_, file) = name.split_once('/').expect("a folder");
        let bytes = match file {
            CAPTURE => capture(bytes),
            "loggingsnapshot_expc_2025-06-12_08_02_10.txt" => {
                Some(log(&String::from_utf8(bytes).expect("text")).into_bytes())
            }
            _ => Some(bytes),
        };
        if let Some(bytes) = bytes {
            write(room.path(), file, &bytes);
        }
    }
    let (_, report) = report(room.path());
    let findings = report["findings"].as_array().expect("findings");
    let tls: Vec<_> =
        findings.iter().filter(|f| f["id"].as_str().is_some_and(|id| id.starts_with("TLS"))).collect();
    assert_eq!(tls.len(), 1, "{findings:?}");
    tls[0].clone()
}

/// The request was sent five minutes before its refusals: the port is no more than possible.
fn long_before(log: &str) -> String {
    let (mut early, mut rest) = (String::new(), String::new());
    for line in log.split_inclusive('\n') {
        if line.contains("ET_NET") && !line.contains("10:00:31.221") {
            // One refusal of the three is enough.
        } else if !line.contains("Txn-id=\"250\"") {
            rest.push_str(line);
        } else if line.contains("10:00:31.21") && !line.contains("MSG") {
            early.push_str(&line.replace("10:00:31.21", "09:55:31.21").replace("08:00:31", "07:55:31"));
        }
    }
    early + &rest
}

#[test]
fn a_capture_makes_a_finding_more_or_less_sure() {
    let same = |log: &str| log.to_owned();
    let without = |what: &'static str| {
        move |log: &str| log.split_inclusive('\n').filter(|line| !line.contains(what)).collect::<String>()
    };
    let sure = |finding: &Value| {
        let told = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let port = finding["target"]["port"].as_u64();
        (told(&finding["confidence"]), port, told(&finding["presented"]["bearing"]))
    };
    let want = |sure: &str, port, bearing: &str| (sure.to_owned(), port, bearing.to_owned());

    assert_eq!(sure(&changed(same, Some)), want("certain", Some(8443), "confirms"));
    assert_eq!(sure(&changed(long_before, |_| None)), want("possible", Some(8443), "-"));
    assert_eq!(sure(&changed(long_before, Some)), want("certain", Some(8443), "confirms"));
    let elsewhere = |bytes: Vec<u8>| Some(on_port(&bytes, 6972));
    assert_eq!(sure(&changed(same, elsewhere)), want("likely", Some(8443), "other-port"));
    assert_eq!(sure(&changed(long_before, elsewhere)), want("possible", Some(8443), "other-port"));
    // Nothing of the request: the port is only in the capture.
    let bare = without("Txn-id=\"250\"");
    assert_eq!(sure(&changed(bare, |_| None)), want("certain", None, "-"));
    assert_eq!(sure(&changed(bare, elsewhere)), want("certain", Some(6972), "gives-port"));
    // The lines of the refusal are missing, all of them or the one with the cause.
    for (what, also) in [("ET_NET", "TLS-016"), ("WARNING: Core", "TLS-011")] {
        let finding = changed(without(what), Some);
        assert_eq!(sure(&finding), want("likely", Some(8443), "explains"), "{what}");
        assert_eq!((&finding["id"], &finding["also"][0]), (&Value::from("TLS-001"), &Value::from(also)));
        assert_eq!(finding["users"][0], "alma", "{finding}");
        assert_eq!(changed(without(what), |_| None)["id"], also, "{what} without the capture");
    }
    // Another alert than the line's: the capture neither confirms nor denies.
    let other = |bytes: Vec<u8>| {
        let mut bytes = bytes;
        let old = alert(48);
        for at in 0..bytes.len() - old.len() {
            if bytes[at..at + old.len()] == old[..] {
                bytes[at + 6] = 45;
            }
        }
        Some(bytes)
    };
    assert_eq!(sure(&changed(long_before, other)), want("possible", Some(8443), "-"));
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("room");
    fs::write(path, bytes).expect("room");
}
