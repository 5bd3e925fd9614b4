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
fn lines_say_what_the_report_says() {
    for name in ["pair", "cluster"] {
        let report: serde_json::Value = serde_json::from_str(&tree("json", name)).expect("JSON");
        let lines = tree("ndjson", name);
        let lines = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let mut lines: Vec<serde_json::Value> = lines.collect();
        let summary = lines.pop().expect("a summary");
        assert_eq!((&summary["update"], &summary["coverage"]), (&"summary".into(), &report["coverage"]));
        for line in &mut lines {
            let line = line.as_object_mut().expect("an object");
            assert_eq!(line.remove("update"), Some("problem".into()));
            assert_eq!(line.remove("so_far"), Some(false.into()));
        }
        assert_eq!(&serde_json::Value::from(lines), &report["findings"], "{name}");
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

/// The tags of a page, in order, and its text with the entities of HTML undone.
fn tags(page: &str) -> (Vec<String>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    for part in page.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').expect("a tag is closed");
        tags.push(tag.split([' ', '\n']).next().unwrap_or_default().to_owned());
        text.push_str(rest);
    }
    (tags, text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// Tags without an end.
const VOID: [&str; 3] = ["meta", "input", "!DOCTYPE"];

/// The page without its style and its script, in which other rules hold.
fn without_assets(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("a style");
    let (style, rest) = rest.split_once("</style>").expect("its end");
    let (between, rest) = rest.rsplit_once("<script>").expect("a script");
    let (script, after) = rest.split_once("</script>").expect("its end");
    for part in [style, script] {
        assert!(
            !part.contains("http") && !part.contains("url(") && !part.contains("@import"),
            "it loads nothing"
        );
    }
    format!("{before}{between}{after}")
}

#[test]
fn a_page_is_whole_and_loads_nothing() {
    for name in ["single-c", "pair", "cluster"] {
        let page = without_assets(&tree("html", name));
        let (tags, _) = tags(&page);
        let mut open = Vec::new();
        for tag in tags.iter().filter(|tag| !VOID.contains(&tag.as_str())) {
            match tag.strip_prefix('/') {
                Some(end) => assert_eq!(open.pop(), Some(end), "{name}"),
                None => open.push(tag.as_str()),
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
        for part in [" src=", "<link", "<img", "<iframe", " style=", " onclick", "href=\"h", "@import"] {
            assert!(!page.contains(part), "{name}: {part}");
        }
        for part in ["<main>", "<header>", "lang=\"en\"", "Content-Security-Policy", "default-src 'none'"] {
            assert!(page.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn a_page_tells_the_story_of_the_cluster() {
    let page = tree("html", "cluster");
    for part in [
        "class=\"timeline\"",
        "class=\"ladder\"",
        "13:00:21.643 by expe1, 13:00:21.420 by expc1: expe1 asks expc1: GET /…/cucm-uds/user/alma/devices",
        "expc1 gives up the connection to cucm.example.com: unable to get local issuer certificate",
        "expe1 answers client: 502 connect failed",
        "no log of expc3.example.com",
        "<details class=\"evidence\">",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Every picture has its words, every control its name, every name is there once.
    assert_eq!(page.matches("<svg").count(), page.matches("role=\"img\" aria-labelledby=").count());
    assert_eq!(
        page.matches("<input").count(),
        page.matches("type=\"search\"").count() + page.matches("<label for").count()
    );
    let mut ids: Vec<_> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn what_a_capture_shows_is_told() {
    let page = tree("html", "pair");
    for part in [
        "Certificate in the capture of expc (08:00:31.221 UTC, 192.0.2.42:8443)",
        "expc sent alert 48 (unknown CA: the chain is the problem)",
        ">showed cucm2.example.com<",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_page_shows_hostile_text_as_text() {
    let page = rendered("html");
    assert!(!page.contains(['\u{1b}', '\u{202e}']), "nothing that hides or turns text");
    let page = without_assets(&page);
    let (tags, text) = tags(&page);
    assert!(!tags.iter().any(|tag| tag == "script" || tag.starts_with("img")), "{tags:?}");
    assert!(
        text.contains("<script>x</script>'<img/src=x>&lt;```|\\u{1b}"),
        "and it is shown as it was written"
    );
}
