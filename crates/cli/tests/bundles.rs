//! Bundles as they are downloaded, unpacked, packed anew and mailed: the report is the same, and it is the true one
//! (`testdata/bundles/README.md`).

mod common;
#[path = "common/pack.rs"]
mod pack;

use common::{testdata, waytrace};
use pack::{File, boxes, bz2, gz, raw_tar, tar, tree, xz, zip, zst};
use serde_json::Value;
use std::fs;
use std::path::Path;

const TREES: [&str; 3] = ["single-c", "pair", "cluster"];

/// The forms of a tree: what it is, and the files that are given.
fn forms(tree: &[File]) -> Vec<(&'static str, Vec<File>)> {
    let whole = tar(tree);
    let one = |name: &str, bytes: Vec<u8>| vec![(name.to_owned(), bytes)];
    let each = |ending: &str, pack: fn(&[File]) -> Vec<u8>| -> Vec<File> {
        boxes(tree).iter().map(|(name, files)| (format!("{name}{ending}"), pack(files))).collect()
    };
    let downloaded = each(".tar.gz", |files| gz(&tar(files)));
    vec![
        ("a tar of each box", each(".tar", tar)),
        ("a zip of each box", each(".zip", zip)),
        ("a zip of what was downloaded", one("mail.zip", zip(&downloaded))),
        ("what was downloaded", downloaded),
        (".tar", one("case.tar", whole.clone())),
        (".tar.gz", one("case.tar.gz", gz(&whole))),
        (".tgz", one("case.tgz", gz(&whole))),
        (".tar.xz", one("case.tar.xz", xz(&whole))),
        (".tar.bz2", one("case.tar.bz2", bz2(&whole))),
        (".tar.zst", one("case.tar.zst", zst(&whole))),
        (".zip", one("case.zip", zip(tree))),
    ]
}

/// A JSON report in which members have the last part of their names only, and stand in the order of these: the rest
/// is where they stood, and next to what.
fn report(text: &[u8]) -> Value {
    fn shorten(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(shorten),
            Value::Object(object) => {
                for (key, value) in object {
                    match value {
                        Value::String(text) if key == "name" || key == "member" => {
                            *text = text.rsplit(['!', '/']).next().unwrap_or_default().to_owned();
                        }
                        value => shorten(value),
                    }
                }
            }
            _ => {}
        }
    }
    let mut report: Value = serde_json::from_slice(text).expect("JSON");
    shorten(&mut report);
    for list in ["inputs", "members"] {
        let list = report[list].as_array_mut().expect("a list");
        list.sort_by_key(|member| member["name"].to_string());
    }
    report
}

fn json(form: &str, paths: &[impl AsRef<Path>], stdin: &[u8]) -> Value {
    let mut command = waytrace();
    command.args(["analyze", "--format", "json"]).args(paths.iter().map(AsRef::as_ref));
    let output = command.write_stdin(stdin).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.as_str()), (Some(1), ""), "{form}");
    report(&output.stdout)
}

#[test]
fn every_form_gives_the_same_report() {
    for name in TREES {
        let tree = tree(name);
        let wanted = json("a folder", &[testdata("bundles").join(name)], b"");
        assert_eq!(wanted["members"].as_array().map(Vec::len), Some(tree.len()), "{name}");
        for (form, files) in forms(&tree) {
            let form = format!("{name}: {form}");
            let folder = tempfile::tempdir().expect("a folder");
            let paths: Vec<_> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
            for (path, (_, bytes)) in paths.iter().zip(&files) {
                fs::write(path, bytes).expect("a file");
            }
            assert!(json(&form, &paths, b"") == wanted, "{form}");
            assert!(json(&form, &[folder.path()], b"") == wanted, "{form} in a folder");
            if let [(_, bytes)] = &files[..] {
                assert!(json(&form, &["-"], bytes) == wanted, "{form} through standard input");
            }
        }
    }
}

#[test]
fn one_thread_says_the_same_as_many() {
    for name in TREES {
        let run = |threads: &str| {
            let mut command = waytrace();
            command.arg("analyze").arg(testdata("bundles").join(name)).args(["--threads", threads]);
            command.output().expect("it runs")
        };
        assert_eq!(run("1"), run("4"), "{name}");
    }
}

#[test]
fn reports_of_the_trees() {
    for name in TREES {
        let mut command = waytrace();
        // From there, so that no name of this machine is in the report.
        let output =
            command.current_dir(testdata("bundles")).args(["analyze", name]).output().expect("it runs");
        insta::assert_snapshot!(name, String::from_utf8(output.stdout).expect("text"));
    }
}

/// A log with one problem, and lines after it of which no two are alike.
fn long_log() -> Vec<u8> {
    let mut log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    for line in 0..40_000_u64 {
        let noise = line.wrapping_mul(2_654_435_761) % 1_000_003;
        let text = format!("2022-07-11T18:55:27.000+02:00 vcsc tvcs: Line=\"{line}\" Noise=\"{noise}\"\n");
        log.extend_from_slice(text.as_bytes());
    }
    log
}

#[test]
fn a_bundle_cut_off_in_the_middle_of_its_log() {
    let name = "loggingsnapshot_vcsc_2022-07-11_16_55_28.txt";
    let bundle = gz(&tar(&[("ca.pem".to_owned(), b"none".to_vec()), (name.to_owned(), long_log())]));
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.tar.gz"), &bundle[..bundle.len() / 2]).expect("a file");
    let output =
        waytrace().current_dir(folder.path()).args(["analyze", "a.tar.gz"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    // Wrapped to the width of the page.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("error[TLS-001]: cucm.steven.lab"), "{text}");
    let cut = "the gzip data ends in the middle: the file was cut off";
    assert!(text.contains(&format!("read only in part: a.tar.gz!{name}: {cut}")), "{text}");
    assert!(text.contains(&format!("read only in part: a.tar.gz: {cut}")), "{text}");
    let whole = json("whole", &["-"], &bundle);
    assert_eq!(whole["coverage"]["members_unread"].as_array().map(Vec::len), Some(0));
}

#[test]
fn names_of_every_kind() {
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let names: [(&[u8], &str); 8] = [
        (b"loggingsnapshot.txt", "loggingsnapshot.txt"),
        (b"loggingsnapshot_expc_2022-07-11_18:55:26.txt", "loggingsnapshot_expc_2022-07-11_18:55:26.txt"),
        (b"./a b/logging snapshot 18/55/26.txt", "a b/logging snapshot 18/55/26.txt"),
        ("Gerät Ä/loggingsnapshot_grüße.txt".as_bytes(), "Gerät Ä/loggingsnapshot_grüße.txt"),
        (b"gr\xfc\xdfe.txt", "gr\u{fffd}\u{fffd}e.txt"),
        (b"a!b.txt", "a!b.txt"),
        (b"\xff\xfe", "\u{fffd}\u{fffd}"),
        (b"log\x1b[2J.txt", "log\\u{1b}[2J.txt"),
    ];
    for (bytes, shown) in names {
        let folder = tempfile::tempdir().expect("a folder");
        // The archive has such a name too, as far as a file system lets it.
        let archive = "diagnostic_log_Gerät 1_2022-07-11_18:55:26.tar.gz";
        fs::write(folder.path().join(archive), gz(&raw_tar(&[(bytes, &log)]))).expect("a file");
        let mut command = waytrace();
        command.current_dir(folder.path()).args(["analyze", "--format", "json", archive]);
        let output = command.output().expect("it runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert_eq!(report["findings"][0]["id"], "TLS-001", "{shown}");
        assert_eq!(report["inputs"][0]["name"], format!("{archive}!{shown}"));
        assert_eq!(report["findings"][0]["evidence"][0]["member"], report["inputs"][0]["name"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let log = fs::read(testdata("seed/loggingsnapshot_self-signed.txt")).expect("the log");
    let folder = tempfile::tempdir().expect("a folder");
    let name = OsStr::from_bytes(b"gr\xfc\xdfe 18:55.txt");
    fs::write(folder.path().join(name), &log).expect("a file");
    for given in [name, OsStr::new(".")] {
        let output =
            waytrace().current_dir(folder.path()).arg("analyze").arg(given).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("gr\u{fffd}\u{fffd}e 18:55.txt:6\n"), "{text}");
        assert_eq!(output.status.code(), Some(1));
    }
}
