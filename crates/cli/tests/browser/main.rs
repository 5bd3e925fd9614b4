//! The HTML report in a real browser, used as its reader does: looked at in both themes, clicked through, searched, and
//! gone through by keyboard.

#[path = "../common/mod.rs"]
mod common;
mod driver;

use common::{testdata, waytrace};
use driver::Page;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// The page of some test data in a browser. None without one.
fn page(of: &str) -> Option<(Page, TempDir)> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = waytrace().args(["--format", "html"]).arg(testdata(of)).output().expect("it runs");
    let file = folder.path().join("report.html");
    fs::write(&file, output.stdout).expect("a file");
    Some((Page::open(&file, folder.path())?, folder))
}

/// What is shown of the problems, by their ids.
fn shown(page: &mut Page) -> Value {
    page.eval(
        "Array.from(document.querySelectorAll('.problem')).filter((found) => found.offsetHeight > 0)\
         .map((found) => found.querySelector('.id').textContent)",
    )
}

#[test]
fn a_reader_clicks_through_the_cluster() {
    let Some((mut page, _folder)) = page("bundles/cluster") else { return };
    assert_eq!(page.eval("document.getElementById('shown').textContent"), "2 of 2 shown", "the script runs");
    let columns = page
        .eval("Array.from(document.querySelectorAll('svg.ladder text.box')).map((name) => name.textContent)");
    assert_eq!(
        columns,
        json!(["client", "expe1", "expc1", "cucm.example.com"]),
        "the way of the failed login"
    );
    let about = page.eval(
        "Array.from(document.querySelectorAll('svg.ladder text.about')).map((text) => text.textContent).join(' ')",
    );
    for part in ["Expressway-E", "Expressway-C", "port 8443", "Tomcat"] {
        assert!(about.as_str().is_some_and(|about| about.contains(part)), "{part}: {about}");
    }
    // Evidence is folded, and a click shows it and hides it again.
    let height = "document.querySelector('.evidence .log').offsetHeight > 0";
    assert_eq!(page.eval("document.querySelector('.evidence').open"), json!(false));
    page.click(".evidence > summary");
    page.wait(height);
    page.click(".evidence > summary");
    page.wait("!document.querySelector('.evidence').open");
    // The link of the summary leads to the problem.
    page.click("tbody a[href='#p1']");
    page.wait("location.hash === '#p1'");
    page.wait("document.getElementById('p1').getBoundingClientRect().top < innerHeight");
    // A peer of the checklist can be ticked by its label.
    page.click(".checklist label");
    page.wait("document.querySelector('.checklist input').checked");
    quiet(&page);
}

#[test]
fn a_reader_filters_and_searches() {
    let Some((mut page, _folder)) = page("seed") else { return };
    assert_eq!(shown(&mut page), json!(["TLS-001", "TLS-006", "TLS-007"]));
    page.click("#by-text");
    page.write("sni (10.48");
    assert_eq!(shown(&mut page), json!(["TLS-006"]), "a text of its evidence");
    page.eval("document.getElementById('by-text').select()");
    page.write("nothing has this");
    assert_eq!(shown(&mut page), json!([]));
    assert_eq!(page.eval("document.getElementById('shown').textContent"), "0 of 3 shown");
    // A link from the summary shows what the filter hides.
    page.click("tbody a[href='#p2']");
    page.wait("!document.getElementById('p2').hidden");
    assert_eq!(page.eval("document.getElementById('by-text').value"), "");
    page.eval("document.getElementById('by-severity').focus()");
    for _ in 0..3 {
        page.press("ArrowDown");
    }
    assert_eq!(page.eval("document.getElementById('by-severity').value"), "warning", "by keyboard");
    assert_eq!(shown(&mut page), json!(["TLS-007"]));
    quiet(&page);
}

#[test]
fn everything_is_reached_by_keyboard() {
    /// What somebody can do something with, as long as it is shown.
    const CONTROLS: &str = "Array.from(document.querySelectorAll('a[href], select, input, summary, [tabindex=\"0\"]'))\
         .filter((one) => one.checkVisibility() && one.closest('details:not([open]) > :not(summary)') === null)";
    let Some((mut page, _folder)) = page("bundles/cluster") else { return };
    page.eval("window.reached = new Set(); window.plain = []; document.body.focus()");
    let controls = page.eval(&format!("{CONTROLS}.length")).as_u64().expect("a number");
    assert!(controls > 10, "{controls}");
    for _ in 0..controls {
        page.press("Tab");
        page.eval(
            "(() => { const at = document.activeElement; reached.add(at); \
             if (getComputedStyle(at).outlineStyle === 'none') plain.push(at.outerHTML.slice(0, 80)); })()",
        );
    }
    let missed = page.eval(&format!(
        "{CONTROLS}.filter((one) => !reached.has(one)).map((one) => one.outerHTML.slice(0, 80))"
    ));
    assert_eq!(missed, json!([]), "all can be reached");
    assert_eq!(page.eval("plain"), json!([]), "and it is seen where the focus is");
    page.eval("document.querySelector('.evidence > summary').focus()");
    page.press("Enter");
    page.wait("document.querySelector('.evidence').open");
    page.press("Enter");
    page.wait("!document.querySelector('.evidence').open");
}

#[test]
fn every_control_and_drawing_has_a_name() {
    let Some((mut page, _folder)) = page("bundles/cluster") else { return };
    let nameless = page.eval(
        "Array.from(document.querySelectorAll('input, select, svg, [role=group], section, article, form')).filter((one) => {
            const by = (one.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
            const named = by.map((id) => document.getElementById(id)?.textContent.trim());
            const label = one.getAttribute('aria-label') || one.labels?.[0]?.textContent.trim();
            return !(label || (named.length && named.every(Boolean)));
        }).map((one) => one.outerHTML.slice(0, 100))",
    );
    assert_eq!(nameless, json!([]));
    let twice = page.eval(
        "(() => { const ids = Array.from(document.querySelectorAll('[id]'), (one) => one.id); \
         return ids.filter((id, at) => ids.indexOf(id) !== at); })()",
    );
    assert_eq!(twice, json!([]), "no name of an element stands twice");
    let leaps = page.eval(
        "(() => { const levels = Array.from(document.querySelectorAll('h1,h2,h3,h4'), (head) => +head.tagName[1]); \
         return levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1); })()",
    );
    assert_eq!(leaps, json!([]), "no level of headings is left out");
}

/// For each text that is seen: its colour against what is behind it, as WCAG 2 computes it; what is below 4.5.
const FAINT: &str = "(() => {
    document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
    const parts = (color) => color.match(/[0-9.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const one = (value) => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
        return 0.2126 * one(r) + 0.7152 * one(g) + 0.0722 * one(b);
    };
    const behind = (at) => {
        for (; at; at = at.parentElement) {
            const color = parts(getComputedStyle(at).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
        throw new Error('no background');
    };
    const faint = []; let texts = 0;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const at = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !at.checkVisibility() || at.closest('script, .skip, title, desc')) continue;
        texts += 1;
        const style = getComputedStyle(at);
        const one = light(parts(at.closest('svg') ? style.fill : style.color)), other = light(behind(at));
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < 4.5) faint.push(walk.currentNode.data.trim().slice(0, 40) + ': ' + ratio.toFixed(2));
    }
    return { texts, faint, back: getComputedStyle(document.body).backgroundColor };
})()";

#[test]
fn every_text_can_be_read_in_both_themes() {
    let Some((mut page, _folder)) = page("bundles/cluster") else { return };
    let mut backs = Vec::new();
    for theme in ["light", "dark"] {
        page.theme(theme);
        let seen = page.eval(FAINT);
        assert!(seen["texts"].as_u64().is_some_and(|texts| texts > 100), "{seen}");
        assert_eq!(seen["faint"], json!([]), "{theme}");
        backs.push(seen["back"].clone());
    }
    assert_ne!(backs[0], backs[1], "there are two themes");
}

/// Nothing was refused by the policy, nothing failed, and nothing but the file was loaded.
fn quiet(page: &Page) {
    for event in &page.events {
        let method = event["method"].as_str().unwrap_or_default();
        assert!(method != "Log.entryAdded" && method != "Runtime.exceptionThrown", "{event}");
        if method == "Network.requestWillBeSent" {
            let address = event["params"]["request"]["url"].as_str().unwrap_or_default();
            assert!(address.starts_with("file:") || address.starts_with("about:"), "{address}");
        }
    }
}
