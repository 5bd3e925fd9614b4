//! `waytrace redact` and `--redact`: what leaves the company holds no name, and gives the same findings.

mod common;
#[path = "common/pack.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod pack;
#[path = "common/pcap.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod pcap;

use assert_cmd::Command;
use common::testdata;
use pcap::{CAPTURE, alert, pcap, recorded};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Names that stand in the three bundles, by their README and their members.
const NAMES: &[&str] = &[
    "expc",
    "expe",
    "expc1",
    "expc2",
    "expe1",
    "expe2",
    "cucm1",
    "cucm2",
    "alma",
    "bruno",
    "dora",
    "emil",
    "carla",
    "192.0.2.41",
    "192.0.2.42",
    "203.0.113.77",
    "d08f1bb2-531d-4460-a0ca-eef038c89b38",
    "example.com",
];

fn bundles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/bundles")
}

fn waytrace(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("waytrace").expect("the program").args(args).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Names that stand in a text as whole words, also behind base64.
fn leaks(text: &str) -> Vec<&'static str> {
    let mut all = text.to_lowercase();
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '_' | '-');
    for word in text.split(|c: char| !is_digit(c)).filter(|word| word.len() > 10) {
        all.push(' ');
        all.push_str(&String::from_utf8_lossy(&decoded(word)).to_lowercase());
    }
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let stands = |name: &&&str| {
        all.match_indices(**name).any(|(at, _)| {
            !part(all[..at].chars().next_back()) && !part(all[at + name.len()..].chars().next())
        })
    };
    NAMES.iter().filter(stands).copied().collect()
}

fn decoded(word: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = word.bytes().map(value).collect();
    let quad = |four: &[u8]| {
        let bits =
            four.iter().fold(0u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).filter(|four| four.len() > 1).flat_map(quad).collect()
}

#[test]
fn the_hunt_finds_what_is_hidden() {
    assert_eq!(
        leaks("x /ZXhhbXBsZS5jb20vaHR0cHMvY3VjbTEuZXhhbXBsZS5jb20vODQ0Mw/ y"),
        ["cucm1", "example.com"]
    );
    assert_eq!(leaks("user1 and host2"), Vec::<&str>::new());
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// What is found, without names: ids, grades, ports, counts, lines, times.
fn found(source: &Path) -> Vec<String> {
    let (_, out, err) = waytrace(&["--format", "json", path(source)]);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"));
    let finding = |finding: &Value| {
        let lines: Vec<_> =
            finding["evidence"].as_array().into_iter().flatten().map(|line| line["line"].clone()).collect();
        let of = |key: &str| finding[key].to_string();
        let port = finding["target"]["port"].to_string();
        let users = finding["users"].as_array().map_or(0, Vec::len);
        format!(
            "{} {} {} {port} {} {users} {lines:?} {}",
            of("id"),
            of("severity"),
            of("confidence"),
            of("counts"),
            of("first")
        )
    };
    // What only a certificate or a capture proves is not in the copy: they are left out, and listed.
    let by_a_log = |finding: &&Value| {
        let lines = finding["evidence"].as_array().expect("evidence");
        lines.iter().any(|line| {
            let member = line["member"].as_str().unwrap_or_default();
            !member.contains(".pem") && !member.contains(".pcap")
        })
    };
    let findings = report["findings"].as_array().expect("findings").iter();
    let mut all: Vec<_> = findings.filter(by_a_log).map(finding).collect();
    all.sort();
    all.push(format!("nodes {}", report["nodes"].as_array().map_or(0, Vec::len)));
    all
}

#[test]
fn every_bundle_as_a_folder() {
    for name in ["single-c", "pair", "cluster"] {
        let work = TempDir::new().expect("a folder");
        let (source, out, map) =
            (bundles().join(name), work.path().join("safe"), work.path().join("names.tsv"));
        let (code, said, err) = waytrace(&["redact", path(&source), "-o", path(&out), "--map", path(&map)]);
        assert_eq!(code, 0, "{err}");
        assert!(said.contains("left out:") && said.contains(".pem: "), "{said}");
        assert_eq!(found(&source), found(&out), "{name}");
        let mut all = Vec::new();
        files(&out, &mut all);
        assert!(all.len() >= 3, "{all:?}");
        for file in &all {
            let text = fs::read_to_string(file).expect("text");
            assert_eq!(leaks(&text), Vec::<&str>::new(), "{}", file.display());
            assert_eq!(leaks(path(file.strip_prefix(work.path()).expect("inside"))), Vec::<&str>::new());
        }
        let map = fs::read_to_string(map).expect("a table");
        assert!(map.lines().any(|line| line == "host\tredacted1.example\texample.com"), "{map}");
    }
}

#[test]
fn archives_and_archives_in_archives() {
    let work = TempDir::new().expect("a folder");
    let packed: Vec<_> =
        ["diagnostic_log_expc_2025-06-12_08_02_10", "diagnostic_log_expe_2025-06-12_08_02_14"]
            .map(|name| {
                let file = work.path().join(format!("{name}.tar.gz"));
                let gzip = flate2::write::GzEncoder::new(
                    fs::File::create(&file).expect("room"),
                    flate2::Compression::fast(),
                );
                let mut tar = tar::Builder::new(gzip);
                tar.append_dir_all(name, bundles().join("pair").join(name)).expect("room");
                tar.into_inner().and_then(flate2::write::GzEncoder::finish).expect("room");
                file
            })
            .into();
    let both = work.path().join("acme.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&both).expect("room"));
    for file in &packed {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("room");
        std::io::copy(&mut fs::File::open(file).expect("it"), &mut zip).expect("room");
    }
    zip.finish().expect("room");
    for (source, out) in [(&packed[0], "one.tar.gz"), (&both, "both.zip")] {
        let out = work.path().join(out);
        let (code, _, err) = waytrace(&["redact", path(source), "-o", path(&out)]);
        assert_eq!(code, 0, "{err}");
        assert_eq!(found(source), found(&out), "{}", out.display());
    }
    let mut zip =
        zip::ZipArchive::new(fs::File::open(work.path().join("both.zip")).expect("it")).expect("a zip");
    assert_eq!(zip.len(), 2);
    let inner = zip.by_index(0).expect("a member");
    assert!(
        inner.name().expect("a name").starts_with("diagnostic_log_host")
            && inner.name().expect("a name").ends_with("_2025-06-12_08_02_10.tar.gz")
    );
    let mut text = String::new();
    for entry in tar::Archive::new(flate2::read::GzDecoder::new(inner)).entries().expect("a tar") {
        let mut entry = entry.expect("a member");
        text.push_str(&entry.path().expect("a path").display().to_string());
        entry.read_to_string(&mut text).expect("text");
    }
    assert_eq!(leaks(&text), Vec::<&str>::new());
}

#[test]
fn a_log_alone_packed_or_through_a_pipe() {
    let work = TempDir::new().expect("a folder");
    let log = bundles().join("single-c/diagnostic_log_expc_2025-03-11_09_40_05/loggingsnapshot.txt");
    let text = fs::read(&log).expect("a log");
    let packed = work.path().join("log.txt.gz");
    let mut gzip =
        flate2::write::GzEncoder::new(fs::File::create(&packed).expect("room"), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &text).expect("room");
    gzip.finish().expect("room");
    let (plain, gz, piped) =
        (work.path().join("a.txt"), work.path().join("b.txt.gz"), work.path().join("c.txt"));
    assert_eq!(waytrace(&["redact", path(&log), "-o", path(&plain)]).0, 0);
    assert_eq!(waytrace(&["redact", path(&packed), "-o", path(&gz)]).0, 0);
    let mut command = Command::cargo_bin("waytrace").expect("the program");
    command.args(["redact", "-", "-o", path(&piped)]).write_stdin(text.clone()).assert().success();
    let before = found(&log);
    for out in [&plain, &gz, &piped] {
        assert_eq!(found(out), before, "{}", out.display());
    }
    assert_eq!(fs::read(&gz).expect("it")[..2], [0x1f, 0x8b]);
    assert_eq!(leaks(&fs::read_to_string(&plain).expect("text")), Vec::<&str>::new());
}

#[test]
fn nothing_is_replaced_unasked_and_nothing_half_is_left() {
    let work = TempDir::new().expect("a folder");
    let log = bundles().join("single-c/diagnostic_log_expc_2025-03-11_09_40_05/loggingsnapshot.txt");
    let out = work.path().join("out.txt");
    fs::write(&out, "mine").expect("room");
    let (code, _, err) = waytrace(&["redact", path(&log), "-o", path(&out)]);
    assert!(code == 2 && err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(&out).expect("it"), "mine");
    assert_eq!(waytrace(&["redact", path(&log), "-o", path(&out), "--force"]).0, 0);
    assert!(fs::read_to_string(&out).expect("it").contains("traffic_server"));
    let (code, _, err) =
        waytrace(&["redact", path(&work.path().join("none")), "-o", path(&work.path().join("x"))]);
    assert!(code == 2 && err.contains("no such file"), "{err}");
    let (code, _, err) = waytrace(&["redact", path(work.path()), "-o", path(&work.path().join("x"))]);
    assert!(code == 2 && err.contains("inside"), "{err}");
    let (code, _, err) =
        waytrace(&["redact", path(&log), "-o", path(&work.path().join("y")), "--map", path(&out)]);
    assert!(code == 2 && err.contains("no table of names"), "{err}");
    let mut left: Vec<_> =
        fs::read_dir(work.path()).expect("it").map(|entry| entry.expect("it").file_name()).collect();
    left.sort();
    assert_eq!(left, ["out.txt"]);
}

#[test]
fn a_table_keeps_stand_ins_the_same() {
    let work = TempDir::new().expect("a folder");
    let map = work.path().join("names.tsv");
    let log = |name: &str| bundles().join("pair").join(name);
    let logs = [
        log("diagnostic_log_expe_2025-06-12_08_02_14/loggingsnapshot_expe_2025-06-12_08_02_14.txt"),
        log("diagnostic_log_expc_2025-06-12_08_02_10/loggingsnapshot_expc_2025-06-12_08_02_10.txt"),
    ];
    for (at, log) in logs.iter().enumerate() {
        let out = work.path().join(format!("{at}.txt"));
        let (code, _, err) = waytrace(&["redact", path(log), "-o", path(&out), "--map", path(&map)]);
        assert_eq!(code, 0, "{err}");
    }
    let tracking = |at: usize, original: &str| {
        let table = fs::read_to_string(&map).expect("a table");
        let line = table.lines().find(|line| line.ends_with(original)).expect("the name").to_owned();
        let stand_in = line.split('\t').nth(1).expect("a stand-in").to_owned();
        fs::read_to_string(work.path().join(format!("{at}.txt"))).expect("it").contains(&stand_in)
    };
    for name in ["d08f1bb2-531d-4460-a0ca-eef038c89b38", "\talma"] {
        assert!(tracking(0, name) && tracking(1, name), "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&map).expect("it").permissions().mode() & 0o077, 0);
    }
}

#[test]
fn a_name_that_only_another_record_tells_is_left_out() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("log.txt");
    let seed = fs::read_to_string(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    // In the path of the request nothing says that this is a name.
    let seed = seed.replace("CSFemusk.cnf.xml", "quillfeather/CSFemusk.cnf.xml");
    let told = "2022-07-11T18:55:20.000+02:00 vcsc edgeconfigprovisioning: UTCTime=\"2022-07-11 16:55:20,000\" \
                Module=\"developer.edgeconfigprovisioning.server\" Level=\"INFO\" Detail=\"Received request\" \
                Username=\"quillfeather\"\n";
    fs::write(&file, format!("{told}{seed}")).expect("a file");
    for threads in ["1", "2"] {
        let plain = waytrace(&["analyze", "--threads", threads, path(&file)]).1;
        assert!(plain.contains("quillfeather"), "{plain}");
        let redacted = waytrace(&["analyze", "--redact", "--threads", threads, path(&file)]).1;
        assert!(redacted.contains("TLS-001") && !redacted.contains("quillfeather"), "{redacted}");
    }
}

#[test]
fn every_command_leaves_names_out() {
    let all = bundles();
    let pair = all.join("pair");
    let (all, pair, single) = (path(&all).to_owned(), path(&pair).to_owned(), all.join("single-c"));
    let single = path(&single).to_owned();
    let tracking = "d08f1bb2-531d-4460-a0ca-eef038c89b38";
    let cases: Vec<Vec<&str>> = vec![
        vec!["analyze", "--redact", &all],
        vec!["analyze", "--redact", "--format", "json", &all],
        vec!["analyze", "--redact", "--format", "markdown", &all],
        vec!["analyze", "--redact", "--format", "ndjson", &all],
        vec!["analyze", "--redact", "--format", "sarif", &all],
        vec!["analyze", "--redact", "--lang", "de", &all],
        vec!["certs", "--redact", &all],
        vec!["certs", "--redact", "--format", "json", &all],
        vec!["compare", "--redact", &single, &pair],
        vec!["compare", "--redact", "--format", "json", &pair, &single],
        vec!["events", "--redact", &pair],
        vec!["events", "--redact", "--format", "ndjson", &pair],
        vec!["txn", "--redact", &pair, tracking],
        vec!["txn", "--redact", "--format", "json", &pair, "250"],
    ];
    for args in cases {
        let (code, out, err) = waytrace(&args);
        assert!(code < 2 || code == 3, "{args:?}: {err}");
        assert!(out.len() > 200, "{args:?}");
        assert_eq!(leaks(&out), Vec::<&str>::new(), "{args:?}:\n{}", leaking(&out));
    }
    let log =
        fs::read(Path::new(&single).join("diagnostic_log_expc_2025-03-11_09_40_05/loggingsnapshot.txt"));
    for format in ["text", "ndjson"] {
        let mut command = Command::cargo_bin("waytrace").expect("the program");
        let input = log.as_ref().expect("a log").clone();
        let output = command
            .args(["watch", "--redact", "--format", format])
            .write_stdin(input)
            .output()
            .expect("it runs");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(out.contains("TLS-006"), "{out}");
        assert_eq!(leaks(&out), Vec::<&str>::new(), "watch {format}:\n{}", leaking(&out));
    }
}

/// The list of certificates shows fingerprints by their beginning.
#[test]
fn beginnings_of_fingerprints_too() {
    let work = TempDir::new().expect("a folder");
    let from = bundles().join("pair/diagnostic_log_expc_2025-06-12_08_02_10");
    let file = work.path().join("ca_expc_2025-06-12_08_02_10.pem");
    let store = fs::read_to_string(from.join("ca_expc_2025-06-12_08_02_10.pem")).expect("text");
    // Twice the same: each is told with its fingerprint.
    fs::write(&file, store.repeat(2)).expect("room");
    let (_, plain, _) = waytrace(&["certs", "--format", "json", path(work.path())]);
    let plain: Value = serde_json::from_str(&plain).expect("JSON");
    let mut originals = Vec::new();
    of_certificates(&plain, &mut originals);
    let short: Vec<_> =
        originals.iter().filter(|text| text.len() == 64).map(|text| text[..16].to_owned()).collect();
    let (_, told, _) = waytrace(&["certs", path(work.path())]);
    assert!(!short.is_empty() && short.iter().any(|text| told.contains(text)), "{told}");
    let (_, safe, _) = waytrace(&["certs", "--redact", path(work.path())]);
    assert!(safe.contains("SHA-256 ") && !short.iter().any(|text| safe.contains(text)), "{safe}");
    assert_eq!(leaks(&safe), Vec::<&str>::new(), "{}", leaking(&safe));
}

/// What is gone for want of its files is told with the boxes that they are missing of.
#[test]
fn boxes_whose_files_are_missing_too() {
    let work = TempDir::new().expect("a folder");
    let from = bundles().join("pair/diagnostic_log_expc_2025-06-12_08_02_10");
    let [before, after] = ["before", "after"].map(|name| work.path().join(name));
    for folder in [&before, &after] {
        fs::create_dir(folder).expect("room");
        for file in fs::read_dir(&from).expect("it").flatten() {
            fs::copy(file.path(), folder.join(file.file_name())).expect("room");
        }
    }
    // A damaged store is a finding; without any file it is gone, and nothing is proven.
    let store = before.join("ca_expc_2025-06-12_08_02_10.pem");
    let damaged = fs::read_to_string(&store).expect("text").replacen("MII", "M!I", 1);
    fs::write(&store, damaged).expect("room");
    for file in fs::read_dir(&after).expect("it").flatten() {
        if file.path().extension().is_some_and(|end| end == "pem") {
            fs::remove_file(file.path()).expect("gone");
        }
    }
    let told = |more: &[&str]| waytrace(&[&["compare", path(&before), path(&after)], more].concat()).1;
    assert!(told(&[]).contains("no certificate files (ca_….pem, server_….pem) of expc"), "{}", told(&[]));
    for more in [&["--redact"][..], &["--redact", "--format", "json"]] {
        assert_eq!(leaks(&told(more)), Vec::<&str>::new(), "{}", leaking(&told(more)));
    }
}

/// The page has a style sheet and a script of its own words, so it is searched apart from them.
#[test]
fn the_page_too() {
    let (_, page, _) = waytrace(&["--redact", "--format", "html", path(&bundles())]);
    let body = page.split("</style>").nth(1).expect("a body").split("<script").next().expect("a body");
    assert!(body.contains("redacted1.example"));
    assert_eq!(leaks(body), Vec::<&str>::new(), "{}", leaking(body));
}

/// What a report shows of certificates: names, serial numbers, fingerprints, addresses of servers.
fn of_certificates(value: &Value, out: &mut Vec<String>) {
    const KEYS: &[&str] = &[
        "subject",
        "issuer",
        "serial",
        "sha1",
        "sha256",
        "subject_key_id",
        "authority_key_id",
        "missing",
        "server",
    ];
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str().filter(|_| KEYS.contains(&key.as_str())) {
                    Some(text) => out.push(text.to_owned()),
                    None => of_certificates(value, out),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| of_certificates(value, out)),
        _ => {}
    }
}

/// A server that showed a certificate on two ports, and one that cannot be read in a chain.
#[test]
fn certificates_of_other_ports_too() {
    let work = TempDir::new().expect("a folder");
    for (name, bytes) in pack::tree("pair").into_iter().filter(|(name, _)| name.contains("_expc_")) {
        let (_, file) = name.split_once('/').expect("a folder");
        fs::write(work.path().join(file), bytes).expect("room");
    }
    let [hello, flight] = recorded();
    let (expc, cucm) = ([192, 0, 2, 11], [192, 0, 2, 42]);
    let refused = || vec![(0, hello.clone()), (1, flight.clone()), (0, alert(48))];
    let both = pcap(&[(expc, cucm, 8443, refused()), (expc, cucm, 6972, refused())], 1_749_715_231);
    fs::write(work.path().join(CAPTURE), both).expect("room");

    let (_, plain, _) = waytrace(&["--format", "json", path(work.path())]);
    let plain: Value = serde_json::from_str(&plain).expect("JSON");
    let mut originals = Vec::new();
    of_certificates(&plain["findings"], &mut originals);
    assert!(plain.to_string().contains("\"others\":[{"), "two ports: {plain}");
    assert!(originals.iter().any(|text| text.len() == 64) && originals.len() > 8, "{originals:?}");
    for format in ["text", "json", "markdown", "sarif", "html"] {
        let (_, out, _) = waytrace(&["--redact", "--format", format, path(work.path())]);
        let body = out.split("</style>").last().expect("a body").split("<script").next().expect("a body");
        let left: Vec<_> = originals.iter().filter(|text| body.contains(*text)).collect();
        assert!(left.is_empty(), "{format}: {left:?}");
        assert_eq!(leaks(body), Vec::<&str>::new(), "{format}: {}", leaking(body));
    }
}

fn leaking(text: &str) -> String {
    let lines = text.lines().filter(|line| !leaks(line).is_empty());
    lines.take(5).map(|line| line.chars().take(600).collect::<String>() + "\n").collect()
}
