//! Parts of a report: the filters of `analyze`, `--brief` and `--max-evidence`.

mod common;

use common::{testdata, waytrace};
use serde_json::Value;

fn analyze(args: &[&str]) -> (Option<i32>, String) {
    let mut command = waytrace();
    let output = command.current_dir(testdata("")).arg("analyze").args(args).output().expect("it runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn filters_and_what_they_leave_out() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&[], &["TLS-001", "TLS-006", "TLS-007"]),
        (&["--min-severity", "error"], &["TLS-001", "TLS-006"]),
        (&["--target", "cucm.steven.lab:6972"], &["TLS-001", "TLS-007"]),
        (&["--user", "EMUSK"], &["TLS-001", "TLS-006"]),
        (&["--node", "nobody"], &[]),
        (&["--since", "19:00", "--min-confidence", "certain"], &["TLS-006"]),
    ];
    for (filters, wanted) in cases {
        let (status, text) = analyze(&[&["seed", "--format", "json"], filters].concat());
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let mut ids: Vec<_> = findings.iter().filter_map(|finding| finding["id"].as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, wanted, "{filters:?}");
        assert_eq!(report["left_out"], 3 - wanted.len(), "{filters:?}");
        assert_eq!(status, Some(i32::from(!wanted.is_empty())), "{filters:?}");
    }
}

#[test]
fn every_form_says_that_something_is_left_out() {
    for form in ["text", "json", "markdown", "html", "sarif"] {
        let (status, text) = analyze(&["seed", "--format", form, "--min-severity", "critical"]);
        assert_eq!(status, Some(0), "{form}");
        assert!(
            text.contains("the filters leave out 3 problems: TLS-001, TLS-006, TLS-007"),
            "{form}: {text}"
        );
    }
}

#[test]
fn brief_is_the_summary() {
    let (status, brief) = analyze(&["bundles/cluster", "--brief"]);
    let (_, whole) = analyze(&["bundles/cluster"]);
    assert_eq!(status, Some(1));
    assert!(
        brief.starts_with("summary: ") && brief.contains("TLS-003") && whole.starts_with(&brief),
        "{brief}"
    );
}

#[test]
fn so_many_lines_of_evidence() {
    let lines = |number: &str| {
        let (_, text) = analyze(&["bundles/cluster", "--max-evidence", number]);
        let lines = text.lines().filter(|line| line.contains(" | 2025-02-20T"));
        let (proofs, context): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('>'));
        (proofs.len(), context.len(), text)
    };
    let (proofs, context, text) = lines("3");
    assert_eq!((proofs, context), (3, 0));
    assert!(
        text.contains("| and 9 lines like these\n") && text.contains("| and 10 lines around them\n"),
        "{text}"
    );
    let (proofs, context, _) = lines("10");
    assert_eq!((proofs, context), (8, 2), "what is left is for what is around the proofs");
    assert_eq!(lines("100").2, analyze(&["bundles/cluster"]).1);
}
