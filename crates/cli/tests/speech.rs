//! Reports in the language and by the clock of their reader.

mod common;

use common::{testdata, waytrace};

fn analyze(args: &[&str]) -> (Option<i32>, String, String) {
    let output =
        waytrace().arg("analyze").arg(testdata("bundles/cluster")).args(args).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn headings_follow_the_language() {
    /// Language, what the report says, in text, Markdown and HTML.
    const SAID: [(&str, [&str; 3]); 4] = [
        ("en", ["problems by impact", "### What to do", ">Problems by impact<"]),
        ("es", ["problemas por impacto", "### Qué hacer", ">Problemas por impacto<"]),
        ("fr", ["problèmes par impact", "### Que faire", ">Problèmes par impact<"]),
        ("de", ["Probleme nach Auswirkung", "### Was zu tun ist", ">Probleme nach Auswirkung<"]),
    ];
    /// What only an English report says.
    const ENGLISH: [&str; 6] =
        ["what to do", "What to do", "roblems by impact", "how to check", "Evidence", "proxied requests"];
    for (language, said) in SAID {
        for (format, said) in ["text", "markdown", "html"].iter().zip(said) {
            let (status, report, _) = analyze(&["--lang", language, "--format", format]);
            assert_eq!(status, Some(1));
            assert!(report.contains(said), "{language} {format}: {report}");
            let english: Vec<_> = ENGLISH.iter().filter(|text| report.contains(**text)).collect();
            assert_eq!(english.is_empty(), language != "en", "{language} {format}: {english:?}");
        }
        let (_, page, _) = analyze(&["--lang", language, "--format", "html"]);
        assert!(page.contains(&format!("<html lang=\"{language}\">")), "{language}");
    }
}

#[test]
fn times_follow_the_zone() {
    for (zone, shown) in [
        ("utc", "2025-02-20 13:00:21.426 to 2025-02-20 13:00:36.443 UTC"),
        ("Europe/Berlin", "2025-02-20 14:00:21.426 to 2025-02-20 14:00:36.443 CET"),
        ("America/New_York", "2025-02-20 08:00:21.426 to 2025-02-20 08:00:36.443 EST"),
    ] {
        let (_, text, _) = analyze(&["--tz", zone]);
        assert!(text.contains(shown), "{zone}: {text}");
        assert!(text.contains("2025-02-20T14:00:21.426+01:00"), "text of the log stays");
        for format in ["markdown", "html"] {
            let (_, report, _) = analyze(&["--tz", zone, "--format", format]);
            assert!(report.contains(&shown[..23]), "{zone} {format}");
        }
    }
    let output =
        waytrace().env("TZ", "Asia/Tokyo").args(["--tz", "local"]).arg(testdata("bundles/cluster")).output();
    let text = String::from_utf8(output.expect("it runs").stdout).expect("text");
    assert!(text.contains("22:00:21.426 to 2025-02-20 22:00:36.443 JST"), "{text}");
}

#[test]
fn a_zone_that_is_none() {
    let (status, _, said) = analyze(&["--tz", "Mars/Olympus"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("no time zone has the name `Mars/Olympus`") && said.contains("local"), "{said}");
}

#[test]
fn the_summary_fits_a_screen_of_80_columns() {
    for language in ["en", "es", "fr", "de"] {
        let (_, brief, _) = analyze(&["--brief", "--lang", language]);
        assert!(brief.lines().count() <= 24, "{language}: {brief}");
        let wide: Vec<_> = brief.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{language}: {wide:?}");
    }
}
